"""
Fitting: the parameters that make histories or amounts most likely, with standard errors, and whether they can be trusted.

Where there are many distinct histories the search begins on every n-th of them, which says where the maximum is to within the
error of a smaller sample; from there Newton's method needs two or three looks at all.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from patron.kernel.layout import Float64s
from patron.kernel.lifetime import dropout, opportunities, pareto, spend
from patron.kernel.lifetime.histories import Histories
from patron.kernel.lifetime.newton import BOUND, Function, Optimum, by_logarithm, maximise

MODELS: Mapping[str, tuple[str, ...]] = {
    "bgnbd": dropout.PARAMETERS,
    "mbgnbd": dropout.PARAMETERS,
    "paretonbd": pareto.PARAMETERS,
    "bgbb": opportunities.PARAMETERS,
}
"""Model of purchases → its parameters; `bgbb` counts opportunities, the others days."""

_SAMPLE = 8192
"""Distinct histories from twice of which on the search begins on a part of them, of about this many."""


class Fit(NamedTuple):
    """
    A fitted model.

    Attributes:
        model: one of `MODELS`, or `gamma_gamma`.
        names: of the parameters.
        parameters: shape (parameters,).
        errors: shape (parameters,), standard errors from the observed information; infinite where the data say nothing.
        log_likelihood: the greatest found.
        customers: how many customers it rests on.
        converged: whether the search ended at a maximum.
        at_bound: names of parameters that are as small or as large as they may be: the model has degenerated.
        undetermined: names of parameters that the data leave open: their error is larger than they are.
        steps: how often all histories were looked at.
    """

    model: str
    names: tuple[str, ...]
    parameters: Float64s
    errors: Float64s
    log_likelihood: float
    customers: int
    converged: bool
    at_bound: tuple[str, ...]
    undetermined: tuple[str, ...]
    steps: int


def fit_purchases(model: str, histories: Histories, unit: float = 1.0) -> Fit:
    """
    Fit a model of purchases.

    Args:
        model: one of `MODELS`.
        histories: distinct histories, at least one.
        unit: days of the unit of time that parameters are in; 1 for opportunities.

    Raises:
        ValueError: there is no customer.
    """
    if histories.customers == 0:
        raise ValueError("a model needs at least one customer")
    age = float((histories.counts * (histories.age / unit)).sum()) / histories.customers
    scale = max(age, 1e-3)
    start = np.array({"bgbb": [1.0, 1.0, 1.0, 3.0], "paretonbd": [0.5, scale, 0.5, scale]}.get(model, [0.5, scale / 2, 1.0, 2.0]))
    step = len(histories.counts) // _SAMPLE
    if step > 1:
        start = maximise(_likelihood(model, histories.every(step), unit), start).parameters
    found = maximise(_likelihood(model, histories, unit), start)
    return _fitted(model, MODELS[model], found, histories.customers)


def fit_amounts(amounts: spend.Amounts, unit: float = 1.0) -> Fit:
    """
    Fit the Gamma-Gamma model.

    Args:
        amounts: distinct pairs, at least one.
        unit: what one unit of money counts in totals.

    Raises:
        ValueError: there is no customer.
    """
    if amounts.customers == 0:
        raise ValueError("a model needs at least one customer")
    mean = float((amounts.counts * (amounts.totals / amounts.numbers)).sum()) / amounts.customers
    # Amounts are brought near 1 by a power of two, so that the search does not depend on the currency.
    scale = 2.0 ** round(math.log2(mean / unit))
    start = np.array([1.0, 2.0, 1.0])
    step = len(amounts.counts) // _SAMPLE
    if step > 1:
        start = maximise(spend.Likelihood(amounts.every(step), unit * scale), start).parameters
    fit = _fitted("gamma_gamma", spend.PARAMETERS, maximise(spend.Likelihood(amounts, unit * scale), start), amounts.customers)
    back = np.array([1.0, 1.0, scale])
    return fit._replace(
        parameters=fit.parameters * back,
        errors=fit.errors * back,
        log_likelihood=fit.log_likelihood - amounts.customers * math.log(scale),
    )


def _likelihood(model: str, histories: Histories, unit: float) -> Function:
    makers: dict[str, Callable[[], Function]] = {
        "bgnbd": lambda: dropout.Likelihood(histories, unit, early=False),
        "mbgnbd": lambda: dropout.Likelihood(histories, unit, early=True),
        "paretonbd": lambda: pareto.Likelihood(histories, unit),
        "bgbb": lambda: opportunities.Likelihood(histories),
    }
    return makers[model]()


def _fitted(model: str, names: tuple[str, ...], found: Optimum, customers: int) -> Fit:
    relative = _relative_errors(found)
    # A flat likelihood may end the search a little before the bound that it leads to.
    bound = found.held | (np.abs(np.log(found.parameters)) > BOUND - 1)
    return Fit(
        model=model,
        names=names,
        parameters=found.parameters,
        errors=relative * found.parameters,
        log_likelihood=float(found.at.value),
        customers=customers,
        converged=found.converged,
        at_bound=tuple(name for name, there in zip(names, bound, strict=True) if there),
        undetermined=tuple(
            name for name, error, there in zip(names, relative, bound, strict=True) if not there and not error <= 1
        ),
        steps=found.steps,
    )


def _relative_errors(found: Optimum) -> Float64s:
    """Return the standard errors of the logarithms, for the held parameters and where the information is singular infinite."""
    errors = np.full(len(found.parameters), np.inf)
    free = ~found.held
    _, curvature = by_logarithm(found.at, found.parameters)
    information = -curvature[np.ix_(free, free)]
    if free.any() and np.isfinite(information).all():
        sizes, axes = np.linalg.eigh(information)
        if sizes[0] > 0:
            errors[free] = np.sqrt((axes**2 / sizes).sum(axis=1))
    return errors
