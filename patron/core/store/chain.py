"""
The chain of the history: each change proves those before it.

`digest` of a change is SHA-256 over the digest before it and everything the change says; old, new and the reason enter as
`commitment`, a salted SHA-256 of their own, so that an erasure can take them and their salt away and leave the chain whole. A cut
tail is found by an anchor: sequence and digest of the head, kept somewhere else.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from patron.core.store.kinds import EPOCH, MICROSECOND

GENESIS = bytes(32)
"""The digest before the first change."""


_to_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def encode(value: object) -> str | None:
    """Return a value of a field as typed JSON text, one text a value; None for none."""
    if value is None or value == ():
        return None
    return _to_text(_typed(value))


def decode(text: str | None) -> object:
    """Return the value of typed JSON text."""
    return None if text is None else _untyped(json.loads(text))


def commitment_of(salt: bytes, old: str | None, new: str | None, reason: str | None) -> bytes:
    """Return the digest that stands for what may have to be erased: the values, and the reason in somebody's words."""
    digest = hashlib.sha256(salt)
    for part in (old, new, reason):
        raw = b"" if part is None else part.encode()
        digest.update(b"-" if part is None else len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.digest()


def digest_of(before: bytes, row: Mapping[str, Any]) -> bytes:
    """Return the digest of a change behind the digest *before*; *row* has its columns."""
    said = (
        row["sequence"],
        row["noun"],
        row["subject_id"],
        row["field"],
        (row["effective_at"] - EPOCH) // MICROSECOND,
        (row["recorded_at"] - EPOCH) // MICROSECOND,
        row["actor_id"],
        row["actor_kind"],
        row["actor_name"],
        row["cause"],
        row["batch_id"],
    )
    text = _to_text(said)
    return hashlib.sha256(b"".join((before, row["commitment"], text.encode()))).digest()


def _typed(value: object) -> object:
    if isinstance(value, datetime):
        return {"instant": (value - EPOCH) // MICROSECOND}
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
