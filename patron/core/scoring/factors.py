"""
Running the score factors that plugins bring: in an order in which each finds what it needs, each held to what it promised.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from patron.core.config import Settings, check_factor_codes, factor_parameters
from patron.core.errors import PluginError
from patron.core.host import Host, Owned, blame
from patron.core.records import Column, FactorColumn, FeatureTable, Kind, ScoreFactor

Factor = Owned[ScoreFactor]


@attrs.frozen(kw_only=True)
class FactorPlan:
    """
    The factors in the order in which they run, with their parameters.

    Attributes:
        factors: what runs.
        parameters: code → the factor's parameters record; None where it has none.
    """

    factors: tuple[Factor, ...]
    parameters: dict[str, Any]

    def chosen(self) -> dict[str, dict[str, object]]:
        """Return the parameters of every factor by code, for the record of the run."""
        return {code: attrs.asdict(record) for code, record in sorted(self.parameters.items()) if record is not None}


def plan_factors(host: Host, settings: Settings) -> FactorPlan:
    """
    Collect the factors, read their parameters and put them in order.

    Raises:
        PluginError: factors need each other in a circle.
        ConfigurationError: a table `[scoring.CODE]` was refused.
    """
    factors = host.score_factors()
    check_factor_codes({owned.item.code: owned.item.parameters for owned in factors}, settings)
    parameters = {
        owned.item.code: None
        if owned.item.parameters is None
        else factor_parameters(owned.item.code, owned.item.parameters, settings)
        for owned in factors
    }
    return FactorPlan(factors=_in_order(factors), parameters=parameters)


def apply_factors(table: FeatureTable, plan: FactorPlan) -> FeatureTable:
    """
    Return the table with the columns of all factors.

    Raises:
        PluginError: a factor failed, or did not return what it promised.
    """
    for owned in plan.factors:
        factor = owned.item
        if all(table.has(name) for name in factor.needs):
            with blame(owned.plugin, f"score_factors: {factor.code}"):
                columns = dict(factor.compute(table, plan.parameters[factor.code]))
            _check(owned, columns, len(table))
        else:
            columns = {each.name: Column.nothing(len(table), each.kind, each.labels) for each in factor.columns}
        table = table.with_columns({each.name: columns[each.name] for each in factor.columns})
    return table


def _in_order(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    provided = {column.name for owned in factors for column in owned.item.columns}
    waiting, ready, order = list(factors), set[str](), list[Factor]()
    while waiting:
        free = next((owned for owned in waiting if _wants(owned.item, provided) <= ready), None)
        if free is None:
            circle = ", ".join(owned.item.code for owned in waiting)
            raise PluginError("score.factor_circle", plugin=waiting[0].plugin, factors=circle)
        waiting.remove(free)
        order.append(free)
        ready |= {column.name for column in free.item.columns}
    return tuple(order)


def _wants(factor: ScoreFactor, provided: set[str]) -> set[str]:
    return {*factor.needs, *factor.uses} & provided


def _check(owned: Factor, columns: dict[str, Column], customers: int) -> None:
    factor = owned.item
    promised = {each.name: each for each in factor.columns}
    if set(columns) != set(promised):
        raise _broken(owned, ", ".join(sorted(promised)), ", ".join(sorted(columns)))
    for name, column in columns.items():
        if len(column) != customers or not _fits(column, promised[name]):
            got = f"{column.kind} × {len(column)}"
            raise _broken(owned, f"{name}: {promised[name].kind} × {customers}", f"{name}: {got}")


def _fits(column: Column, promised: FactorColumn) -> bool:
    if column.kind != promised.kind or column.labels != promised.labels:
        return False
    wanted = {Kind.SHARE: "f", Kind.NUMBER: "f", Kind.SCORE: "u", Kind.LABEL: "u"}.get(column.kind, "i")
    if column.values.dtype.kind != wanted:
        return False
    return column.kind is not Kind.LABEL or int(column.known().max(initial=0)) < len(column.labels)


def _broken(owned: Factor, expected: str, got: str) -> PluginError:
    return PluginError("score.factor_broken", plugin=owned.plugin, factor=owned.item.code, expected=expected, got=got)
