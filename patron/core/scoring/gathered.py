"""
Adding up with NumPy alone: lines are kept, their ids numbered piece by piece, and added up all at once at the end.
"""

from concurrent.futures import Executor
from typing import NamedTuple

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.core.scoring.identities import is_text
from patron.core.scoring.prepared import PreparedLines
from patron.kernel.aggregate import CustomerSums, Lines, Rules, distinct_by_code, sums_by_code
from patron.kernel.layout import Bools, Int64s

Numbers = npt.NDArray[np.int32]
"""Which of the distinct ids each row has."""


class AddedUp(NamedTuple):
    """The input, added up: one row a customer, in no order; as `CustomerAggregates`."""

    ids: pa.Array
    sums: CustomerSums
    orders: Int64s
    products: Int64s | None
    without_order: int


def numbered_piece(prepared: PreparedLines) -> PreparedLines:
    """Return the lines that count with their ids as dictionaries, which take little memory."""
    kept = prepared.kept()

    def numbered(ids: pa.Array | None) -> pa.Array | None:
        if ids is None:
            return None
        numbers = ids.dictionary_encode()
        words = numbers.dictionary
        if is_text(words.type):
            words = words.cast(pa.large_string())  # one type for the pieces of all files
        return pa.DictionaryArray.from_arrays(numbers.indices, words)

    return attrs.evolve(
        kept,
        customers=numbered(kept.customers),
        orders=numbered(kept.orders),
        products=numbered(kept.products),
    )


def bytes_held(prepared: PreparedLines) -> int:
    """Return the bytes that gathered lines take."""
    ids = [each for each in (prepared.customers, prepared.orders, prepared.products) if each is not None]
    arrays = [each for each in (*prepared.lines, prepared.order_known, prepared.product_known) if each is not None]
    return sum(int(each.nbytes) for each in ids) + sum(int(each.nbytes) for each in arrays)


def spelled_out(prepared: PreparedLines) -> PreparedLines:
    """Return lines that were numbered with their ids in full."""

    def full(ids: pa.Array | None) -> pa.Array | None:
        return ids if ids is None or not pa.types.is_dictionary(ids.type) else ids.dictionary_decode()

    return attrs.evolve(
        prepared, customers=full(prepared.customers), orders=full(prepared.orders), products=full(prepared.products)
    )


def add_up(gathered: list[PreparedLines], rules: Rules, pool: Executor) -> AddedUp:
    """Return the sums of all lines, each batch from `numbered_piece`."""
    with_orders = bool(gathered) and gathered[0].orders is not None
    with_products = bool(gathered) and gathered[0].products is not None
    # Orders and products, of which there are more, are joined while customers, which all else waits for, are added up.
    joined = pool.submit(_joined_ids, [each.customers for each in gathered])
    orders_joined = pool.submit(_joined_ids, [each.orders for each in gathered]) if with_orders else None
    products_joined = pool.submit(_joined_ids, [each.products for each in gathered]) if with_products else None
    lines = _joined_lines([each.lines for each in gathered])
    ids, codes = joined.result()
    customers = len(ids)
    bought = lines.amounts > 0 if rules.ignore_zero else lines.amounts >= 0
    sums = pool.submit(sums_by_code, codes, customers, lines, rules)
    without = 0
    if orders_joined is not None:
        known = bought & _joined_marks([(each.order_known, len(each.lines.days)) for each in gathered])
        orders = _distinct(codes, orders_joined.result()[1], known, customers)
        without = int(np.count_nonzero(bought)) - int(np.count_nonzero(known))
    else:
        orders = distinct_by_code(codes[bought], lines.days[bought], customers)
    products = None
    if products_joined is not None:
        known = bought & _joined_marks([(each.product_known, len(each.lines.days)) for each in gathered])
        products = _distinct(codes, products_joined.result()[1], known, customers)
    return AddedUp(ids, sums.result(), orders, products, without)


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
