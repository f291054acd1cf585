"""
From prepared lines to one row of sums a customer: the bridge to the kernel.

Two ways give the same result. *Gathered*: all lines are kept and added up at the end with NumPy; for inputs that are small, or
where numba is missing. *Streamed*: every batch goes through compiled code as it comes and only customers stay in memory. An input
begins gathered and changes over when it turns out to be large.

Both are one algebra, `update` → `merge` → `finish`: lines may be cut into batches and aggregations in any way.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from typing import NamedTuple

import pyarrow as pa

from patron.core.errors import CapacityError
from patron.core.money import LARGEST, to_text
from patron.core.scoring.buckets import CUSTOMER_BYTES, Buckets
from patron.core.scoring.gathered import add_up, bytes_held, numbered_piece, spelled_out
from patron.core.scoring.identities import ascending, integers_if_possible
from patron.core.scoring.prepared import CustomerAggregates, PreparedLines
from patron.kernel.aggregate import BUCKETS, CustomerSums, Lines, Rules, magnitude_sum
from patron.kernel.layout import compiled_pays, numba_is_there

LINES_EACH = 8
"""Lines that a customer is guessed to have, to make room before the customers are known."""

MOST_EXPECTED = 20_000_000
"""Customers for whom room is made on a guess."""


_MEASURES = ("amount", "cost", "discount")


class Held(NamedTuple):
    """
    What an aggregation holds.

    Attributes:
        magnitudes: the sum of the magnitudes of each measure.
        buckets: what went through compiled code.
        gathered: lines that are still to be added up.
    """

    magnitudes: Mapping[str, int]
    buckets: Buckets | None
    gathered: Sequence[PreparedLines]


class Aggregation:
    """
    Takes prepared lines from any thread in any order and adds them up.

    Args:
        rules: how lines count.
        text_ids: whether customer ids are texts (else int64).
        plain_integers: whether text ids that are all plain integers become integers at the end.
        rows_expected: a guess at the rows of the input.
        memory: bytes that may be held.
        stack: closes temporary files.
        parts: into how many buckets to divide the customers from the first line on, for others to merge; None: as is fastest.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        text_ids: bool,
        plain_integers: bool,
        rows_expected: int,
        memory: int,
        stack: ExitStack,
        parts: int | None = None,
    ) -> None:
        self._rules = rules
        self._text_ids = text_ids
        self._plain_integers = plain_integers
        self._memory = memory
        self._stack = stack
        self._lock = threading.Lock()
        self._magnitudes = dict.fromkeys(_MEASURES, 0)
        self._gathered: list[PreparedLines] = []
        self._rows = 0
        self._bytes = 0
        self._buckets: Buckets | None = None
        self._rows_expected = rows_expected
        self._count = parts or BUCKETS
        self._large = parts is not None or compiled_pays(rows_expected)

    def update(self, prepared: PreparedLines) -> None:
        """
        Add a batch.

        Raises:
            CapacityError: there is more money than can be held exactly, or there are more customers than memory has room for.
        """
        if prepared.rows == 0:
            return
        if self._large or self._buckets is not None:
            buckets = self._opened(with_extra=prepared.with_extra)
            batch = buckets.divide(prepared)
            with self._lock:
                self._check_capacity(_magnitudes(batch.lines))
            buckets.add(batch)
            return
        # Numbered piece by piece, in the thread that read it, ids take little memory and their table stays in the cache.
        piece = numbered_piece(prepared)
        with self._lock:
            self._check_capacity(_magnitudes(piece.lines))
        self._gather([piece])

    def merge(self, other: "Aggregation") -> None:
        """
        Add what another aggregation by the same rules was given; it can't be used afterwards. No thread may use either meanwhile.

        Raises:
            CapacityError: as `update`.
        """
        held = other.release()
        self._check_capacity(held.magnitudes)
        if held.buckets is not None:
            self._opened(with_extra=held.buckets.with_extra).merge(held.buckets)
        self._gather(held.gathered)

    def release(self) -> "Held":
        """Return what was added up so far, and forget it."""
        held = Held(self._magnitudes, self._buckets, self._gathered)
        self._magnitudes, self._buckets, self._gathered = dict.fromkeys(_MEASURES, 0), None, []
        self._rows = self._bytes = 0
        return held

    def finish(self, pool: Executor) -> CustomerAggregates:
        """Return the sums of all customers in order of id; the aggregation can't be used afterwards."""
        plain_integers = self._text_ids and self._plain_integers
        if self._buckets is not None:
            return self._buckets.finish(pool, plain_integers=plain_integers)
        found = add_up(self._gathered, self._rules, pool)
        ids = integers_if_possible(found.ids) if plain_integers else found.ids
        order = ascending(ids)
        return CustomerAggregates(
            ids=ids.take(pa.array(order)),
            sums=CustomerSums(*(column[order] for column in found.sums)),
            orders=found.orders[order],
            products=None if found.products is None else found.products[order],
            without_order=found.without_order,
        )

    def _gather(self, pieces: Sequence[PreparedLines]) -> None:
        """Keep numbered lines; when they become too many, these and all that were kept go through compiled code."""
        with self._lock:
            self._gathered += pieces
            self._rows += sum(piece.rows for piece in pieces)
            self._bytes += sum(bytes_held(piece) for piece in pieces)
            if not self._gathered or (self._buckets is None and not self._outgrown()):
                return
            waiting, self._gathered = self._gathered, []
        buckets = self._opened(with_extra=waiting[0].with_extra)
        for piece in waiting:
            buckets.add(buckets.divide(spelled_out(piece)))

    def _outgrown(self) -> bool:
        """Say whether the lines are too many to be kept, and there is another way."""
        return compiled_pays(self._rows) or (self._bytes > self._memory // 4 and numba_is_there())

    def _opened(self, *, with_extra: bool) -> Buckets:
        with self._lock:
            if self._buckets is None:
                expected = min(self._rows_expected // LINES_EACH, MOST_EXPECTED, self._memory // (4 * CUSTOMER_BYTES))
                self._buckets = Buckets(
                    self._rules,
                    text_ids=self._text_ids,
                    with_extra=with_extra,
                    expected=expected,
                    memory=self._memory,
                    stack=self._stack,
                    count=self._count,
                )
            return self._buckets

    def _check_capacity(self, sizes: Mapping[str, int]) -> None:
        for measure, size in sizes.items():
            self._magnitudes[measure] += size
        amounts = self._magnitudes["amount"]
        for measure in ("cost", "discount"):
            if amounts + self._magnitudes[measure] > LARGEST:
                raise CapacityError("score.too_much_money", largest=to_text(LARGEST))


def _magnitudes(lines: Lines) -> dict[str, int]:
    return {
        "amount": magnitude_sum(lines.amounts),
        "cost": 0 if lines.costs is None else magnitude_sum(lines.costs),
        "discount": 0 if lines.discounts is None else magnitude_sum(lines.discounts),
    }
