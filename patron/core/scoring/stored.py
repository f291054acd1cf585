"""
The scores of a run that is kept in the database, as the table that scoring made: what reports are built from.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import BigInteger, ColumnElement, Float, Text, select, type_coerce

from patron.core.access import Action
from patron.core.errors import InputError
from patron.core.records import Kind
from patron.core.scoring.result import EXACT, KIND_KEY, money_array
from patron.core.session import Session
from patron.core.store.bulk import read_columns
from patron.core.store.scope import within
from patron.core.store.scores import StoredRun, score_table
from patron.core.store.scores.reading import RESOURCE
from patron.core.store.scores.tables import CUSTOMER, RANK

_ID = "customer"
_FLOATS = (Kind.SHARE, Kind.NUMBER)
_TEXTS = (Kind.DATE, Kind.LABEL)


def stored_table(session: Session, run: StoredRun, names: Sequence[str] | None = None) -> pa.Table:
    """
    Return the scores of the customers that the actor may see, best first, those without a rank last; grades as int64.

    Args:
        session: the database.
        run: whose scores.
        names: only these columns.

    Raises:
        InputError: a column is not among them.
        DeniedError: the actor may see no scores.
    """
    kinds = {column.name: Kind(column.kind) for column in run.columns}
    wanted = [_ID, *kinds] if names is None else list(names)
    for name in wanted:
        if name != _ID and name not in kinds:
            raise InputError("score.no_column", column=name[:60], columns=", ".join(kinds))
    read = tuple(dict.fromkeys([*(name for name in (_ID, RANK) if name == _ID or name in kinds), *wanted]))
    table = _read(session, run, read, kinds)
    if RANK in kinds:  # what is missing stands at the end
        table = table.take(pc.sort_indices(table, [(RANK, "ascending"), (_ID, "ascending")]))
    return table.select(wanted)


def _read(session: Session, run: StoredRun, names: Sequence[str], kinds: dict[str, Kind]) -> pa.Table:
    with session.read() as reader:
        table = score_table(run.number, run.columns, reader.connection.dialect)
        scope = reader.policy.require(reader.actor, Action.READ, RESOURCE)
        columns = [table.c[CUSTOMER if name == _ID else name] for name in names]
        labelled: list[ColumnElement[Any]] = [
            type_coerce(column, _sql(kinds.get(name))).label(name) for name, column in zip(names, columns, strict=True)
        ]
        query = select(*labelled)
        schema = pa.schema([(name, _arrow(kinds.get(name))) for name in names])
        with read_columns(reader, query.where(within(scope, reader.actor, RESOURCE, table)), schema) as batches:
            found = pa.Table.from_batches(batches, schema).combine_chunks()
    arrays = [_restored(found[name], kinds.get(name)) for name in names]
    fields = [
        pa.field(name, array.type, metadata={KIND_KEY: kinds[name].value if name in kinds else "id"})
        for name, array in zip(names, arrays, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _sql(kind: Kind | None) -> type[BigInteger] | type[Float[float]] | type[Text]:
    return Text if kind in _TEXTS else Float if kind in _FLOATS else BigInteger


def _arrow(kind: Kind | None) -> pa.DataType:
    return pa.string() if kind in _TEXTS else pa.float64() if kind in _FLOATS else pa.int64()


def _restored(column: pa.ChunkedArray, kind: Kind | None) -> pa.Array:
    """Return a column as scoring makes it."""
    values = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if kind in EXACT:
        missing = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else None
        return money_array(values.fill_null(0).to_numpy(), missing)
    if kind is Kind.DATE:
        return values.cast(pa.date32())
    return values
