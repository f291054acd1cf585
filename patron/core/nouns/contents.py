"""
Keys of rows that bring none, made of what a row says: the same by whatever way it comes.

What is understood counts, and not how it was written: neither the order of columns nor the format of the file, neither the
language of a code nor blanks tell two rows apart. Which system a row names doesn't either, for there is no number that it could
have given. Real data has rows that are equal to the last digit and all meant, so a key says how often its content has come up.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from patron.core.nouns.identity import Identity

ROW = "row:"
"""How a key begins that was made of the content of a row which brought none."""

_NO_CONTENT = frozenset({"system", "source_key"})


class Occurrences:
    """
    Counts contents.

    The count is by a digest of 64 bits, in the order of the file, so that an import that goes on after a crash, or a second one
    of the same rows, gives the same numbers.
    """

    def __init__(self) -> None:
        # Nearly all contents come up once: those are kept as members of a set, which needs half the memory of a dictionary.
        self._once: set[int] = set()
        self._more: dict[int, int] = {}

    def count(self, content: bytes) -> int:
        """Return the how-manieth time this content comes up, from 1."""
        digest = int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")
        if digest not in self._once:
            self._once.add(digest)
            return 1
        count = self._more[digest] = self._more.get(digest, 1) + 1
        return count


def digest_of_content(
    values: Mapping[str, Mapping[str, Any]], identities: Iterable[Identity] = (), named: Iterable[tuple[str, str]] = ()
) -> str:
    """
    Return a digest of everything that a row says.

    Args:
        values: noun → field → value; extension fields under `ext`.
        identities: what identifies the customer.
        named: column → what the record is called to which it refers.
    """
    said = (
        [(noun, about) for noun, fields in sorted(values.items()) if (about := _about(fields))],
        sorted({(one.scheme, one.value) for one in identities}),
        sorted((column, _text(called)) for column, called in named),
    )
    return hashlib.blake2b(repr(said).encode("utf-8", "replace"), digest_size=12).hexdigest()


def key_of_content(digest: str, occurrences: Occurrences) -> str:
    """Return the key of a row of which others that are equal are meant, too."""
    return f"{ROW}{digest}-{occurrences.count(digest.encode())}"


def _about(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, _canonical(value)) for name, value in fields.items() if name not in _NO_CONTENT)


def _canonical(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case Mapping():
            return repr(_about(value))
        case tuple() | list():
            return repr([_canonical(one) for one in value])
        case datetime():
            return value.astimezone(UTC).isoformat()
        case Decimal():
            return format(value.normalize(), "f")
    return str(value)


def _text(written: str) -> str:
    return "".join(sign for sign in written if sign.isprintable() and not sign.isspace())
