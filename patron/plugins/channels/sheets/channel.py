"""
Reading lists: a row is an envelope, its columns known as `patron import` knows them, or as the connection says.

A list comes as it is, packed by gzip, or attached to a mail. Two channels, so that a connection says what it takes: text or
workbooks. What the bytes are says which of both a list is, and each sends the other's back, naming it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from typing import Any

from patron import Channel, ChannelOption, Connection, Delivery, Envelope, OptionKind, Unreadable, with_broken
from patron.core.config.sheets import ImportSettings
from patron.core.exchange.enveloping import ASKED_BY, KEYS_OF, SheetReading, envelopes_of_sheet
from patron.core.exchange.mapping import Wishes
from patron.core.exchange.source import SourceOptions

_NOUNS = {"leads": "lead", "interactions": "interaction"}
_ENDS = (".csv", ".tsv", ".txt", ".csv.gz", ".xlsx")
_MAIL = "message/rfc822"
_WORDS = ("total_words", "note_words")
MOST_BYTES = 16 * 2**20
_ZIP = b"PK\x03\x04"
"""How a workbook begins, which is a zip archive."""


def parse_text(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every row of a list as text.

    Raises:
        Unreadable: it is no list, or none of which a row can be read; a mail has none with it; it is a workbook.
    """
    # Whoever attached both to one mail meant both, and rows that are in both come in once.
    lists = list(_lists(delivery))
    if all(body.startswith(_ZIP) for _, body in lists):
        raise Unreadable("reason.a_workbook", foreign=True)
    return _envelopes(lists, delivery, connection)


def parse_workbook(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every row of a workbook.

    Raises:
        Unreadable: as `parse_text()`; it is text.
    """
    lists = list(_lists(delivery))
    if not any(body.startswith(_ZIP) for _, body in lists):
        raise Unreadable("reason.a_text", foreign=True)
    return _envelopes(lists, delivery, connection)


def _envelopes(lists: Sequence[tuple[str, bytes]], delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    options = dict(connection.options)
    reading = SheetReading(
        noun=_NOUNS[options.get("rows") or "leads"],
        wishes=Wishes(columns=_texts(options.get("columns")), constants=_texts(options.get("set"))),
        options=SourceOptions(**_said(options, "encoding", "delimiter", "sheet", "header_row")),
        asides=ImportSettings(**_said(options, *_WORDS)),
        system=options.get("system"),
        keys_of=delivery.headers.get(KEYS_OF) if connection.name == ASKED_BY and not delivery.method else None,
        zone=connection.zone,
    )
    found = [one for name, body in lists for one in envelopes_of_sheet(body, name, reading)]
    once = list({one.key: one for one in reversed(found)}.values())[::-1]
    return with_broken((one for one in once if not one.broken), (one for one in once if one.broken))


def _lists(delivery: Delivery) -> Iterator[tuple[str, bytes]]:
    if delivery.content_type.partition(";")[0].strip().lower() != _MAIL:
        yield delivery.name, delivery.body
        return
    message = message_from_bytes(delivery.body, policy=policy.default)
    attached = [(part.get_filename() or "", part.get_payload(decode=True)) for part in message.walk()]
    lists = [(name, body) for name, body in attached if name.lower().endswith(_ENDS) and isinstance(body, bytes)]
    if not lists:
        raise Unreadable("reason.no_list")
    yield from lists


def _said(options: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return what a connection says, in place of the defaults."""
    said = {name: options[name] for name in names if options.get(name) is not None}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def _texts(table: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (table or {}).items()}


def _channel(code: str, parse: Callable[[Delivery, Connection], Sequence[Envelope]], *options: ChannelOption) -> Channel:
    return Channel(
        code=code,
        source="market_event",
        contact="visit",
        parse=parse,
        options=(
            ChannelOption(name="rows", default="leads", choices=tuple(_NOUNS)),
            ChannelOption(name="columns", kind=OptionKind.TABLE),
            ChannelOption(name="set", kind=OptionKind.TABLE),
            ChannelOption(name="system"),
            ChannelOption(name="header_row", kind=OptionKind.INTEGER, least=1),
            *(ChannelOption(name=name, kind=OptionKind.TEXTS) for name in _WORDS),
            *options,
        ),
        transports=("file", "http", "mail"),
        most_bytes=MOST_BYTES,
        joins=False,
    )


CHANNELS = (
    _channel("csv", parse_text, ChannelOption(name="encoding"), ChannelOption(name="delimiter")),
    _channel("xlsx", parse_workbook, ChannelOption(name="sheet")),
)
