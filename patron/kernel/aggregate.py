"""
From order lines to sums per customer: the work of which everything else in a score is made.

Definitions (§6 of the requirements, R292–R296): a *purchase* is a line with amount ≥ 0, or > 0 when zeros are ignored; a negative
line is a refund and counts in money only. All sums are exact integers, so the result is the same bits for any order, batch size
and number of threads. The caller guarantees that the sum of the magnitudes of each measure (and of amounts and costs together)
stays below 2**63 (`magnitude_sum`); then no partial sum can wrap.

`CompiledSums` streams batches through numba; `sums_by_code` does the same with NumPy for inputs that are small or already
numbered; `patron.kernel.twins.aggregate` is the slow twin of both.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from patron.kernel.keys import Keys, LongTexts, grown, slot_shift, slots_for, writable
from patron.kernel.layout import Bools, Int32s, Int64s, UInt32s, UInt64s

NO_FIRST, NO_LAST = 2**31 - 1, -(2**31)
"""What stands in `CustomerSums.first` and `.last` of a customer without purchases."""

Run = Callable[[Callable[[int], None], Iterable[int]], Iterable[None]]
"""`map`, or that of a pool."""

BUCKETS = 16
"""Tables that customers are divided over; a power of two. More of them leave threads more room, and cost calls for each batch."""

MOST_BUCKETS = 256

_STATE_SUMS, _EXTRA_SUMS = 8, 4
"""How many of the fields of `CustomerSums` come from the state of a customer, and how many only where costs or discounts are."""

_READ_ROWS = 1 << 16
"""Customers whose sums are read at a time."""

Records = npt.NDArray[Any]

_NO_WORDS = np.empty(0, np.uint64)
_NO_MONEY = np.empty(0, np.int64)
_NO_MARKS = np.empty(0, np.bool_)


class Rules(NamedTuple):
    """
    How lines count.

    Attributes:
        ignore_zero: whether a line of amount zero is no purchase.
        recent_from: first day of the recent period.
        recent_until: the day after it.
        previous_from: first day of the period of equal length before it.
    """

    ignore_zero: bool
    recent_from: int
    recent_until: int
    previous_from: int


class Lines(NamedTuple):
    """
    A batch of order lines, all arrays of shape (rows,).

    Attributes:
        days: int32, days since 1970-01-01.
        amounts: int64, 1/10,000 units.
        costs: int64, 1/10,000 units, zero where missing; None where no costs are given.
        cost_missing: bool; None where no costs are given or none is missing.
        discounts: int64, 1/10,000 units; None where none are given.
    """

    days: Int32s
    amounts: Int64s
    costs: Int64s | None = None
    cost_missing: Bools | None = None
    discounts: Int64s | None = None


class CustomerSums(NamedTuple):
    """
    Sums by customer code, all int64 of shape (customers,); money in 1/10,000 units.

    Attributes:
        first, last: day of the first and last purchase; `NO_FIRST`, `NO_LAST` without one.
        lines: lines of any kind.
        purchases: lines that are purchases.
        gross: sum of purchases.
        refunds: sum of refunds, not positive.
        recent: amount less known cost in the recent period.
        previous: the same in the period before.
        cost: known costs.
        cost_missing: lines without a cost.
        discount: discounts given on purchases.
        discounted: purchases with a discount above zero.
    """

    first: Int64s
    last: Int64s
    lines: Int64s
    purchases: Int64s
    gross: Int64s
    refunds: Int64s
    recent: Int64s
    previous: Int64s
    cost: Int64s
    cost_missing: Int64s
    discount: Int64s
    discounted: Int64s


class Pairs(NamedTuple):
    """(customer code, key of an order or item), one a row; the same pair may stand there more than once."""

    codes: UInt32s
    keys: Keys


def magnitude_sum(values: Int64s) -> int:
    """Return the exact sum of the magnitudes, as a Python integer of any size."""
    if len(values) == 0:
        return 0
    magnitudes = np.abs(values).view(np.uint64)
    if int(magnitudes.max()) * len(values) < 2**64:
        return int(magnitudes.sum(dtype=np.uint64))
    upper = int((magnitudes >> np.uint64(32)).sum(dtype=np.uint64))
    return (upper << 32) + int((magnitudes & np.uint64(2**32 - 1)).sum(dtype=np.uint64))


def sums_by_code(codes: npt.NDArray[np.integer[Any]], customers: int, lines: Lines, rules: Rules) -> CustomerSums:
    """
    Add lines up by customer code, with NumPy alone.

    Args:
        codes: shape (rows,), each in 0 … customers - 1.
        customers: number of codes.
        lines: the lines.
        rules: how they count.
    """
    amounts = lines.amounts
    bought = amounts > 0 if rules.ignore_zero else amounts >= 0
    refunded = amounts < 0
    known_cost = _NO_MONEY if lines.costs is None else lines.costs
    values = amounts - known_cost if lines.costs is not None else amounts
    recent = (lines.days >= rules.recent_from) & (lines.days < rules.recent_until)
    previous = (lines.days >= rules.previous_from) & (lines.days < rules.recent_from)
    buyers, days = codes[bought], lines.days[bought].astype(np.int64)
    first = np.full(customers, NO_FIRST, np.int64)
    last = np.full(customers, NO_LAST, np.int64)
    np.minimum.at(first, buyers, days)
    np.maximum.at(last, buyers, days)
    discounts = None if lines.discounts is None else lines.discounts[bought]
    return CustomerSums(
        first=first,
        last=last,
        lines=_count(codes, customers),
        purchases=_count(buyers, customers),
        gross=_add(buyers, amounts[bought], customers),
        refunds=_add(codes[refunded], amounts[refunded], customers),
        recent=_add(codes[recent], values[recent], customers),
        previous=_add(codes[previous], values[previous], customers),
        cost=_add(codes, known_cost, customers) if lines.costs is not None else np.zeros(customers, np.int64),
        cost_missing=np.zeros(customers, np.int64)
        if lines.cost_missing is None
        else _count(codes[lines.cost_missing], customers),
        discount=np.zeros(customers, np.int64) if discounts is None else _add(buyers, discounts, customers),
        discounted=np.zeros(customers, np.int64) if discounts is None else _count(buyers[discounts > 0], customers),
    )


def distinct_by_code(codes: npt.NDArray[np.integer[Any]], items: npt.NDArray[np.integer[Any]], customers: int) -> Int64s:
    """
    Count the distinct items of every customer, with NumPy alone.

    Args:
        codes: shape (rows,), each in 0 … customers - 1.
        items: shape (rows,), numbers from -2**31 to 2**31 - 1 (item numbers or days).
        customers: number of codes, below 2**31.
    """
    pairs = (codes.astype(np.int64) << 32) | (items.astype(np.int64) & 0xFFFFFFFF)
    pairs.sort()
    fresh = np.ones(len(pairs), np.bool_)
    fresh[1:] = pairs[1:] != pairs[:-1]
    return _count(pairs[fresh] >> 32, customers)


class CompiledSums:
    """
    Adds batches of lines up by customer key, with compiled code.

    Args:
        rules: how lines count.
        with_extra: whether costs or discounts will be given.
        expected: a guess at the number of customers, for which room is made at once.
    """

    def __init__(self, rules: Rules, *, with_extra: bool, expected: int = 0) -> None:
        from patron.kernel.compiled import aggregate as body  # numba is imported when compiled code is used, not before

        self._body = body
        self._rules = rules
        self._bounds = np.array([rules.recent_from, rules.previous_from, rules.recent_until], np.int64)
        self.customers = 0
        # What is not touched yet takes no memory, so a guess that is too high costs nothing.
        self._slots = np.zeros(slots_for(max(8, expected)), np.uint64)
        self._words = 1
        self._known = np.empty(2 * expected, np.uint64)
        self._state = np.empty(expected, body.STATE)
        self._extra = np.empty(expected, body.EXTRA) if with_extra else None

    @property
    def nbytes(self) -> int:
        """Bytes of memory held."""
        extra = 0 if self._extra is None else self._extra.itemsize
        return self.customers * (16 + 8 * self._words + self._state.itemsize + extra)

    def codes(self, customers: Keys) -> Int64s:
        """Return the code of every key, giving new customers the next free ones."""
        self._make_room(customers)
        codes = np.empty(len(customers.low), np.int64)
        before = self.customers
        self.customers = int(
            self._body.intern_keys(
                customers.low, customers.high, self._slots, slot_shift(self._slots), self._known, before, codes
            )
        )
        if self.customers > len(self._state):
            self._state = grown(self._state, self.customers)
            if self._extra is not None:
                self._extra = grown(self._extra, self.customers)
        self._body.clear(self._state, before, self.customers)
        if self._extra is not None:
            self._extra[before : self.customers] = 0
        return codes

    def add(self, codes: Int64s, lines: Lines, orders: Keys | None, order_known: Bools | None) -> tuple[Pairs, int]:
        """
        Add a batch.

        Args:
            codes: shape (rows,), from `codes`.
            lines: the lines.
            orders: their order keys; None: an order is a day.
            order_known: false where the order id is blank; None where all are known.

        Returns:
            The pairs of customer and order that may be new, and how many purchases have no order id.
        """
        rows = len(codes)
        keys = orders or Keys(_NO_WORDS, _NO_WORDS)
        high = np.empty(rows if len(keys.high) else 0, np.uint64)
        pairs = (np.empty(rows, np.uint32), np.empty(rows, np.uint64), high)
        amounts = writable(lines.amounts)
        values = amounts if lines.costs is None else amounts - lines.costs
        known = _NO_MARKS if order_known is None else order_known
        written, blank = self._body.accumulate(
            codes,
            writable(lines.days),
            amounts,
            values,
            keys.low,
            keys.high,
            known,
            self._bounds,
            self._rules.ignore_zero,
            self._state,
            pairs,
        )
        if self._extra is not None:
            costs = _NO_MONEY if lines.costs is None else writable(lines.costs)
            missing = np.zeros(len(costs), np.bool_) if lines.cost_missing is None else lines.cost_missing
            discounts = _NO_MONEY if lines.discounts is None else writable(lines.discounts)
            self._body.accumulate_extra(codes, amounts, costs, missing, discounts, self._rules.ignore_zero, self._extra)
        return _cut(pairs, int(written)), int(blank)

    def items(self, codes: Int64s, amounts: Int64s, items: Keys, item_known: Bools | None) -> Pairs:
        """Return (customer, item) of every purchase of a batch whose item is known."""
        rows = len(codes)
        pairs = (np.empty(rows, np.uint32), np.empty(rows, np.uint64), np.empty(rows if len(items.high) else 0, np.uint64))
        known = _NO_MARKS if item_known is None else item_known
        written = self._body.list_pairs(codes, writable(amounts), items.low, items.high, known, self._rules.ignore_zero, pairs)
        return _cut(pairs, int(written))

    @classmethod
    def of(cls, rules: Rules, keys: Keys, state: Records, extra: Records | None) -> "CompiledSums":
        """Return a table of what another one knew, by its codes; it can be merged into others, and not be added to."""
        table = cls(rules, with_extra=extra is not None)
        table.customers, table._words = len(keys.low), 2 if len(keys.high) else 1
        table._known = keys.low if table._words == 1 else np.stack([keys.low, keys.high], axis=1).reshape(-1)
        table._state, table._extra = state, extra
        return table

    def keys(self) -> Keys:
        """Return the key of every customer, by code."""
        known = self._known[: self.customers * self._words]
        return Keys(known[0 :: self._words].copy(), known[1::2].copy() if self._words == 2 else _NO_WORDS)

    def merge(self, other: "CompiledSums", keys: Keys) -> Int64s:
        """
        Add what another table knows.

        Args:
            other: the table; both count by the same rules.
            keys: of its customers, by its codes, as this table would have them.

        Returns:
            The code that each of its customers has here.
        """
        codes = self.codes(keys)
        state, extra = other.known()
        self._body.merge_states(codes, state, self._state)
        if self._extra is not None and extra is not None:
            self._body.merge_extra(codes, extra, self._extra)
        return codes

    def known(self) -> tuple[Records, Records | None]:
        """Return what is known of the customers, by code."""
        return self._state[: self.customers], None if self._extra is None else self._extra[: self.customers]

    def _make_room(self, keys: Keys) -> None:
        if self.customers == 0 and len(keys.high):
            self._words = 2
        most = self.customers + len(keys.low)
        if most * self._words > len(self._known):
            self._known = grown(self._known, most * self._words)
        if 2 * most > len(self._slots):
            self._slots = np.zeros(slots_for(most), np.uint64)
            self._body.rehash(self._known, self._words, self.customers, self._slots, slot_shift(self._slots))


def bucket_rows(keys: Keys, keep: Bools | None, buckets: int = BUCKETS) -> tuple[Int64s, Int64s]:
    """
    Divide rows into buckets by their keys, in the same way wherever and whenever it is done.

    Args:
        keys: of the rows.
        keep: false for rows to be left out; None where none are.
        buckets: how many; a power of two, at most `MOST_BUCKETS`.

    Returns:
        The rows, bucket by bucket, and where those of each bucket begin, shape (buckets + 1,).
    """
    from patron.kernel.compiled import aggregate as body

    starts, rows = np.empty(buckets + 1, np.int64), np.empty(len(keys.low), np.int64)
    body.bucket_rows(*keys, _NO_MARKS if keep is None else keep, np.uint64(buckets - 1), starts, rows)
    return rows[: starts[-1]], starts


def ordered_sums(tables: Sequence[CompiledSums], order: Int64s, run: Run) -> CustomerSums:
    """
    Return the sums of all customers of some tables.

    Args:
        tables: `BUCKETS` of them, with different customers.
        order: in which order; the codes of each table follow those of the one before.
        run: maps a function over parts of the work, maybe in several threads.
    """
    from patron.kernel.compiled import aggregate as body

    customers = len(order)
    edges = np.cumsum([0, *(table.customers for table in tables)])
    states, extras = zip(*(table.known() for table in tables), strict=True)
    sums = [np.empty(customers, np.int64) for _ in range(_STATE_SUMS)]
    further = [np.zeros(customers, np.int64) for _ in range(_EXTRA_SUMS)]

    def read(start: int) -> None:
        stop = min(start + _READ_ROWS, customers)
        body.read_states(states, edges, order, start, stop, tuple(sums))
        if extras[0] is not None:
            body.read_extra(extras, edges, order, start, stop, tuple(further))

    for _ in run(read, range(0, customers, _READ_ROWS)):
        pass
    return CustomerSums(*sums, *further)


def warm_up(*, text_ids: bool) -> None:
    """Load the compiled code of this module on a tiny input, so that a thread can do it while the first rows are read."""
    rules = Rules(ignore_zero=False, recent_from=0, recent_until=1, previous_from=-1)
    adding = CompiledSums(rules, with_extra=False)
    lines = Lines(np.zeros(1, np.int32), np.ones(1, np.int64))
    keys = Keys(np.ones(1, np.uint64), _NO_WORDS)
    if text_ids:
        # Buffers of Arrow are read-only, and so are these.
        keys = LongTexts().keys(np.frombuffer(bytes(8), np.int32), np.frombuffer(b"", np.uint8))
    bucket_rows(keys, np.ones(1, np.bool_))
    pairs, _ = adding.add(adding.codes(keys), lines, keys, None)
    add_counts(distinct_pairs(split_pairs(pairs, 1)[0]), np.zeros(1, np.int64))
    ordered_sums([adding] * BUCKETS, np.zeros(1, np.int64), map)


def distinct_pairs(pairs: Pairs) -> Pairs:
    """Return the distinct pairs in order of first appearance; the arrays of *pairs* are overwritten."""
    from patron.kernel.compiled import aggregate as body

    slots = np.zeros(slots_for(len(pairs.codes)), np.uint32)
    kept = int(body.keep_distinct(pairs.codes, pairs.keys.low, pairs.keys.high, slots, slot_shift(slots)))
    return _cut((pairs.codes, *pairs.keys), kept)


def split_pairs(pairs: Pairs, parts: int) -> list[Pairs]:
    """Return the pairs in *parts* (a power of two) parts; all pairs of one customer are in the same part."""
    from patron.kernel.compiled import aggregate as body

    starts = np.empty(parts + 1, np.int64)
    codes = np.empty_like(pairs.codes)
    low, high = np.empty_like(pairs.keys.low), np.empty_like(pairs.keys.high)
    body.partition_pairs(pairs.codes, pairs.keys.low, pairs.keys.high, np.uint32(parts - 1), starts, codes, low, high)
    edges = starts.tolist()
    return [
        Pairs(codes[start:stop], Keys(low[start:stop], high[start:stop] if len(high) else high))
        for start, stop in pairwise(edges)
    ]


def add_counts(pairs: Pairs, counts: Int64s) -> None:
    """Add to *counts*, shape (customers,), how many of the pairs each customer has."""
    from patron.kernel.compiled import aggregate as body

    body.count_codes(pairs.codes, counts)


def _cut(pairs: tuple[UInt32s, UInt64s, UInt64s], size: int) -> Pairs:
    codes, low, high = pairs
    return Pairs(codes[:size], Keys(low[:size], high[:size] if len(high) else high))


def _count(codes: npt.NDArray[Any], customers: int) -> Int64s:
    return np.bincount(codes, minlength=customers).astype(np.int64, copy=False)


def _add(codes: npt.NDArray[Any], values: Int64s, customers: int) -> Int64s:
    sums = np.zeros(customers, np.int64)
    np.add.at(sums, codes, values)
    return sums
