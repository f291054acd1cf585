"""
The gamma function's logarithm and its first two derivatives, for arrays of positive numbers; and rising factorials by table.

ln G(x + k) - ln G(x) for integer k is a sum of k logarithms: differences at integer steps are read from tables of such sums,
exact to the last digits where the difference of two large logarithms would not be.
"""

from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Float64s

_SHIFT = 10
"""Arguments are raised by this much before the asymptotic series: behind it 1 / x**15 is below the precision of a float."""

_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
_HALF_LOG_TAU = 0.918938533204672741780329736406


class GammaLogs(NamedTuple):
    """ln G(x), its derivative (digamma) and its second derivative (trigamma); all of one shape."""

    value: Float64s
    first: Float64s
    second: Float64s


def gamma_logs(arguments: Float64s) -> GammaLogs:
    """Return ln G and its derivatives of positive arguments, to about 1e-15 of what is added up."""
    value, first, second = (np.zeros_like(arguments) for _ in range(3))
    for step in range(_SHIFT):
        raised = arguments + step
        value -= np.log(raised)
        first -= 1 / raised
        second += 1 / raised**2
    high = arguments + _SHIFT
    inverse = 1 / high
    square = inverse * inverse
    value += (high - 0.5) * np.log(high) - high + _HALF_LOG_TAU
    first += np.log(high) - 0.5 * inverse
    second += inverse + 0.5 * square
    power = inverse
    for order, number in enumerate(_BERNOULLI, 1):
        value += number / (2 * order * (2 * order - 1)) * power
        first -= number / (2 * order) * power * inverse
        second += number * power * square
        power = power * square
    return GammaLogs(value, first, second)


def rising(start: float, steps: int) -> GammaLogs:
    """Return ln G(start + k) - ln G(start) and its derivatives by *start*, for k = 0 … steps; shape (steps + 1,) each."""
    inverse = 1 / (start + np.arange(steps, dtype=np.float64))
    logs = np.log(start + np.arange(steps, dtype=np.float64))
    return GammaLogs(*(np.concatenate([[0.0], np.cumsum(part)]) for part in (logs, inverse, -inverse * inverse)))
