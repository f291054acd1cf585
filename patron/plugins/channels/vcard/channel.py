"""
Reading business cards: vCard 2.1, 3.0 and 4.0, as phones, scanners and mail programs write them.

Nothing that a card points at is fetched, and pictures in it are passed over.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from patron import (
    Channel,
    Connection,
    Delivery,
    Envelope,
    Reason,
    Unreadable,
    as_text,
    broken_envelope,
    envelope_of,
    full_name,
    key_of_parts,
    read_text,
    with_broken,
)
from patron.plugins.channels.vcard.writing import render

_NO_PHONES = frozenset({"fax", "pager", "modem", "bbs"})
_BEGIN = re.compile(r"^(?=BEGIN:VCARD)", re.IGNORECASE | re.MULTILINE)
_AGENT = re.compile(r"^AGENT[^\n]*\s*\Z", re.IGNORECASE | re.MULTILINE)
_REMARKS = ("org", "url", "categories")


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every card that says who it is.

    Raises:
        Unreadable: there is no card, or none that can be read.
    """
    text = read_text(delivery.body)
    broken: list[Envelope] = []
    try:
        said = _cards(text)
    except Unreadable as error:
        said = _one_by_one(text, broken, error)
    told = {one["key"]: one for one in said if any(one.get(name) for name in ("name", "tel", "email"))}
    return with_broken((envelope_of(one, connection.zone) for one in told.values()), broken)


def _one_by_one(text: str, broken: list[Envelope], problem: Unreadable) -> list[Mapping[str, Any]]:
    """Return what the cards of a file say of which some are broken; those are taken up alone."""
    said: list[Mapping[str, Any]] = []
    pieces: list[tuple[int, str]] = []
    line = 1
    for piece in _BEGIN.split(text):
        if pieces and _AGENT.search(pieces[-1][1]):
            # A card inside of another belongs to it.
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + piece)
        elif piece.strip():
            pieces.append((line, piece))
        line += piece.count("\n")
    if len(pieces) < 2 or problem.reason == "reason.extra":
        raise problem
    for number, piece in pieces:
        try:
            said += _cards(piece)
        except Unreadable:
            broken.append(broken_envelope(Reason("reason.broken_at", line=number), piece))
    return said


def _cards(text: str) -> list[Mapping[str, Any]]:
    """Return what the cards of a text say; all of them can be read."""
    try:
        import vobject
    except ImportError as error:
        raise Unreadable("reason.extra") from error
    try:
        found = list(vobject.readComponents(io.StringIO(text), allowQP=True))
    except Exception as error:  # the library raises whatever comes to it
        raise Unreadable("reason.broken_card") from error
    cards = [card for card in found if getattr(card, "name", "").upper() == "VCARD"]
    if not cards:
        raise Unreadable("reason.no_card")
    try:
        return [_said(card) for card in cards]
    except Exception as error:  # values that the library read into something else
        raise Unreadable("reason.odd_card") from error


def _said(card: Any) -> Mapping[str, Any]:
    contents: Mapping[str, Sequence[Any]] = card.contents
    name = _first(contents, "fn")
    if not name and (parts := contents.get("n")):
        value = parts[0].value
        name = full_name(as_text(getattr(value, "given", "")), as_text(getattr(value, "family", "")))
    number = _first(contents, "uid")
    said: dict[str, Any] = {
        "name": name,
        "tel": [text.removeprefix("tel:").partition(";")[0] for text in _telling(contents.get("tel", ()))],
        "email": [text.removeprefix("mailto:") for text in _telling(contents.get("email", ()))],
        "position": _first(contents, "title"),
        "note": _first(contents, "note"),
        "address": ", ".join(_lines(contents.get("adr", ()))),
    }
    said |= {label.upper(): _first(contents, label) for label in _REMARKS}
    digest = key_of_parts(repr(sorted(said.items())))
    said["native_id"] = number
    said["key"] = f"{number} {_first(contents, 'rev')}".strip() if number else f"digest:{digest}"
    return said


def _telling(lines: Sequence[Any]) -> Iterator[str]:
    """Yield the values of lines, the preferred first, without those of machines."""

    def marks(line: Any) -> set[str]:
        named = [
            one for values in (line.params.get("TYPE", []), line.singletonparams) for value in values for one in value.split(",")
        ]
        return {one.strip('" ').lower() for one in named} | ({"pref"} if line.params.get("PREF") == ["1"] else set())

    for line in sorted(lines, key=lambda one: "pref" not in marks(one)):
        text = as_text(line.value) if isinstance(line.value, str) else ""
        if text and not marks(line) & _NO_PHONES:
            yield text


def _first(contents: Mapping[str, Sequence[Any]], name: str) -> str:
    """Return the first value of a property as text; empty where there is none, or one of bytes."""
    for line in contents.get(name, ()):
        value = line.value
        if isinstance(value, list):
            value = ", ".join(one for one in value if isinstance(one, str) and one)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _lines(addresses: Sequence[Any]) -> Iterator[str]:
    if addresses:
        value = addresses[0].value
        parts = (getattr(value, name, "") for name in ("box", "extended", "street", "city", "region", "code", "country"))
        yield from filter(None, (as_text(one) for one in parts))


CHANNEL = Channel(
    code="vcard",
    source="market_event",
    contact="visit",
    parse=parse,
    render=render,
    transports=("file",),
    most_bytes=8 * 2**20,
)
