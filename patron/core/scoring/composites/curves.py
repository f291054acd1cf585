"""
Curves: from a value, counted in 1/10,000, to millionths of a full score; of one value and of an array the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import attrs
import numpy as np

from patron.kernel import points
from patron.kernel.layout import Int64s
from patron.kernel.points import FULL


class Curve(Protocol):
    """What turns values into points."""

    def one(self, value: int) -> int:
        """Return the points of one value."""

    def many(self, values: Int64s) -> Int64s:
        """Return the points of many values."""

    def to_json(self) -> dict[str, Any]:
        """Return it as values that `json.dumps` takes."""


@attrs.frozen
class Ramp:
    """Points that grow evenly, or with the logarithm, from *low* to *high*."""

    low: int
    high: int
    logarithmic: bool = False

    def one(self, value: int) -> int:
        """Return the points of one value."""
        inside = min(max(value, self.low), self.high)
        if self.logarithmic:
            part, whole = (points.log2(end) - points.log2(self.low) for end in (inside, self.high))
            if whole == 0:
                return FULL if inside == self.high else 0
        else:
            shift = points.distance_shift(self.high - self.low)
            part, whole = inside - self.low >> shift, self.high - self.low >> shift
        return (2 * FULL * part + whole) // (2 * whole)

    def many(self, values: Int64s) -> Int64s:
        """Return the points of many values."""
        return (points.log_ramp if self.logarithmic else points.ramp)(values, self.low, self.high)

    def to_json(self) -> dict[str, Any]:
        """Return it as values that `json.dumps` takes."""
        return {"low": self.low, "high": self.high, "logarithmic": self.logarithmic}


@attrs.frozen
class Steps:
    """The points of the last step that begins at or below a value; those before the first are for what lies below it."""

    starts: Sequence[int]
    points: Sequence[int]

    def one(self, value: int) -> int:
        """Return the points of one value."""
        place = 0
        for start in self.starts:
            if value < start:
                break
            place += 1
        return self.points[place]

    def many(self, values: Int64s) -> Int64s:
        """Return the points of many values."""
        return points.steps(values, np.array(self.starts, np.int64), np.array(self.points, np.int64))

    def to_json(self) -> dict[str, Any]:
        """Return it as values that `json.dumps` takes."""
        return {"starts": list(self.starts), "points": list(self.points)}


@attrs.frozen
class Table:
    """
    Points of codes.

    Attributes:
        points: code, folded → its points.
        other: those of a code that is not among them; None where it has none.
    """

    points: Mapping[str, int]
    other: int | None = None

    def of(self, code: str) -> int | None:
        """Return the points of one code; None where it has none."""
        return self.points.get(code.strip().casefold(), self.other)

    def to_json(self) -> dict[str, Any]:
        """Return it as values that `json.dumps` takes."""
        return {"codes": dict(self.points), "other": self.other}


def curve_from_json(data: Mapping[str, Any]) -> Ramp | Steps | Table:
    """Return the curve that `to_json` wrote."""
    if "codes" in data:
        return Table(data["codes"], data["other"])
    if "starts" in data:
        return Steps(tuple(data["starts"]), tuple(data["points"]))
    return Ramp(data["low"], data["high"], data["logarithmic"])
