"""
How a total is spread over customers: what the best of them bring, and how many it takes to reach a part of it.

Kept as whole numbers, from which `patron.core.scoring.ranking` makes the tables of a run; every share is one division at the end.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Int64s
from patron.kernel.ranking import customers_for_shares

CURVE_POINTS = 100
"""Into how many parts of customers the concentration curve is drawn."""

TENTHS = 10


class Concentration(NamedTuple):
    """
    How a total is spread.

    Attributes:
        customers: those with a value.
        total: what their values sum up to.
        top: what the best part of them brings: how many they are, and their sum.
        tenths: how many of the best it takes to reach each tenth of the total; empty where it is not positive.
        curve: what the best 1 %, 2 %, … bring: how many they are, and their sum; empty where the total is not positive.
    """

    customers: int
    total: int
    top: tuple[int, int]
    tenths: tuple[int, ...]
    curve: tuple[tuple[int, int], ...]


def top_of(count: int, percent: int) -> int:
    """Return the smallest whole number of customers that is at least that part of all."""
    return -(-count * percent // 100)


def curve_of(count: int) -> list[int]:
    """Return after how many customers the curve has its points."""
    parts = min(CURVE_POINTS, count)
    return [-(-count * part // parts) for part in range(1, parts + 1)]


def concentration(descending: Int64s, percent: int) -> Concentration:
    """
    Return how the sum of values is spread.

    Args:
        descending: the values, largest first.
        percent: which part of the customers is the best.
    """
    count, total = len(descending), int(descending.sum())
    top = top_of(count, percent)
    running = np.cumsum(descending) if total > 0 else descending
    return Concentration(
        customers=count,
        total=total,
        top=(top, int(descending[:top].sum())),
        tenths=tuple(customers_for_shares(descending, TENTHS)),
        curve=tuple((size, int(running[size - 1])) for size in curve_of(count)) if total > 0 else (),
    )
