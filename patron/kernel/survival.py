"""
How long it lasts until something ends: counts by duration, and the curves that follow from them.

Rows are counted by duration and code (a code says how a row ended, and whose row it is); counts of parts of the rows add up to
the counts of all, so the same curves come out of any split. Every statistic is worked out once, from whole numbers, in the order
of durations: the same bits for any threads, batches and order.

Whoever leaves at a duration is at risk at that duration. A row that ends without the event, or by another cause, is censored
there (Kaplan and Meier 1958; Nelson 1969, Aalen 1978; Aalen and Johansen 1978 for causes that compete).
"""

import sys
from collections.abc import Sequence
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patron.kernel.layout import Float64s, Int64s, Values, numba_is_there

NOBODY, CENSORED = -1, 0
"""What `life_table` makes of a code: not of these rows; without an end that is known. Causes count from 1."""

COMPILE_WARM = 100_000
"""Rows from which compiled counting is faster, where numba is loaded already."""

COMPILE_COLD = 150_000_000
"""Rows from which it is worth loading numba."""

_DENSE = 1 << 16  # cells that may always be counted in a table; more of them only where there are as many rows
_BLOCK = 1 << 15  # rows that are counted at a time: their keys stay in the cache
_DOUBT = 1e-9  # how near to a threshold a curve of floats is decided by whole numbers

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.int32] | npt.NDArray[np.int64]


class LifeCounts(NamedTuple):
    """
    How many rows there are of each code and duration, those that occur; ascending by code, then by duration.

    Attributes:
        codes: shape (cells,).
        durations: shape (cells,).
        counts: shape (cells,), at least 1.
    """

    codes: Int64s
    durations: Float64s
    counts: Int64s

    def merge(self, other: "LifeCounts") -> "LifeCounts":
        """Return the counts of the rows of both."""
        return merge_lives([self, other])


class LifeTable(NamedTuple):
    """
    The rows of one group by duration.

    Attributes:
        durations: shape (durations,), ascending, those that occur.
        at_risk: shape (durations,), rows that last at least as long.
        ended: shape (durations, causes), rows that end there by each cause.
        censored: shape (durations,), rows that are not followed any longer.
    """

    durations: Float64s
    at_risk: Int64s
    ended: Int64s
    censored: Int64s


def count_lives(durations: Values, codes: Codes) -> LifeCounts:
    """
    Return the counts of some rows; those of other rows are added by `merge_lives`.

    Args:
        durations: shape (rows,), int64 up to 2**53 or float64, finite and not negative.
        codes: shape (rows,), not negative.
    """
    whole = _whole(durations)
    if len(durations) and whole is not None:
        lowest, kinds = int(whole.min()), int(codes.max()) + 1
        cells = (int(whole.max()) - lowest + 1) * kinds
        if cells <= max(_DENSE, len(durations)):
            return _from_table(_table(whole, codes, lowest, kinds, cells), lowest, kinds)
    return _distinct(codes.astype(np.int64), durations.astype(np.float64) + 0.0, np.ones(len(durations), np.int64))


def merge_lives(parts: Sequence[LifeCounts]) -> LifeCounts:
    """Return the counts of all rows of which *parts* are the counts, in any order."""
    if not parts:
        return LifeCounts(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.int64))
    return _distinct(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def life_table(counts: LifeCounts, endings: Int64s, causes: int) -> LifeTable:
    """
    Return the table of the rows whose code has an ending.

    Args:
        counts: of all rows.
        endings: shape (codes,), what each code means: `NOBODY`, `CENSORED`, or a cause from 1 on.
        causes: how many causes there are.
    """
    ending = endings[counts.codes]
    there = np.flatnonzero(ending != NOBODY)
    durations, places = np.unique(counts.durations[there], return_inverse=True)
    table = np.zeros((len(durations), causes + 1), np.int64)
    np.add.at(table, (places, ending[there]), counts.counts[there])
    leaving = table.sum(axis=1)
    return LifeTable(
        durations=durations, at_risk=leaving[::-1].cumsum()[::-1].copy(), ended=table[:, 1:].copy(), censored=table[:, 0].copy()
    )


def survival(table: LifeTable, cause: int = 1) -> Float64s:
    """Return the Kaplan–Meier estimate: how likely it is to last longer than each duration, other causes censored."""
    return np.cumprod((table.at_risk - table.ended[:, cause - 1]) / table.at_risk, dtype=np.float64)


def cumulative_hazard(table: LifeTable, cause: int = 1) -> Float64s:
    """Return the Nelson–Aalen estimate at each duration: the sum of ended / at risk so far."""
    return np.cumsum(table.ended[:, cause - 1] / table.at_risk)


def incidence(table: LifeTable) -> Float64s:
    """
    Return how likely an end by each cause is up to each duration, while the causes compete (Aalen–Johansen).

    Returns:
        Shape (durations, causes); a row adds up to one minus the likelihood that nothing has ended.
    """
    lasting = np.cumprod((table.at_risk - table.ended.sum(axis=1)) / table.at_risk)
    before = np.concatenate([np.ones(min(1, len(lasting))), lasting[:-1]])
    return np.cumsum(before[:, None] * (table.ended / table.at_risk[:, None]), axis=0)


def survival_band(table: LifeTable, cause: int = 1, level: float = 0.95) -> tuple[Float64s, Float64s]:
    """
    Return the lower and the upper bound of `survival` at each duration, on the scale of log(−log S) with Greenwood's variance.

    Before the first end both are 1. Where nobody is left, there is no bound: NaN.
    """
    ended = table.ended[:, cause - 1]
    curve = survival(table, cause)
    width = NormalDist().inv_cdf((1 + level) / 2)
    left = table.at_risk - ended
    inside = (curve < 1) & (left > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(ended / (table.at_risk * left.astype(np.float64))))
        log = np.log(curve)
        centre, reach = np.log(-log), width * spread / -log
        lower, upper = np.exp(-np.exp(centre + reach)), np.exp(-np.exp(centre - reach))
    outside = np.where(curve >= 1, 1.0, np.nan)
    return np.where(inside, lower, outside), np.where(inside, upper, outside)


def median(table: LifeTable, cause: int = 1) -> float | None:
    """
    Return the first duration at which at most half are left; None where more than half last to the end.

    Decided by whole numbers: a curve that is exactly one half has reached it, whatever its float says.
    """
    curve = survival(table, cause)
    for place in np.flatnonzero(curve <= 0.5 + _DOUBT).tolist():
        if curve[place] < 0.5 - _DOUBT or _exact_survival(table, cause, place) <= Fraction(1, 2):
            return float(table.durations[place])
    return None


def steps_at(durations: Float64s, values: Float64s, at: Float64s, before: float) -> Float64s:
    """
    Return the values of a step curve at other points.

    Args:
        durations: where the curve steps, ascending.
        values: what it has from each step on.
        at: the points.
        before: what it has before the first step.
    """
    places = np.searchsorted(durations, at, side="right")
    return np.concatenate([[before], values])[places]


def _exact_survival(table: LifeTable, cause: int, place: int) -> Fraction:
    ended = table.ended[: place + 1, cause - 1]
    steps = np.flatnonzero(ended)
    left, at_risk = (table.at_risk[steps] - ended[steps]).tolist(), table.at_risk[steps].tolist()
    # What is left after one step is mostly what is at risk at the next: it cancels, and the products stay short.
    share = Fraction(1)
    for some, all_of_them in zip(left, at_risk, strict=True):
        share *= Fraction(some, all_of_them)
    return share


def _whole(durations: Values) -> Int64s | None:
    """Return the durations as integers; None where they are not."""
    if durations.dtype == np.int64:
        return durations.view(np.int64)
    if len(durations) and float(durations.max()) < 2.0**53:
        whole = durations.astype(np.int64)
        if np.array_equal(whole, durations):
            return whole
    return None


def _table(durations: Int64s, codes: Codes, lowest: int, kinds: int, cells: int) -> Int64s:
    """Return how many rows there are of each duration and code, shape (cells,)."""
    if len(durations) >= (COMPILE_WARM if "numba" in sys.modules else COMPILE_COLD) and numba_is_there():
        from patron.kernel.compiled.survival import count_cells

        return count_cells(np.ascontiguousarray(durations), np.ascontiguousarray(codes), lowest, kinds, cells)
    table = np.zeros(cells, np.int64)
    for start in range(0, len(durations), _BLOCK):
        keys = durations[start : start + _BLOCK] - lowest
        keys *= kinds
        keys += codes[start : start + _BLOCK]
        table += np.bincount(keys, minlength=cells)
    return table


def _from_table(table: Int64s, lowest: int, kinds: int) -> LifeCounts:
    by_code = table.reshape(-1, kinds).T
    codes, durations = np.nonzero(by_code)
    return LifeCounts(codes, (durations + lowest).astype(np.float64), by_code[codes, durations])


def _distinct(codes: Int64s, durations: Float64s, counts: Int64s) -> LifeCounts:
    order = np.lexsort((durations, codes))
    codes, durations, counts = codes[order], durations[order], counts[order]
    begins = np.ones(len(codes), np.bool_)
    begins[1:] = (codes[1:] != codes[:-1]) | (durations[1:] != durations[:-1])
    starts = np.flatnonzero(begins)
    added = np.add.reduceat(counts, starts) if len(starts) else counts
    return LifeCounts(codes[starts], durations[starts], added)
