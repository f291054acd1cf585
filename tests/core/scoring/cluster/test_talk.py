"""Questions about all customers, asked by parts: answered as if there were one table, for any parts."""

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.cluster.questions import Spread, spread_of
from patron.core.scoring.cluster.talk import Ordered, Part, Reply, Request, Step, converse
from patron.core.scoring.population import WholePopulation

INT64 = st.integers(-(2**40), 2**40) | st.sampled_from([0, 0, 0, 7, -7])


def table_of(rows: Sequence[tuple[int, int, bool]], ids: Sequence[Any]) -> FeatureTable:
    values, years, missing = (np.array(column) for column in zip(*rows, strict=True))
    columns = {
        "value": Column(values.astype(np.int64), Kind.MONEY),
        "margin": Column(values[::-1].astype(np.int64), Kind.MONEY, missing.astype(np.bool_)),
        "years": Column(years.astype(np.int64), Kind.DAYS),
    }
    known = pa.array(ids, pa.large_string()) if isinstance(ids[0], str) else np.array(ids, np.int64)
    return FeatureTable(ids=known, columns=columns, as_of=date(2026, 1, 1))


def part_of(table: FeatureTable, rows: np.ndarray) -> FeatureTable:
    ids = table.ids.take(pa.array(rows)) if isinstance(table.ids, pa.Array) else table.ids[rows]
    columns = {
        name: Column(column.values[rows], column.kind, None if column.missing is None else column.missing[rows])
        for name, column in table.columns.items()
    }
    return FeatureTable(ids=ids, columns=columns, as_of=table.as_of)


def asked(table: FeatureTable, population: Any) -> Mapping[str, Any]:
    """Return the answers to every kind of question."""
    value, margin = table["value"].integers(), table["margin"]
    first, none, all_of_it = population.reaching(value, [Fraction(3, 10), Fraction(0), Fraction(2)], value > 0)
    return {
        "there": population.has("margin"),
        "cuts": population.cuts(value, 5).tolist(),
        "known": population.cuts(margin.integers(), 3, margin.missing).tolist(),
        "floats": population.cuts(np.where(value == 0, -0.0, value / 7), 4, margin.missing).tolist(),
        "best": population.best(population.customers // 3, value, table["years"].integers()),
        "everybody": population.best(population.customers, value),
        "nobody": population.best(0, value),
        "middle": population.middle(margin.integers(), margin.missing),
        "ends": population.ends(margin.integers(), margin.missing),
        "first": first,
        "none": none,
        "all": all_of_it,
        "alike": population.tallied(functools.partial(listed, 2), table["years"].integers(), value % 3),
    }


def listed(factor: int, *columns: np.ndarray, counts: np.ndarray) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in columns), (counts * factor).tolist(), strict=True))


class Script:
    """Asks every kind of question, one after the other, and beside them how values are spread."""

    known: frozenset[str] = frozenset()

    def __init__(self, customers: int) -> None:
        self.customers = customers
        self.heard: dict[int, Mapping[str, Any]] = {}

    def steps(self) -> Sequence[Step]:
        return [Step("all", frozenset(), self._ask), Step("spread", frozenset(), self._spread)]

    def finish(self, table: FeatureTable) -> FeatureTable:
        return table

    def _ask(self, table: FeatureTable, population: Any) -> Mapping[str, Any]:
        self.heard[id(table.ids)] = asked(table, population)
        return {}

    def _spread(self, table: FeatureTable, population: Any) -> Mapping[str, Any]:
        population.answer(Spread(20), lambda: Ordered([table["value"].integers()], with_sums=True))
        return {}


@given(
    rows=st.lists(st.tuples(INT64, st.integers(0, 3), st.booleans()), min_size=1, max_size=60),
    parts=st.integers(1, 5),
    texts=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_parts_are_answered_as_one_table_is(rows: list[tuple[int, int, bool]], parts: int, texts: bool, seed: int) -> None:
    """Ties, refunds, missing values, equal ids up to the last byte: cuts, borders and marks are those of one table."""
    numbers = range(len(rows))
    ids = sorted(f"{'x' * (number % 3)}{number}" for number in numbers) if texts else list(numbers)
    table = table_of(rows, ids)
    which = np.random.default_rng(seed).integers(0, parts, len(rows))
    places = [np.flatnonzero(which == part) for part in range(parts)]
    held = [Part(part_of(table, rows_there)) for rows_there in places]
    script = Script(len(rows))

    def ask(request: Request) -> Reply:
        return functools.reduce(lambda one, other: one.merge(other), [part.reply(script, request) for part in held]).finish()

    answers = converse(script, ask)
    whole = WholePopulation(table)
    expected = asked(table, whole)
    for part, rows_there in zip(held, places, strict=True):
        for name, value in script.heard[id(part.table.ids)].items():
            wanted = expected[name]
            assert np.array_equal(value, wanted[rows_there]) if isinstance(wanted, np.ndarray) else value == wanted, name
    assert spread_of(answers["spread"][0], 20) == whole.concentration(table["value"].integers(), 20)


def test_few_marks_find_the_border_among_many() -> None:
    """A hundred thousand customers in four parts: cuts are found by some thousand marks, in few rounds."""
    values = np.random.default_rng(5).integers(0, 10**9, 100_000)
    table = FeatureTable(np.arange(len(values)), {"value": Column(values, Kind.MONEY)}, date(2026, 1, 1))
    held = [Part(part_of(table, np.arange(start, len(values), 4))) for start in range(4)]
    script, said = Script(len(values)), [0, 0]
    script.steps = lambda: [Step("spread", frozenset(), script._spread)]  # type: ignore[method-assign]

    def ask(request: Request) -> Reply:
        reply = functools.reduce(lambda one, other: one.merge(other), [part.reply(script, request) for part in held])
        said[0] += 1
        said[1] += sum(len(marks) for marks in request.marks.values())
        return reply

    answers = converse(script, ask)
    assert spread_of(answers["spread"][0], 20) == WholePopulation(table).concentration(values, 20)
    assert said[0] <= 20
    assert said[1] <= 8_000
