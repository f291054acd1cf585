"""
Runs and scores as readers see them: the published run of a model, within the actor's rights.

What a run says of all customers, its facts and the bounds of its scores, is for those alone who may see the scores of all.
"""

import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import attrs
from sqlalchemy import Connection, Row, select

from patron.core.access import Action, Scope
from patron.core.store.failures import NotFoundError
from patron.core.store.reader import Reader
from patron.core.store.scope import within
from patron.core.store.scores.record import ScoreColumn, StoredRun
from patron.core.store.scores.tables import CUSTOMER, score_table
from patron.core.store.tables import SCORE_POINTERS, SCORE_RUNS

MODEL = "value"
"""The model of `patron score`."""

RESOURCE = "score"
"""What rights to scores are called in the policy."""

COSTS = "cost"
"""The right to what our costs can be reckoned from."""

_POINTED = SCORE_POINTERS.c.run_id.label("current")


@attrs.frozen(kw_only=True)
class PublishedScores:
    """
    The scores of one customer.

    Attributes:
        run: whose they are.
        values: column → value: `Decimal` for money, days, numbers, codes; None where there is none.
    """

    run: StoredRun
    values: Mapping[str, object]


def all_runs(connection: Connection, model: str | None = None, *, current: bool = False) -> tuple[StoredRun, ...]:
    """
    Return runs, newest first, whoever asks.

    Args:
        connection: the transaction.
        model: those of one model.
        current: that alone which readers see.
    """
    query = select(SCORE_RUNS, _POINTED).join_from(
        SCORE_RUNS, SCORE_POINTERS, SCORE_POINTERS.c.run_id == SCORE_RUNS.c.id, isouter=not current
    )
    if model is not None:
        query = query.where(SCORE_RUNS.c.model == model)
    return tuple(_record(row) for row in connection.execute(query.order_by(SCORE_RUNS.c.id.desc())))


def runs_of(reader: Reader) -> tuple[StoredRun, ...]:
    """
    Return every run, newest first, those that were never finished included.

    Raises:
        DeniedError: the actor may see no scores at all.
    """
    scope = reader.policy.require(reader.actor, Action.READ, RESOURCE)
    return tuple(_told(reader, run, scope) for run in all_runs(reader.connection))


def published_run(reader: Reader, model: str = MODEL) -> StoredRun | None:
    """
    Return the run of a model that readers see now, if there is one.

    Raises:
        DeniedError: the actor may see no scores at all.
    """
    scope = reader.policy.require(reader.actor, Action.READ, RESOURCE)
    found = next(iter(all_runs(reader.connection, model, current=True)), None)
    return None if found is None else _told(reader, found, scope)


def find_run(reader: Reader, code: str | None = None, *, whole: bool = False) -> StoredRun:
    """
    Return the run of a code; without one, the published run of the model `value`.

    Args:
        reader: the transaction.
        code: as `runs_of` tells it.
        whole: it is asked for what speaks of all customers.

    Raises:
        NotFoundError: there is none.
        DeniedError: the actor may see no scores, or not those of all customers where these are asked for.
    """
    scope = reader.policy.require(reader.actor, Action.READ, RESOURCE)
    if whole and scope is not Scope.ALL:
        raise reader.policy.denial(reader.actor, Action.READ, RESOURCE, whole=True)
    runs = all_runs(reader.connection)
    found = next((run for run in runs if (run.code == code if code else run.current and run.model == MODEL)), None)
    if whole and found is not None and not _whole(reader, found):
        raise reader.policy.hidden(reader.actor, RESOURCE, "margin", COSTS)
    if found is None or found.published_at is None:
        known = ", ".join(run.code for run in runs if run.published_at is not None) or "–"
        raise NotFoundError("score_run.no_such_run" if code else "score_run.none", code=(code or "")[:60], known=known[:500])
    return _told(reader, found, scope)


def scores_of(reader: Reader, customer_id: int, run: StoredRun | None = None) -> PublishedScores | None:
    """
    Return the scores of a customer in a run; without one, in the published run of the model `value`.

    Returns:
        None where no run is published, or the customer was not scored, or the actor may not see this customer's scores.

    Raises:
        DeniedError: the actor may see no scores at all.
    """
    scope = reader.policy.require(reader.actor, Action.READ, RESOURCE)
    chosen = published_run(reader) if run is None else run
    if chosen is None:
        return None
    table = score_table(chosen.number, chosen.columns, reader.connection.dialect)
    query = select(table).where(table.c[CUSTOMER] == customer_id, within(scope, reader.actor, RESOURCE, table))
    row = reader.connection.execute(query).one_or_none()
    if row is None:
        return None
    values = row._mapping  # noqa: SLF001  # the documented name of a row's mapping
    return PublishedScores(run=chosen, values={column.name: values[column.name] for column in chosen.columns})


def scorecards_of(reader: Reader, run: StoredRun) -> Mapping[str, Any]:
    """Return the scorecards of a run's composite scores, for whoever may see a score: to explain it, not to be shown."""
    reader.policy.require(reader.actor, Action.READ, RESOURCE)
    query = select(SCORE_RUNS.c.facts).where(SCORE_RUNS.c.id == run.number)
    found: Mapping[str, Any] = json.loads(reader.connection.execute(query).scalar_one()).get("composites", {})
    return found


def _told(reader: Reader, run: StoredRun, scope: Scope) -> StoredRun:
    """Return a run without what it says of customers whom the scope doesn't reach, and without what takes a right of its own."""
    columns, facts = run.columns, run.facts
    if not _whole(reader, run):
        # No other column has one of these among those that decide it: it would be made of costs, too.
        columns, facts = tuple(column for column in columns if not column.from_costs), ""
    if scope is not Scope.ALL:
        columns, facts = tuple(attrs.evolve(column, bounds=MappingProxyType({})) for column in columns), ""
    return attrs.evolve(run, columns=columns, facts=facts)


def _whole(reader: Reader, run: StoredRun) -> bool:
    """Say whether the actor may see all columns of a run."""
    return reader.policy.sees(reader.actor, COSTS) or not any(column.from_costs for column in run.columns)


def _record(row: Row[Any]) -> StoredRun:
    return StoredRun(
        number=row.id,
        code=row.code,
        model=row.model,
        version=row.version,
        as_of=date.fromisoformat(row.as_of),
        digest=row.digest,
        customers=row.customers,
        columns=tuple(ScoreColumn.from_json(column) for column in json.loads(row.columns)),
        facts=row.facts,
        user_id=row.user_id,
        started_at=row.started_at,
        published_at=row.published_at,
        current=row.current is not None,
    )
