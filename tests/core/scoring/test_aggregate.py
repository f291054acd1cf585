"""
Adding lines up: gathered, streamed and the slow twin agree on every figure, for any batches, threads and kind of id.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from unittest import mock

import attrs
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.errors import CapacityError
from patron.core.scoring import aggregate
from patron.core.scoring.aggregate import Aggregation
from patron.core.scoring.buckets import Buckets
from patron.core.scoring.distinct import DistinctPairs
from patron.core.scoring.prepared import CustomerAggregates, PreparedLines
from patron.kernel.aggregate import BUCKETS, NO_FIRST, Lines, Rules
from patron.kernel.twins import aggregate as twin

RULES = Rules(ignore_zero=False, recent_from=100, recent_until=200, previous_from=0)
LONG = "a customer whose id is longer than fifteen bytes "


def prepared(lines: list[twin.Line], *, with_order: bool = True, products: bool = False) -> PreparedLines:
    customers = pa.array([line.customer for line in lines])
    orders = pa.array([line.order for line in lines], pa.int64() if _integers(lines) else pa.large_string())
    known = np.array([line.order is not None for line in lines], np.bool_)
    missing = np.array([line.cost is None for line in lines], np.bool_)
    return PreparedLines(
        customers=customers.cast(pa.large_string()) if pa.types.is_string(customers.type) else customers,
        lines=Lines(
            days=np.array([line.day for line in lines], np.int32),
            amounts=np.array([line.amount for line in lines], np.int64),
            costs=np.array([line.cost or 0 for line in lines], np.int64),
            cost_missing=missing if missing.any() else None,
            discounts=np.array([line.discount for line in lines], np.int64),
        ),
        orders=orders if with_order else None,
        order_known=known if with_order and not known.all() else None,
        products=orders if products else None,
        product_known=known if products else None,
    )


def _integers(lines: list[twin.Line]) -> bool:
    return all(line.order is None or isinstance(line.order, int) for line in lines)


def run(
    batches: list[PreparedLines],
    rules: Rules = RULES,
    *,
    streamed: bool,
    memory: int = 10**9,
    threads: int = 1,
    plain: bool = False,
) -> CustomerAggregates:
    text = bool(batches) and not pa.types.is_integer(batches[0].customers.type)
    with (
        mock.patch.object(aggregate, "compiled_pays", return_value=streamed),
        ExitStack() as stack,
        ThreadPoolExecutor(threads) as pool,
    ):
        adding = Aggregation(rules, text_ids=text, plain_integers=plain, rows_expected=0, memory=memory, stack=stack)
        list(pool.map(adding.update, batches))
        return adding.finish(pool)


def as_dict(found: CustomerAggregates) -> dict[object, twin.Sums]:
    columns = [column.tolist() for column in (*found.sums, found.orders)]
    result = {}
    for row, customer in enumerate(found.ids.to_pylist()):
        values = [column[row] for column in columns]
        if values[0] == NO_FIRST:
            values[0] = values[1] = None
        result[customer] = twin.Sums(*values)
    return result


ids = st.sampled_from(["", "a", "B", "ab", "é", "客户", "12345678", "123456789012345", LONG + "1", LONG + "2", "a\0"])
orders_text = st.none() | st.sampled_from(["1", "2", "C1", LONG, LONG + "x"])
amounts = st.integers(-3, 3) | st.integers(-(10**12), 10**12)
line = st.builds(
    twin.Line,
    customer=ids,
    day=st.integers(-5, 205),
    amount=amounts,
    cost=st.none() | st.integers(-5, 5),
    discount=st.integers(-1, 3),
    order=orders_text,
)
line_of_integers = st.builds(
    twin.Line,
    customer=st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2),
    day=st.integers(-5, 205),
    amount=amounts,
    cost=st.integers(-5, 5),
    discount=st.integers(0, 3),
    order=st.none() | st.integers(-2, 2) | st.just(-(2**63)),
)


@pytest.mark.parametrize("streamed", [False, True])
@given(lines=st.lists(line, min_size=1, max_size=40) | st.lists(line_of_integers, min_size=1, max_size=40), data=st.data())
@settings(max_examples=40, deadline=None)
def test_sums_equal_those_of_the_twin_for_any_cut_into_batches(
    streamed: bool, lines: list[twin.Line], data: st.DataObject
) -> None:
    """Refunds, zeros, blank orders, ties, long ids: every figure of every customer is that of the slow twin."""
    ignore_zero = data.draw(st.booleans())
    by_day = data.draw(st.booleans())
    cut = data.draw(st.integers(1, len(lines)))
    parts = [part for part in (lines[:cut], lines[cut:]) if part]
    rules = RULES._replace(ignore_zero=ignore_zero)
    batches = [prepared(part, with_order=not by_day) for part in parts]
    if not all(pa.types.is_integer(batch.orders.type) for batch in batches if batch.orders is not None):
        batches = [_with_text_orders(batch) for batch in batches]
    found = run(batches, rules, streamed=streamed)
    expected = twin.sums(
        lines, ignore_zero=ignore_zero, recent=range(100, 200), previous=range(100), with_cost=True, by_day=by_day
    )
    assert as_dict(found) == expected
    assert found.ids.to_pylist() == sorted(expected, key=lambda one: one.encode() if isinstance(one, str) else one)


def _with_text_orders(batch: PreparedLines) -> PreparedLines:
    return batch if batch.orders is None else attrs.evolve(batch, orders=batch.orders.cast(pa.large_string()))


def shop(rows: int, seed: int) -> PreparedLines:
    draw = np.random.default_rng(seed)
    customers = draw.integers(0, rows // 5, rows) ** 2 % (rows // 4)
    names = pa.array([f"customer number {number}" if number % 3 else f"C{number}" for number in customers.tolist()])
    return PreparedLines(
        customers=names.cast(pa.large_string()),
        lines=Lines(draw.integers(0, 400, rows).astype(np.int32), draw.integers(-(10**6), 10**7, rows)),
        orders=pa.array(draw.integers(0, rows // 3, rows)),
        products=pa.array(draw.integers(0, 50, rows)),
    )


def same(one: CustomerAggregates, other: CustomerAggregates) -> None:
    assert one.ids.equals(other.ids)
    for left, right in zip(one.sums, other.sums, strict=True):
        np.testing.assert_array_equal(left, right)
    np.testing.assert_array_equal(one.orders, other.orders)
    np.testing.assert_array_equal(one.products, other.products)


def cut_up(batch: PreparedLines, parts: int) -> list[PreparedLines]:
    edges = np.linspace(0, len(batch.customers), parts + 1).astype(int).tolist()
    return [
        PreparedLines(
            customers=batch.customers[start:stop],
            lines=Lines(batch.lines.days[start:stop], batch.lines.amounts[start:stop]),
            orders=batch.orders[start:stop],
            products=batch.products[start:stop],
        )
        for start, stop in pairwise(edges)
    ]


@pytest.mark.parametrize(("parts", "threads"), [(1, 1), (7, 1), (7, 2), (40, 3)])
def test_the_same_bits_for_any_threads_and_batches(parts: int, threads: int) -> None:
    """Threads and batches decide nothing: the streamed result equals the gathered one to the bit."""
    whole = shop(20_000, 3)
    same(run([whole], streamed=False), run(cut_up(whole, parts), streamed=True, threads=threads))


@given(
    lines=st.lists(line, min_size=1, max_size=40) | st.lists(line_of_integers, min_size=1, max_size=40),
    streamed=st.lists(st.booleans(), min_size=1, max_size=4),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_aggregations_merge_into_that_of_all_lines(lines: list[twin.Line], streamed: list[bool], data: st.DataObject) -> None:
    """Whoever was given which lines, by whichever way: merged they give the figures of the slow twin."""
    shares = [data.draw(st.integers(0, len(streamed) - 1)) for _ in lines]
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        parts = []
        for number, through in enumerate(streamed):
            adding = Aggregation(
                RULES,
                text_ids=isinstance(lines[0].customer, str),
                plain_integers=False,
                rows_expected=10**9 if through else 0,
                memory=10**9,
                stack=stack,
            )
            own = [each for each, share in zip(lines, shares, strict=True) if share == number]
            if own:
                batch = prepared(own)
                adding.update(batch if _integers(lines) else _with_text_orders(batch))
            parts.append(adding)
        whole = parts[0]
        for adding in parts[1:]:
            whole.merge(adding)
        found = whole.finish(pool)
    expected = twin.sums(lines, ignore_zero=False, recent=range(100, 200), previous=range(100), with_cost=True, by_day=False)
    assert as_dict(found) == expected


def test_merging_takes_spilled_orders_along() -> None:
    """Pairs that stand in files, products and long texts are merged like everything else."""
    whole = shop(20_000, 5)
    with (
        mock.patch.object(Buckets, "_left_for_pairs", return_value=10_000 // BUCKETS),
        mock.patch.object(aggregate, "compiled_pays", return_value=True),
        ExitStack() as stack,
        ThreadPoolExecutor(2) as pool,
    ):
        parts = [
            Aggregation(RULES, text_ids=True, plain_integers=False, rows_expected=0, memory=10**9, stack=stack) for _ in range(3)
        ]
        for adding, batch in zip(parts, cut_up(whole, 3), strict=True):
            adding.update(batch)
        for adding in parts[1:]:
            parts[0].merge(adding)
        found = parts[0].finish(pool)
    same(run([whole], streamed=False), found)


def test_money_is_bounded_over_merged_parts() -> None:
    """Two parts that fit each alone are refused where their sum does not fit."""
    half = PreparedLines(customers=pa.array([1]), lines=Lines(np.zeros(1, np.int32), np.array([2**62], np.int64)))
    with ExitStack() as stack:
        one, other = (
            Aggregation(RULES, text_ids=False, plain_integers=False, rows_expected=0, memory=10**9, stack=stack) for _ in range(2)
        )
        one.update(half)
        other.update(half)
        with pytest.raises(CapacityError):
            one.merge(other)


def test_spilled_orders_are_counted_exactly() -> None:
    """With hardly any memory for pairs they move to files, and the counts stay those of the run in memory."""
    whole = shop(60_000, 5)
    spills = []
    spill = DistinctPairs._spill
    with (
        mock.patch.object(Buckets, "_left_for_pairs", return_value=50_000 // BUCKETS),
        mock.patch.object(DistinctPairs, "_spill", lambda self, parts: spills.append(1) or spill(self, parts)),
    ):
        spilling = run(cut_up(whole, 30), streamed=True, threads=2)
    assert len(spills) > 5
    same(run([whole], streamed=False), spilling)


def test_text_ids_that_are_all_plain_integers_become_integers_ordered_by_number() -> None:
    """ "9" stands before "10"; one id with a leading zero makes all of them texts, ordered by bytes."""
    lines = Lines(np.zeros(3, np.int32), np.ones(3, np.int64))
    plain = run(
        [PreparedLines(customers=pa.array(["10", "9", "-1"], pa.large_string()), lines=lines)], streamed=False, plain=True
    )
    text = run([PreparedLines(customers=pa.array(["10", "9", "01"], pa.large_string()), lines=lines)], streamed=False, plain=True)
    assert plain.ids.to_pylist() == [-1, 9, 10]
    assert text.ids.to_pylist() == ["01", "10", "9"]


@pytest.mark.parametrize("streamed", [False, True])
def test_money_beyond_what_is_exact_is_refused_and_never_wrapped(streamed: bool) -> None:
    """Sums up to the last count are exact; one count more, in any order and with any sign, is refused."""
    largest = 2**63 - 1
    fits = PreparedLines(
        customers=pa.array([1, 1, 2]), lines=Lines(np.zeros(3, np.int32), np.array([largest - 3, 1, -2], np.int64))
    )
    assert run([fits], streamed=streamed).sums.gross.tolist() == [largest - 2, 0]
    beyond = PreparedLines(
        customers=pa.array([1, 2, 3]), lines=Lines(np.zeros(3, np.int32), np.array([largest, -(2**63), 1], np.int64))
    )
    with pytest.raises(CapacityError):
        run([beyond], streamed=streamed)


def test_more_customers_than_memory_holds_is_refused() -> None:
    """What can't be kept within the bound ends with a clear error, not with the machine's memory."""
    with pytest.raises(CapacityError):
        run(cut_up(shop(20_000, 1), 4), streamed=True, memory=100_000)
