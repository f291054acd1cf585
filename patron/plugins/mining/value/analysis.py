"""
The use case `analyse_value`: from files of order lines to the lifetime value of every customer.
"""

import math
from datetime import date
from fractions import Fraction

import attrs
import numpy as np

from patron import InputError, RowCounts, Session, UsageError
from patron.core.scoring import PurchaseDays, ReadPurchases, ScoreCommand, read_purchase_days
from patron.kernel.layout import Float64s
from patron.kernel.lifetime.fit import MODELS
from patron.kernel.lifetime.future import expect
from patron.plugins.mining.value.observed import Observed, bought_between, observe, observe_periods
from patron.plugins.mining.value.periods import UNITS, interest_of
from patron.plugins.mining.value.prediction import Prediction, correlate, predict
from patron.plugins.mining.value.words import WORDS

_EPOCH = date(1970, 1, 1).toordinal()


@attrs.frozen(kw_only=True)
class ValueCommand:
    """
    One analysis of lifetime value.

    Attributes:
        lines: what to read, and how.
        model: of purchases, one of `patron.kernel.lifetime.fit.MODELS`.
        time_unit: one of `UNITS`.
        calibrate_until: the last day that models are fitted on; None: all days.
        horizon: units of time ahead.
        discount: what money earns a year; 0.1 is 10 %.
    """

    lines: ScoreCommand
    model: str = attrs.field(default="bgnbd", validator=attrs.validators.in_(MODELS))
    time_unit: str = attrs.field(default="week", validator=attrs.validators.in_(UNITS))
    calibrate_until: date | None = None
    horizon: int = attrs.field(default=39, validator=[attrs.validators.ge(1), attrs.validators.le(10_000)])
    discount: float = attrs.field(default=0.1, validator=[attrs.validators.ge(0.0), attrs.validators.le(100.0)])


@attrs.frozen(kw_only=True)
class Holdout:
    """
    What was expected behind the last day of calibration, beside what happened.

    Attributes:
        first, last: the days.
        actual: repeat purchases of the customers of the calibration.
        predicted: how many were expected.
        correlation: between both, customer by customer; None where one of them does not vary.
        mae: the mean absolute difference, customer by customer.
    """

    first: date
    last: date
    actual: int
    predicted: float
    correlation: float | None
    mae: float


@attrs.frozen(kw_only=True, eq=False)
class ValueAnalysis:
    """
    What came out.

    Attributes:
        command: what was asked.
        rows: what became of the rows.
        as_of: the last day that counts.
        until: the last day that models were fitted on; futures begin behind it.
        zone: the zone of days.
        currency: that lines name.
        purchases: the days of all customers.
        observed: what the buyers did until then.
        prediction: the fitted models and what they expect of the buyers.
        holdout: what was expected beside what happened; None without calibration, or with no day behind it.
    """

    command: ValueCommand
    rows: RowCounts
    as_of: date
    until: date
    zone: str
    currency: str
    purchases: PurchaseDays
    observed: Observed
    prediction: Prediction
    holdout: Holdout | None


def analyse_value(session: Session, command: ValueCommand) -> ValueAnalysis:
    """
    Fit the models of lifetime value to order lines, and apply them to every customer.

    Without a day of its own, the analysis is true for the last day on which anybody bought.

    Raises:
        UsageError: the command contradicts itself, or names what the input does not have.
        InputError: the input can't be read, or nobody bought until the last day.
        CapacityError: there is more than can be held.
    """
    read = read_purchase_days(session, command.lines)
    as_of = _last_day(read, command)
    until = as_of if command.calibrate_until is None else command.calibrate_until.toordinal() - _EPOCH
    if until > as_of:
        days = {"until": _date(until).isoformat(), "as_of": _date(as_of).isoformat()}
        raise UsageError("lifetime.calibrated_late", catalogue=WORDS, **days)
    unit, periods = UNITS[command.time_unit], command.model == "bgbb"
    observed = observe_periods(read.purchases, until, unit) if periods else observe(read.purchases, until)
    if len(observed.rows) == 0:
        raise InputError("lifetime.nobody", catalogue=WORDS, until=_date(until).isoformat())
    prediction = predict(
        command.model,
        observed.past,
        observed.totals,
        unit=1.0 if periods else float(unit),
        horizon=command.horizon,
        interest=interest_of(command.discount, unit),
    )
    return ValueAnalysis(
        command=command,
        rows=read.rows,
        as_of=_date(as_of),
        until=_date(until),
        zone=read.zone,
        currency=read.currency,
        purchases=read.purchases,
        observed=observed,
        prediction=prediction,
        holdout=None
        if command.calibrate_until is None
        else _holdout(command, read.purchases, observed, prediction, until, as_of),
    )


def _last_day(read: ReadPurchases, command: ValueCommand) -> int:
    if command.lines.as_of is not None:
        return read.as_of
    if len(read.purchases.days) == 0:
        raise InputError("lifetime.nobody", catalogue=WORDS, until=_date(read.as_of).isoformat())
    return int(read.purchases.days.max())


def _holdout(
    command: ValueCommand, purchases: PurchaseDays, observed: Observed, prediction: Prediction, until: int, as_of: int
) -> Holdout | None:
    """Compare the horizon, as far as there are days, with what was expected of it."""
    unit, periods = UNITS[command.time_unit], command.model == "bgbb"
    length = min(math.floor(command.horizon * unit), as_of - until)
    ahead = Fraction(length) / unit
    if periods:
        ahead = Fraction(math.floor(ahead))
        length = math.floor(ahead * unit)
    if length == 0:
        return None
    actual = bought_between(purchases, observed.rows, until, until + length, unit if periods else None)
    predicted = expect(prediction.purchases, observed.past, unit=1.0 if periods else float(unit), horizon=float(ahead)).purchases
    return Holdout(
        first=_date(until + 1),
        last=_date(until + length),
        actual=int(actual.sum()),
        predicted=float(predicted.sum()),
        correlation=correlate(actual, predicted),
        mae=_mean_difference(actual.astype(np.float64), predicted),
    )


def _mean_difference(ones: Float64s, others: Float64s) -> float:
    return float(np.abs(ones - others).sum()) / len(ones)


def _date(day: int) -> date:
    return date.fromordinal(day + _EPOCH)
