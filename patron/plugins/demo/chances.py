"""
Numbers that look like chance and are not: the same wherever and whenever they are asked for, by the array.

What somebody is like follows from the person's number and the seed alone, so that no list of persons has to be kept.
"""

import math

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def skewed(uniform: Floats, count: int, power: float) -> Ints:
    """Return indices below *count* from numbers in [0, 1), the low ones more often the higher the power."""
    return (count * uniform**power).astype(np.int64)


def scramble(numbers: Ints, seed: int) -> npt.NDArray[np.uint64]:
    """Return 64 well-mixed bits for each number (SplitMix64): what a customer is like, without a list of customers."""
    mixed = numbers.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15 + 1) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def trait(traits: npt.NDArray[np.uint64], number: int) -> Floats:
    """Return the trait of that number, from 0 to 3, as a number in [0, 1)."""
    return ((traits >> np.uint64(16 * number)) & np.uint64(0xFFFF)).astype(np.float64) / 65_536


def coprime_step(count: int) -> int:
    """Return a step that visits every one of *count* numbers before it comes back, far from the last one."""
    step = max(1, int(count * 0.618))
    while math.gcd(step, count) != 1:
        step += 1
    return step
