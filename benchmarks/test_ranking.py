"""
Ranking one column of numbers into ten groups of equal number, with a table of their sizes and sums, beside other tools.

Exact NTILE: value descending, ties by row, so that equal values may lie in two groups; every contestant returns the group of each
row and the sum of each group. What NumPy does here is the fastest way known to do it with NumPy: sort without positions, find the
boundaries, and deal the ties out. The column is skewed as real customers are: a log-normal, 30 % zeros, some refunds.

scikit-learn has no exact groups of equal number; it is compared at what it does have, scores of 1 to 5 by cuts of the values,
which keep equal values together. A value that is a cut scores lower here and higher there; there are no others between the two.
"""

import importlib.util
import itertools
from functools import partial

import numpy as np
import pytest

from patron.kernel.groups import exact_groups
from patron.kernel.ranking import descending_order, quantile_cuts, score_by_cuts

ENGINES = ("patron", "numpy", "polars", "duckdb", "pandas", "pyarrow")
CUTTING = ("patron", "numpy", "sklearn")
ABSENT = {engine: "not installed" for engine in (*ENGINES, *CUTTING) if importlib.util.find_spec(engine) is None}
GROUPS, SCORES = 10, 5
QUICK = [150_000, 1_000_000, 5_000_000]
FULL = [*QUICK, 10_000_000, 100_000_000]


@pytest.fixture(scope="module")
def column():
    """Return a function that gives the column of so many rows; only the last one is kept."""
    kept = {}

    def give(kind, rows):
        if (kind, rows) not in kept:
            kept.clear()
            kept[kind, rows] = _column(kind, rows)
        return kept[kind, rows]

    return give


def _column(kind, rows):
    random = np.random.default_rng(72)
    if kind == "uniform":
        return random.random(rows)
    values = random.standard_normal(rows)
    values *= 1.2
    values += 3
    np.exp(values, out=values)
    values *= 100
    np.rint(values, out=values)
    values[random.random(rows, dtype=np.float32) < 0.3] = 0
    values[random.random(rows, dtype=np.float32) < 0.02] *= -1
    if kind == "int64":
        return (values * 100).astype(np.int64)
    values /= 100
    if kind == "float64 with gaps":
        values[random.random(rows, dtype=np.float32) < 0.05] = np.nan
    return values


def by_numpy(values):
    """Sort, find the boundaries, compare block by block, and deal the rows of a boundary's value out in row order."""
    ranked = np.sort(values[~np.isnan(values)] if values.dtype == np.float64 else values)
    whole, more = divmod(len(ranked), GROUPS)
    ends = [whole * part + min(part, more) for part in range(GROUPS + 1)]
    bounds = np.unique(ranked[len(ranked) - np.array(ends[1:-1])])
    group = np.full(len(values), 0, dtype=np.uint8)
    for start in range(0, len(values), 1 << 16):
        block = values[start : start + (1 << 16)]
        for bound in bounds:
            group[start : start + (1 << 16)] += block < bound
    # So many boundaries lie above a row, equal ones counted once: from there to its group.
    better = len(ranked) - np.searchsorted(ranked, bounds, side="right")
    group = (np.searchsorted(ends[1:], np.append(better[::-1], len(ranked) - 1), side="right") + 1).astype(np.uint8)[group]
    for bound, first in zip(bounds, better, strict=True):
        rows = np.flatnonzero(values == bound)
        group[rows] = np.searchsorted(ends[1:], first + np.arange(len(rows)), side="right") + 1
    if values.dtype == np.float64:
        group[np.isnan(values)] = 0
    ranked = ranked[::-1]
    return group, [ranked[begin:end].sum() for begin, end in itertools.pairwise(ends)]


def by_polars(values):
    """Rank by ordinal number, which breaks ties by row."""
    import polars as pl

    rows = pl.LazyFrame({"value": values}).filter(pl.col("value").is_not_nan()) if values.dtype == np.float64 else None
    frame = rows if rows is not None else pl.LazyFrame({"value": values})
    whole, more = pl.len() // GROUPS, pl.len() % GROUPS
    place = pl.col("value").rank("ordinal", descending=True).cast(pl.Int64) - 1
    edge = more * (whole + 1)
    group = pl.when(place < edge).then(place // (whole + 1)).otherwise(more + (place - edge) // pl.max_horizontal(whole, 1)) + 1
    ranked = frame.with_columns(group=group.cast(pl.UInt8)).collect()
    return ranked["group"].to_numpy(), ranked.group_by("group").agg(pl.col("value").sum()).sort("group")


def by_duckdb(values):
    """NTILE over value and row number."""
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        there = "where not isnan(value)" if values.dtype == np.float64 else ""
        connection.register("given", {"value": values, "place": np.arange(len(values))})
        connection.execute(
            f"create table ranked as select place, value, ntile({GROUPS}) over (order by value desc, place)::utinyint as decile "
            f"from given {there}"
        )
        sums = connection.execute("select decile, count(*), sum(value) from ranked group by all order by all").fetchall()
        return connection.execute("select decile from ranked order by place").fetchnumpy()["decile"], sums


def by_pandas(values):
    """Rank by first place among equal values."""
    import pandas as pd

    column = pd.Series(values)
    group = group_of_place(column.rank(method="first", ascending=False), column.count())
    return np.nan_to_num(group).astype(np.uint8), column.groupby(group).sum().to_numpy()


def by_pyarrow(values):
    """Rank by first place among equal values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    there = pa.array(values[~np.isnan(values)] if values.dtype == np.float64 else values)
    place = pc.rank(there, sort_keys="descending", tiebreaker="first").to_numpy()
    group = group_of_place(place.view(np.int64), len(place)).astype(np.uint8)
    sums = pa.table({"group": group, "value": there}).group_by("group").aggregate([("value", "sum")]).sort_by("group")
    return group, sums["value_sum"].to_numpy()


def group_of_place(place, count):
    """Return the group of a place, counted from 1; there are *count* places."""
    whole, more = divmod(int(count), GROUPS)
    edge = more * (whole + 1)
    return np.where(place <= edge, (place - 1) // (whole + 1), more + (place - 1 - edge) // max(whole, 1)) + 1


def by_patron(values):
    """Select, or sort where that is faster."""
    found = exact_groups(values, GROUPS, threads=2)
    return found.group, found.sums


def cut_by_patron(values):
    return score_by_cuts(values, quantile_cuts(values, SCORES))


def cut_by_numpy(values):
    cuts = np.quantile(values, np.arange(1, SCORES) / SCORES, method="inverted_cdf")
    return np.searchsorted(cuts, values, side="left").astype(np.uint8) + 1


def cut_by_sklearn(values):
    from sklearn.preprocessing import KBinsDiscretizer

    kind = {"encode": "ordinal", "strategy": "quantile", "quantile_method": "inverted_cdf"}
    binner = KBinsDiscretizer(n_bins=SCORES, subsample=None, **kind)
    return binner.fit_transform(values[:, None])[:, 0].astype(np.uint8) + 1


ALL = {
    "patron": by_patron,
    "numpy": by_numpy,
    "polars": by_polars,
    "duckdb": by_duckdb,
    "pandas": by_pandas,
    "pyarrow": by_pyarrow,
}
CUTS = {"patron": cut_by_patron, "numpy": cut_by_numpy, "sklearn": cut_by_sklearn}
ORDERS = {"patron": descending_order, "numpy": lambda values: np.argsort(~values, kind="stable")}


@pytest.fixture(scope="module", autouse=True)
def _numba():
    """Load numba: a process that ranks columns of its own has it loaded, and its import is measured with whole jobs."""
    import numba

    return numba


def needs(engine):
    if engine in ABSENT:
        pytest.skip(f"{engine} is {ABSENT[engine]}")


def contenders(run_in_process, ways, values):
    """Return those of the engines that are there as contestants, and the others."""
    contestants = {name: run_in_process(partial(way, values)) for name, way in ways.items() if name not in ABSENT}
    return {"contestants": contestants, "absent": {name: ABSENT[name] for name in ways if name in ABSENT}}


@pytest.mark.sizes(quick=QUICK, full=FULL)
@pytest.mark.parametrize("kind", ["int64", "float64"])
@pytest.mark.parametrize("engine", ENGINES)
def test_deciles(contest, run_in_process, column, engine, kind, rows):
    """Ten exact groups and their sums, with numba loaded already."""
    engines = contenders(run_in_process, ALL, column(kind, rows))

    assert contest(work=f"deciles {kind}", rows=rows, engine=engine, **engines)


@pytest.mark.sizes(quick=[5_000_000], full=[10_000_000, 100_000_000])
@pytest.mark.parametrize("kind", ["uniform", "float64 with gaps"])
@pytest.mark.parametrize("engine", ["patron", "numpy"])
def test_deciles_of_other_columns(contest, run_in_process, column, engine, kind, rows):
    """No ties at all; and missing values, heavy ties and refunds together."""
    engines = contenders(run_in_process, {name: ALL[name] for name in ("patron", "numpy")}, column(kind, rows))

    assert contest(work=f"deciles {kind}", rows=rows, engine=engine, **engines)


@pytest.mark.sizes(quick=QUICK, full=[*QUICK, 10_000_000])
@pytest.mark.parametrize("engine", ["patron", "numpy"])
def test_order(contest, run_in_process, column, engine, rows):
    """The positions of all rows, best first, ties by row: what `patron score` sorts its customers by."""
    engines = contenders(run_in_process, ORDERS, column("int64", rows))

    assert contest(work="order int64", rows=rows, engine=engine, **engines)


@pytest.mark.sizes(quick=[1_000_000], full=[1_000_000, 10_000_000])
@pytest.mark.parametrize("engine", CUTTING)
def test_scores_by_cuts(contest, run_in_process, column, engine, rows):
    """Scores of 1 to 5, equal values together: what `patron score` gives for recency, frequency and money."""
    engines = contenders(run_in_process, CUTS, column("uniform", rows))

    assert contest(work="scores by cuts uniform", rows=rows, engine=engine, **engines)


@pytest.mark.parametrize("kind", ["int64", "float64", "float64 with gaps", "uniform"])
@pytest.mark.parametrize("engine", ENGINES[1:])
def test_peers_do_equal_work(column, engine, kind):
    """The peers put every row into the same group: otherwise the comparison would mean nothing."""
    needs(engine)
    values = column(kind, 30_007)
    ours, sums = by_patron(values)
    theirs, totals = ALL[engine](values)

    assert np.array_equal(ours[ours > 0] if len(theirs) < len(ours) else ours, theirs)
    if engine in {"polars", "duckdb"}:
        totals = [float(row[-1]) for row in (totals.rows() if engine == "polars" else totals)]
    assert np.allclose(totals, sums, rtol=1e-12)


@pytest.mark.parametrize("engine", CUTTING[1:])
def test_peers_give_equal_scores(column, engine):
    """All rows score the same, but for those whose value is a cut: scikit-learn puts these on the other side."""
    needs(engine)
    values = column("uniform", 30_007)
    differ = cut_by_patron(values) != CUTS[engine](values)

    assert set(values[differ]) <= (set(quantile_cuts(values, SCORES)) if engine == "sklearn" else set())
