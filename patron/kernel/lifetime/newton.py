"""
Newton's method within a trust region, for a handful of positive parameters.

It works on the logarithms of the parameters, within bounds; a parameter that wants to leave them is held there and named. Every
step solves the quadratic model exactly by its eigenvalues, so saddle points and flat directions are left downhill.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Bools, Float64s

BOUND = 14.0
"""Parameters stay between exp(-BOUND) and exp(BOUND), about 8e-7 and 1.2e6: beyond, the models are what they tend to."""

MOST_STEPS = 200

_SETTLED = 1e-8
_RELATIVE = 1e-13
"""What a step still promises, in units of log-likelihood, when the next one is the last: Newton's steps square their error."""

_FIRST_RADIUS, _LARGEST_RADIUS, _LEAST_RADIUS = 1.0, 4.0, 1e-12
_BISECTIONS = 200


class Value(NamedTuple):
    """
    A log-likelihood with its derivatives by the parameters.

    Attributes:
        value: the log-likelihood.
        gradient: shape (parameters,).
        hessian: shape (parameters, parameters).
    """

    value: float
    gradient: Float64s
    hessian: Float64s


Function = Callable[[Float64s], Value]


class Optimum(NamedTuple):
    """
    Where the search ended.

    Attributes:
        parameters: shape (parameters,).
        at: the log-likelihood there, with derivatives by the parameters.
        held: shape (parameters,), true where a bound holds the parameter.
        converged: whether the search ended at a maximum rather than giving up.
        steps: how often the function was asked.
    """

    parameters: Float64s
    at: Value
    held: Bools
    converged: bool
    steps: int


def maximise(function: Function, start: Float64s) -> Optimum:
    """
    Find the parameters of the greatest log-likelihood, beginning at *start*.

    Args:
        function: the log-likelihood with derivatives by the parameters; finite within the bounds.
        start: shape (parameters,), positive.
    """
    place = np.clip(np.log(start), -BOUND, BOUND)
    at = function(np.exp(place))
    radius = _FIRST_RADIUS
    for steps in range(1, MOST_STEPS):
        slope, curvature = by_logarithm(at, np.exp(place))
        held = _held(place, slope)
        move = _step(slope, curvature, radius, held)
        promised = float(slope @ move + 0.5 * move @ curvature @ move)
        last = promised <= max(_SETTLED, _RELATIVE * abs(at.value))
        target = np.clip(place + move, -BOUND, BOUND)
        reached = function(np.exp(target))
        gain = reached.value - at.value
        if last:
            # A step as small as the rounding of the sum is taken on the word of its derivatives.
            settled = np.isfinite(reached.value)
            return _ended(target if settled else place, reached if settled else at, settled, steps + 1)
        if np.isfinite(reached.value) and gain > 0.1 * promised:
            place, at = target, reached
            if gain > 0.7 * promised:
                radius = min(_LARGEST_RADIUS, max(radius, 2.5 * float(np.linalg.norm(move))))
        else:
            radius = 0.25 * float(np.linalg.norm(move))
            if radius < _LEAST_RADIUS:
                return _ended(place, at, False, steps + 1)
    return _ended(place, at, False, MOST_STEPS)


def by_logarithm(at: Value, parameters: Float64s) -> tuple[Float64s, Float64s]:
    """Return gradient and Hessian by the logarithms of the parameters."""
    slope = at.gradient * parameters
    return slope, at.hessian * np.outer(parameters, parameters) + np.diag(slope)


def _ended(place: Float64s, at: Value, converged: bool, steps: int) -> Optimum:
    slope, _ = by_logarithm(at, np.exp(place))
    return Optimum(np.exp(place), at, _held(place, slope), bool(converged), steps)


def _held(place: Float64s, slope: Float64s) -> Bools:
    return np.asarray(((place <= -BOUND) & (slope <= 0)) | ((place >= BOUND) & (slope >= 0)))


def _step(slope: Float64s, curvature: Float64s, radius: float, held: Bools) -> Float64s:
    """Return the step within the radius that gains most by the quadratic model, without the held parameters."""
    move = np.zeros_like(slope)
    free = ~held
    if not free.any():
        return move
    # Downhill of the negative: minimise 1/2 m'Hm - g'm.
    sizes, axes = np.linalg.eigh(-curvature[np.ix_(free, free)])
    along = axes.T @ slope[free]
    least = max(0.0, -float(sizes[0]))
    if sizes[0] > 0 and float(np.linalg.norm(along / sizes)) <= radius:
        move[free] = axes @ (along / sizes)
        return move
    low, high = least, least + float(np.linalg.norm(along)) / radius + 1e-12
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if float(np.linalg.norm(along / (sizes + middle))) > radius:
            low = middle
        else:
            high = middle
    steps = along / (sizes + high)
    lacking = radius * radius - float(steps @ steps)
    if sizes[0] < 0 and lacking > 0.01 * radius * radius:
        # The gradient has no part along the steepest axis of a saddle: go along it as far as the radius lets.
        steps[0] += np.sqrt(lacking)
    move[free] = axes @ steps
    return move
