"""
What each hook is answered with: the table from which answers are checked, compared over plugins, and put in order.

A new hook is a specification in `hookspecs`, a line here, and a typed method of the host.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from patron.core.errors import PluginError
from patron.core.names import listed, shorten

if TYPE_CHECKING:
    from patron.core.host.host import Owned


TRANSPORTS = ("file", "http", "mail", "poll")
"""How deliveries come to a channel."""


def _no_codes(_: Any) -> Iterator[tuple[str, Any]]:
    yield from ()


def _as_returned(_: Any) -> int:
    return 0


def _no_choices(_: Any) -> Iterator[tuple[str, Any, str]]:
    yield from ()


class Answer(NamedTuple):
    """
    What one hook is answered with.

    Attributes:
        record: the class of the items, by name: one of `patron.core.records`, or with its module one that the core doesn't know.
        codes: names what must be unique of an item over all plugins, as (kind, code); `host.duplicate_KIND` is the complaint, and
            `host.bad_KIND` that about a code that is none.
        order: what items are sorted by; equal ones stay in the order of plugins, then as returned.
        choices: names what must be one of a list, as (attribute, value, list).
    """

    record: str
    codes: Callable[[Any], Iterable[tuple[str, Any]]] = _no_codes
    order: Callable[[Any], Any] = _as_returned
    choices: Callable[[Any], Iterable[tuple[str, Any, str]]] = _no_choices


def _factor_codes(factor: Any) -> Iterator[tuple[str, Any]]:
    yield "factor", factor.code
    yield from (("column", column.name) for column in factor.columns)


def _section_codes(section: Any) -> Iterator[tuple[str, Any]]:
    yield "section", f"{section.report}.{section.code}"


def _alert_codes(alert: Any) -> Iterator[tuple[str, Any]]:
    yield "alert", alert.code


def _view_codes(view: Any) -> Iterator[tuple[str, Any]]:
    yield "view", view.name


def _channel_codes(channel: Any) -> Iterator[tuple[str, Any]]:
    yield "channel", channel.code


def _channel_choices(channel: Any) -> Iterator[tuple[str, Any, str]]:
    yield "source", channel.source, "source"
    yield "contact", channel.contact, "contact_channel"
    yield from (("transports", transport, "transport") for transport in channel.transports or ())


def _assigner_codes(assigner: Any) -> Iterator[tuple[str, Any]]:
    yield "assigner", assigner.code


def _renderer_codes(renderer: Any) -> Iterator[tuple[str, Any]]:
    yield "renderer", renderer.code
    yield from (("suffix", suffix) for suffix in renderer.suffixes)


ANSWERS: Mapping[str, Answer] = {
    # Which commands there are is in the manifests, and doubles are refused there.
    "cli_commands": Answer("click.Command", order=lambda command: command.name),
    "score_factors": Answer("ScoreFactor", _factor_codes),
    "fact_views": Answer("FactView", _view_codes),
    "report_sections": Answer("ReportSection", _section_codes, lambda section: section.order),
    "alerts": Answer("Alert", _alert_codes),
    "document_renderers": Answer("Renderer", _renderer_codes, lambda renderer: renderer.code),
    "channels": Answer("Channel", _channel_codes, lambda channel: channel.code, _channel_choices),
    "lead_assigners": Answer("LeadAssigner", _assigner_codes, lambda assigner: assigner.order),
}


_WORD = r"[a-z][a-z0-9_]*"

_FORMS = {
    "factor": _WORD,
    "column": _WORD,
    "section": rf"{_WORD}\.{_WORD}",
    "view": _WORD,
    "alert": _WORD,
    "renderer": _WORD,
    "channel": _WORD,
    "assigner": _WORD,
    "suffix": r"(\.[a-z0-9]+)+",
}
"""What codes look like, as regular expressions: they are typed in commands, configuration, expressions and file names."""


def bad_codes(hook: str, item: object) -> Iterator[tuple[str, Any]]:
    """Return the codes of an item that can't be codes, each with its kind."""
    for kind, code in ANSWERS[hook].codes(item):
        if not isinstance(code, str) or not re.fullmatch(_FORMS[kind], code):
            yield kind, code


def is_expected(hook: str, item: object) -> bool:
    """Say whether an item is what the hook asks for, as far as the core knows its class."""
    record = ANSWERS[hook].record
    if "." in record:
        return isinstance(getattr(item, "name", None), str)  # the command line, which knows click, looks closer
    from patron.core import records  # loads numpy and pyarrow, as every plugin with such a hook has

    return isinstance(item, getattr(records, record))


def find_doubles(hook: str, owned: "Sequence[Owned[Any]]") -> Iterator[PluginError]:
    """Return an error for each code that an earlier item has too; it names both plugins."""
    owners: dict[tuple[str, str], str] = {}
    for one in owned:
        for kind, code in ANSWERS[hook].codes(one.item):
            if (kind, code) in owners:
                yield PluginError(f"host.duplicate_{kind}", plugin=one.plugin, other=owners[kind, code], code=code)
            owners.setdefault((kind, code), one.plugin)


def find_strangers(hook: str, owned: "Iterable[Owned[Any]]", known: Mapping[str, Collection[str]]) -> Iterator[PluginError]:
    """Return an error for each value that is none of its list; *known* are the codes of the lists that a house has."""
    lists = {**known, "transport": TRANSPORTS}
    for one in owned:
        for name, value, kind in ANSWERS[hook].choices(one.item):
            if kind in lists and value not in tuple(lists[kind]):
                yield PluginError(
                    "host.no_choice",
                    plugin=one.plugin,
                    hook=hook,
                    code=one.item.code,
                    name=name,
                    got=shorten(value),
                    known=listed(lists[kind], most=60),
                )


def in_order(hook: str, owned: "Iterable[Owned[Any]]") -> "tuple[Owned[Any], ...]":
    """Return the items in the order of the hook."""
    return tuple(sorted(owned, key=lambda one: ANSWERS[hook].order(one.item)))
