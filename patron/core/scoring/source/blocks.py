"""
A stream of delimited text, cut into blocks of whole records.
"""

from collections import deque
from collections.abc import Iterator

import attrs

from patron.core.scoring.source.records import record_end
from patron.core.scoring.source.streams import ByteStream

SIZE, LARGE_SIZE = 2**22, 2**23
"""Bytes of a block, in files that are not large and in large ones: long blocks take a fifth less time, and memory."""

LARGE = 2**28
"""Bytes from which a file is large."""

LONGEST_RECORD = 2**26
"""Bytes after which a record that does not end is a quote that was never closed."""


class UnclosedQuoteError(Exception):
    """A record, beginning at byte `start`, does not end."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


@attrs.frozen(eq=False)
class Block:
    """
    Some whole records.

    Attributes:
        start: where they begin in the stream.
        length: how many bytes of the buffer they fill.
        buffer: the bytes, and room behind them.
    """

    start: int
    length: int
    buffer: bytearray

    def bytes(self) -> memoryview:
        """Return the records."""
        return memoryview(self.buffer)[: self.length]


class Blocks:
    """
    Reads a stream in blocks, each cut behind its last complete record.

    Args:
        stream: stands at the beginning of a record.
        start: the position at which it stands.
        delimiter: the byte between fields.
        line_break: the byte that ends lines.
        size: about how long a block is to be.
    """

    def __init__(self, stream: ByteStream, start: int, delimiter: int, line_break: bytes, size: int = SIZE) -> None:
        self._stream = stream
        self._start = start
        self._delimiter = delimiter
        self._line_break = line_break
        self._size = size
        self._spare: deque[bytearray] = deque()

    def give_back(self, block: Block) -> None:
        """Let the buffer of a block be used again: fresh memory costs as much as reading into it."""
        if len(block.buffer) == self._size:
            self._spare.append(block.buffer)

    def __iter__(self) -> Iterator[Block]:
        """
        Return the blocks, in order.

        Raises:
            UnclosedQuoteError: a record goes on to the end of the stream, or beyond all measure, within quotes.
        """
        rest = b""
        finished = False
        while not finished:
            buffer = self._buffer(len(rest))
            buffer[: len(rest)] = rest
            with memoryview(buffer) as view:
                filled = len(rest) + self._stream.readinto(view[len(rest) :])
            finished = filled < len(buffer)
            if finished:
                filled = self._close(buffer, filled)
            end = record_end(buffer, filled, self._delimiter, self._line_break)
            if (finished and end < filled) or (not end and filled > LONGEST_RECORD):
                raise UnclosedQuoteError(self._start + end)
            rest = bytes(memoryview(buffer)[end:filled])
            if end:
                yield Block(self._start, end, buffer)
            self._start += end

    def _buffer(self, rest: int) -> bytearray:
        if 2 * rest > self._size:
            return bytearray(2 * rest)
        try:
            return self._spare.pop()
        except IndexError:
            return bytearray(self._size)

    def _close(self, buffer: bytearray, filled: int) -> int:
        """End the last line, as many programs do not."""
        if filled and buffer[filled - 1] != self._line_break[0]:
            buffer[filled] = self._line_break[0]
            filled += 1
        return filled
