"""
Which plugins are used, and in which order: settings before manifests.
"""

from collections.abc import Sequence

from patron.core.config import Settings
from patron.core.errors import ConfigurationError
from patron.core.host.plugin import Plugin
from patron.core.names import ALIKE, nearest, shorten


def select(plugins: Sequence[Plugin], settings: Settings, safe_mode: bool) -> tuple[Plugin, ...]:
    """
    Return all plugins, switched on or off and in order: those that `order` names, then by the manifests' `order`, then by name.

    Args:
        plugins: everything that was found.
        settings: `[plugins]` decides before the manifests do.
        safe_mode: leave only built-in plugins on, whatever else is said.

    Raises:
        ConfigurationError: `[plugins]` or a table `[options.NAME]` names a plugin that is not installed.
    """
    _check_names(plugins, settings)
    wishes = settings.plugins
    places = {name: place for place, name in enumerate(wishes.order)}
    chosen = (plugin._replace(enabled=_enabled(plugin, settings, safe_mode)) for plugin in plugins)
    return tuple(sorted(chosen, key=lambda plugin: (places.get(plugin.name, len(places)), _order(plugin), plugin.name)))


def _enabled(plugin: Plugin, settings: Settings, safe_mode: bool) -> bool:
    if safe_mode and not plugin.built_in:
        return False
    if plugin.name in settings.plugins.off:
        return False
    return plugin.name in settings.plugins.on or plugin.manifest is None or plugin.manifest.default


def _order(plugin: Plugin) -> int:
    return plugin.manifest.order if plugin.manifest else 100


def _check_names(plugins: Sequence[Plugin], settings: Settings) -> None:
    known = {plugin.name for plugin in plugins}
    wishes = settings.plugins
    named = [(name, ("plugins", key)) for key in ("off", "on", "order") for name in getattr(wishes, key)]
    for name, place in (*named, *((name, ("options", name)) for name in settings.options)):
        if name not in known:
            near = nearest(name, known, cutoff=ALIKE)
            raise ConfigurationError(
                "config.unknown_plugin_near" if near else "config.unknown_plugin",
                where=settings.source.place(*place),
                name=shorten(name),
                nearest=near,
                known=", ".join(sorted(known)),
            )
