"""
How often the same content has come up in a file: real data has rows that are equal to the last digit and all meant.

The count is by a digest of 64 bits, in the order of the file, so that an import that goes on after a crash, or a second one of
the same rows, gives the same numbers.
"""

import hashlib


class Occurrences:
    """Counts contents."""

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
