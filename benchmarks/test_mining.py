"""
How long leads last, and what is bought together, beside other tools.

Survival: days of so many leads on a grid of 1,000 days, 40 % lost, to the curve of Kaplan and Meier. Pairs: rows of basket and
item, five a basket, a thousand items of which some are popular, to the number of baskets of every pair that occurs. Rules: the
same baskets to all itemsets of one in a thousand baskets and their rules of a confidence of 5 %; mlxtend is given its frame of
truth values, efficient-apriori its list of tuples, ready made, while ours and DuckDB begin with the rows.
"""

import importlib.util
import itertools
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from patron.kernel.baskets import pack_baskets
from patron.kernel.itemsets import frequent_itemsets, least_count
from patron.kernel.rules import association_rules
from patron.kernel.survival import count_lives, life_table, survival

ITEMS, SIZE = 1000, 5
SUPPORT, CONFIDENCE = Fraction(1, 1000), Fraction(1, 20)
SURVIVAL, PAIRS, RULES = ("patron", "lifelines"), ("patron", "duckdb"), ("patron", "mlxtend", "efficient_apriori")


def absent(engines):
    return {engine: "not installed" for engine in engines if importlib.util.find_spec(engine) is None}


def needs(engine):
    if absent([engine]):
        pytest.skip(f"{engine} is not installed")


def contenders(ways, *data):
    """Return a function without arguments for each of these ways whose engine is there."""
    return {engine: partial(way, *data) for engine, way in ways.items() if not absent([engine])}


def leads(rows):
    random = np.random.default_rng(11)
    return random.integers(0, 1000, rows), (random.random(rows) < 0.4).astype(np.uint8)


def lines(baskets):
    random = np.random.default_rng(12)
    sizes = random.poisson(SIZE, baskets)
    numbers = np.repeat(np.arange(baskets), sizes)
    return numbers, (ITEMS * random.random(len(numbers)) ** 2).astype(np.int64)


def survival_by_patron(days, lost):
    table = life_table(count_lives(days, lost), np.array([0, 1]), 1)
    return table.durations, survival(table)


def survival_by_lifelines(days, lost):
    from lifelines import KaplanMeierFitter

    curve = KaplanMeierFitter().fit(days, lost).survival_function_
    return curve.index.to_numpy(), curve.iloc[:, 0].to_numpy()


def pairs_by_patron(numbers, items, baskets):
    return frequent_itemsets(pack_baskets(numbers, items, baskets), 1, longest=2, threads=2)[1]


def pairs_by_duckdb(numbers, items, baskets):
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("given", {"basket": numbers, "item": items})
        connection.execute("create table line as select distinct basket, item from given")
        return connection.execute(
            "select a.item, b.item, count(*) from line a join line b on a.basket = b.basket and a.item < b.item group by all"
        ).fetchnumpy()


def rules_by_patron(numbers, items, baskets):
    sets = frequent_itemsets(pack_baskets(numbers, items, baskets), least_count(SUPPORT, baskets), threads=2)
    return sets, association_rules(sets, baskets, CONFIDENCE)


def rules_by_mlxtend(frame):
    from mlxtend.frequent_patterns import association_rules as rules_of
    from mlxtend.frequent_patterns import fpgrowth

    sets = fpgrowth(frame, min_support=float(SUPPORT), use_colnames=True)
    return sets, rules_of(sets, metric="confidence", min_threshold=float(CONFIDENCE))


def rules_by_efficient_apriori(baskets):
    from efficient_apriori import apriori

    return apriori(baskets, min_support=float(SUPPORT), min_confidence=float(CONFIDENCE))


def frame_of(numbers, items, baskets):
    import pandas as pd

    marks = np.zeros((baskets, ITEMS), np.bool_)
    marks[numbers, items] = True
    return pd.DataFrame(marks, columns=range(ITEMS))


def tuples_of(numbers, items, baskets):
    packed = pack_baskets(numbers, items, baskets)
    edges = packed.starts.tolist()
    return [tuple(packed.items[start:end].tolist()) for start, end in itertools.pairwise(edges)]


@pytest.fixture(scope="module", autouse=True)
def _numba():
    """Load numba: its import is measured with whole jobs."""
    import numba

    return numba


@pytest.mark.sizes(quick=[1_000_000], full=[1_000_000, 10_000_000])
@pytest.mark.parametrize("engine", SURVIVAL)
def test_survival(contest, run_in_process, engine, rows):
    ways = contenders({"patron": survival_by_patron, "lifelines": survival_by_lifelines}, *leads(rows))
    contestants = {name: run_in_process(way) for name, way in ways.items()}
    work = "survival of leads"

    assert contest(work=work, rows=rows, engine=engine, contestants=contestants, absent=absent(SURVIVAL))


@pytest.mark.sizes(quick=[1_000_000], full=[1_000_000])
@pytest.mark.parametrize("engine", PAIRS)
def test_pairs(contest, run_in_process, engine, rows):
    ways = contenders({"patron": pairs_by_patron, "duckdb": pairs_by_duckdb}, *lines(rows), rows)
    contestants = {name: run_in_process(way) for name, way in ways.items()}
    work = "pairs of items, rows are baskets"

    assert contest(work=work, rows=rows, engine=engine, contestants=contestants, absent=absent(PAIRS))


@pytest.mark.sizes(quick=[50_000], full=[200_000])
@pytest.mark.parametrize("engine", RULES)
def test_rules(contest, run_in_process, engine, rows):
    data = (*lines(rows), rows)
    ways = contenders({"patron": rules_by_patron}, *data)
    if not absent(["mlxtend"]):
        ways["mlxtend"] = partial(rules_by_mlxtend, frame_of(*data))
    if not absent(["efficient_apriori"]):
        ways["efficient_apriori"] = partial(rules_by_efficient_apriori, tuples_of(*data))
    contestants = {name: run_in_process(way) for name, way in ways.items()}
    work = "itemsets and rules, rows are baskets"

    assert contest(work=work, rows=rows, engine=engine, contestants=contestants, absent=absent(RULES))


def test_lifelines_finds_the_same_curve():
    needs("lifelines")
    days, lost = leads(3000)
    ours, theirs = survival_by_patron(days, lost), survival_by_lifelines(days, lost)
    there = np.isin(theirs[0], ours[0])
    assert np.allclose(ours[1], theirs[1][there], rtol=0, atol=1e-12)


def test_duckdb_counts_the_same_pairs():
    numbers, items = lines(3000)
    ours, theirs = pairs_by_patron(numbers, items, 3000), list(pairs_by_duckdb(numbers, items, 3000).values())
    order = np.lexsort((theirs[1], theirs[0]))
    assert np.array_equal(ours.items, np.column_stack(theirs[:2])[order])
    assert np.array_equal(ours.counts, theirs[2][order])


@pytest.mark.parametrize("engine", RULES[1:])
def test_peers_find_the_same_rules(engine):
    """Floats decide their thresholds, so the sample is one in which no set stands at a threshold exactly."""
    needs(engine)
    data = (*lines(7919), 7919)
    sets, rules = rules_by_patron(*data)
    if engine == "mlxtend":
        theirs, found = (len(part) for part in rules_by_mlxtend(frame_of(*data)))
    else:
        counted, some = rules_by_efficient_apriori(tuples_of(*data))
        theirs, found = sum(map(len, counted.values())), len(some)
    assert (theirs, found) == (sum(len(level.counts) for level in sets), len(rules.counts))
