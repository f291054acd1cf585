"""
The life of a run in the database: begun, completed, published, and cleared away when newer ones have come.

Each function is one transaction's work. Only who may create scores of all customers, and may read all the order lines that they
are made of, may do any of it: what is published is what everybody sees.
"""

import json
from typing import cast

from sqlalchemy import CursorResult, delete, func, insert, select, update

from patron.core.access import Action, Scope
from patron.core.store.failures import ConflictError, StoreError
from patron.core.store.reader import Reader
from patron.core.store.scores.reading import RESOURCE, all_runs
from patron.core.store.scores.record import StoredRun
from patron.core.store.scores.tables import indexes_of, score_table
from patron.core.store.tables import SCORE_POINTERS, SCORE_RUNS
from patron.core.store.work import UnitOfWork

_RUNS, _POINTERS = SCORE_RUNS.c, SCORE_POINTERS.c
_WRITING, _PUBLISHED = "writing", "published"
_NEEDED = ((Action.CREATE, RESOURCE), (Action.READ, "order_line"))


def may_publish(reader: Reader) -> bool:
    """Say whether the actor may write scores of all customers, and sees all that they are made of."""
    return _lacking(reader) is None


def begin(work: UnitOfWork, run: StoredRun) -> int:
    """
    Store a run that nobody sees yet, with an empty table for its scores, and return its number.

    What runs of the model left that were never published goes away.

    Raises:
        DeniedError: the actor may not write scores of all customers.
    """
    lacking = _lacking(work)
    if lacking is not None:
        raise work.policy.denial(work.actor, *lacking)
    # The new one comes first: a number that is gone must not come again while somebody may still be writing under it.
    number = _insert(work, run)
    for each in all_runs(work.connection, run.model):
        if each.number != number:
            _remove(work, each, _WRITING)
    score_table(number, run.columns, work.connection.dialect).create(work.connection)
    return number


def _lacking(reader: Reader) -> tuple[Action, str] | None:
    """Return the right that the actor lacks to publish."""
    return next((one for one in _NEEDED if reader.policy.scope(reader.actor, *one) is not Scope.ALL), None)


def _insert(work: UnitOfWork, run: StoredRun) -> int:
    # Codes are unique and made of the number, which the database gives.
    values = {
        "code": f"{run.model}-new",
        "model": run.model,
        "version": run.version,
        "status": _WRITING,
        "as_of": run.as_of.isoformat(),
        "digest": run.digest,
        "customers": run.customers,
        "columns": json.dumps([column.to_json() for column in run.columns], ensure_ascii=False),
        "facts": run.facts,
        "user_id": work.actor.user_id,
        "started_at": work.now,
    }
    inserted = work.connection.execute(insert(SCORE_RUNS).values(values)).inserted_primary_key
    number = int(cast(tuple[int], inserted)[0])
    work.connection.execute(update(SCORE_RUNS).where(_RUNS.id == number).values(code=f"{run.model}-{number}"))
    return number


def complete(work: UnitOfWork, number: int) -> None:
    """
    Count the rows of a run that was written, and index them.

    Raises:
        ConflictError: a newer run cleared this one away.
        StoreError: rows are missing.
    """
    run = _own(work, number)
    dialect = work.connection.dialect
    table = score_table(number, run.columns, dialect)
    rows = work.connection.execute(select(func.count()).select_from(table)).scalar_one()
    if rows != run.customers:
        raise StoreError("score_run.incomplete", run=run.code, rows=rows, customers=run.customers)
    for index in indexes_of(table, dialect):
        index.create(work.connection)


def publish(work: UnitOfWork, number: int) -> StoredRun:
    """
    Let readers see a complete run instead of the one before it, and return it.

    Raises:
        ConflictError: a newer run cleared this one away.
    """
    run = _own(work, number)
    values = {"status": _PUBLISHED, "published_at": work.now}
    work.connection.execute(update(SCORE_RUNS).where(_RUNS.id == number).values(values))
    pointed = work.connection.execute(update(SCORE_POINTERS).where(_POINTERS.model == run.model).values(run_id=number))
    if cast("CursorResult[object]", pointed).rowcount == 0:
        work.connection.execute(insert(SCORE_POINTERS).values(model=run.model, run_id=number))
    return next(each for each in all_runs(work.connection, run.model) if each.number == number)


def abandon(work: UnitOfWork, model: str, number: int) -> bool:
    """Clear away a run that was not published, and say whether it is still known; nothing happens to one that was published."""
    for run in all_runs(work.connection, model):
        if run.number == number:
            _remove(work, run, _WRITING)
            return True
    return False


def superfluous(reader: Reader, model: str, keep: int) -> tuple[StoredRun, ...]:
    """Return the published runs of a model but for the last *keep*, oldest first; never the one that readers see."""
    published = [run for run in all_runs(reader.connection, model) if run.published_at is not None]
    return tuple(reversed([run for run in published[keep:] if not run.current]))


def prune(work: UnitOfWork, run: StoredRun) -> None:
    """Clear away a published run with its scores."""
    _remove(work, run, _PUBLISHED)


def _own(work: UnitOfWork, number: int) -> StoredRun:
    """Return a run that is being written, and hold it until the transaction ends."""
    query = select(_RUNS.model).where(_RUNS.id == number, _RUNS.status == _WRITING).with_for_update()
    model = work.connection.execute(query).scalar_one_or_none()
    if model is None:
        raise ConflictError("score_run.superseded", run=number)
    return next(run for run in all_runs(work.connection, model) if run.number == number)


def _remove(work: UnitOfWork, run: StoredRun, status: str) -> None:
    """Delete a run and its table, if it still is what it was: somebody may have published it while we waited for its row."""
    removed = work.connection.execute(delete(SCORE_RUNS).where(_RUNS.id == run.number, _RUNS.status == status))
    if cast("CursorResult[object]", removed).rowcount:
        score_table(run.number, run.columns, work.connection.dialect).drop(work.connection)
