"""
Counting distinct orders (or products) of every customer within a bound of memory.

Pairs of customer and order gather in memory. When they outgrow their share they are first made distinct; where that does not
help, they move to files in a temporary folder, split by customer, and are made distinct part by part at the end. The result is
exact whatever was spilled.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from patron.core.errors import OutputError
from patron.kernel.aggregate import Pairs, add_counts, distinct_pairs, split_pairs
from patron.kernel.keys import Keys
from patron.kernel.layout import Int64s

PARTS = 8
"""Parts that the pairs of a bucket are split into; one part has to fit into memory several times."""

SPLIT_ROWS = 2**16
"""Pairs that are gathered before they are split: enough that every part gets many at a time."""

_SHARE = 100
"""Bytes of the limit for each pair that waits to be split: pairs of at most twenty bytes, and their copies while they are."""

_ROW = np.dtype([("code", np.uint32), ("low", np.uint64), ("high", np.uint64)])


class DistinctPairs:
    """
    Gathers pairs and counts the distinct ones of each customer.

    Args:
        stack: closes the temporary folder when the work ends, however it ends.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._fresh: list[Pairs] = []
        self._fresh_rows = 0
        self._parts: list[list[Pairs]] = [[] for _ in range(PARTS)]
        self._bytes = 0
        self._folder: Path | None = None

    @property
    def spilled(self) -> bool:
        """Whether pairs had to move to files."""
        return self._folder is not None

    def add(self, pairs: Pairs, limit: int) -> None:
        """
        Take pairs; the arrays are copied.

        Args:
            pairs: what comes in addition.
            limit: bytes of pairs to hold in memory; beyond, they are made distinct, and where that does not help, spilled.

        Raises:
            OutputError: the temporary folder can't take them.
        """
        self._fresh.append(_copy(pairs))
        self._fresh_rows += len(pairs.codes)
        if self._fresh_rows >= min(SPLIT_ROWS, limit // _SHARE):
            self._split()
        if self._bytes > limit:
            self._shrink(limit)

    def counts(self, customers: int) -> Int64s:
        """Return how many distinct pairs each customer has, shape (customers,), and forget the pairs."""
        counts = np.zeros(customers, np.int64)
        for pairs in self.drain():
            add_counts(distinct_pairs(pairs), counts)
        return counts

    def drain(self) -> Iterator[Pairs]:
        """Return all pairs, those of one customer together, and forget them."""
        self._split()
        for number, held in enumerate(self._parts):
            yield joined_pairs([*self._stored(number), *held])
            held.clear()

    def _split(self) -> None:
        """Put the pairs that came since the last time to their parts."""
        pairs = joined_pairs(self._fresh)
        self._fresh, self._fresh_rows = [], 0
        for held, part in zip(self._parts, split_pairs(pairs, PARTS), strict=True):
            held.append(part)
        self._bytes += _size(pairs)

    def _shrink(self, limit: int) -> None:
        # Copies, since what was made distinct is a view of what it was before.
        parts = [_copy(distinct_pairs(joined_pairs(held))) for held in self._parts]
        self._parts = [[part] for part in parts]
        self._bytes = sum(_size(part) for part in parts)
        if self._bytes > limit // 2:
            self._spill(parts)
            self._parts, self._bytes = [[] for _ in parts], 0

    def _spill(self, parts: list[Pairs]) -> None:
        try:
            if self._folder is None:
                self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="patron-")))
            for number, part in enumerate(parts):
                rows = np.zeros(len(part.codes), _ROW)
                rows["code"], rows["low"] = part.codes, part.keys.low
                if len(part.keys.high):
                    rows["high"] = part.keys.high
                with (self._folder / f"{number}.pairs").open("ab") as file:
                    file.write(rows.tobytes())
        except OSError as error:
            raise OutputError("score.no_temporary_space", folder=tempfile.gettempdir(), reason=error.strerror) from error

    def _stored(self, number: int) -> Iterator[Pairs]:
        if self._folder is None:
            return
        path = self._folder / f"{number}.pairs"
        if path.exists():
            rows = np.fromfile(path, _ROW)
            yield Pairs(rows["code"].copy(), Keys(rows["low"].copy(), rows["high"].copy()))


def _copy(pairs: Pairs) -> Pairs:
    return Pairs(pairs.codes.copy(), Keys(pairs.keys.low.copy(), pairs.keys.high.copy()))


def _size(pairs: Pairs) -> int:
    return pairs.codes.nbytes + pairs.keys.low.nbytes + pairs.keys.high.nbytes


def joined_pairs(many: list[Pairs]) -> Pairs:
    """Return all pairs in one; where some have high words, the missing ones are zero."""
    if len(many) == 1:
        return many[0]
    if not many:
        return Pairs(np.empty(0, np.uint32), Keys(np.empty(0, np.uint64), np.empty(0, np.uint64)))
    wide = any(len(pairs.keys.high) for pairs in many)
    high = [pairs.keys.high if len(pairs.keys.high) else np.zeros(len(pairs.codes) if wide else 0, np.uint64) for pairs in many]
    return Pairs(
        np.concatenate([pairs.codes for pairs in many]),
        Keys(np.concatenate([pairs.keys.low for pairs in many]), np.concatenate(high)),
    )
