"""Scorecards: what one record is worth and why, and that millions are worth the same."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.scoring.composites import Scorecard
from patron.core.scoring.composites.bulk import classes, score_rows
from patron.core.scoring.composites.fitting import Gathered, fit
from patron.kernel.twins import points as twin

TODAY = date(2026, 3, 31)

FORM = """
classes = { high = 70, middle = 40, low = 0 }
[composites.c.factors.income]
low = 1000
high = 21000
weight = 2
[composites.c.factors.spent]
transform = "log"
low = 1
high = 10000
missing = "neutral"
[composites.c.factors.age]
column = "born"
reads = "years_since"
bands = [[18, 30], [30, 90], [60, 50]]
missing = 25
[composites.c.factors.wanted]
reads = "days_until"
bands = [[-10000, 100], [93, 50], [186, 0]]
weight = 0.5
[composites.c.factors.concern]
codes = { price = 10, quality = 100 }
other = 55
reverse = true
"""


@pytest.fixture(name="card")
def _card(one):
    """Return the scorecard of a form that leaves nothing open."""
    return fit(one(FORM), lambda _: pytest.fail("nothing is taken from a population"))


def points(card, **record):
    return card.score(record, TODAY).points


def test_what_each_factor_brings_adds_up_to_the_score(card):
    """(2·50 + 50 + 90 + 0.5·50 + 0) / 5.5, each part to 1/10,000."""
    found = card.score(
        {"income": "11,000", "spent": 100, "born": 1990, "wanted": date(2026, 7, 31), "concern": " Quality "}, TODAY
    )
    told = {part.name: (part.status, part.points, part.contribution) for part in found.parts}

    assert twin.rounded(Fraction(265, 11) * 2 * 10_000) == found.points
    assert ("middle", 1.0) == (found.label, found.known)
    assert sum(part.contribution for part in found.parts) == found.points
    assert ("known", 500_000, 181_818) == told["income"]
    assert ("known", 500_000) == told["wanted"][:2]
    assert ("known", 0, 0) == told["concern"]
    assert [4, 2, 2, 1, 2] == [round(part.weight * 11) for part in found.parts]


def test_unknown_is_never_zero(card):
    """As declared: shared out, neutral, or so many points; and somebody of whom nothing is known has no score."""
    assert None is points(card)
    assert None is points(card, income="", concern=None, age=7)
    some = card.score({"income": 21000}, TODAY)
    assert {"income": 1_000_000, "spent": 500_000, "age": 250_000, "wanted": None, "concern": None} == {
        part.name: part.points for part in some.parts
    }
    assert twin.rounded(Fraction(2_750_000, 4)) == some.points
    assert Fraction(2 * 2, 11) == Fraction(some.known).limit_denominator(99)


WORDS = [("income", "much"), ("income", float("inf")), ("income", True), ("income", [1]), ("income", 10**20)]
WORDS += [("income", Decimal("1e99999")), ("born", 12345), ("born", 2**63)]
WORDS += [("born", "soon"), ("wanted", 20), ("wanted", "31.31.2026")]


@pytest.mark.parametrize(("name", "value"), WORDS)
def test_what_cannot_be_read_is_told_and_counts_as_missing(card, name, value):
    found = card.score({"concern": "price", name: value}, TODAY)
    (part,) = [part for part in found.parts if part.column == name]
    assert "bad" == part.status
    assert found.points == points(card, concern="price")


TWO = "[composites.c.factors.a]\nlow = 0\nhigh = 1\n{}\n[composites.c.factors.b]\nlow = 0\nhigh = 1\n{}"


def test_a_record_may_be_refused_a_score(one):
    """By one factor that must be known, or because too little is."""
    strict = fit(one(TWO.format('missing = "none"', "")), None)
    assert (None, 500_000) == (points(strict, b=1), points(strict, a=0, b=1))
    least = fit(one("least_known = 0.5\n" + TWO.format("", "weight = 2")), None)
    assert (None, 1_000_000) == (points(least, a=1), points(least, b=1))


def test_of_several_codes_the_best_counts(one):
    card = fit(one("[composites.c.factors.motives]\ncodes = { price = 0, quality = 100, service = 80 }"), None)
    assert (1_000_000, 0, None, None) == tuple(
        points(card, motives=motives) for motives in (["price", "quality"], ("price",), [], ["unheard of"])
    )


def test_a_code_that_is_not_listed_is_missing(one):
    card = fit(one("[composites.c.factors.vip]\ncodes = { true = 100, false = 0 }"), None)
    assert (1_000_000, 0, None) == (points(card, vip=True), points(card, vip="FALSE"), points(card, vip="maybe"))


VALUES = {
    "income": st.none() | st.integers(-(10**20), 10**20) | st.floats(width=32) | st.decimals(-(10**9), 10**9, places=7),
    "spent": st.none() | st.floats(allow_nan=True) | st.sampled_from([0.0, -0.0, 1e-9, 1e300, 2.5]),
    "born": st.none() | st.integers(1900, 2030) | st.integers(),
    "wanted": st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    "concern": st.none() | st.sampled_from(["price", " QUALITY", "", "x", "ß"]),
}


@settings(max_examples=80)
@given(rows=st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=6), cut=st.integers(0, 6))
def test_many_are_scored_as_one(rows, cut):
    """Points, parts, statuses: every record as by itself, whatever stands beside it in the batch."""
    card = Scorecard.from_json(CARD)
    alone = [card.score(row, TODAY) for row in rows]
    for batch in (rows, rows[:cut], rows[cut:]):
        if batch:
            singles = alone if batch is rows else [card.score(row, TODAY) for row in batch]
            check(card, batch, singles)


def check(card, rows, singles):
    kinds = {"income": pa.string(), "spent": pa.float64(), "born": pa.string(), "wanted": pa.date32(), "concern": pa.string()}
    texts = ("income", "born")
    columns = {
        name: pa.array([row[name] if name not in texts or row[name] is None else written(row[name]) for row in rows], kind)
        for name, kind in kinds.items()
    }
    found = score_rows(card, Batch(columns, len(rows)), TODAY, "UTC")
    told = zip(found.points.tolist(), found.missing.tolist(), classes(card, found.points).tolist(), strict=True)
    labels = tuple(card.classes)
    assert [(one.points, one.label) for one in singles] == [
        (None, None) if none else (some, labels[place]) for some, none, place in told
    ]
    assert [[part.contribution for part in one.parts] for one in singles] == found.parts.T.tolist()
    assert [[part.points for part in one.parts] for one in singles] == [
        [None if worth < 0 else worth for worth in row] for row in found.worth.T.tolist()
    ]
    assert [one.known for one in singles] == pytest.approx(found.known.tolist())


def written(value):
    return repr(value) if isinstance(value, float) else str(value)


class Batch:
    """Rows in memory."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows

    def decimals(self, name):
        from patron.core.scoring.decimals import read_decimals

        return read_decimals(self.columns[name])


def test_times_are_read_one_by_one_as_by_the_column(one):
    """Also with a zone: the day is that of the zone of the score."""
    card = fit(one('[composites.c.factors.at]\nreads = "days_since"\nlow = 0\nhigh = 10'), None)
    late = datetime(2026, 3, 30, 20, 0, tzinfo=UTC)
    for value in (late, late.isoformat(), "2026-03-31", "2026-03-31 08:00"):
        column = pa.array([value])
        found = score_rows(card, Batch({"at": column}, 1), TODAY, "Asia/Shanghai")
        assert [0] == found.points.tolist()
        assert card.score({"at": value}, TODAY, "Asia/Shanghai").points == 0


CARD = json.loads(
    json.dumps(
        {
            "name": "c",
            "least_known": 100_000,
            "classes": [["high", 600_000], ["low", 0]],
            "factors": [
                dict(zip(("name", "reads", "weight", "reverse", "missing", "curve"), each, strict=True)) | {"column": each[0]}
                for each in [
                    ("income", "value", 7, False, "reweight", {"low": 10_000_000, "high": 210_000_000, "logarithmic": False}),
                    ("spent", "value", 3, True, 500_000, {"low": 1, "high": 10**9, "logarithmic": True}),
                    ("born", "years_since", 5, False, 10, {"starts": [180_000, 300_000], "points": [0, 1, 1_000_000]}),
                    ("wanted", "days_until", 1, False, "reweight", {"low": -1, "high": 10**7, "logarithmic": False}),
                    ("concern", "value", 2, True, "reweight", {"codes": {"price": 0, "quality": 1_000_000}, "other": None}),
                ]
            ],
        }
    )
)


def test_a_scorecard_is_data(card):
    assert card == Scorecard.from_json(json.loads(json.dumps(card.to_json())))


def population(**values):
    return lambda factor: Gathered(np.array([value * 10_000 for value in values[factor.column]], np.int64))


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("", [5, 1, 3], {0: 0, 1: 0, 3: 500_000, 5: 1_000_000, 9: 1_000_000}),
        ('transform = "log"', [0, 1, 100, -5], {0: 0, 10: 500_000, 100: 1_000_000}),
        ('transform = "quantile"\ngroups = 3', [1, 2, 3, 4, 5, 6], {2: 0, 3: 500_000, 4: 500_000, 5: 1_000_000}),
        ('transform = "quantile"\ngroups = 4', [7, 7, 7, 7], {6: 0, 7: 0, 8: 1_000_000}),
        ("", [4, 4], {0: 500_000, 9: 500_000}),
        ("low = 10", [3, 5], {10: 0, 11: 1_000_000}),
        ("high = 2", [3, 5], {1: 0, 2: 1_000_000}),
    ],
)
def test_what_is_not_declared_is_taken_from_the_population(one, text, values, expected):
    """All equal: everybody stands in the middle. Beyond the end that was declared: at that end."""
    card = fit(one(f"[composites.c.factors.a]\n{text}"), population(a=values))
    assert expected == {value: points(card, a=value) for value in expected}


@pytest.mark.parametrize("text", ["", 'transform = "log"', 'transform = "quantile"'])
def test_without_a_population_everything_is_missing(one, text):
    card = fit(one(f"[composites.c.factors.a]\n{text}"), population(a=[]))
    assert None is points(card, a=3)
