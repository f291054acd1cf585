"""
How the values of many pursuits went, on common days: each has its value until the next one, from its first on.
"""

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]
DAY = 86_400


@attrs.frozen(kw_only=True)
class Mean:
    """
    One point of a course.

    Attributes:
        pursuits: how many still ran and had a value.
        mean: of their values; None without any.
    """

    pursuits: int
    mean: float | None


@attrs.frozen(kw_only=True, eq=False)
class Courses:
    """
    The values of one field in the order of pursuits and times.

    Attributes:
        begins: where each pursuit's values begin, and behind the last where they end.
        since: seconds since the pursuit began, one for each value.
        values: the values.
        length: seconds that each pursuit lasted.
    """

    begins: Int64s
    since: Int64s
    values: Float64s
    length: Int64s

    @property
    def pursuits(self) -> int:
        """How many have a value at all."""
        return len(self.length)

    def changes(self) -> float | None:
        """Return how many values follow the first one, on average; None without a pursuit."""
        return None if not self.pursuits else (len(self.since) - self.pursuits) / self.pursuits

    def after(self, seconds: int) -> Mean:
        """Return the mean so long after the beginning, of the pursuits that lasted as long."""
        return self._mean(np.full(self.pursuits, seconds, np.int64))

    def before_end(self, seconds: int) -> Mean:
        """Return the mean so long before the end, of the pursuits that lasted as long."""
        return self._mean(self.length - seconds)

    def _mean(self, at: Int64s) -> Mean:
        known = np.zeros(len(self.since) + 1, np.int64)
        known[1:] = np.cumsum(self.since <= np.repeat(at, np.diff(self.begins)))
        count = known[self.begins[1:]] - known[self.begins[:-1]]
        runs = (count > 0) & (at >= 0) & (at <= self.length)
        found = self.values[self.begins[:-1][runs] + count[runs] - 1]
        return Mean(pursuits=len(found), mean=float(found.sum() / len(found)) if len(found) else None)


def courses_of(moves: pa.Table, field: str, outcome: str) -> Courses:
    """
    Return the courses of one field for one outcome.

    A price is by how much it differs from the first one, as a part of that; of what is no number, the value is how often it has
    changed so far.

    Args:
        moves: columns of the view `lead_moves`, sorted by lead, time and number.
        field: the field that moved.
        outcome: the status at the end.
    """
    chosen = np.array(moves["moved"].to_pylist(), object) == field
    chosen &= np.array(moves["status"].to_pylist(), object) == outcome
    leads, since, length = (_integers(moves, name)[chosen] for name in ("lead", "seconds_since_filed", "seconds_in_all"))
    begins = np.flatnonzero(np.diff(leads, prepend=-1))
    ends = np.append(begins, len(leads)).astype(np.int64)
    place = np.arange(len(leads)) - np.repeat(begins, np.diff(ends))
    raw = _integers(moves, "value")[chosen].astype(np.float64)
    if field == "quoted_price":
        first = np.repeat(raw[begins], np.diff(ends))
        values = np.divide(raw - first, first, out=np.zeros_like(raw), where=first > 0)
    else:
        values = raw / 100 if field == "likelihood" else place.astype(np.float64)
    return Courses(begins=ends, since=since, values=values, length=length[begins])


def _integers(moves: pa.Table, name: str) -> Int64s:
    found: Int64s = moves[name].fill_null(0).to_numpy().astype(np.int64)
    return found
