"""
Customers in buckets by a hash of their id: the unit in which compiled code adds up.

Every bucket has tables and a lock of its own, so threads add to different buckets side by side. Which bucket a customer is in
rests on the id alone: buckets of the same number, filled anywhere, can be merged one by one.
"""

import threading
from concurrent.futures import Executor
from contextlib import ExitStack
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.core.errors import CapacityError
from patron.core.scoring.distinct import DistinctPairs
from patron.core.scoring.identities import GLANCE, ascending, integers_if_possible, text_buffers
from patron.core.scoring.prepared import CustomerAggregates, PreparedLines
from patron.kernel.aggregate import BUCKETS, CompiledSums, Lines, Pairs, Rules, bucket_rows, ordered_sums
from patron.kernel.keys import Keys, LongTexts, Offsets, Spelling, integer_keys, joined_texts, text_keys, text_order
from patron.kernel.layout import Bools, Int64s, UInt8s

CUSTOMER_BYTES = 340
"""Bytes that a customer takes at the peak, all columns and what is needed to make them included (measured: 2.2 million take
700 MB); the texts of ids come on top, about three times."""

LEAST_FOR_PAIRS = 2**20
"""Bytes of pairs that are always held; less would make a file of every batch."""

Array = TypeVar("Array", bound=npt.NDArray[Any])


class Ids(NamedTuple):
    """
    The ids of some lines.

    Attributes:
        keys: shape (rows,); those of long texts still need their numbers.
        rows: which of the texts each is; None where none of them is long.
        texts: offsets and data of the texts.
        known: false where there is no id; None where all are known.
    """

    keys: Keys
    rows: Int64s | None
    texts: tuple[Offsets, UInt8s] | None
    known: Bools | None

    def part(self, here: slice) -> "Ids":
        """Return those of some of the lines."""
        keys = Keys(self.keys.low[here], self.keys.high[here] if len(self.keys.high) else self.keys.high)
        rows = None if self.rows is None else self.rows[here]
        return Ids(keys, rows, self.texts, None if self.known is None else self.known[here])

    def numbered(self, known: LongTexts) -> Keys:
        """Return the keys, the long texts numbered by a bucket."""
        return self.keys if self.rows is None or self.texts is None else known.number(self.keys, self.rows, *self.texts)


class Batch(NamedTuple):
    """
    Lines that count, bucket by bucket.

    Attributes:
        edges: where the lines of each bucket begin, and behind the last one their number.
        customers, orders, products: their ids.
        lines: days and money.
    """

    edges: list[int]
    customers: Ids
    orders: Ids | None
    products: Ids | None
    lines: Lines


class Buckets:
    """
    All customers; may be added to from any thread.

    Args:
        rules: how lines count.
        text_ids: whether customer ids are texts (else int64).
        with_extra: whether there are costs or discounts.
        expected: a guess at the number of customers, for which room is made at once.
        memory: bytes that may be held.
        stack: closes temporary files.
        count: how many buckets; a power of two.

    Attributes:
        buckets: the customers by the hash of their ids.
        with_extra: as given.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        text_ids: bool,
        with_extra: bool,
        expected: int,
        memory: int,
        stack: ExitStack,
        count: int = BUCKETS,
    ) -> None:
        self.with_extra = with_extra
        self._text_ids = text_ids
        self._memory = memory
        room = expected // count
        self.buckets = [Bucket(CompiledSums(rules, with_extra=with_extra, expected=room), stack) for _ in range(count)]

    def divide(self, prepared: PreparedLines) -> Batch:
        """Return the lines of a batch that count, by bucket."""
        keys, texts = keys_of(prepared.customers)
        rows, starts = bucket_rows(keys, prepared.keep, len(self.buckets))
        return Batch(
            starts.tolist(),
            _chosen(keys, texts, None, rows),
            None if prepared.orders is None else _chosen(*keys_of(prepared.orders), prepared.order_known, rows),
            None if prepared.products is None else _chosen(*keys_of(prepared.products), prepared.product_known, rows),
            Lines(*(_taken(column, rows) for column in prepared.lines)),  # type: ignore[arg-type]  # days and amounts are there
        )

    def add(self, batch: Batch) -> None:
        """
        Add the lines of a batch.

        Raises:
            CapacityError: there are more customers than memory has room for.
        """
        limit = self._left_for_pairs(1 if batch.products is None else 2)
        waiting = [number for number, (start, stop) in enumerate(pairwise(batch.edges)) if start < stop]
        busy = []
        for number in waiting:
            lock = self.buckets[number].lock
            if lock.acquire(blocking=False):
                try:
                    self._add(number, batch, limit)
                finally:
                    lock.release()
            else:
                busy.append(number)
        for number in busy:
            with self.buckets[number].lock:
                self._add(number, batch, limit)

    def merge(self, other: "Buckets") -> None:
        """
        Add what other buckets hold, which can't be used afterwards.

        Raises:
            CapacityError: as `add`.
        """
        for number, theirs in enumerate(other.buckets):
            self.merge_bucket(number, theirs)

    def merge_bucket(self, number: int, other: "Bucket") -> None:
        """
        Add what another bucket of the same number holds, which can't be used afterwards.

        Raises:
            CapacityError: as `add`.
        """
        self.buckets[number].merge(other, self._left_for_pairs(2))

    def finish(self, pool: Executor, *, plain_integers: bool) -> CustomerAggregates:
        """Return the sums of all customers in order of id, text ids that are all plain integers as such where asked for."""
        counts = list(pool.map(Bucket.counts, self.buckets))
        tables = [bucket.sums for bucket in self.buckets]
        ids, order = self._ordered_ids(plain_integers=plain_integers)
        with_products = any(bucket.with_products for bucket in self.buckets)
        return CustomerAggregates(
            ids=ids,
            orders=np.concatenate([orders for orders, _ in counts])[order],
            products=np.concatenate([products for _, products in counts])[order] if with_products else None,
            sums=ordered_sums(tables, order, pool.map),
            without_order=sum(bucket.without_order for bucket in self.buckets),
        )

    def _ordered_ids(self, *, plain_integers: bool) -> tuple[pa.Array, Int64s]:
        """Return the ids in order, and that order."""
        if not self._text_ids:
            integers = pa.array(np.concatenate([bucket.sums.keys().low for bucket in self.buckets]).view(np.int64))
            order = ascending(integers)
            return integers.take(pa.array(order)), order
        keys, spelling = joined_texts([(bucket.sums.keys(), bucket.customers) for bucket in self.buckets])
        some = _at(keys, np.arange(min(GLANCE, len(keys.low))))
        if plain_integers and pa.types.is_integer(integers_if_possible(_texts(some, spelling)).type):
            ids = integers_if_possible(_texts(keys, spelling))
            if pa.types.is_integer(ids.type):
                order = ascending(ids)
                return ids.take(pa.array(order)), order
        short = text_order(keys)
        order = ascending(_texts(keys, spelling)) if short is None else short
        return _texts(_at(keys, order), spelling), order

    def _add(self, number: int, batch: Batch, limit: int) -> None:
        here = slice(batch.edges[number], batch.edges[number + 1])
        lines = Lines(*(None if column is None else column[here] for column in batch.lines))  # type: ignore[arg-type]
        orders, products = (None if ids is None else ids.part(here) for ids in (batch.orders, batch.products))
        self.buckets[number].add(batch.customers.part(here), orders, products, lines, limit)

    def _left_for_pairs(self, kinds: int) -> int:
        """
        Return the bytes that pairs of each kind may hold in a bucket: a share of half of what customers and texts leave, now and
        when they are scored.

        Raises:
            CapacityError: they leave nothing.
        """
        customers = sum(bucket.sums.customers for bucket in self.buckets)
        held = customers * CUSTOMER_BYTES + 3 * sum(bucket.texts_bytes for bucket in self.buckets)
        if held > self._memory:
            raise CapacityError("score.too_many_customers", memory=_size(self._memory), customers=f"{customers:,}")
        return max((self._memory - held) // (2 * kinds), LEAST_FOR_PAIRS) // len(self.buckets)


class Bucket:
    """
    Some customers; whoever adds to them holds the lock.

    Attributes:
        lock: held while it is changed.
        sums: what their lines add up to.
        customers, order_texts, product_texts: long ids.
        orders, products: pairs of customer and order, of customer and product.
        with_products: whether products are counted.
        without_order: purchases whose order id is blank.
    """

    def __init__(self, sums: CompiledSums, stack: ExitStack) -> None:
        self.lock = threading.Lock()
        self.sums = sums
        self.customers = LongTexts()
        self.with_products = False
        self.without_order = 0
        self.order_texts, self.product_texts = LongTexts(), LongTexts()
        self.orders, self.products = DistinctPairs(stack), DistinctPairs(stack)

    @property
    def texts_bytes(self) -> int:
        """Bytes that long texts hold."""
        return self.customers.nbytes + self.order_texts.nbytes + self.product_texts.nbytes

    def add(self, customers: Ids, orders: Ids | None, products: Ids | None, lines: Lines, limit: int) -> None:
        """Add lines; *limit* is for the bytes of pairs of each kind."""
        codes = self.sums.codes(customers.numbered(self.customers))
        keys = None if orders is None else orders.numbered(self.order_texts)
        pairs, without = self.sums.add(codes, lines, keys, None if orders is None else orders.known)
        self.orders.add(pairs, limit)
        self.without_order += without
        if products is not None:
            self.with_products = True
            items = products.numbered(self.product_texts)
            self.products.add(self.sums.items(codes, lines.amounts, items, products.known), limit)

    def merge(self, other: "Bucket", limit: int) -> None:
        """Add what another bucket of the same number holds."""
        codes = self.sums.merge(other.sums, self.customers.absorb(other.customers, other.sums.keys())).astype(np.uint32)
        self.without_order += other.without_order
        self.with_products |= other.with_products
        for mine, theirs, known, texts in (
            (self.orders, other.orders, self.order_texts, other.order_texts),
            (self.products, other.products, self.product_texts, other.product_texts),
        ):
            for pairs in theirs.drain():
                mine.add(Pairs(codes[pairs.codes], known.absorb(texts, pairs.keys)), limit)

    def counts(self) -> tuple[Int64s, Int64s]:
        """Return how many distinct orders and products each customer has, and forget which."""
        return self.orders.counts(self.sums.customers), self.products.counts(self.sums.customers)


def keys_of(ids: pa.Array) -> tuple[Keys, tuple[Offsets, UInt8s] | None]:
    """Return the keys of ids, and the texts that long ones among them are to be numbered by."""
    if pa.types.is_integer(ids.type):
        return integer_keys(ids.fill_null(0).to_numpy(zero_copy_only=False)), None
    texts = text_buffers(ids)
    keys, longer = text_keys(*texts)
    return keys, texts if longer else None


def _chosen(keys: Keys, texts: tuple[Offsets, UInt8s] | None, known: Bools | None, rows: Int64s) -> Ids:
    return Ids(_at(keys, rows), None if texts is None else rows, texts, _taken(known, rows))


def _taken(column: Array | None, rows: Int64s) -> Array | None:
    return None if column is None else column.take(rows)  # type: ignore[return-value]  # of the same type


def _at(keys: Keys, rows: Int64s) -> Keys:
    return Keys(keys.low.take(rows), keys.high.take(rows) if len(keys.high) else keys.high)


def _texts(keys: Keys, spelling: Spelling) -> pa.Array:
    offsets, data = spelling(keys)
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"
