"""
An analysis of lifetime value as JSON.
"""

import math
from typing import Any

from patron.kernel.lifetime.fit import Fit
from patron.plugins.mining.value.analysis import Holdout, ValueAnalysis
from patron.plugins.mining.value.totals import totals_of


def to_json(analysis: ValueAnalysis) -> dict[str, Any]:
    """Return the analysis without its customers; what is unknown or infinite is null."""
    command, prediction = analysis.command, analysis.prediction
    rows = analysis.rows
    totals = totals_of(analysis)
    amounts = None if prediction.amounts is None else {**_fit(prediction.amounts), "correlation": prediction.correlation}
    return {
        "rows": {
            "read": rows.read,
            "used": rows.used,
            "skipped": {reason: skipped.count for reason, skipped in rows.skipped.items()},
        },
        "as_of": analysis.as_of.isoformat(),
        "calibrated_until": analysis.until.isoformat(),
        "value_model": {
            "model": command.model,
            prediction.purchases.model: _fit(prediction.purchases),
            "gamma_gamma": amounts,
            "time_unit": command.time_unit,
            "customers": len(analysis.observed.rows),
            "holdout": None if analysis.holdout is None else _holdout(analysis.holdout),
        },
        "horizon": command.horizon,
        "discount": command.discount,
        "currency": analysis.currency,
        "totals": {
            "alive": totals.alive,
            "expected_purchases": totals.purchases,
            "lifetime_value": None if totals.value is None else str(totals.value),
            "without_value": totals.without_value,
        },
    }


def _fit(fit: Fit) -> dict[str, Any]:
    values = dict(zip(fit.names, fit.parameters.tolist(), strict=True))
    errors = {name: error if math.isfinite(error) else None for name, error in zip(fit.names, fit.errors.tolist(), strict=True)}
    return {
        **values,
        "log_likelihood": fit.log_likelihood,
        "errors": errors,
        "customers": fit.customers,
        "converged": fit.converged,
        "at_bound": list(fit.at_bound),
        "undetermined": list(fit.undetermined),
    }


def _holdout(holdout: Holdout) -> dict[str, Any]:
    return {
        "first": holdout.first.isoformat(),
        "last": holdout.last.isoformat(),
        "actual": holdout.actual,
        "predicted": holdout.predicted,
        "correlation": holdout.correlation,
        "mae": holdout.mae,
    }
