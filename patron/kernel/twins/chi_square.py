"""
The slow twin of `patron.kernel.chi_square`: the finite sums that the tail has for whole degrees of freedom.
"""

import math


def chi_square_tail(value: float, degrees: int) -> float:
    """Begin with the tail for one or two degrees, and add what each two more bring."""
    half = value / 2
    shape, tail = (0.5, math.erfc(math.sqrt(half))) if degrees % 2 else (1.0, math.exp(-half))
    terms = [tail]
    while shape < degrees / 2:
        terms.append(math.exp(shape * math.log(half) - half - math.lgamma(shape + 1)) if half else 0.0)
        shape += 1
    return math.fsum(terms)
