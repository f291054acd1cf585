"""
Customers that behave as the models say.
"""

from collections.abc import Callable

import numpy as np
import pytest

from patron.kernel.lifetime.histories import Past

DAYS = 7
"""Days of the unit of time in these tests."""


@pytest.fixture(scope="session")
def simulated() -> Callable[..., Past]:
    """Return a function that draws customers of a BG/NBD (early: MBG/NBD), in days, ages of up to two years."""

    def draw(customers: int, parameters: tuple[float, ...], *, early: bool = False, seed: int = 1) -> Past:
        random = np.random.default_rng(seed)
        r, alpha, a, b = parameters
        rates, chances = random.gamma(r, 1 / alpha, customers), random.beta(a, b, customers)
        age = random.integers(100, 730, customers)
        repeats, last, time = (np.zeros(customers) for _ in range(3))
        there = random.random(customers) >= chances if early else np.ones(customers, np.bool_)
        while there.any():
            rows = np.flatnonzero(there)
            time[rows] += random.exponential(1 / np.maximum(rates[rows], 1e-12)) * DAYS
            bought = time[rows] <= age[rows]
            there[rows[~bought]] = False
            rows = rows[bought]
            repeats[rows] += 1
            last[rows] = time[rows]
            there[rows[random.random(len(rows)) < chances[rows]]] = False
        return Past(repeats.astype(np.int64), np.floor(last).astype(np.int64), age)

    return draw
