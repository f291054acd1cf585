"""
A scorecard: a composite score whose every bound is known, and the score of one record by it.

It holds whole numbers only: values in counts of 1/10,000, points in millionths of a full score, which are counts of 1/10,000 of
100 points. So one record is scored in microseconds, by the numbers that score millions.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from patron.core.scoring.composites.curves import Curve, Table, curve_from_json
from patron.core.scoring.composites.definition import NONE
from patron.core.scoring.composites.values import code_points, count_of
from patron.core.scoring.status import BAD, MISSING, OK
from patron.kernel.points import FULL


@attrs.frozen(kw_only=True)
class FittedFactor:
    """
    A factor of a scorecard.

    Attributes:
        name: of the factor.
        column: what it reads.
        reads: what counts of a value, one of `READS`.
        weight: at least 1.
        curve: from values to points; None where nothing was known to fit it to, so that every value is missing.
        reverse: whether much is bad.
        missing: points of who has no value, or `REWEIGHT` or `NONE`.
    """

    name: str
    column: str
    reads: str
    weight: int
    curve: Curve | Table | None
    reverse: bool
    missing: int | str

    @property
    def filling(self) -> int | None:
        """The points of who has no value; None where they count for nothing."""
        return None if isinstance(self.missing, str) else self.missing

    def turned(self, points: Any) -> Any:
        """Return points, of one value or of many, the right way round."""
        return FULL - points if self.reverse else points


@attrs.frozen(kw_only=True)
class Part:
    """
    What one factor brought to a score.

    Attributes:
        name: of the factor.
        column: what it read.
        value: what stood there.
        status: `known`, `missing`, or `bad` for what can't be read.
        points: of the value, in counts of 1/10,000 of 100 points; None where it counts for nothing.
        weight: its part of the weights that count, from 0 to 1.
        contribution: what it brought, in the same counts as `points`; those of all parts add up to the score.
    """

    name: str
    column: str
    value: object
    status: str
    points: int | None
    weight: float
    contribution: int


@attrs.frozen(kw_only=True)
class Scored:
    """
    The score of one record.

    Attributes:
        points: in counts of 1/10,000 of 100 points; None where too little is known.
        label: its class; None without classes, or without points.
        known: the part of the weights whose values are known.
        parts: what each factor brought.
    """

    points: int | None
    label: str | None
    known: float
    parts: tuple[Part, ...]


@attrs.frozen(kw_only=True)
class Scorecard:
    """
    A composite score with all its bounds.

    Attributes:
        name: of the composite score.
        factors: in the order of their declaration.
        classes: label → from how many millionths on, the highest first.
        least_known: the part of the weights that must be known, in millionths.
    """

    name: str
    factors: tuple[FittedFactor, ...]
    classes: Mapping[str, int]
    least_known: int

    def score(self, record: Mapping[str, object], as_of: date, zone: str = "UTC") -> Scored:
        """
        Return the score of one record, with what each factor brought.

        Args:
            record: column → value: numbers, texts, days; None and what is not there are missing.
            as_of: the day of the score, from which days and years are counted.
            zone: of times without one, and of days.
        """
        found = [_points(factor, record.get(factor.column), as_of, zone) for factor in self.factors]
        points = [
            factor.turned(worth) if status == OK else factor.filling
            for factor, (status, worth) in zip(self.factors, found, strict=True)
        ]
        known = sum(factor.weight for factor, (status, _) in zip(self.factors, found, strict=True) if status == OK)
        whole = sum(factor.weight for factor in self.factors)
        lacking = any(factor.missing == NONE for factor, (status, _) in zip(self.factors, found, strict=True) if status != OK)
        there = known > 0 and known * FULL >= self.least_known * whole and not lacking
        return self._scored(record, points, [status for status, _ in found], known / whole, there=there)

    def label_of(self, points: int) -> str | None:
        """Return the class of a score in millionths; None where there are no classes."""
        return next((label for label, least in self.classes.items() if points >= least), None)

    def to_json(self) -> dict[str, Any]:
        """Return it as values that `json.dumps` takes."""
        factors = [
            {**{key: getattr(one, key) for key in _PLAIN}, "curve": None if one.curve is None else one.curve.to_json()}
            for one in self.factors
        ]
        return {"name": self.name, "factors": factors, "classes": list(self.classes.items()), "least_known": self.least_known}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Scorecard":
        """Return the scorecard that `to_json` wrote."""
        factors = (
            FittedFactor(
                **{key: one[key] for key in _PLAIN}, curve=None if one["curve"] is None else curve_from_json(one["curve"])
            )
            for one in data["factors"]
        )
        classes = dict(data["classes"])
        return cls(name=data["name"], factors=tuple(factors), classes=classes, least_known=data["least_known"])

    def _scored(
        self, record: Mapping[str, object], points: list[int | None], statuses: list[int], known: float, *, there: bool
    ) -> Scored:
        weights = [0 if some is None else factor.weight for factor, some in zip(self.factors, points, strict=True)]
        counted, total, reached = sum(weights), 0, 0
        parts = []
        for factor, some, weight, found in zip(self.factors, points, weights, statuses, strict=True):
            total += (some or 0) * weight
            before, reached = reached, (2 * total + counted) // max(2 * counted, 1)
            parts.append(
                Part(
                    name=factor.name,
                    column=factor.column,
                    value=record.get(factor.column),
                    status=_STATUSES[found],
                    points=some,
                    weight=weight / max(counted, 1),
                    contribution=reached - before if there else 0,
                )
            )
        label = self.label_of(reached) if there else None
        return Scored(points=reached if there else None, label=label, known=known, parts=tuple(parts))


_PLAIN = ("name", "column", "reads", "weight", "reverse", "missing")
_STATUSES = {OK: "known", MISSING: "missing", BAD: "bad"}


def _points(factor: FittedFactor, value: object, as_of: date, zone: str) -> tuple[int, int]:
    """Return the status of a value, and its points as its curve has them."""
    if factor.curve is None:
        return MISSING, 0
    if isinstance(factor.curve, Table):
        return code_points(factor.curve.of, value)
    status, count = count_of(value, factor.reads, as_of, zone)
    return status, factor.curve.one(count) if status == OK else 0
