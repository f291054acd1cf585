"""The search finds maxima from afar, says when there is none, and holds parameters at their bounds."""

import numpy as np

from patron.kernel.lifetime.newton import BOUND, Value, maximise


def bowl(parameters):
    """A maximum of 0 at (2, 50), as a function of the logarithms quadratic."""
    away = np.log(parameters) - np.log([2.0, 50.0])
    slope = -np.array([2.0, 8.0]) * away
    bend = np.diag([-2.0, -8.0])
    inverse = 1 / parameters
    return Value(
        float(0.5 * away @ bend @ away), slope * inverse, bend * np.outer(inverse, inverse) - np.diag(slope * inverse**2)
    )


def double_well(parameters):
    """Two maxima at 1/e and e along the first logarithm, with a minimum between them at 1."""
    place = np.log(parameters[0])
    value = -((place**2 - 1) ** 2)
    slope, bend = -4 * place * (place**2 - 1), -12 * place**2 + 4
    inverse = 1 / parameters[0]
    return Value(float(value), np.array([slope * inverse]), np.array([[(bend - slope) * inverse**2]]))


def endless(parameters):
    """The larger the better."""
    return Value(float(np.log(parameters[0])), 1 / parameters, np.diag(-1 / parameters**2))


def broken(parameters):
    """Not a number everywhere but at the start."""
    there = float(parameters[0]) == 1.0
    return Value(0.0 if there else np.nan, np.ones(1), -np.eye(1))


def test_a_maximum_is_found_from_afar():
    found = maximise(bowl, np.array([1e-4, 1e5]))

    np.testing.assert_allclose(found.parameters, [2.0, 50.0], rtol=1e-12)
    assert found.converged
    assert not found.held.any()


def test_a_minimum_is_left():
    """The gradient is zero at the start; curvature alone says where to go."""
    found = maximise(double_well, np.array([1.0]))

    np.testing.assert_allclose(abs(np.log(found.parameters[0])), 1.0, rtol=1e-9)
    assert found.converged


def test_a_parameter_without_a_maximum_is_held_at_its_bound():
    found = maximise(endless, np.array([1.0]))

    np.testing.assert_allclose(found.parameters, [np.exp(BOUND)])
    assert [True] == found.held.tolist()


def test_a_function_that_fails_is_said():
    found = maximise(broken, np.array([1.0]))

    assert not found.converged
    assert [1.0] == found.parameters.tolist()
