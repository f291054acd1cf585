"""
What customers were seen to do until a day: their histories and what their repeat purchases brought.

All purchases of a day are one. For models of rates (`observe`) a repeat is a later day with a purchase; times are in days. For a
model of opportunities (`observe_periods`) time is cut into periods back from the last day: that of the first purchase is the
beginning, every later one an opportunity, and a repeat is an opportunity that was taken. All numbers are integers.
"""

from fractions import Fraction

import attrs
import numpy as np

from patron.core.scoring import PurchaseDays
from patron.kernel.layout import Int64s
from patron.kernel.lifetime.histories import Past


@attrs.frozen(kw_only=True, eq=False)
class Observed:
    """
    What was seen.

    Attributes:
        rows: shape (buyers,), positions of the customers who had bought by then.
        past: their histories.
        totals: shape (buyers,), what their repeats brought, in 1/10,000.
    """

    rows: Int64s
    past: Past
    totals: Int64s


def observe(purchases: PurchaseDays, until: int) -> Observed:
    """
    Return histories in days.

    Args:
        purchases: of all customers.
        until: the last day that counts.
    """
    counts, rows = _counted(purchases, until)
    begins = purchases.begins[rows]
    ends = begins + counts
    first, last = purchases.days[begins], purchases.days[ends - 1]
    return Observed(
        rows=rows, past=Past(counts - 1, last - first, until - first), totals=_summed(purchases.amounts, begins + 1, ends)
    )


def observe_periods(purchases: PurchaseDays, until: int, unit: Fraction) -> Observed:
    """
    Return histories in opportunities.

    Args:
        purchases: of all customers.
        until: the last day that counts, and of the last period.
        unit: days of a period.
    """
    counts, rows = _counted(purchases, until)
    begins = purchases.begins[rows]
    ends = begins + counts
    back = np.maximum(until - purchases.days, 0) * unit.denominator // unit.numerator
    fresh = np.ones(len(back), np.int64)
    fresh[1:] = back[1:] != back[:-1]
    # Days are ascending, so those in the period of the first purchase stand at the beginning.
    buyers = purchases.counts > 0
    beginning = back == np.repeat(back[purchases.begins[:-1][buyers]], purchases.counts[buyers])
    later = begins + _summed(beginning.astype(np.int64), begins, ends)
    repeats = _summed(fresh, later, ends)
    past = Past(repeats, back[begins] - back[ends - 1], back[begins])
    return Observed(rows=rows, past=past, totals=_summed(purchases.amounts, later, ends))


def bought_between(purchases: PurchaseDays, rows: Int64s, after: int, until: int, unit: Fraction | None = None) -> Int64s:
    """
    Return how often customers bought behind one day and up to another.

    Args:
        purchases: of all customers.
        rows: positions of the customers.
        after: the last day that doesn't count.
        until: the last day that counts.
        unit: days of a period, to count periods with a purchase; None: days.
    """
    counted = (purchases.days > after) & (purchases.days <= until)
    if unit is not None:
        ahead = (purchases.days - after - 1) * unit.denominator // unit.numerator
        starts = purchases.begins[:-1][purchases.counts > 0]
        fresh = np.ones(len(ahead), np.bool_)
        fresh[1:] = (ahead[1:] != ahead[:-1]) | ~counted[:-1]
        fresh[starts] = True
        counted &= fresh
    return _summed(counted.astype(np.int64), purchases.begins[rows], purchases.begins[rows + 1])


def _counted(purchases: PurchaseDays, until: int) -> tuple[Int64s, Int64s]:
    """Return on how many days until then each buyer bought, and who the buyers are."""
    counts = _summed((purchases.days <= until).astype(np.int64), purchases.begins[:-1], purchases.begins[1:])
    rows = np.flatnonzero(counts)
    return counts[rows], rows


def _summed(values: Int64s, begins: Int64s, ends: Int64s) -> Int64s:
    sums = np.concatenate([[0], np.cumsum(values)])
    found: Int64s = sums[ends] - sums[begins]
    return found
