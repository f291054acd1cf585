"""
The slow twin of `patron.kernel.lifetime`: the formulas as they were published, one customer at a time.

Likelihoods are in floats by `math.lgamma`; what is a difference of hypergeometric functions is in decimals of sixty digits, where
its cancellation costs nothing.
"""

from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from math import exp, inf, lgamma, log
from typing import NamedTuple

DIGITS = 60
_NOTHING = Decimal(10) ** -DIGITS


class Customer(NamedTuple):
    """Repeats, time of the last and age of one customer, in units of time or in opportunities."""

    repeats: int
    last: float
    age: float


Parameters = tuple[float, ...]


def log_likelihood(model: str, parameters: Parameters, customer: Customer) -> float:
    """Return the log-likelihood of one customer."""
    return _LIKELIHOODS[model](parameters, customer)


def alive(model: str, parameters: Parameters, customer: Customer) -> float:
    """Return the probability that one customer has not left; in `bgbb`, that they are there at the next opportunity."""
    return _ALIVE[model](parameters, customer)


def expected(model: str, parameters: Parameters, customer: Customer, time: float) -> float:
    """Return the expected purchases of one customer within *time*; no first parameter of a chance to leave may be 1."""
    with localcontext(Context(prec=DIGITS)):
        return float(_EXPECTED[model](parameters, customer, Decimal(time)))


def amounts_log_likelihood(parameters: Parameters, number: int, mean: float) -> float:
    """Return the Gamma-Gamma log-likelihood of the mean of a *number* of purchases."""
    p, q, v = parameters
    own = p * number
    result = lgamma(own + q) - lgamma(own) - lgamma(q) + q * log(v) + (own - 1) * log(mean) + own * log(number)
    return result - (own + q) * log(v + number * mean)


def hypergeometric(one: Decimal, two: Decimal, three: Decimal, argument: Decimal) -> Decimal:
    """Return Gauss's 2F1 for an argument from 0 to below 1, by its series."""
    total = term = Decimal(1)
    number = 0
    while abs(term) > _NOTHING * abs(total):
        term *= (one + number) * (two + number) / (three + number) / (number + 1) * argument
        total += term
        number += 1
    return total


def _bgnbd(parameters: Parameters, customer: Customer) -> float:
    r, alpha, a, b = parameters
    x, last, age = customer
    first = lgamma(r + x) - lgamma(r) + r * log(alpha)
    second = lgamma(a + b) + lgamma(b + x) - lgamma(b) - lgamma(a + b + x)
    third = -(r + x) * log(alpha + age)
    fourth = log(a) - log(b + x - 1) - (r + x) * log(alpha + last) if x else -inf
    return first + second + _log_sum(third, fourth)


def _mbgnbd(parameters: Parameters, customer: Customer) -> float:
    r, alpha, a, b = parameters
    x, last, age = customer
    first = lgamma(r + x) - lgamma(r) + r * log(alpha)
    stayed = _log_beta(a, b + x + 1) - _log_beta(a, b) - (r + x) * log(alpha + age)
    left = _log_beta(a + 1, b + x) - _log_beta(a, b) - (r + x) * log(alpha + last)
    return first + _log_sum(stayed, left)


def _paretonbd(parameters: Parameters, customer: Customer) -> float:
    r, alpha, s, beta = parameters
    stayed, left = _pareto_ends(parameters, customer)
    first = lgamma(r + customer.repeats) - lgamma(r) + r * log(alpha) + s * log(beta)
    with localcontext(Context(prec=DIGITS)):
        return first + float((stayed + left).ln())


def _pareto_ends(parameters: Parameters, customer: Customer) -> tuple[Decimal, Decimal]:
    """Return the two terms of the bracket: that the customer has stayed, and that they left."""
    with localcontext(Context(prec=DIGITS)):
        r, alpha, s, beta = map(Decimal, parameters)
        x, last, age = Decimal(customer.repeats), Decimal(customer.last), Decimal(customer.age)
        stayed = (alpha + age) ** -(r + x) * (beta + age) ** -s
        larger, smaller = max(alpha, beta), min(alpha, beta)
        two = s + 1 if alpha >= beta else r + x
        power = r + s + x

        def part(time: Decimal) -> Decimal:
            return hypergeometric(power, two, power + 1, (larger - smaller) / (larger + time)) / (larger + time) ** power

        return stayed, s / power * (part(last) - part(age))


def _bgbb(parameters: Parameters, customer: Customer) -> float:
    stayed, left = _bgbb_ends(parameters, customer)
    return log(stayed + left)


def _bgbb_ends(parameters: Parameters, customer: Customer) -> tuple[float, float]:
    alpha, beta, gamma, delta = parameters
    x, last, age = (int(value) for value in customer)
    scale = _log_beta(alpha, beta) + _log_beta(gamma, delta)
    stayed = exp(_log_beta(alpha + x, beta + age - x) + _log_beta(gamma, delta + age) - scale)
    left = sum(
        exp(_log_beta(alpha + x, beta + last - x + i) + _log_beta(gamma + 1, delta + last + i) - scale) for i in range(age - last)
    )
    return stayed, left


def _bgnbd_alive(parameters: Parameters, customer: Customer) -> float:
    r, alpha, a, b = parameters
    x, last, age = customer
    odds: float = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x else 0.0
    return 1 / (1 + odds)


def _mbgnbd_alive(parameters: Parameters, customer: Customer) -> float:
    r, alpha, a, b = parameters
    x, last, age = customer
    odds: float = a / (b + x) * ((alpha + age) / (alpha + last)) ** (r + x)
    return 1 / (1 + odds)


def _paretonbd_alive(parameters: Parameters, customer: Customer) -> float:
    stayed, left = _pareto_ends(parameters, customer)
    return float(stayed / (stayed + left))


def _bgbb_alive(parameters: Parameters, customer: Customer) -> float:
    gamma, delta = parameters[2:]
    stayed, left = _bgbb_ends(parameters, customer)
    return stayed / (stayed + left) * (delta + customer.age) / (gamma + delta + customer.age)


def _bgnbd_expected(parameters: Parameters, customer: Customer, time: Decimal) -> Decimal:
    return _visits(parameters, customer, time, Decimal(parameters[3]) + customer.repeats) * Decimal(
        _bgnbd_alive(parameters, customer)
    )


def _mbgnbd_expected(parameters: Parameters, customer: Customer, time: Decimal) -> Decimal:
    return _visits(parameters, customer, time, Decimal(parameters[3]) + customer.repeats + 1) * Decimal(
        _mbgnbd_alive(parameters, customer)
    )


def _visits(parameters: Parameters, customer: Customer, time: Decimal, stays: Decimal) -> Decimal:
    r, alpha, a, _ = map(Decimal, parameters)
    rho, age = r + customer.repeats, Decimal(customer.age)
    series = hypergeometric(rho, stays, a + stays - 1, time / (alpha + age + time))
    return (a + stays - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + time)) ** rho * series)


def _paretonbd_expected(parameters: Parameters, customer: Customer, time: Decimal) -> Decimal:
    r, alpha, s, beta = map(Decimal, parameters)
    age = Decimal(customer.age)
    rate = (r + customer.repeats) * (beta + age) / ((alpha + age) * (s - 1))
    lived = 1 - ((beta + age) / (beta + age + time)) ** (s - 1)
    return rate * lived * Decimal(_paretonbd_alive(parameters, customer))


def _bgbb_expected(parameters: Parameters, customer: Customer, time: Decimal) -> Decimal:
    alpha, beta, gamma, delta = parameters
    x, age = customer.repeats, customer.age
    first = exp(_log_beta(alpha + x + 1, beta + age - x) - _log_beta(alpha, beta) - _bgbb(parameters, customer))
    second = delta / (gamma - 1) * exp(lgamma(gamma + delta) - lgamma(1 + delta))

    def rest(end: float) -> float:
        return exp(lgamma(1 + delta + end) - lgamma(gamma + delta + end))

    return Decimal(first * second * (rest(age) - rest(age + float(time))))


def _log_beta(one: float, two: float) -> float:
    return lgamma(one) + lgamma(two) - lgamma(one + two)


def _log_sum(one: float, two: float) -> float:
    most = max(one, two)
    return most + log(exp(one - most) + exp(two - most))


_LIKELIHOODS: dict[str, Callable[[Parameters, Customer], float]] = {
    "bgnbd": _bgnbd,
    "mbgnbd": _mbgnbd,
    "paretonbd": _paretonbd,
    "bgbb": _bgbb,
}
_ALIVE: dict[str, Callable[[Parameters, Customer], float]] = {
    "bgnbd": _bgnbd_alive,
    "mbgnbd": _mbgnbd_alive,
    "paretonbd": _paretonbd_alive,
    "bgbb": _bgbb_alive,
}
_EXPECTED: dict[str, Callable[[Parameters, Customer, Decimal], Decimal]] = {
    "bgnbd": _bgnbd_expected,
    "mbgnbd": _mbgnbd_expected,
    "paretonbd": _paretonbd_expected,
    "bgbb": _bgbb_expected,
}
