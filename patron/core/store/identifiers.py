"""
Ids of rows to come: taken before the rows are written, so that rows which refer to each other can be written in bulk.
"""

from sqlalchemy import Connection, Integer, String, Table, bindparam, cast, column, func, select, table
from sqlalchemy.dialects.postgresql import REGCLASS

from patron.core.store.tables import METADATA

_SEQUENCES = table("sqlite_sequence", column("name", String), column("seq", Integer))
_GREATEST = select(_SEQUENCES.c.seq).where(_SEQUENCES.c.name == bindparam("rows"))
_NUMBERS = func.generate_series(1, bindparam("many", type_=Integer)).table_valued("number")
_NEXT = select(func.nextval(cast(bindparam("rows", type_=String), REGCLASS))).select_from(_NUMBERS)
_TAKEN = "patron_identifiers_taken"
"""Under this name a connection notes what its transaction has taken."""


def take_identifiers(connection: Connection, rows: Table, count: int) -> range | list[int]:
    """
    Return *count* ascending ids for new rows of a table, within a writing transaction; no id is ever given twice.

    SQLite has one writer at a time, who may simply count on from the greatest id there was; PostgreSQL has a sequence a table.
    """
    if connection.dialect.name == "sqlite":
        # What plugins insert into their own tables is not all known here.
        taken = _taken(connection) if rows.metadata is METADATA else {}
        greatest = taken.get(rows.name)
        if greatest is None:
            greatest = connection.execute(_GREATEST, {"rows": rows.name}).scalar_one_or_none() or 0
        taken[rows.name] = greatest + count
        return range(greatest + 1, greatest + 1 + count)
    return sorted(connection.execute(_NEXT, {"rows": f"{rows.name}_id_seq", "many": count}).scalars())


def _taken(connection: Connection) -> dict[str, int]:
    """Return table → the greatest id that this transaction has taken."""
    transaction = connection.get_transaction()
    noted: tuple[object, dict[str, int]] | None = connection.info.get(_TAKEN)
    if noted is None or noted[0] is not transaction:
        noted = connection.info[_TAKEN] = (transaction, {})
    return noted[1]
