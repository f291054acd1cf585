"""
What a composite score is declared to be.

Points are of 100, exact to 1/10,000. Nothing here knows data: bounds that are not given are `None` until `fitting` finds them.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

import attrs

RANGE, LOG, QUANTILE, BANDS, CODES = TRANSFORMS = ("range", "log", "quantile", "bands", "codes")
"""Evenly between two values, by the logarithm between two values, by groups of equal number, by steps, by a table of codes."""

VALUE, DAYS_SINCE, DAYS_UNTIL, YEARS_SINCE = READS = ("value", "days_since", "days_until", "years_since")
"""What counts of a value: itself, or how long ago or ahead of the day of the score it lies."""

REWEIGHT, NEUTRAL, NONE = ("reweight", "neutral", "none")
"""Where a value is missing: the other factors share its weight; it counts as half; there is no score."""

SCORES = "scores"
"""What is scored are customers with the columns of `patron score`."""

ROWS = "rows"
"""What is scored are rows of any file."""


@attrs.frozen(kw_only=True)
class Factor:
    """
    One factor of a composite score.

    Attributes:
        name: of the factor.
        column: the column or field that it reads.
        weight: above 0; what counts is its part of the weights of all.
        transform: one of `TRANSFORMS`.
        reads: one of `READS`.
        low, high: where the points begin and end, for `range` and `log`; None: the least and the greatest value there is.
        groups: for `quantile`.
        bands: for `bands`: from which value on how many points; below the first there are none.
        codes: for `codes`: points of each.
        other: points of a code that is not among these; None: it counts as missing.
        reverse: whether much is bad.
        missing: points of who has no value, or `REWEIGHT`, `NEUTRAL` or `NONE`.
    """

    name: str
    column: str
    weight: Decimal = Decimal(1)
    transform: str = RANGE
    reads: str = VALUE
    low: Decimal | None = None
    high: Decimal | None = None
    groups: int = 10
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    codes: Mapping[str, Decimal] = MappingProxyType({})
    other: Decimal | None = None
    reverse: bool = False
    missing: Decimal | str = REWEIGHT


@attrs.frozen(kw_only=True)
class Composite:
    """
    A composite score.

    Attributes:
        name: of the score, and of its column.
        of: what is scored: `SCORES`, `ROWS`, or a noun.
        factors: in the order in which they are told.
        classes: label → from how many points on, the highest first; empty where there are no classes.
        least_known: the part of the weights that must be known for a score, from 0 to 1.
        words: language → what people call it.
        plugin: who declared it: a plugin, or "" for the configuration.
        place: says where a path of keys stands, for complaints; None where nobody complains any more.
    """

    name: str
    of: str
    factors: tuple[Factor, ...]
    classes: Mapping[str, Decimal] = MappingProxyType({})
    least_known: Decimal = Decimal(0)
    words: Mapping[str, str] = MappingProxyType({})
    plugin: str = ""
    place: Callable[..., str] | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def class_column(self) -> str:
        """The column of the classes."""
        return f"{self.name}_class"

    def title(self, lang: str) -> str:
        """Return what people call it in a language; its name where nobody said."""
        return self.words.get(lang) or self.words.get("en") or self.name

    def where(self, *keys: str) -> str:
        """Return where it is declared, or a key of it."""
        return self.place("composites", self.name, *keys) if self.place else ""

    def fitted(self) -> bool:
        """Say whether something of it is taken from the population, so that one record alone can't be scored."""
        return bool(self.open_factors())

    def open_factors(self) -> tuple[Factor, ...]:
        """Return the factors that take something from the population."""
        return tuple(factor for factor in self.factors if _open(factor))


def _open(factor: Factor) -> bool:
    return factor.transform == QUANTILE or (factor.transform in (RANGE, LOG) and None in (factor.low, factor.high))
