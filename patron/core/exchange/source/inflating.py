"""
The bytes of a text file, unpacked where it is packed, and never more of them at once than were asked for.
"""

import zlib
from collections.abc import Iterator

from patron.core.errors import InputError
from patron.core.exchange.source.memory import Place

GZIP = b"\x1f\x8b"
PIECE = 2**18

FREE = 100 * 2**20
"""Bytes that anything may inflate to."""

RATIO = 200
"""How many times its size a file may inflate to beyond that; tables of text come to 5 to 30."""


class Pieces:
    """
    A file's bytes, piece by piece.

    Attributes:
        position: how many bytes of the file itself were read.

    Args:
        path: the file.
    """

    def __init__(self, path: Place) -> None:
        self.position = 0
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        """
        Return the bytes from the beginning.

        Raises:
            InputError: what is packed is damaged, or inflates beyond all measure.
        """
        self.position = 0
        with self._path.open("rb") as file:
            packed = file.read(2) == GZIP
            file.seek(0)
            read = iter(lambda: file.read(PIECE), b"")
            yield from self._unpacked(read) if packed else self._counted(read)

    def _counted(self, read: Iterator[bytes]) -> Iterator[bytes]:
        for piece in read:
            self.position += len(piece)
            yield piece

    def _unpacked(self, read: Iterator[bytes]) -> Iterator[bytes]:
        inflater, inflated = None, 0
        for rest in self._counted(read):
            while rest:
                inflater = inflater or zlib.decompressobj(31)
                part = self._inflate(inflater, rest)
                inflated += len(part)
                if inflated > FREE and inflated > RATIO * self.position:
                    raise InputError("exchange.bomb", file=str(self._path), size=inflated // 2**20)
                if part:
                    yield part
                rest = inflater.unconsumed_tail  # noqa: PLW2901  # what is left of the piece
                if inflater.eof:
                    # Another member may follow, as when files were joined; zeros behind the last are padding.
                    rest, inflater = inflater.unused_data.lstrip(b"\0"), None  # noqa: PLW2901  # as above
        if inflater is not None:
            # The input is used up; what it still says may wait inside.
            while part := self._inflate(inflater, b""):
                yield part
            if not inflater.eof:
                raise InputError("exchange.damaged_gzip", file=str(self._path), reason="unexpected end")

    def _inflate(self, inflater: "zlib._Decompress", packed: bytes) -> bytes:
        try:
            return inflater.decompress(packed, PIECE)
        except zlib.error as error:
            raise InputError("exchange.damaged_gzip", file=str(self._path), reason=str(error)[:100]) from error
