"""
Running the score factors that plugins bring: in an order in which each finds what it needs, each held to what it promised.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

import attrs
import numpy as np

from patron.core.config import Settings, check_factor_codes, factor_parameters
from patron.core.errors import ConfigurationError, PatronError, PluginError, UsageError
from patron.core.host import Host, Owned, blame
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.records import Column, FactorColumn, FeatureTable, Kind, Population, ScoreFactor
from patron.core.scoring.composites import Composite, Scorecard, composites_of
from patron.core.scoring.composites.definition import SCORES
from patron.core.scoring.composites.planned import OWNER, composite_factors, fit_table
from patron.core.scoring.features import FEATURES
from patron.core.scoring.population import WholePopulation
from patron.core.scoring.tiers import Tiers, tier_factors, tiers_of

Factor = Owned[ScoreFactor]

_IDS = ("customer", "customer_id")
"""The names under which the ids stand in scores files and in the database; the customer table keeps them apart."""

_FLOATS = (Kind.SHARE, Kind.NUMBER)

_DTYPES: dict[Kind, tuple[type[np.generic], ...]] = {
    **dict.fromkeys(_FLOATS, (np.float64,)),
    Kind.SCORE: (np.uint8, np.uint16, np.uint32),
    Kind.LABEL: (np.uint8,),
}
"""What the values of a kind are made of, where not of int64."""


@attrs.frozen(kw_only=True)
class PlannedFactor:
    """
    A factor with what it is given.

    Attributes:
        owned: the factor and whose it is.
        version: the version of that plugin.
        parameters: the factor's parameters record; None where it has none.
    """

    owned: Factor
    version: str
    parameters: Any

    def chosen(self) -> dict[str, object]:
        """Return whose it is, in which version, and its parameters, for the record of the run."""
        parameters = {} if self.parameters is None else attrs.asdict(self.parameters)
        return {"plugin": self.owned.plugin, "version": self.version, "parameters": parameters}


@attrs.frozen(kw_only=True)
class FactorPlan:
    """
    The factors in the order in which they run.

    Attributes:
        factors: what runs.
    """

    factors: tuple[PlannedFactor, ...]

    def reads(self, columns: Collection[str]) -> bool:
        """Say whether a factor needs or uses one of the columns."""
        return any(not set(columns).isdisjoint((*each.owned.item.needs, *each.owned.item.uses)) for each in self.factors)

    def tiers(self) -> dict[str, tuple[str, ...]]:
        """Return the labels of each of the tiers by name."""
        return {one.parameters.name: one.parameters.labels for one in self.factors if isinstance(one.parameters, Tiers)}

    def chosen(self) -> dict[str, dict[str, object]]:
        """Return what was chosen of every factor by code: another factor, version or parameter makes another run."""
        return {planned.owned.item.code: planned.chosen() for planned in sorted(self.factors, key=_code)}


def plan_factors(host: Host, settings: Settings, asked: Collection[str] = ()) -> FactorPlan:
    """
    Collect the factors, read their parameters and put them in order.

    Args:
        host: the plugins.
        settings: the parameters.
        asked: codes of factors; the optional ones among them run too.

    Raises:
        UsageError: a factor was asked for that nobody brings.
        PluginError: factors need each other in a circle.
        ConfigurationError: a table `[scoring.CODE]` was refused; what the configuration declares reads itself in a circle.
    """
    brought = host.score_factors()
    check_factor_codes({owned.item.code: owned.item.parameters for owned in brought}, settings)
    declared = _declared(host, settings, brought)
    _require([*(owned.item.code for owned in brought), *declared], asked)
    factors = [owned for owned in brought if not owned.item.optional or owned.item.code in asked]
    factors += [owned for owned, _ in declared.values()]
    return FactorPlan(factors=tuple(_planned(owned, host, settings, declared) for owned in _in_order(factors)))


def _declared(host: Host, settings: Settings, brought: Sequence[Factor]) -> Mapping[str, tuple[Factor, Composite | Tiers]]:
    """Return the composite scores and the tiers, with what they are given."""
    tiers = tiers_of(host, settings)
    there = {**FEATURES, **dict.fromkeys(tiers, Kind.LABEL)}
    composites = composite_factors(composites_of(host, settings, SCORES).values(), brought, there)
    beside = (*brought, *(owned for owned, _ in composites.values()))
    known = {**FEATURES, **{column.name: column.kind for owned in beside for column in owned.item.columns}}
    return {**composites, **tier_factors(tuple(tiers.values()), known, [owned.item.code for owned in beside])}


def _planned(
    owned: Factor, host: Host, settings: Settings, declared: Mapping[str, tuple[Factor, Composite | Tiers]]
) -> PlannedFactor:
    said = declared[owned.item.code][1] if owned.item.code in declared else None
    version = "" if owned.plugin == OWNER else host.plugin(owned.plugin).version
    return PlannedFactor(owned=owned, version=version, parameters=_parameters(owned.item, settings) if said is None else said)


def scorecards(plan: FactorPlan, table: FeatureTable, population: Population) -> dict[str, Scorecard]:
    """Return the scorecard of each composite score by its name, fitted to all customers of a scored table."""
    composites = (planned.parameters for planned in plan.factors if isinstance(planned.parameters, Composite))
    return {one.name: fit_table(one, table, population) for one in composites}


def apply_factors(table: FeatureTable, plan: FactorPlan) -> FeatureTable:
    """
    Return the table with the columns of all factors.

    Raises:
        PluginError: a factor failed, did not return what it promised, or promised a column that is there already.
    """
    for planned in plan.factors:
        refuse_taken(planned.owned, table)
    for planned in plan.factors:
        table = apply_factor(table, planned, WholePopulation(table))
    return table


def apply_factor(table: FeatureTable, planned: PlannedFactor, population: Population) -> FeatureTable:
    """
    Return the table with the columns of a factor.

    Args:
        table: the customers, all of them or a part.
        planned: the factor.
        population: all customers.

    Raises:
        PluginError: the factor failed, or did not return what it promised.
    """
    factor = planned.owned.item
    with blame(planned.owned.plugin, asked_of(factor)):
        if all(population.has(name) for name in factor.needs):
            columns = _computed(planned, table, population)
        else:
            columns = {each.name: Column.nothing(len(table), each.kind, each.labels) for each in factor.columns}
        return table.with_columns(columns)


def asked_of(factor: ScoreFactor) -> str:
    """Return what a factor is asked, for who is to blame."""
    return f'ScoreFactor(code="{factor.code}").compute'


def dtypes_of(kind: Kind) -> tuple[type[np.generic], ...]:
    """Return what the values of a kind may be made of."""
    return _DTYPES.get(kind, (np.int64,))


def _require(codes: Sequence[str], asked: Collection[str]) -> None:
    for code in asked:
        if code not in codes:
            near = nearest(code, codes, cutoff=ALIKE)
            key = "score.no_such_factor_near" if near else "score.no_such_factor"
            raise UsageError(key, code=shorten(code), nearest=near, known=listed(sorted(codes)))


def _code(planned: PlannedFactor) -> str:
    return planned.owned.item.code


def _parameters(factor: ScoreFactor, settings: Settings) -> Any:
    return None if factor.parameters is None else factor_parameters(factor.code, factor.parameters, settings)


def _in_order(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    provided = {column.name for owned in factors for column in owned.item.columns}
    waiting, ready, order = list(factors), set[str](), list[Factor]()
    while waiting:
        free = next((owned for owned in waiting if _wants(owned.item, provided) <= ready), None)
        if free is None:
            raise _circle(waiting)
        waiting.remove(free)
        order.append(free)
        ready |= {column.name for column in free.item.columns}
    return tuple(order)


def _circle(waiting: Sequence[Factor]) -> PatronError:
    """Return the complaint about a circle among factors none of which can be next."""
    by_column = {column.name: owned for owned in waiting for column in owned.item.columns}
    path = [waiting[0]]
    while (following := by_column[min(_wants(path[-1].item, set(by_column)))]) not in path:
        path.append(following)
    circle = path[path.index(following) :]
    factors = ", ".join(owned.item.code for owned in waiting if owned in circle)
    declared = next((owned for owned in circle if owned.plugin == OWNER), None)
    if declared is not None:
        return ConfigurationError("score.declared_circle", name=declared.item.code, factors=factors)
    return PluginError("score.factor_circle", plugin=circle[0].plugin, factors=factors)


def _wants(factor: ScoreFactor, provided: set[str]) -> set[str]:
    return {*factor.needs, *factor.uses} & provided


def refuse_taken(owned: Factor, table: FeatureTable) -> None:
    """
    Refuse a factor that promises a column which the table has.

    Raises:
        PluginError: it does.
    """
    for column in owned.item.columns:
        if column.name in table or column.name in _IDS:
            raise PluginError("score.factor_column_taken", plugin=owned.plugin, factor=owned.item.code, column=column.name)


def _computed(planned: PlannedFactor, table: FeatureTable, population: Population) -> dict[str, Column]:
    """Return the columns that the factor promised, in the order in which it promised them."""
    owned, promised = planned.owned, planned.owned.item.columns
    everybody = (population,) if owned.item.in_parts else ()
    answer: object = owned.item.compute(table, planned.parameters, *everybody)
    if not isinstance(answer, Mapping):
        raise _broken(owned, _names(each.name for each in promised), type(answer).__name__)
    if set(answer) != {each.name for each in promised}:
        raise _broken(owned, _names(each.name for each in promised), _names(answer))
    for each in promised:
        flaw = _flaw(answer[each.name], each, len(table))
        if flaw:
            expected, got = flaw
            raise _broken(owned, f"{each.name}: {expected}", f"{each.name}: {got}")
    return {each.name: answer[each.name] for each in promised}


def _flaw(column: object, promised: FactorColumn, customers: int) -> tuple[str, str] | None:
    """Return what was promised of a column and what it is instead; None where it is that."""
    dtypes = dtypes_of(promised.kind)
    expected = f"{promised.kind}, {' | '.join(dtype.__name__ for dtype in dtypes)} × {customers}"
    if not isinstance(column, Column):
        return expected, type(column).__name__
    if column.kind is not promised.kind or column.values.shape != (customers,) or column.values.dtype not in dtypes:
        return expected, f"{column.kind}, {column.values.dtype} × {' × '.join(map(str, column.values.shape))}"
    if column.labels != promised.labels:
        return _differing(promised.labels, column.labels)
    return _impossible(column)


def _differing(promised: tuple[str, ...], got: tuple[str, ...]) -> tuple[str, str]:
    """Return both from the first label that differs, with its place."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(promised, got, strict=False))
    place = sum(1 for _ in same)
    expected, other = (listed(labels[place:]) or "–" for labels in (promised, got))
    return f"labels[{place}:] {expected}", f"labels[{place}:] {other}"


def _impossible(column: Column) -> tuple[str, str] | None:
    """Return what is possible and the value that no column of this kind can have; None where there is none."""
    if column.kind is Kind.LABEL and int(column.known().max(initial=0)) >= len(column.labels):
        return f"label, 0 … {len(column.labels) - 1}", f"label, {column.known().max()}"
    values: Any = column.values if column.missing is None else column.values[~column.missing]
    if column.kind in _FLOATS and not np.isfinite(values).all():
        return f"{column.kind}, -1.8e308 … 1.8e308", f"{column.kind}, NaN | inf"
    return None


def _names(names: Iterable[object]) -> str:
    return listed(sorted(map(str, names))) or "–"


def _broken(owned: Factor, expected: str, got: str) -> PluginError:
    return PluginError("score.factor_broken", plugin=owned.plugin, factor=owned.item.code, expected=expected, got=got)
