"""Days of purchases: what `patron score` counts as orders without an order id, day by day, for any split of the lines."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.app import App
from patron.core.errors import CapacityError, InputError, UsageError
from patron.core.scoring import ScoreCommand, read_purchase_days, score
from patron.core.scoring.prepared import PreparedLines
from patron.core.scoring.purchase_days import DayCollection
from patron.kernel.aggregate import Lines

LINES = st.lists(
    st.tuples(st.sampled_from(["7", "07", "b", "a long customer id"]), st.integers(-3, 4), st.integers(-5, 9)), max_size=40
)


def prepared(lines):
    customers, days, amounts = zip(*lines, strict=True) if lines else ((), (), ())
    return PreparedLines(
        customers=pa.array(customers, pa.string()),
        lines=Lines(days=np.array(days, np.int32), amounts=np.array(amounts, np.int64)),
    )


def as_dict(found):
    entries = list(zip(found.days.tolist(), found.amounts.tolist(), strict=True))
    return {
        customer: entries[begin:end]
        for customer, begin, end in zip(found.ids.to_pylist(), found.begins[:-1].tolist(), found.begins[1:].tolist(), strict=True)
    }


def added_up(lines, *, ignore_zero=False):
    found = {customer: {} for customer in sorted({customer for customer, _, _ in lines})}
    for customer, day, amount in lines:
        if amount > 0 or (amount == 0 and not ignore_zero):
            found[customer][day] = found[customer].get(day, 0) + amount
    return {customer: sorted(days.items()) for customer, days in found.items()}


@settings(max_examples=60)
@given(LINES, st.lists(st.integers(0, 40), max_size=3), st.booleans(), st.booleans())
def test_every_day_is_there_once_for_any_split(lines, cuts, ignore_zero, merged):
    edges = [0, *sorted(cuts), len(lines)]
    pieces = [lines[begin:end] for begin, end in pairwise(edges)]
    days, others = (DayCollection(ignore_zero=ignore_zero, memory=2**30) for _ in range(2))
    for number, piece in enumerate(pieces):
        (others if merged and number % 2 else days).update(prepared(piece))
    days.merge(others)

    assert added_up(lines, ignore_zero=ignore_zero) == as_dict(days.finish(plain_integers=False))


def test_ids_become_integers_where_all_are():
    days = DayCollection(ignore_zero=False, memory=2**30)
    days.update(prepared([("10", 1, 5), ("9", 1, 5)]))

    assert [9, 10] == days.finish(plain_integers=True).ids.to_pylist()


def test_the_first_amount_is_that_of_the_first_day():
    days = DayCollection(ignore_zero=False, memory=2**30)
    days.update(prepared([("a", 9, 5), ("a", 3, 2), ("a", 3, 1), ("b", 1, -4), ("c", 0, 8)]))
    found = days.finish(plain_integers=False)

    assert [3, 0, 8] == found.first_amounts.tolist()
    assert [2, 0, 1] == found.counts.tolist()


def test_too_many_days_for_the_memory_are_refused():
    days = DayCollection(ignore_zero=False, memory=1_000)
    with pytest.raises(CapacityError, match="days of purchases"):
        days.update(prepared([("a", day, 1) for day in range(100)]))


def test_more_money_than_can_be_held_is_refused():
    days = DayCollection(ignore_zero=False, memory=2**30)
    days.update(prepared([("a", 1, 2**62)]))
    with pytest.raises(CapacityError, match="more than"):
        days.update(prepared([("b", 1, 2**62)]))


@pytest.fixture(name="command")
def _command(tmp_path: Path) -> ScoreCommand:
    """Return a command on a file of a few hundred lines in random order, refunds and unusable rows among them."""
    random = np.random.default_rng(1)
    rows = ["who,when,money,invoice"]
    for number in range(500):
        day = date(2025, 1, 1) + timedelta(int(random.integers(0, 90)))
        rows.append(f"{random.integers(1, 60)},{day},{random.integers(-20, 100)},{number}")
    (tmp_path / "lines.csv").write_text("\n".join([*rows, "5,not a day,1,1"]))
    return ScoreCommand(
        inputs=(tmp_path / "lines.csv",),
        customer="who",
        time="when",
        amount="money",
        where="money != 50",
        as_of=date(2025, 3, 15),
    )


def test_files_give_the_days_that_scores_count_as_orders(command):
    with App.open().session() as session:
        found, scores = read_purchase_days(session, command), score(session, command)
    orders = scores.customers["orders"].integers()

    assert scores.run.rows == found.rows
    assert orders.tolist() == found.purchases.counts.tolist()
    assert scores.customers.ids.tolist() == found.purchases.ids.to_pylist()
    assert (
        scores.customers["gross"].integers().tolist()
        == np.add.reduceat(found.purchases.amounts, found.purchases.begins[:-1]).tolist()
    )


def test_what_can_not_be_read_is_said(command, tmp_path):
    (tmp_path / "empty.csv").write_text("who,when,money\n")
    with App.open().session() as session:
        with pytest.raises(UsageError):
            read_purchase_days(session, ScoreCommand(inputs=(), customer="a", time="b", amount="c"))
        with pytest.raises(InputError):
            read_purchase_days(
                session, ScoreCommand(inputs=(tmp_path / "empty.csv",), customer="who", time="when", amount="money")
            )
