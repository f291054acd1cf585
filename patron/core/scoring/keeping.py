"""
Writing the scores of a run back into the database, so that readers see all of them or none.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa

from patron.core.errors import PatronError
from patron.core.records import Column, FeatureTable, Kind
from patron.core.records.run_json import run_to_json
from patron.core.scoring.bounds import described
from patron.core.scoring.factors import plan_factors
from patron.core.scoring.result import Scores
from patron.core.session import ProgressTask, Session
from patron.core.store import ConflictError, StoreError
from patron.core.store.bulk import write_columns
from patron.core.store.scores import (
    StoredRun,
    abandon,
    begin,
    complete,
    may_publish,
    prune,
    publish,
    score_table,
    superfluous,
)

CHUNK_ROWS = 65_536
"""Customers that are written in one transaction: other writers wait no longer than one takes."""

CUSTOMER = pa.field("customer_id", pa.int64())

_TYPES = {Kind.SHARE: pa.float64(), Kind.NUMBER: pa.float64(), Kind.DATE: pa.string(), Kind.LABEL: pa.string()}


def may_keep(session: Session) -> bool:
    """Say whether the actor may write scores that everybody sees."""
    with session.read() as reader:
        return may_publish(reader)


def keep_scores(session: Session, scores: Scores) -> StoredRun:
    """
    Write the scores of a run of the database's own customers and publish them, and return the run.

    Until the end readers see the run before it; whatever breaks off leaves that one. Of the published runs the last
    `score.kept_runs` are kept.

    Raises:
        DeniedError: the actor may not write scores of all customers.
        ConflictError: another scoring began to write meanwhile; it goes on.
        StoreError: the database can't be written.
    """
    number = 0
    try:
        number, run = _begun(session, scores)
        _write(session, scores.customers, number, run)
        with session.write() as work:
            complete(work, number)
            work.commit()
        with session.write() as work:
            kept = publish(work, number)
            work.commit()
    except BaseException as error:
        if number:
            _give_up(session, scores.run.model, number, error)
        raise
    _prune(session, kept.model)
    return kept


def _begun(session: Session, scores: Scores) -> tuple[int, StoredRun]:
    found = scores.run
    plan = plan_factors(session.host, session.settings, found.parameters.get("factors", ()))
    run = StoredRun(
        model=found.model,
        version=found.version,
        as_of=found.as_of,
        digest=found.input_digest.rpartition(":")[2],
        customers=found.customers,
        columns=described(scores.customers, plan, found.by),
        facts=json.dumps(run_to_json(found), ensure_ascii=False),
    )
    with session.write() as work:
        number = begin(work, run)
        work.commit()
    return number, run


def _write(session: Session, customers: FeatureTable, number: int, run: StoredRun) -> None:
    database = session.records.database
    table = score_table(number, run.columns, database.engine.dialect)
    with session.reporter.progress(session.t("score_run.writing"), len(customers)) as progress:
        write_columns(database, table, schema_of(customers), chunks_of(customers, progress))


def _give_up(session: Session, model: str, number: int, error: BaseException) -> None:
    """Clear away what was written; where a newer run has done that already, say so instead of what came of it."""
    gone = False
    with suppress(PatronError), session.write() as work:
        gone = not abandon(work, model, number)
        work.commit()
    if gone and isinstance(error, StoreError) and not isinstance(error, ConflictError):
        raise ConflictError("score_run.superseded", run=number) from error


def _prune(session: Session, model: str) -> None:
    # Readers of an old run may hold its table in PostgreSQL for longer than anybody waits: then the next run takes it away.
    with suppress(StoreError):
        with session.read() as reader:
            old = superfluous(reader, model, session.settings.score.kept_runs)
        for run in old:
            with session.write() as work:
                prune(work, run)
                work.commit()


def schema_of(customers: FeatureTable) -> pa.Schema:
    """Return the columns of a scored table as the database keeps them."""
    return pa.schema([CUSTOMER, *((name, _TYPES.get(column.kind, pa.int64())) for name, column in customers.columns.items())])


def chunks_of(customers: FeatureTable, progress: ProgressTask) -> Iterator[pa.RecordBatch]:
    """Return the rows of a scored table in ascending order of customers, in chunks."""
    schema = schema_of(customers)
    for start in range(0, len(customers), CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        ids = pa.array(customers.ids[rows])
        yield pa.RecordBatch.from_arrays([ids, *(_kept(column, rows) for column in customers.columns.values())], schema=schema)
        progress.advance(len(ids))


def _kept(column: Column, rows: slice) -> pa.Array:
    values: Any = column.values[rows]
    missing = None if column.missing is None else column.missing[rows]
    if column.kind is Kind.DATE:
        return pa.array(values.astype(np.int32), pa.date32(), mask=missing).cast(pa.string())
    if column.kind is Kind.LABEL:
        index = pa.array(values.astype(np.uint8), mask=missing)
        return pa.DictionaryArray.from_arrays(index, pa.array(column.labels, pa.string())).dictionary_decode()
    return pa.array(values.astype(_TYPES.get(column.kind, pa.int64()).to_pandas_dtype(), copy=False), mask=missing)
