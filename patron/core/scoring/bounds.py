"""
Why a customer has a score: between which values of the deciding columns the customers lie who have it.

Kept with the run, so that a score can be explained long after, without the input, the plugin that computed it, or a look at all
customers.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from patron.core.money import to_text
from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.costs import made_of_costs
from patron.core.scoring.factors import FactorPlan
from patron.core.scoring.result import EXACT
from patron.core.store.scores.record import ScoreColumn
from patron.kernel.layout import Bools, Int64s

MOST_VALUES = 1000
"""Values of a column beyond which their bounds are not kept: they would outgrow what they explain."""

_EPOCH = date(1970, 1, 1)
_EXPLAINED = (Kind.SCORE, Kind.LABEL)


def described(table: FeatureTable, plan: FactorPlan, by: str) -> tuple[ScoreColumn, ...]:
    """
    Return the columns of a scored table, with what explains them.

    Args:
        table: the customer table with all columns.
        plan: the factors that ran.
        by: the ranking measure.
    """
    deciding: dict[str, tuple[str, ...]] = {"decile": ("rank", by)}
    deciding |= {column.name: column.by for planned in plan.factors for column in planned.owned.item.columns}
    costs = made_of_costs(table, plan, by)
    return tuple(_described(table, name, deciding.get(name, ()), from_costs=name in costs) for name in table.columns)


def _described(table: FeatureTable, name: str, by: Iterable[str], *, from_costs: bool) -> ScoreColumn:
    column = table[name]
    found = (next((one for one in each.split("|") if one in table), name) for each in by)
    there = tuple(each for each in found if each != name)
    bounds = _bounds(table, column, there) if column.kind in _EXPLAINED and there else {}
    return ScoreColumn(name=name, kind=column.kind.value, by=there, bounds=bounds, from_costs=from_costs)


def _bounds(table: FeatureTable, column: Column, by: Iterable[str]) -> Mapping[str, Mapping[str, tuple[Any, Any]]]:
    values = column.integers()
    known = np.ones(len(table), np.bool_) if column.missing is None else ~column.missing
    counts = np.bincount(values[known], minlength=len(column.labels))
    present = np.flatnonzero(counts).tolist()
    if len(present) > MOST_VALUES:
        return {}
    found: dict[str, dict[str, tuple[Any, Any]]] = {_name(column, value): {} for value in present}
    for name in by:
        if table[name].kind is Kind.LABEL:
            continue  # labels have no order; the customer's own is told
        for value, ends in _ends(values, known, table[name], len(counts)).items():
            found[_name(column, value)][name] = ends
    return found


def _name(column: Column, value: int) -> str:
    return column.labels[value] if column.labels else str(value)


def _ends(groups: Int64s, known: Bools, column: Column, count: int) -> dict[int, tuple[Any, Any]]:
    """Return the least and the greatest value of a column in each group that has some."""
    both = known if column.missing is None else known & ~column.missing
    values, places = column.values[both], groups[both]
    if not len(values):
        return {}
    lowest = np.full(count, values.max(), values.dtype)
    highest = np.full(count, values.min(), values.dtype)
    np.minimum.at(lowest, places, values)
    np.maximum.at(highest, places, values)
    present = np.unique(places).tolist()
    return {group: (_plain(lowest[group].item(), column.kind), _plain(highest[group].item(), column.kind)) for group in present}


def _plain(value: float, kind: Kind) -> Any:
    """Return a value as JSON has it."""
    if kind in EXACT:
        return to_text(int(value))
    if kind is Kind.DATE:
        return (_EPOCH + timedelta(int(value))).isoformat()
    return value
