"""
From histories to what customers are worth: the models fitted, and what they expect of everyone.
"""

import attrs
import numpy as np

from patron.core.money import SCALE
from patron.kernel.layout import Bools, Float64s, Int64s
from patron.kernel.lifetime.fit import Fit, fit_amounts, fit_purchases
from patron.kernel.lifetime.future import Future, expect
from patron.kernel.lifetime.histories import Past, count_histories
from patron.kernel.lifetime.spend import count_amounts, expected_amount

COUNTS = 10**SCALE
"""What a unit of currency counts."""

_LARGEST = 2.0**62


@attrs.frozen(kw_only=True, eq=False)
class Prediction:
    """
    What is expected of customers; arrays are of shape (customers,).

    Attributes:
        purchases: the fitted model of purchases.
        amounts: the fitted Gamma-Gamma model; None where nobody has a repeat purchase of more than nothing.
        correlation: between number and mean amount of repeats, which Gamma-Gamma takes to be none; None where it can't be told.
        future: who is alive, and how often they will buy.
        expected_amount: what a further purchase is expected to bring, in currency.
        lifetime_value: what the purchases of the horizon are worth today, in currency.
        unknown: for whom no amount can be expected.
    """

    purchases: Fit
    amounts: Fit | None
    correlation: float | None
    future: Future
    expected_amount: Float64s
    lifetime_value: Float64s
    unknown: Bools


@attrs.frozen(kw_only=True)
class AmountsModel:
    """
    What is known of amounts.

    Attributes:
        fit: the Gamma-Gamma model.
        correlation: between number and mean amount of repeats; None where it can't be told.
    """

    fit: Fit
    correlation: float | None


def fit_histories(
    repeats: Int64s, age: Int64s, last: Int64s, *, counts: Int64s | None = None, model: str, unit: float
) -> Fit | None:
    """
    Fit a model of purchases; None where there is no customer.

    Args:
        repeats: purchases behind the first, a row for each customer or for those who are alike.
        age: from the first purchase to now.
        last: from the first purchase to the last.
        counts: customers of each row; None: one.
        model: one of `patron.kernel.lifetime.fit.MODELS`.
        unit: days of the unit of time; 1 for opportunities.
    """
    histories = count_histories(Past(repeats, last, age), counts)
    return fit_purchases(model, histories, unit) if histories.customers else None


def fit_totals(totals: Int64s, repeats: Int64s, *, counts: Int64s | None = None) -> AmountsModel | None:
    """
    Fit the model of amounts; None where nobody has a repeat purchase of more than nothing.

    Args:
        totals: what the repeats brought, in 1/10,000, a row for each customer or for those who are alike.
        repeats: how many they are.
        counts: customers of each row; None: one.
    """
    counted = count_amounts(repeats, totals, counts)
    if counted.customers == 0:
        return None
    correlation = correlate(counted.numbers, counted.totals / counted.numbers, counted.counts)
    return AmountsModel(fit=fit_amounts(counted, COUNTS), correlation=correlation)


def predict(model: str, past: Past, totals: Int64s, *, unit: float, horizon: float, interest: float) -> Prediction:
    """
    Fit the models to customers and apply them to the same.

    Args:
        model: of purchases, one of `patron.kernel.lifetime.fit.MODELS`.
        past: histories, of one customer at least.
        totals: what the repeats brought, in 1/10,000.
        unit: days of the unit of time; 1 for opportunities.
        horizon: units of time ahead.
        interest: the logarithm of what money grows by in a unit of time.

    Raises:
        ValueError: there is no customer.
    """
    purchases = fit_histories(past.repeats, past.age, past.last, model=model, unit=unit)
    if purchases is None:
        raise ValueError("a model needs at least one customer")
    amounts = fit_totals(totals, past.repeats)
    return apply_models(purchases, amounts, past, totals, unit=unit, horizon=horizon, interest=interest)


def apply_models(
    purchases: Fit, amounts: AmountsModel | None, past: Past, totals: Int64s, *, unit: float, horizon: float, interest: float
) -> Prediction:
    """
    Return what fitted models expect of customers, each on their own; the arguments are those of `predict`.

    Args:
        purchases: the model of purchases.
        amounts: that of amounts; None where there is none.
        past: histories, maybe of none.
        totals: what the repeats brought.
        unit: days of the unit of time.
        horizon: units of time ahead.
        interest: the logarithm of what money grows by in a unit of time.
    """
    future = expect(purchases, past, unit=unit, horizon=horizon, interest=interest)
    if amounts is None:
        nothing, everyone = np.zeros(len(totals)), np.ones(len(totals), np.bool_)
        return Prediction(
            purchases=purchases,
            amounts=None,
            correlation=None,
            future=future,
            expected_amount=nothing,
            lifetime_value=nothing,
            unknown=everyone,
        )
    each, unknown = expected_amount(amounts.fit.parameters, past.repeats, totals / COUNTS)
    value = each * future.discounted
    unknown |= value * COUNTS >= _LARGEST
    return Prediction(
        purchases=purchases,
        amounts=amounts.fit,
        correlation=amounts.correlation,
        future=future,
        expected_amount=np.where(unknown, 0.0, each),
        lifetime_value=np.where(unknown, 0.0, value),
        unknown=unknown,
    )


def as_counts(amounts: Float64s) -> Int64s:
    """Return amounts of currency in 1/10,000, rounded half to even."""
    counts: Int64s = np.rint(amounts * COUNTS).astype(np.int64)
    return counts


def correlate(ones: Int64s | Float64s, others: Int64s | Float64s, weights: Int64s | None = None) -> float | None:
    """Return the correlation of two columns; None where one of them does not vary."""
    weight = np.ones(len(ones)) if weights is None else weights.astype(np.float64)
    total = float(weight.sum())
    if total == 0:
        return None
    one, other = (column - float((weight * column).sum()) / total for column in (ones, others))
    spread = float((weight * one * one).sum()) * float((weight * other * other).sum())
    return float((weight * one * other).sum()) / float(np.sqrt(spread)) if spread > 0 else None
