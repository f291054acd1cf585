"""
What can be seen to be wrong with a plugin once it is imported: pluggy compares its functions with the specifications.
"""

from collections.abc import Callable, Mapping

import pluggy

from patron.core import hookspecs
from patron.core.config import nearest
from patron.core.errors import PluginError
from patron.core.hookspecs import HOOKS, PROJECT
from patron.core.host.calls import blame
from patron.core.host.plugin import Plugin

Implementation = Callable[[], object]


def implementations(plugin: Plugin) -> Mapping[str, Implementation]:
    """
    Import the plugin and return its function for each of its hooks.

    Raises:
        PluginError: it can't be imported, or its functions are not those that its manifest and the hooks ask for.
    """
    with blame(plugin.name, f"import {plugin.module}"):
        module = plugin.load(plugin.module)
    found = _marked(plugin, module)
    listed = plugin.manifest.hooks if plugin.manifest else ()
    for hook in found:
        if hook not in HOOKS:
            near = nearest(hook, HOOKS)
            raise PluginError("host.unknown_hook", plugin=plugin.name, hook=hook, nearest=near)
        if hook not in listed:
            raise PluginError("host.not_listed", plugin=plugin.name, hook=hook)
    for hook in listed:
        if hook not in found:
            raise PluginError("host.not_implemented", plugin=plugin.name, hook=hook, module=plugin.module)
    return found


def _marked(plugin: Plugin, module: object) -> dict[str, Implementation]:
    """Return the functions marked with `hookimpl`, by hook."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    with blame(plugin.name, f"import {plugin.module}"):
        try:
            manager.register(module, plugin.name)
        except pluggy.PluginValidationError as error:
            reason = " ".join(str(error).split())
            raise PluginError("host.bad_implementation", plugin=plugin.name, reason=reason) from error
    found: dict[str, Implementation] = {}
    for caller in manager.get_hookcallers(module) or ():
        for implementation in caller.get_hookimpls():
            if implementation.hookwrapper or implementation.wrapper:
                raise PluginError("host.wrapper", plugin=plugin.name, hook=caller.name)
            found[caller.name] = implementation.function
    return found
