"""
The slow twin of `patron.kernel.profile`: rows counted one by one, logarithms as floats.
"""

import math
from collections.abc import Sequence


def evidence(values: Sequence[int], target: Sequence[bool], least: int) -> dict[int, float]:
    """Return the weight of evidence of each value in bits; -1 is no value."""
    known = [(value, hit) for value, hit in zip(values, target, strict=True) if value >= 0]
    hits = sum(hit for _, hit in known)
    found = {}
    for value in {value for value, _ in known}:
        own = [hit for other, hit in known if other == value]
        inside = (sum(own) + 0.5) / (hits + 1)
        outside = (len(own) - sum(own) + 0.5) / (len(known) - hits + 1)
        found[value] = math.log2(inside / outside) if len(own) >= least else 0.0
    return found
