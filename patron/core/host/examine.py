"""
A thorough look at plugins: import each, call every hook, and collect whatever is wrong.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from patron.core.errors import PluginError
from patron.core.host.answers import ANSWERS, find_doubles
from patron.core.host.host import Host, Owned
from patron.core.host.plugin import Plugin


def examine(host: Host, plugins: Sequence[Plugin]) -> Iterator[PluginError]:
    """Return every problem of the given plugins, and every code that two of them share."""
    answers: dict[str, list[Owned[Any]]] = {hook: [] for hook in ANSWERS}
    for plugin in plugins:
        for hook in plugin.manifest.hooks if plugin.manifest and not plugin.problem else ("",):
            try:
                owned = host.commands(plugin.name) if hook == "cli_commands" else host.call(plugin, hook)
            except PluginError as problem:
                yield problem
                if problem.key != "host.failed":
                    break  # one refusal of the whole plugin is enough
            else:
                answers.setdefault(hook, []).extend(owned)
    for hook in ANSWERS:
        yield from find_doubles(hook, answers[hook])
