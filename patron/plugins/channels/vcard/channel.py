"""
Reading business cards: vCard 2.1, 3.0 and 4.0, as phones, scanners and mail programs write them.

Nothing that a card points at is fetched, and pictures in it are passed over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron import (
    Channel,
    Connection,
    Delivery,
    Envelope,
    Reason,
    Unreadable,
    broken_envelope,
    envelope_of,
    key_of_parts,
    read_text,
    read_time,
    with_broken,
)
from patron.plugins.channels.vcard.lines import lines_of
from patron.plugins.channels.vcard.saying import is_group, said_by
from patron.plugins.channels.vcard.writing import render

_BEGIN = re.compile(r"^(?=BEGIN:VCARD)", re.IGNORECASE | re.MULTILINE)
_AGENT = re.compile(r"^AGENT[^\n]*\s*\Z", re.IGNORECASE | re.MULTILINE)
_TELLING = ("name", "tel", "email", "qq", "wechat")


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every card that says who it is; of several versions of a card for the newest. A group is nobody.

    Raises:
        Unreadable: there is no card, or none that can be read.
    """
    text = read_text(delivery.body).replace("\r\n", "\n").replace("\r", "\n")
    if not _BEGIN.search(text):
        raise Unreadable("reason.no_card")
    pieces = list(_pieces(text))
    broken: list[Envelope] = []
    told: dict[str, Mapping[str, Any]] = {}
    groups: list[Envelope] = []
    for line, piece in pieces:
        try:
            lines = lines_of(piece)
            said = said_by(lines)
        except Unreadable:
            if len(pieces) < 2:
                raise
            broken.append(broken_envelope(Reason("reason.broken_at", line=line), piece))
            continue
        if is_group(lines):
            reason = Reason("reason.group", line=line, name=said["name"])
            groups.append(Envelope(key=f"group:{key_of_parts(piece)}", aside=reason))
            continue
        name = said["native_id"] or said["key"]
        if any(said.get(one) for one in _TELLING) and (name not in told or told[name]["rev"] <= said["rev"]):
            told[name] = said
    return with_broken([*(_envelope(one, connection.zone) for one in told.values()), *groups], broken)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield the cards of a file, each with the number of its first line; a card inside of another belongs to it."""
    begun, pending = 1, ""
    line = 1
    for piece in _BEGIN.split(text):
        if _AGENT.search(pending[-200:]):
            pending += piece
        else:
            if pending.strip():
                yield begun, pending
            begun, pending = line, piece
        line += piece.count("\n")
    if pending.strip():
        yield begun, pending


def _envelope(said: Mapping[str, Any], zone: str) -> Envelope:
    known = {name: value for name, value in said.items() if name not in {"remarks", "rev", "revision"}}
    return attrs.evolve(envelope_of(known, zone), remarks=said["remarks"], revised_at=_time(said["revision"], zone))


def _time(written: str, zone: str) -> datetime | None:
    """Return when a card was revised, in whatever form of ISO 8601; None for what is no time."""
    try:
        at = datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return read_time(written, zone)


CHANNEL = Channel(
    code="vcard",
    source="market_event",
    contact="visit",
    parse=parse,
    render=render,
    transports=("file",),
    most_bytes=8 * 2**20,
)
