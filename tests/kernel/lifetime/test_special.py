"""The gamma function's logarithm and derivatives, against the standard library and against each other."""

import math

import numpy as np

from patron.kernel.lifetime.special import gamma_logs, rising

PLACES = np.array([1e-8, 1e-3, 0.1, 0.5, 1.0, 1.5, 2.0, 3.7, 9.9, 10.0, 55.5, 1e4, 1e8])
EULER = 0.577215664901532860606512


def test_logarithm_is_that_of_the_standard_library():
    expected = [math.lgamma(place) for place in PLACES]

    np.testing.assert_allclose(gamma_logs(PLACES).value, expected, rtol=1e-14, atol=3e-14)


def test_derivatives_at_known_places():
    found = gamma_logs(np.array([1.0, 0.5, 2.0]))

    np.testing.assert_allclose(found.first, [-EULER, -EULER - 2 * math.log(2), 1 - EULER], rtol=1e-14)
    np.testing.assert_allclose(found.second, [math.pi**2 / 6, math.pi**2 / 2, math.pi**2 / 6 - 1], rtol=1e-14)


def test_derivatives_follow_their_recurrences():
    here, next_one = gamma_logs(PLACES), gamma_logs(PLACES + 1)

    np.testing.assert_allclose(here.first + 1 / PLACES, next_one.first, rtol=1e-13, atol=1e-7)
    np.testing.assert_allclose(here.second - 1 / PLACES**2, next_one.second, rtol=1e-9, atol=2)


def test_rising_factorials_are_differences_of_the_logarithm():
    steps = np.arange(31)
    found, ends = rising(0.37, 30), gamma_logs(0.37 + steps)

    for part in range(3):
        np.testing.assert_allclose(ends[part] - ends[part][0], found[part], atol=1e-12)
