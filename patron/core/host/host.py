"""
The host itself: the plugins in order, and one typed method for each hook.
"""

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from patron.core.config import Settings
from patron.core.errors import PluginError, UsageError
from patron.core.host.answers import ANSWERS, bad_codes, find_doubles, in_order, is_expected
from patron.core.host.cache import ManifestCache, cache_file
from patron.core.host.calls import HookCall, Trace, blame
from patron.core.host.checks import refuse_command_doubles, refuse_faulty
from patron.core.host.discovery import find_plugins
from patron.core.host.plugin import Plugin
from patron.core.host.selection import select
from patron.core.i18n import Catalogue
from patron.core.names import ALIKE, nearest, shorten

if TYPE_CHECKING:
    from patron.core.records import Alert, Channel, FactView, LeadAssigner, Renderer, ReportSection, ScoreFactor

Item = TypeVar("Item")


class Owned(NamedTuple, Generic[Item]):
    """
    Something that a hook returned.

    Attributes:
        plugin: the name of the plugin it comes from.
        item: the record.
        catalogue: the plugin's words, which fall back to those of the core.
    """

    plugin: str
    item: Item
    catalogue: Catalogue


class Host:
    """
    Knows the plugins and calls their hooks.

    Args:
        plugins: all of them, in order, switched off and refused ones included.
        trace: is told of every hook call.
        elapsed: a monotonic count of seconds, for the trace.
    """

    def __init__(
        self, plugins: Sequence[Plugin] = (), *, trace: Trace | None = None, elapsed: Callable[[], float] = time.perf_counter
    ) -> None:
        self.plugins = tuple(plugins)
        self._trace = trace
        self._elapsed = elapsed
        self._loaded: dict[str, Mapping[str, Callable[[], object]]] = {}
        self._answers: dict[tuple[str, str], tuple[Owned[Any], ...]] = {}
        self._catalogues = {plugin.name: plugin.catalogue() for plugin in self.plugins}

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        safe_mode: bool = False,
        reserved: Collection[str] = (),
        trace: Trace | None = None,
        elapsed: Callable[[], float] = time.perf_counter,
        environ: Mapping[str, str] | None = None,
    ) -> "Host":
        """
        Find the installed plugins, check their manifests and put them in order. None is imported.

        Args:
            settings: `[plugins]` says which are used, and in which order.
            safe_mode: leave only built-in plugins on.
            reserved: commands that no plugin can take.
            trace: is told of every hook call.
            elapsed: a monotonic count of seconds, for the trace.
            environ: the environment; that of the process by default.

        Raises:
            ConfigurationError: `[plugins]` names a plugin that is not installed.
        """
        found = find_plugins(ManifestCache(cache_file(os.environ if environ is None else environ)))
        chosen = select(refuse_faulty(found), settings, safe_mode)
        return cls(refuse_command_doubles(chosen, reserved), trace=trace, elapsed=elapsed)

    def plugin(self, name: str) -> Plugin:
        """
        Return a plugin by name, whatever its state.

        Raises:
            UsageError: there is none of that name.
        """
        for plugin in self.plugins:
            if plugin.name == name:
                return plugin
        known = [plugin.name for plugin in self.plugins]
        near = nearest(name, known, cutoff=ALIKE)
        key = "host.no_such_plugin_near" if near else "host.no_such_plugin"
        raise UsageError(key, name=shorten(name), nearest=near, known=", ".join(known))

    def catalogue(self, plugin: str) -> Catalogue | None:
        """Return the words of a plugin, whatever its state; None where there is none of that name."""
        return self._catalogues.get(plugin)

    def problems(self) -> tuple[PluginError, ...]:
        """Return what is wrong with plugins that are switched on, as far as their manifests show."""
        return tuple(plugin.problem for plugin in self.plugins if plugin.enabled and plugin.problem is not None)

    def switched_off(self, hook: str) -> tuple[str, ...]:
        """Return the names of the plugins that would answer a hook, were they switched on."""
        plugins = (plugin for plugin in self.plugins if plugin.manifest and not plugin.enabled)
        return tuple(plugin.name for plugin in plugins if plugin.manifest and hook in plugin.manifest.hooks)

    def require_sound(self) -> None:
        """
        Refuse to go on with a refused plugin: a job whose plugin is silently missing gives wrong results.

        Raises:
            PluginError: the first problem.
        """
        for problem in self.problems():
            raise problem

    def score_factors(self) -> "tuple[Owned[ScoreFactor], ...]":
        """Return the score factors in the order of plugins, then as returned."""
        return self._all("score_factors")

    def fact_views(self) -> "tuple[Owned[FactView], ...]":
        """
        Return the fact views of plugins, in the order of plugins, then as returned.

        Raises:
            PluginError: a plugin publishes others than its manifest lists.
        """
        views = self._all("fact_views")
        for plugin in self.plugins:
            if plugin.working and plugin.manifest is not None:
                published = {owned.item.name for owned in views if owned.plugin == plugin.name}
                for name in sorted(published.symmetric_difference(plugin.manifest.views)):
                    raise PluginError("host.view_not_listed", plugin=plugin.name, code=name)
        return views

    def publisher_of(self, view: str) -> str | None:
        """Return the name of an installed plugin whose manifest lists a fact view, if there is one; switched off, most likely."""
        listing = (plugin.name for plugin in self.plugins if plugin.manifest is not None and view in plugin.manifest.views)
        return next(listing, None)

    def report_sections(self) -> "tuple[Owned[ReportSection], ...]":
        """Return the report sections by `order`, then in the order of plugins, then as returned."""
        return self._all("report_sections")

    def alerts(self) -> "tuple[Owned[Alert], ...]":
        """Return the alerts in the order of plugins, then as returned."""
        return self._all("alerts")

    def document_renderers(self) -> "tuple[Owned[Renderer], ...]":
        """Return the renderers by code."""
        return self._all("document_renderers")

    def channels(self) -> "tuple[Owned[Channel], ...]":
        """Return the channels by code."""
        return self._all("channels")

    def lead_assigners(self) -> "tuple[Owned[LeadAssigner], ...]":
        """Return the assigners of leads by `order`, then in the order of plugins, then as returned."""
        return self._all("lead_assigners")

    def commands(self, plugin: str) -> tuple[Owned[Any], ...]:
        """
        Return the commands of one plugin, `click.Command`s, by name.

        Raises:
            PluginError: they are not those that its manifest lists.
        """
        owner = self.plugin(plugin)
        commands = self.call(owner, "cli_commands")
        listed = set(owner.manifest.commands) if owner.manifest else set()
        names = [owned.item.name for owned in commands]
        for name in names:
            if name not in listed or names.count(name) > 1:
                raise PluginError("host.command_not_listed", plugin=plugin, code=name)
        for name in sorted(listed.difference(names)):
            raise PluginError("host.command_not_returned", plugin=plugin, code=name)
        return in_order("cli_commands", commands)

    def blame(self, plugin: str, what: str) -> AbstractContextManager[None]:
        """Return a context that turns whatever is raised inside into an error that names the plugin; see `blame()`."""
        return blame(plugin, what)

    def call(self, plugin: Plugin, hook: str) -> tuple[Owned[Any], ...]:
        """
        Call one hook of one plugin, once in a process; without the plugin implementing it there is no answer.

        Raises:
            PluginError: the plugin was refused, can't be imported, failed, or returned something else than it should.
        """
        if plugin.problem is not None:
            raise plugin.problem
        if plugin.manifest is None or hook not in plugin.manifest.hooks:
            return ()
        key = plugin.name, hook
        if key not in self._answers:
            self._answers[key] = self._ask(plugin, hook)
        return self._answers[key]

    def load(self, plugin: Plugin) -> Mapping[str, Callable[[], object]]:
        """
        Import a plugin, once in a process, and return its function for each of its hooks.

        Raises:
            PluginError: it can't be imported, or its functions are not those that its manifest and the hooks ask for.
        """
        from patron.core.host.verify import implementations  # pluggy is loaded with the first call, not with every start

        if plugin.name not in self._loaded:
            self._loaded[plugin.name] = implementations(plugin)
        return self._loaded[plugin.name]

    def _all(self, hook: str) -> tuple[Owned[Any], ...]:
        answers = [owned for plugin in self.plugins if plugin.working for owned in self.call(plugin, hook)]
        for problem in find_doubles(hook, answers):
            raise problem
        return in_order(hook, answers)

    def _ask(self, plugin: Plugin, hook: str) -> tuple[Owned[Any], ...]:
        start = self._elapsed()
        function = self.load(plugin)[hook]
        with blame(plugin.name, hook):
            answer = function()
            items = _items(plugin, hook, answer)
        if self._trace is not None:
            milliseconds = (self._elapsed() - start) * 1000
            self._trace(HookCall(plugin=plugin.name, hook=hook, results=len(items), milliseconds=milliseconds))
        return tuple(Owned(plugin.name, item, self._catalogues[plugin.name]) for item in items)


def _items(plugin: Plugin, hook: str, answer: object) -> tuple[Any, ...]:
    """Return the answer's items where they are what the hook asks for; they are drawn here, so that a generator is blamed."""
    if isinstance(answer, str | bytes | Mapping) or not hasattr(answer, "__iter__"):
        raise PluginError("host.not_a_sequence", plugin=plugin.name, hook=hook, got=type(answer).__name__)
    items = tuple(answer)
    for item in items:
        if not is_expected(hook, item):
            got, kind = _class_name(item), ANSWERS[hook].record
            raise PluginError("host.wrong_item", plugin=plugin.name, hook=hook, got=got, expected=kind)
        for kind, code in bad_codes(hook, item):
            raise PluginError(f"host.bad_{kind}", plugin=plugin.name, code=shorten(code))
    return items


def _class_name(item: object) -> str:
    """Return the class with its module, since another class may have the name of ours."""
    kind = type(item)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
