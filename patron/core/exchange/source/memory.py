"""
Files that are no files: what reached us as bytes, and is read as a file would be.
"""

from io import BytesIO
from pathlib import Path

import attrs


@attrs.frozen
class InMemory:
    """
    Bytes that are read as a file.

    Attributes:
        body: the bytes.
        name: what complaints call them.
    """

    body: bytes
    name: str

    def __str__(self) -> str:
        return self.name

    def open(self, mode: str = "rb") -> BytesIO:
        """Return the bytes from the beginning; they are never written."""
        if mode != "rb":
            raise ValueError(mode)
        return BytesIO(self.body)


Place = Path | InMemory
"""Where rows are read from."""


def size_of(place: Place) -> int:
    """Return how many bytes there are."""
    return place.stat().st_size if isinstance(place, Path) else len(place.body)
