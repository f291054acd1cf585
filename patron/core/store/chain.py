"""
The chain of the history: each change proves those before it.

`digest` of a change is SHA-256 over the digest before it and everything the change says; old, new and the reason enter as
`commitment`, a salted SHA-256 of their own, so that an erasure can take them and their salt away and leave the chain whole. A cut
tail is found by an anchor: sequence and digest of the head, kept somewhere else.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from types import MappingProxyType
from typing import Any

from patron.core.store.kinds import EPOCH, MICROSECOND

GENESIS = bytes(32)
"""The digest before the first change."""


_to_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def encode(value: object) -> str | None:
    """Return a value of a field as typed JSON text, one text a value; None for none."""
    if value is None or value == ():
        return None
    quick = _QUICK.get(type(value))
    return _to_text(_typed(value)) if quick is None else quick(value)


def decode(text: str | None) -> object:
    """Return the value of typed JSON text."""
    return None if text is None else _untyped(json.loads(text))


def commitment_of(salt: bytes, old: str | None, new: str | None, reason: str | None) -> bytes:
    """Return the digest that stands for what may have to be erased: the values, and the reason in somebody's words."""
    return hashlib.sha256(b"".join((salt, framed(old), framed(new), framed(reason)))).digest()


def framed(part: str | None) -> bytes:
    """Return one of the parts of a commitment, so that no two lists of parts are the same bytes."""
    if part is None:
        return b"-"
    raw = part.encode()
    return len(raw).to_bytes(8, "big") + raw


def digest_of(before: bytes, row: Mapping[str, Any]) -> bytes:
    """Return the digest of a change behind the digest *before*; *row* has its columns."""
    said = [row[name] for name in _SAID]
    said[_EFFECTIVE], said[_RECORDED] = microseconds(said[_EFFECTIVE]), microseconds(said[_RECORDED])
    return link(before, row["commitment"], said)


def link(before: bytes, commitment: bytes, said: Sequence[Any]) -> bytes:
    """Return the digest of a change of which *said* has the values of `_SAID`, times in microseconds."""
    sequence, noun, subject_id, field, effective_at, recorded_at, *others = said
    text = f"[{sequence},{word(noun)},{subject_id},{word(field)},{effective_at},{recorded_at},{words(others)}]"
    return hashlib.sha256(b"".join((before, commitment, text.encode()))).digest()


def words(values: Iterable[str | int | None]) -> str:
    """Return what many changes have in common as it stands in each of their digests."""
    return ",".join(map(word, values))


def microseconds(at: datetime) -> int:
    """Return a time as the history counts it: microseconds since 1970 in UTC."""
    return (at - EPOCH) // MICROSECOND


_SAID = (
    *("sequence", "noun", "subject_id", "field", "effective_at", "recorded_at"),
    *("actor_id", "actor_kind", "actor_name", "cause", "batch_id"),
)
_EFFECTIVE, _RECORDED = _SAID.index("effective_at"), _SAID.index("recorded_at")


@lru_cache(maxsize=4_096, typed=True)
def word(value: str | int | None) -> str:
    """Return one of the few names and numbers that most changes have in common as JSON."""
    return _to_text(value)


_QUICK: Mapping[type, Callable[[Any], str]] = MappingProxyType({str: encode_basestring, int: int.__repr__})
"""Type → what writes values of it as JSON; other types take longer."""


def _typed(value: object) -> object:
    if isinstance(value, datetime):
        return {"instant": microseconds(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": format(value.normalize(), "f")}
    return list(value) if isinstance(value, tuple) else value


def _untyped(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        if kind == "instant":
            return EPOCH + content * MICROSECOND
        return date.fromisoformat(content) if kind == "day" else Decimal(content)
    return value
