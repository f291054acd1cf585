"""
An application of built-in plugins and those at hand, whatever else is installed.
"""

from datetime import UTC, datetime
from functools import cache
from types import ModuleType

from patron.app import App
from patron.core.clock import fixed_clock
from patron.core.config import Settings
from patron.core.host import Host, Plugin
from patron.core.host.cache import ManifestCache
from patron.core.host.discovery import find_plugins, locate
from patron.core.host.manifest import parse_manifest

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
"""What the clock of `app()` shows."""


def app(*modules: ModuleType, lang: str = "en", settings: Settings | None = None) -> App:
    """
    Return an application with the built-in plugins and the given ones, its clock fixed at `NOW`.

    Args:
        modules: plugin modules, with their manifests beside them.
        lang: the language to speak.
        settings: the configuration; defaults without.

    Raises:
        PluginError: a manifest is broken.
    """
    own = tuple(plugin_of(module) for module in modules)
    names = {plugin.name for plugin in own}
    host = Host((*(found for found in _built_in() if found.name not in names), *own))
    return App(settings=settings or Settings(), host=host, lang=lang, clock=fixed_clock(NOW))


@cache
def _built_in() -> tuple[Plugin, ...]:
    return tuple(found for found in find_plugins(ManifestCache(None)) if found.built_in)


def plugin_of(module: ModuleType) -> Plugin:
    """Describe a module as if it were installed under its own name, without `patron_`."""
    path, locale = locate(module.__name__)
    name = module.__name__.rpartition(".")[2].removeprefix("patron_")
    manifest = parse_manifest(ManifestCache(None).read(path, name), name)
    return Plugin(
        name=name,
        module=module.__name__,
        distribution=module.__name__,
        version="0",
        manifest=manifest,
        locale=locale,
        load=lambda _: module,
    )
