"""
What can be seen to be wrong with a plugin once it is imported: its marked functions are compared with the specifications.
"""

from collections.abc import Callable, Collection, Mapping
from inspect import Parameter, signature

import pluggy

from patron.core import hookspecs
from patron.core.errors import PluginError
from patron.core.hookspecs import HOOKS, PROJECT
from patron.core.host.calls import blame
from patron.core.host.plugin import Plugin
from patron.core.names import listed, nearest

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


def refuse_arguments(plugin: str, hook: str, wanted: Collection[str], known: Collection[str]) -> None:
    """
    Refuse an implementation that asks for what its hook does not hand out.

    Args:
        plugin: the plugin's name.
        hook: the hook's name.
        wanted: the arguments without which the implementation can't be called.
        known: the arguments of the hook.

    Raises:
        PluginError: there is no such argument; the message names those there are.
    """
    for argument in wanted:
        if not known:
            raise PluginError("host.no_arguments", plugin=plugin, hook=hook, argument=argument)
        if argument not in known:
            near, every = nearest(argument, known), listed(known)
            raise PluginError("host.unknown_argument", plugin=plugin, hook=hook, argument=argument, nearest=near, known=every)


def _marked(plugin: Plugin, module: object) -> dict[str, Implementation]:
    """Return the functions marked with `hookimpl`, by hook."""
    manager = pluggy.PluginManager(PROJECT)
    found: dict[str, Implementation] = {}
    with blame(plugin.name, f"import {plugin.module}"):
        for name in dir(module):
            marks = manager.parse_hookimpl_opts(module, name)
            if marks is None:
                continue
            hook = marks["specname"] or name
            if marks["wrapper"] or marks["hookwrapper"]:
                raise PluginError("host.wrapper", plugin=plugin.name, hook=hook)
            function = getattr(module, name)
            if hook in HOOKS:
                refuse_arguments(plugin.name, hook, _required(function), _required(getattr(hookspecs, hook)))
            found[hook] = function
    return found


def _required(function: Implementation) -> list[str]:
    """Return the arguments without which a function can't be called."""
    several = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    arguments = signature(function).parameters.values()
    return [each.name for each in arguments if each.default is Parameter.empty and each.kind not in several]
