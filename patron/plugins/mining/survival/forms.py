"""
What an analysis of survival found, as JSON and as a table of the curves.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from patron.kernel.layout import Float64s
from patron.kernel.survival import cumulative_hazard, incidence, median, steps_at, survival, survival_band
from patron.plugins.mining.rows.telling import rows_json
from patron.plugins.mining.survival.analysis import GroupSurvival, Survival
from patron.plugins.mining.survival.endings import LOST, WON


def survival_json(found: Survival) -> dict[str, Any]:
    """Return everything; durations as keys are written as they were given, numbers that are not there are NaN."""
    command = found.command
    return {
        "duration": command.duration,
        "event": command.event,
        "by": command.by,
        "bin": _number(command.width),
        "confidence": command.confidence,
        "groups": [_group(group, found) for group in found.groups],
        "log_rank": None if found.log_rank is None else found.log_rank._asdict(),
        "rows": rows_json(found.rows),
    }


def curve_table(found: Survival) -> pa.Table:
    """Return the curves of all groups, a row for each duration that occurs."""
    return pa.concat_tables([_curves(group, found.command.confidence) for group in found.groups])


def hazard_at(group: GroupSurvival, times: Float64s) -> Float64s:
    """Return the hazard of the bin in which each time lies; NaN where nobody is at risk any more."""
    return steps_at(group.bins.starts, group.bins.hazard(LOST), times, np.nan)


def last_bin(group: GroupSurvival) -> int:
    """Return the number of bins that have somebody at risk."""
    return int(np.count_nonzero(group.bins.at_risk))


def time_text(time: Fraction) -> str:
    """Return a duration as people write it."""
    return str(time.numerator) if time.denominator == 1 else f"{float(time):.15g}"


def _group(group: GroupSurvival, found: Survival) -> dict[str, Any]:
    table = group.table
    times = np.array([float(time) for time in found.at])
    lower, upper = survival_band(table, LOST, found.command.confidence)
    both = incidence(table)

    def told(values: Float64s, before: float) -> dict[str, float]:
        return _keyed(found.at, steps_at(table.durations, values, times, before))

    return {
        "name": group.name,
        "n": int(table.at_risk[0]),
        "events": int(table.ended[:, LOST - 1].sum()),
        "won": int(table.ended[:, WON - 1].sum()),
        "open": int(table.censored.sum()),
        "longest": _plain(float(table.durations[-1])),
        "median": None if (middle := median(table, LOST)) is None else _plain(middle),
        "survival": told(survival(table, LOST), 1.0),
        "survival_lower": told(lower, 1.0),
        "survival_upper": told(upper, 1.0),
        "cumulative_hazard": told(cumulative_hazard(table, LOST), 0.0),
        "incidence": {"lost": told(both[:, LOST - 1], 0.0), "won": told(both[:, WON - 1], 0.0)},
        "hazard": _keyed(found.at, hazard_at(group, times)),
        "bins": [_bin(group, place) for place in range(last_bin(group))],
        "most_dangerous": None if group.danger is None else _bin(group, group.danger),
    }


def _bin(group: GroupSurvival, place: int) -> dict[str, Any]:
    bins = group.bins
    found: dict[str, Any] = {
        "from": _plain(float(bins.starts[place])),
        "until": _plain(float(bins.starts[place + 1])),
        "at_risk": int(bins.at_risk[place]),
        "lost": int(bins.ended[place, LOST - 1]),
        "won": int(bins.ended[place, WON - 1]),
        "open": int(bins.censored[place]),
        "hazard": float(bins.hazard(LOST)[place]),
    }
    if group.reasons:
        counts = {reason: int(lost[place]) for reason, lost in group.reasons.items() if lost[place]}
        found["reasons"] = dict(sorted(counts.items(), key=lambda each: -each[1]))
    return found


def _curves(group: GroupSurvival, confidence: float) -> pa.Table:
    table = group.table
    lower, upper = survival_band(table, LOST, confidence)
    both = incidence(table)
    columns: dict[str, Any] = {
        "group": pa.array([group.name] * len(table.durations), pa.large_string()),
        "duration": table.durations,
        "at_risk": table.at_risk,
        "lost": table.ended[:, LOST - 1],
        "won": table.ended[:, WON - 1],
        "open": table.censored,
        "survival": survival(table, LOST),
        "survival_lower": pa.array(lower, from_pandas=True),
        "survival_upper": pa.array(upper, from_pandas=True),
        "cumulative_hazard": cumulative_hazard(table, LOST),
        "incidence_lost": both[:, LOST - 1],
        "incidence_won": both[:, WON - 1],
    }
    return pa.table(columns)


def _keyed(at: Sequence[Fraction], values: Float64s) -> dict[str, float]:
    return {time_text(time): float(value) for time, value in zip(at, values, strict=True)}


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def _plain(value: float) -> float:
    return int(value) if value.is_integer() else value
