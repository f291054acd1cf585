"""
Composite scores of customers as score factors: columns of `patron score` beside those that plugins compute.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from patron.core.errors import ConfigurationError
from patron.core.host import Owned
from patron.core.i18n import CORE
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor
from patron.core.scoring.composites.bulk import classes, feature_counts, score_table
from patron.core.scoring.composites.definition import CODES, SCORES, VALUE, Composite, Factor
from patron.core.scoring.composites.fitting import Values, fit
from patron.core.scoring.composites.scorecard import Scorecard
from patron.core.scoring.status import OK
from patron.kernel.layout import Bools, Int64s

OWNER = "patron.toml"
"""Who owns what the configuration declares, where a plugin would be named."""


_CODED = (Kind.LABEL, Kind.SCORE, Kind.COUNT, Kind.DAYS)
"""Kinds whose values have one text each, so that codes can be given points."""


def composite_factors(
    composites: Collection[Composite], brought: Sequence[Owned[ScoreFactor]], features: Mapping[str, Kind]
) -> Mapping[str, tuple[Owned[ScoreFactor], Composite]]:
    """
    Return the composite scores of customers by name: as factors, and what they are given as their parameters.

    Args:
        composites: all that are declared.
        brought: the factors of plugins.
        features: columns that may be there before factors run, and what their values mean.

    Raises:
        ConfigurationError: one reads a column that there is not, or has the name of one that there is.
    """
    own = [one for one in composites if one.of == SCORES]
    names = [name for one in own for name in columns_of(one)]
    kinds = {**features, **{column.name: column.kind for owned in brought for column in owned.item.columns}}
    codes = {owned.item.code for owned in brought}
    known = {**kinds, **{one.name: Kind.POINTS for one in own}, **{one.class_column: Kind.LABEL for one in own if one.classes}}
    for one in own:
        for name in columns_of(one):
            if name in kinds or names.count(name) > 1 or one.name in codes:
                raise ConfigurationError("declared.name_taken", where=one.where(), name=name)
        for factor in one.factors:
            _check(one, factor, known)
    # Where it is declared says nothing about the scores, and must not make them those of another run.
    return {one.name: (Owned(one.plugin or OWNER, _factor(one), CORE), attrs.evolve(one, place=None, words={})) for one in own}


def columns_of(composite: Composite) -> tuple[str, ...]:
    """Return the columns that a composite score has."""
    return (composite.name, *([composite.class_column] if composite.classes else []))


@attrs.frozen
class _OfCustomers:
    """Values of which the table has some, and the population all."""

    counts: Int64s
    unknown: Bools
    population: Population

    def ends(self, *, positive: bool) -> tuple[int, int] | None:
        return self.population.ends(self.counts, self.unknown | (self.counts <= 0) if positive else self.unknown)

    def cuts(self, groups: int) -> Int64s:
        cuts: Int64s = self.population.cuts(self.counts, groups, self.unknown).astype(np.int64)
        return cuts


def fit_table(composite: Composite, table: FeatureTable, population: Population) -> Scorecard:
    """Return the scorecard of a composite score for all customers, of whom the table has some."""

    def values_of(factor: Factor) -> Values:
        column = table.columns.get(factor.column, Column.nothing(len(table), Kind.COUNT))
        counts, status = feature_counts(column, factor.reads, table.as_of)
        return _OfCustomers(counts, status != OK, population)

    return fit(composite, values_of)


def compute(table: FeatureTable, composite: Composite, population: Population) -> Mapping[str, Column]:
    """Return points and classes of every customer."""
    card = fit_table(composite, table, population)
    points, missing = score_table(card, table)
    columns = {composite.name: Column(points, Kind.POINTS, missing)}
    if composite.classes:
        labels = tuple(composite.classes)
        columns[composite.class_column] = Column(classes(card, points), Kind.LABEL, missing.copy(), labels)
    return columns


def _factor(composite: Composite) -> ScoreFactor:
    read = tuple(dict.fromkeys(factor.column for factor in composite.factors))
    columns = [FactorColumn(name=composite.name, kind=Kind.POINTS, by=read)]
    if composite.classes:
        labels = tuple(composite.classes)
        columns.append(FactorColumn(name=composite.class_column, kind=Kind.LABEL, labels=labels, by=(composite.name,)))
    return ScoreFactor(code=composite.name, columns=tuple(columns), uses=read, compute=compute, in_parts=True)


def _check(composite: Composite, factor: Factor, known: Mapping[str, Kind]) -> None:
    """Refuse a factor that reads a column that there is not, or not in the way in which such a column can be read."""
    details: dict[str, Any] = {
        "where": composite.where("factors", factor.name),
        "name": composite.name,
        "factor": factor.name,
        "column": shorten(factor.column),
    }
    if factor.column in columns_of(composite):
        raise ConfigurationError("composite.reads_itself", **details)
    if factor.column not in known:
        near = nearest(factor.column, known, cutoff=ALIKE)
        key = "composite.no_column_near" if near else "composite.no_column"
        raise ConfigurationError(key, **details, nearest=near, known=listed(sorted(known), 60))
    kind = known[factor.column]
    for refused, key in (
        (kind is Kind.LABEL and factor.transform != CODES, "composite.needs_codes"),
        (kind not in _CODED and factor.transform == CODES, "composite.needs_numbers"),
        (
            (kind is Kind.DATE) != (factor.reads != VALUE),
            "composite.reads_days" if kind is Kind.DATE else "composite.reads_no_days",
        ),
    ):
        if refused:
            raise ConfigurationError(key, **details)
