"""
A thorough look at plugins: import each, call every hook, and collect whatever is wrong.

Codes and commands that a plugin shares with others are looked for among all that are switched on, whichever plugins are asked
about; what else is wrong with those others is not said.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from patron.core.errors import PluginError
from patron.core.host.answers import ANSWERS, find_doubles, find_strangers
from patron.core.host.host import Host, Owned
from patron.core.host.plugin import Plugin

Answers = dict[str, list[Owned[Any]]]


def examine(host: Host, plugins: Sequence[Plugin], known: Mapping[str, Collection[str]]) -> Iterator[PluginError]:
    """
    Return every problem of the given plugins, and every code and command that one of them shares with any other.

    Args:
        host: the host.
        plugins: those that are asked about.
        known: list → its codes, of which plugins may name some.
    """
    asked, answers = {plugin.name for plugin in plugins}, {hook: list[Owned[Any]]() for hook in ANSWERS}
    for plugin in host.plugins:
        if plugin.name in asked:
            yield from _problems(host, plugin, answers)
        elif plugin.working:
            with suppress(PluginError):
                for hook in plugin.manifest.hooks if plugin.manifest else ():
                    answers[hook].extend(host.call(plugin, hook))
    yield from _command_doubles(host, asked)
    for hook in ANSWERS:
        yield from (one for one in find_strangers(hook, answers[hook], known) if one.details["plugin"] in asked)
        yield from (double for double in find_doubles(hook, answers[hook]) if asked & _both(double))


def _problems(host: Host, plugin: Plugin, answers: Answers) -> Iterator[PluginError]:
    """Return what is wrong with one plugin; what its hooks answered goes to *answers*."""
    if plugin.problem or not plugin.manifest:
        yield from [plugin.problem] if plugin.problem else []
        return
    try:
        host.load(plugin)
    except PluginError as problem:  # without its functions there is nothing to ask
        yield problem
        return
    for hook in plugin.manifest.hooks:
        try:
            answers[hook] += host.commands(plugin.name) if hook == "cli_commands" else host.call(plugin, hook)
        except PluginError as problem:
            yield problem


def _command_doubles(host: Host, asked: Collection[str]) -> Iterator[PluginError]:
    """
    Return commands shared between an asked plugin and another one, as far as that isn't the asked plugin's own problem already.

    Of two plugins that are switched on the later one was refused; one that is switched off has not been compared yet.
    """
    owners = {command: plugin.name for plugin in host.plugins if plugin.working for command in _commands(plugin)}
    for plugin in host.plugins:
        problem = plugin.problem
        if problem and problem.key == "host.duplicate_command" and plugin.name not in asked and problem.details["other"] in asked:
            yield problem
        for command in _commands(plugin) if plugin.name in asked and not plugin.enabled and not problem else ():
            if command in owners:
                yield PluginError("host.duplicate_command", plugin=plugin.name, other=owners[command], code=command)


def _commands(plugin: Plugin) -> Collection[str]:
    return plugin.manifest.commands if plugin.manifest else ()


def _both(double: PluginError) -> set[object]:
    return {double.details["plugin"], double.details["other"]}
