"""
Composite scores: factors, each with a transform and a weight, declared as data and put together into points of 100.

    [composites.spending_power]
    of = "customer"
    classes = { high = 70, middle = 40, low = 0 }
    [composites.spending_power.factors.income_band]
    codes = { high = 100, middle = 60, low = 20 }
    weight = 3
    [composites.spending_power.factors.birth_year]
    reads = "years_since"
    bands = [[0, 20], [25, 80], [60, 50]]
    missing = "neutral"

`definition` is what was declared, `reading` makes it of TOML with every check that needs no data, `registry` knows all of them.
`fitting` takes what a transform does not say (the least, the greatest, the quantiles) from the population and makes a scorecard:
whole numbers only, kept as JSON with the run. A scorecard scores one record by itself; `bulk` scores columns of any number,
with the same result to the last digit. `planned` makes columns of `patron score` of those of customers, `records` scores rows of
files and, with `stored`, records of the database.
"""

from patron.core.scoring.composites.definition import NEUTRAL, NONE, REWEIGHT, Composite, Factor
from patron.core.scoring.composites.registry import composites_of, find_composite, known_fields
from patron.core.scoring.composites.scorecard import Part, Scorecard, Scored

__all__ = [
    "NEUTRAL",
    "NONE",
    "REWEIGHT",
    "Composite",
    "Factor",
    "Part",
    "Scorecard",
    "Scored",
    "composites_of",
    "find_composite",
    "known_fields",
]
