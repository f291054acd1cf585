"""
From prepared lines to one row of sums a customer: the bridge to the kernel.

Two ways give the same result. *Gathered*: all lines are kept and added up at the end with NumPy; for inputs that are small, or
where numba is missing. *Streamed*: every batch goes through compiled code as it comes and only customers stay in memory. An input
begins gathered and changes over when it turns out to be large.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import ExitStack
from typing import cast

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.core.errors import CapacityError
from patron.core.money import LARGEST, to_text
from patron.core.scoring.distinct import DistinctPairs
from patron.core.scoring.identities import ascending, integers_if_possible, is_text, text_buffers
from patron.kernel.aggregate import CompiledSums, CustomerSums, Lines, Rules, distinct_by_code, magnitude_sum, sums_by_code
from patron.kernel.keys import Keys, LongTexts, integer_keys, text_order
from patron.kernel.layout import Bools, Int64s, compiled_pays, numba_is_there

CUSTOMER_BYTES = 340
"""Bytes that a customer takes at the peak, all columns and what is needed to make them included (measured: 2.2 million take
700 MB); the texts of ids come on top, about three times."""

LEAST_FOR_PAIRS = 2**20
"""Bytes of pairs that are always held; less would make a file of every batch."""

LINES_EACH = 8
"""Lines that a customer is guessed to have, to make room before the customers are known."""

MOST_EXPECTED = 20_000_000
"""Customers for whom room is made on a guess."""

Numbers = npt.NDArray[np.int32]
"""Which of the distinct ids each row has."""


@attrs.frozen(kw_only=True, eq=False)
class PreparedLines:
    """
    Lines that count, ready to be added up; ids still stand beside those of rows that don't.

    Attributes:
        keep: of the batch's rows, those that count; None: all. The ids have a row for each row of the batch; everything else
            only for those that count.
        customers: int64 or text ids; null only where a row does not count.
        lines: days and money.
        orders: int64 or text ids; None: an order is a day.
        order_known: false where the order id is blank; None where all are known.
        products: int64 or text ids; None: products are not counted.
        product_known: false where the product is blank; None where all are known.
    """

    keep: Bools | None = None

    customers: pa.Array
    lines: Lines
    orders: pa.Array | None = None
    order_known: Bools | None = None
    products: pa.Array | None = None
    product_known: Bools | None = None


@attrs.frozen(kw_only=True, eq=False)
class CustomerAggregates:
    """
    The input, added up: one row a customer, in ascending order of id.

    Attributes:
        ids: int64 or large strings, ascending, distinct.
        sums: by customer; all arrays in the order of ids.
        orders: distinct orders.
        products: distinct products; None where they were not counted.
        without_order: purchases whose order id is blank.
    """

    ids: pa.Array
    sums: CustomerSums
    orders: Int64s
    products: Int64s | None
    without_order: int


@attrs.frozen(kw_only=True, eq=False)
class _ByCode:
    """The input, added up: by customer code, the sums in any order that is asked for, and that of the texts where it is known."""

    ids: pa.Array
    order: Callable[[], Int64s | None]
    sums: Callable[[Int64s], CustomerSums]
    orders: Int64s
    products: Int64s | None
    without_order: int


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
    """

    def __init__(
        self, rules: Rules, *, text_ids: bool, plain_integers: bool, rows_expected: int, memory: int, stack: ExitStack
    ) -> None:
        self._rules = rules
        self._text_ids = text_ids
        self._plain_integers = plain_integers
        self._memory = memory
        self._stack = stack
        self._lock = threading.Lock()
        self._magnitudes = {"amount": 0, "cost": 0, "discount": 0}
        self._gathered: list[PreparedLines] = []
        self._rows = 0
        self._bytes = 0
        self._stream: _Stream | None = None
        self._rows_expected = rows_expected
        self._large = compiled_pays(rows_expected)

    def add(self, prepared: PreparedLines) -> None:
        """
        Add a batch.

        Raises:
            CapacityError: the money in the input adds up to more than can be held exactly.
        """
        if len(prepared.lines.days) == 0:
            return
        sizes = {
            "amount": magnitude_sum(prepared.lines.amounts),
            "cost": 0 if prepared.lines.costs is None else magnitude_sum(prepared.lines.costs),
            "discount": 0 if prepared.lines.discounts is None else magnitude_sum(prepared.lines.discounts),
        }
        # Numbered piece by piece, in the thread that read it, ids take little memory and their table stays in the cache.
        numbered = prepared if self._stream is not None or self._large else _numbered_piece(prepared)
        with self._lock:
            self._check_capacity(sizes)
            self._rows += len(prepared.lines.days)
            if self._stream is None and not (self._large or self._outgrown()):
                self._gathered.append(numbered)
                self._bytes += _held(numbered)
                return
            if self._stream is None:
                self._change_over(prepared)
            cast(_Stream, self._stream).add(prepared)

    def finish(self, pool: Executor) -> CustomerAggregates:
        """Return the sums of all customers in order of id; the aggregation can't be used afterwards."""
        found = _gathered_sums(self._gathered, self._rules) if self._stream is None else self._stream.finish(pool)
        ids = integers_if_possible(found.ids) if self._text_ids and self._plain_integers else found.ids
        known = found.order() if is_text(ids.type) else None
        order = ascending(ids) if known is None else known
        return CustomerAggregates(
            ids=ids.take(pa.array(order)),
            sums=found.sums(order),
            orders=found.orders[order],
            products=None if found.products is None else found.products[order],
            without_order=found.without_order,
        )

    def _expected(self) -> int:
        """Return for how many customers room is made before they are known."""
        return min(self._rows_expected // LINES_EACH, MOST_EXPECTED, self._memory // (4 * CUSTOMER_BYTES))

    def _outgrown(self) -> bool:
        """Say whether the lines are too many to be kept, and there is another way."""
        return compiled_pays(self._rows) or (self._bytes > self._memory // 4 and numba_is_there())

    def _check_capacity(self, sizes: dict[str, int]) -> None:
        for measure, size in sizes.items():
            self._magnitudes[measure] += size
        amounts = self._magnitudes["amount"]
        for measure in ("cost", "discount"):
            if amounts + self._magnitudes[measure] > LARGEST:
                raise CapacityError("score.too_much_money", largest=to_text(LARGEST))

    def _change_over(self, prepared: PreparedLines) -> None:
        lines = prepared.lines
        extra = lines.costs is not None or lines.discounts is not None
        sums = CompiledSums(self._rules, with_extra=extra, expected=self._expected())
        self._stream = _Stream(sums, text_ids=self._text_ids, memory=self._memory, stack=self._stack)
        for earlier in self._gathered:
            self._stream.add(_spelled_out(earlier))
        self._gathered.clear()


class _Stream:
    """Batches through compiled code."""

    def __init__(self, sums: CompiledSums, *, text_ids: bool, memory: int, stack: ExitStack) -> None:
        self._sums = sums
        self._customer_texts = LongTexts() if text_ids else None
        self._item_texts = {"order": LongTexts(), "product": LongTexts()}
        self._orders = DistinctPairs(stack)
        self._products = DistinctPairs(stack)
        self._with_products = False
        self._without_order = 0
        self._memory = memory

    def add(self, prepared: PreparedLines) -> None:
        codes = self._sums.codes(_keys(prepared.customers, prepared.keep, self._customer_texts))
        limit = self._left_for_pairs(2 if prepared.products is not None else 1)
        orders = None if prepared.orders is None else _keys(prepared.orders, prepared.keep, self._item_texts["order"])
        pairs, without = self._sums.add(codes, prepared.lines, orders, prepared.order_known)
        self._orders.add(pairs, limit)
        self._without_order += without
        if prepared.products is not None:
            self._with_products = True
            products = _keys(prepared.products, prepared.keep, self._item_texts["product"])
            self._products.add(self._sums.items(codes, prepared.lines.amounts, products, prepared.product_known), limit)

    def finish(self, pool: Executor) -> _ByCode:
        customers = self._sums.customers
        keys = self._sums.keys()
        return _ByCode(
            ids=pa.array(keys.low.view(np.int64)) if self._customer_texts is None else _texts(keys, self._customer_texts),
            order=lambda: text_order(keys),
            sums=self._sums.sums,
            orders=self._orders.counts(customers, pool),
            products=self._products.counts(customers, pool) if self._with_products else None,
            without_order=self._without_order,
        )

    def _left_for_pairs(self, kinds: int) -> int:
        """
        Return the bytes that pairs of each kind may hold: half of what customers and texts leave, now and when they are scored.

        Raises:
            CapacityError: they leave nothing.
        """
        texts = [*self._item_texts.values(), *([] if self._customer_texts is None else [self._customer_texts])]
        held = self._sums.customers * CUSTOMER_BYTES + 3 * sum(known.nbytes for known in texts)
        if held > self._memory:
            raise CapacityError("score.too_many_customers", memory=_size(self._memory), customers=f"{self._sums.customers:,}")
        return max((self._memory - held) // (2 * kinds), LEAST_FOR_PAIRS)


def _numbered_piece(prepared: PreparedLines) -> PreparedLines:
    """Return the lines with their ids as dictionaries, and without the ids of rows that do not count."""

    def numbered(ids: pa.Array | None) -> pa.Array | None:
        if ids is None:
            return None
        kept = ids if prepared.keep is None else ids.filter(pa.array(prepared.keep))
        numbers = kept.dictionary_encode()
        words = numbers.dictionary
        if is_text(words.type):
            words = words.cast(pa.large_string())  # one type for the pieces of all files
        return pa.DictionaryArray.from_arrays(numbers.indices, words)

    return attrs.evolve(
        prepared,
        keep=None,
        customers=numbered(prepared.customers),
        orders=numbered(prepared.orders),
        products=numbered(prepared.products),
    )


def _held(prepared: PreparedLines) -> int:
    """Return the bytes that gathered lines take."""
    ids = [each for each in (prepared.customers, prepared.orders, prepared.products) if each is not None]
    arrays = [each for each in (*prepared.lines, prepared.order_known, prepared.product_known) if each is not None]
    return sum(int(each.nbytes) for each in ids) + sum(int(each.nbytes) for each in arrays)


def _spelled_out(prepared: PreparedLines) -> PreparedLines:
    """Return lines that were numbered with their ids in full."""

    def full(ids: pa.Array | None) -> pa.Array | None:
        return ids if ids is None or not pa.types.is_dictionary(ids.type) else ids.dictionary_decode()

    return attrs.evolve(
        prepared, customers=full(prepared.customers), orders=full(prepared.orders), products=full(prepared.products)
    )


def _gathered_sums(gathered: list[PreparedLines], rules: Rules) -> _ByCode:
    ids, codes = _joined_ids([each.customers for each in gathered])
    lines = _joined_lines([each.lines for each in gathered])
    customers = len(ids)
    bought = lines.amounts > 0 if rules.ignore_zero else lines.amounts >= 0
    if not gathered or gathered[0].orders is None:
        orders = distinct_by_code(codes[bought], lines.days[bought], customers)
        without = 0
    else:
        known = _joined_marks([(each.order_known, len(each.lines.days)) for each in gathered])
        _, numbers = _joined_ids([each.orders for each in gathered])
        orders = _distinct(codes, numbers, bought & known, customers)
        without = int(np.count_nonzero(bought & ~known))
    products = None
    if gathered and gathered[0].products is not None:
        known = _joined_marks([(each.product_known, len(each.lines.days)) for each in gathered])
        _, numbers = _joined_ids([each.products for each in gathered])
        products = _distinct(codes, numbers, bought & known, customers)
    sums = sums_by_code(codes, customers, lines, rules)
    return _ByCode(
        ids=ids,
        order=lambda: None,
        sums=lambda order: CustomerSums(*(column[order] for column in sums)),
        orders=orders,
        products=products,
        without_order=without,
    )


def _distinct(codes: Numbers, numbers: Numbers, counted: Bools, customers: int) -> Int64s:
    """Count the distinct numbers of each customer over the rows that are counted."""
    chosen = counted.copy()
    # Lines of one order follow each other: what repeats the row before, which is counted, adds nothing.
    chosen[1:] &= ~(counted[:-1] & (codes[1:] == codes[:-1]) & (numbers[1:] == numbers[:-1]))
    return distinct_by_code(codes[chosen], numbers[chosen], customers)


def _joined_ids(pieces: list[pa.Array | None]) -> tuple[pa.Array, Numbers]:
    """Return the distinct ids of all pieces and, for each row, which of them it has."""
    if not pieces:
        return pa.array([], pa.int64()), np.empty(0, np.int32)
    joined = pa.chunked_array(pieces).unify_dictionaries()
    # A blank id has no number; where that matters, marks of the known ones go with the numbers.
    numbers = np.concatenate([piece.indices.fill_null(0).to_numpy(zero_copy_only=False) for piece in joined.chunks])
    return joined.chunk(0).dictionary, numbers


def _joined_lines(many: list[Lines]) -> Lines:
    if not many:
        return Lines(np.empty(0, np.int32), np.empty(0, np.int64))
    costs = [each.costs for each in many if each.costs is not None]
    discounts = [each.discounts for each in many if each.discounts is not None]
    missing = [(each.cost_missing, len(each.days)) for each in many]
    return Lines(
        days=np.concatenate([each.days for each in many]),
        amounts=np.concatenate([each.amounts for each in many]),
        costs=np.concatenate(costs) if costs else None,
        cost_missing=_joined_marks(missing, absent=False) if costs else None,
        discounts=np.concatenate(discounts) if discounts else None,
    )


def _joined_marks(many: list[tuple[Bools | None, int]], *, absent: bool = True) -> Bools:
    """Return marks of all rows; where a batch has none, *absent* stands for each of its rows."""
    parts = [np.full(rows, absent) if marks is None else marks for marks, rows in many]
    return np.concatenate(parts) if parts else np.empty(0, np.bool_)


def _keys(ids: pa.Array, keep: Bools | None, texts: LongTexts | None) -> Keys:
    if pa.types.is_integer(ids.type):
        keys = integer_keys(ids.fill_null(0).to_numpy(zero_copy_only=False))
    else:
        keys = cast(LongTexts, texts).keys(*text_buffers(ids))
    if keep is None:
        return keys
    return Keys(keys.low[keep], keys.high[keep] if len(keys.high) else keys.high)


def _texts(keys: Keys, texts: LongTexts) -> pa.Array:
    offsets, data = texts.texts(keys)
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"
