"""
Reading call records: every call with somebody outside becomes an envelope, however many records a transfer made of it.

A call counts as a contact where somebody answered and spoke long enough; one that rang in vain is told and counts for nothing.
Which line of ours it was on says whose call it was, where the connection knows the people at the lines. A recording is known by
its address alone.

Records are written as each leg ends, so a file may end within a call. An envelope is named by the legs that it knows of, and the
call by its own number: what a later file knows more of it comes to the same call.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from patron import (
    Channel,
    ChannelOption,
    Connection,
    Contact,
    Delivery,
    Envelope,
    EnvelopeKind,
    OptionKind,
    Reason,
    Unreadable,
    broken_envelope,
    key_of_parts,
    read_sheet,
    read_time,
    with_broken,
)

COLUMNS = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata"),
    *("start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield"),
    *("linkedid", "peeraccount", "sequence"),
)
"""Of Asterisk's Master.csv, which has no head; the last four are there where it is told to write them."""
_LEAST = COLUMNS.index("uniqueid") + 1
_SIGNS = str.maketrans("", "", " -().")
_DEVICE = re.compile(r"[A-Za-z0-9_]+/(\d+)(?:[-@].*)?")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_AUDIO = "audio:"
_RESULTS = frozenset({"answered", "no_answer", "busy", "failed", "congestion"})


def parse(delivery: Delivery, connection: Connection) -> Sequence[Envelope]:
    """
    Return an envelope for every call with somebody outside.

    Raises:
        Unreadable: no line is a record of a call, or the head is none that is known.
    """
    columns = tuple(connection.options.get("columns") or COLUMNS)
    broken: list[Envelope] = []
    lines = read_sheet(delivery.body, broken)
    if not lines and not broken:
        raise Unreadable("reason.no_calls")
    calls: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for line, record in _records(lines, columns, broken):
        calls.setdefault(record.get("linkedid") or record["uniqueid"], []).append((line, record))
    found = []
    for number, records in calls.items():
        # Of a call with a record that is wrong nobody can tell how long it was.
        wrong = next(filter(None, (_wrong(line, record, connection.zone) for line, record in records)), "")
        if wrong:
            broken.append(broken_envelope(wrong, *(cell for _, record in records for cell in record.values())))
        else:
            found.append(_call(number, [record for _, record in records], connection))
    return with_broken(filter(None, found), broken)


def _records(
    lines: Sequence[tuple[int, Sequence[str]]], columns: Sequence[str], broken: list[Envelope]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the records with their lines; a line that is none is taken up alone, but for a head that nobody understands."""
    least = min(_LEAST, len(columns))
    for place, (number, cells) in enumerate(lines):
        if place == 0 and "disposition" in [cell.lower() for cell in cells]:
            columns = tuple(cell.lower() for cell in cells)
            least = len(columns)
            continue
        record = dict(zip(columns, cells, strict=False))
        if len(cells) >= least and record.get("uniqueid") and record.get("disposition"):
            yield number, record
        elif place == 0 and not any(sign.isdigit() for cell in cells for sign in cell):
            raise Unreadable(Reason("reason.no_columns", line=number))
        else:
            broken.append(broken_envelope(Reason("reason.no_call", line=number), *cells))


def _wrong(line: int, record: Mapping[str, str], zone: str) -> str:
    """Return what a record says that can't be, "" where all of it can."""
    if record.get("start") and read_time(record["start"], zone) is None:
        return Reason("reason.no_start", line=line, got=record["start"])
    if record.get("billsec") and not _WHOLE.fullmatch(record["billsec"]):
        return Reason("reason.no_seconds", line=line, got=record["billsec"])
    return ""


def _call(number: str, records: Sequence[Mapping[str, str]], connection: Connection) -> Envelope | None:
    longest = int(connection.options.get("internal") or 0)
    sides = [tuple(_outside(one.get(name, ""), longest) for name in ("src", "dst")) for one in records]
    # A leg between our own lines, as of a question before a call is passed on, is no word with who is outside.
    legs = [one for one, side in zip(records, sides, strict=True) if side != (None, None)]
    if not legs:
        return None
    caller, called = next(side for side in sides if side != (None, None))
    inbound = caller is not None
    person = caller if inbound else called
    fullest = max(legs, key=lambda one: _rank(one, connection))
    effective, seconds = _rank(fullest, connection)
    line = _line(fullest, connection, inbound=inbound)
    beside = {
        "phone_line": line,
        "user_id": str((connection.options.get("extensions") or {}).get(line, "")),
        "recording": _recording([one for one in legs if _is_answered(one)], connection),
    }
    starts = filter(None, (read_time(one.get("start"), connection.zone) for one in legs))
    return Envelope(
        key=f"{number}:{key_of_parts(*sorted({key_of_parts(*one.values()) for one in legs}))}",
        kind=EnvelopeKind.CALL,
        at=min(starts, default=None),
        contacts=(Contact(scheme="tel", written=person),) if person else (),
        interaction={
            "source_key": number,
            "direction": "in" if inbound else "out",
            "duration_seconds": seconds,
            "effective": effective,
            **{name: value for name, value in beside.items() if value},
        },
        remarks=tuple(map(_result, dict.fromkeys(one["disposition"] for one in legs))),
    )


def _result(written: str) -> str:
    """Return how a leg ended, in words where they are known."""
    code = written.lower().replace(" ", "_")
    return Reason(f"remark.{code}") if code in _RESULTS else written


def _is_answered(record: Mapping[str, str]) -> bool:
    return record["disposition"].upper() == "ANSWERED"


def _rank(record: Mapping[str, str], connection: Connection) -> tuple[bool, int]:
    """Return whether a leg counts as a contact, and how long somebody spoke."""
    seconds = _seconds(record.get("billsec", "")) if _is_answered(record) else 0
    return _is_answered(record) and seconds >= int(connection.options.get("seconds") or 0), seconds


def _outside(written: str, longest: int) -> str | None:
    """Return a number outside as it is dialled, empty for a caller who hides; None for one of our own lines, or none at all."""
    text = written.strip().lower().translate(_SIGNS)
    if text in {"anonymous", "unknown", "private", "restricted"}:
        return ""
    digits = text.removeprefix("+")
    return text if digits.isascii() and digits.isdigit() and len(digits) > longest else None


def _line(record: Mapping[str, str], connection: Connection, *, inbound: bool) -> str:
    """Return which of our lines a call was on: that of the device that spoke, else the extension; empty where nobody can tell."""
    device, number = ("dstchannel", "dst") if inbound else ("channel", "src")
    own = record.get(number, "").strip()
    if not inbound and _outside(own, int(connection.options.get("internal") or 0)) is None and own.isdigit():
        return own
    found = _DEVICE.fullmatch(record.get(device, "").strip())
    if found is not None:
        return found[1]
    return own if inbound and own.isdigit() else ""


def _recording(records: Sequence[Mapping[str, str]], connection: Connection) -> str:
    """Return the address of the first recording that records of a call name; a bare name is one of the connection's folder."""
    named = (one.get("recordingfile", "").strip() or _said(one.get("userfield", "")) for one in records)
    name = next(filter(None, named), "")
    folder = str(connection.options.get("recordings") or "")
    return name if not name or not folder or "://" in name else f"{folder.rstrip('/')}/{name.lstrip('/')}"


def _said(text: str) -> str:
    """Return the recording that a free field names, as some systems write it: `audio:call.wav`."""
    return text.strip().removeprefix(_AUDIO) if text.strip().startswith(_AUDIO) else ""


def _seconds(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 8 else 0


CHANNEL = Channel(
    code="cdr",
    source="phone",
    contact="phone",
    parse=parse,
    options=(
        ChannelOption(name="columns", kind=OptionKind.TEXTS),
        ChannelOption(name="seconds", kind=OptionKind.INTEGER, default=10, least=0),
        ChannelOption(name="internal", kind=OptionKind.INTEGER, default=6, least=0),
        ChannelOption(name="extensions", kind=OptionKind.TABLE),
        ChannelOption(name="recordings"),
    ),
    transports=("file",),
    most_bytes=16 * 2**20,
)
