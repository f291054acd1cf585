"""
What values say for being of a target: counts by value, the weight of evidence of each, and how much a row resembles the target.

The weight of evidence of a value is log2 of how much more frequent it is in the target than among the others, with half a row
added to each count so that no value speaks for certain (Good 1950; Haldane's correction). It is taken in whole numbers, units of
2**-LOG_BITS, so that sums of it are exact and the same in any order; no value, and one that is too rare, says nothing.
"""

from collections.abc import Sequence

import numpy as np

from patron.kernel.layout import Bools, Int64s
from patron.kernel.points import LOG_BITS, log2

BIT = 1 << LOG_BITS
"""Evidence of one bit: twice as frequent in the target."""


def count_values(codes: Int64s, values: int, target: Bools) -> tuple[Int64s, Int64s]:
    """
    Return how many rows have each value, and how many of these are of the target.

    Args:
        codes: shape (rows,), 0 … values - 1; -1 where there is none.
        values: how many values there are.
        target: shape (rows,).

    Returns:
        Two of shape (values,).
    """
    known = codes >= 0
    rows = np.bincount(codes[known], minlength=values)
    hits = np.bincount(codes[known & target], minlength=values)
    return rows.astype(np.int64), hits.astype(np.int64)


def evidence(rows: Int64s, hits: Int64s, least: int) -> Int64s:
    """
    Return the weight of evidence of each value of a field.

    Args:
        rows: shape (values,), how many have each.
        hits: shape (values,), how many of these are of the target.
        least: how many rows a value must have to say anything.
    """
    everybody, target = int(rows.sum()), int(hits.sum())
    others = everybody - target
    weights = [
        log2(2 * hit + 1) - log2(2 * target + 2) - log2(2 * (count - hit) + 1) + log2(2 * others + 2) if count >= least else 0
        for count, hit in zip(rows.tolist(), hits.tolist(), strict=True)
    ]
    return np.array(weights, np.int64)


def resemblance(codes: Sequence[Int64s], weights: Sequence[Int64s]) -> Int64s:
    """
    Return how much each row resembles the target: the sum of the evidence of its values.

    Args:
        codes: for each field, shape (rows,).
        weights: for each field, shape (values,).
    """
    total = np.zeros(len(codes[0]), np.int64)
    for own, worth in zip(codes, weights, strict=True):
        total += np.append(worth, 0)[own]  # the code -1 says nothing
    return total
