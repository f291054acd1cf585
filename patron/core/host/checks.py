"""
What can be seen to be wrong with plugins from their manifests alone.
"""

from collections.abc import Collection, Sequence

from patron.core.errors import PluginError
from patron.core.hookspecs import API, HOOKS
from patron.core.host.plugin import BUILT_IN, Plugin
from patron.core.names import nearest


def refuse_faulty(plugins: Sequence[Plugin]) -> tuple[Plugin, ...]:
    """Return the plugins, each with the first thing that is wrong with its manifest."""
    return tuple(_refuse(plugin) for plugin in _refuse_namesakes(plugins))


def refuse_command_doubles(plugins: Sequence[Plugin], reserved: Collection[str] = ()) -> tuple[Plugin, ...]:
    """
    Return the plugins in the given order; of two working ones that bring the same command the later is refused.

    Args:
        plugins: in order.
        reserved: commands that no plugin can take.
    """
    owners = dict.fromkeys(reserved, BUILT_IN)
    checked = []
    for plugin in plugins:
        names = plugin.manifest.commands if plugin.manifest and plugin.working else ()
        taken = next((name for name in names if name in owners), None)
        if taken is not None:
            problem = PluginError("host.duplicate_command", plugin=plugin.name, other=owners[taken], code=taken)
            checked.append(plugin.refused(problem))
            continue
        owners |= dict.fromkeys(names, plugin.name)
        checked.append(plugin)
    return tuple(checked)


def _refuse_namesakes(plugins: Sequence[Plugin]) -> tuple[Plugin, ...]:
    """Refuse plugins that share their name; one of ours keeps it."""
    first: dict[str, Plugin] = {}
    checked = []
    for plugin in sorted(plugins, key=lambda candidate: not candidate.built_in):
        other = first.setdefault(plugin.name, plugin)
        if other is plugin:
            checked.append(plugin)
            continue
        problem = PluginError("host.duplicate_name", plugin=plugin.name, one=other.distribution, two=plugin.distribution)
        checked.append(plugin.refused(problem))
    return tuple(checked)


def _refuse(plugin: Plugin) -> Plugin:
    manifest = plugin.manifest
    if manifest is None:
        return plugin
    low, high = manifest.api
    if not low <= API <= high:
        return plugin.refused(PluginError("host.api", plugin=plugin.name, low=low, high=high, api=API))
    for hook in manifest.hooks:
        if hook not in HOOKS:
            near = nearest(hook, HOOKS)
            return plugin.refused(PluginError("host.unknown_hook", plugin=plugin.name, hook=hook, nearest=near))
    if manifest.commands and "cli_commands" not in manifest.hooks:
        return plugin.refused(PluginError("host.commands_without_hook", plugin=plugin.name))
    return plugin
