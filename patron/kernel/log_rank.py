"""
Do groups differ in how long it lasts: the log-rank test (Mantel 1966, Peto and Peto 1972).

At each duration with an end, each group is expected to have its share, by those at risk, of all that end there; the test adds up
what it has beyond that, and sets it against the hypergeometric variance.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from patron.kernel.chi_square import chi_square_tail
from patron.kernel.layout import Float64s
from patron.kernel.survival import LifeTable


class LogRank(NamedTuple):
    """The statistic, its degrees of freedom (groups that could have an end, less one), and the likelihood of one as large."""

    chi2: float
    df: int
    p: float


def log_rank(tables: Sequence[LifeTable], cause: int = 1) -> LogRank | None:
    """
    Compare groups.

    Args:
        tables: the life table of each; those that were never at risk when something ended take no part.
        cause: which ends count; others are censored.

    Returns:
        None where there is nothing to compare: less than two groups at risk, or no end that could have met either.
    """
    times = np.unique(np.concatenate([np.empty(0), *(table.durations[table.ended[:, cause - 1] > 0] for table in tables)]))
    taking_part = [table for table in tables if len(times) and len(table.durations) and table.durations[-1] >= times[0]]
    if len(taking_part) < 2:
        return None
    at_risk = np.stack([_at_risk(table, times) for table in taking_part])
    ended = np.stack([_ended(table, times, cause) for table in taking_part])
    everyone, ends = at_risk.sum(axis=0), ended.sum(axis=0)
    shares = at_risk / everyone
    beyond = np.array([math.fsum(row) for row in ended - shares * ends])
    weights = ends * (everyone - ends) / np.maximum(everyone - 1, 1)
    variance = np.diag((shares * weights).sum(axis=1)) - np.einsum("jt,lt,t->jl", shares, shares, weights)
    return _statistic(beyond[:-1], variance[:-1, :-1])


def _statistic(beyond: Float64s, variance: Float64s) -> LogRank | None:
    if np.linalg.matrix_rank(variance) < len(beyond):
        return None
    chi2 = max(0.0, float(beyond @ np.linalg.solve(variance, beyond)))
    return LogRank(chi2=chi2, df=len(beyond), p=chi_square_tail(chi2, len(beyond)))


def _at_risk(table: LifeTable, times: Float64s) -> Float64s:
    places = np.searchsorted(table.durations, times)
    return np.append(table.at_risk, 0)[places].astype(np.float64)


def _ended(table: LifeTable, times: Float64s, cause: int) -> Float64s:
    found = np.zeros(len(times))
    own = table.ended[:, cause - 1] > 0
    found[np.searchsorted(times, table.durations[own])] = table.ended[own, cause - 1]
    return found
