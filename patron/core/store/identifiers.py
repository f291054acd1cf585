"""
Ids of rows to come: taken before the rows are written, so that rows which refer to each other can be written in bulk.
"""

from sqlalchemy import Connection, Integer, String, Table, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import REGCLASS

_SEQUENCES = table("sqlite_sequence", column("name", String), column("seq", Integer))


def take_identifiers(connection: Connection, rows: Table, count: int) -> range | list[int]:
    """
    Return *count* ascending ids for new rows of a table, within a writing transaction; no id is ever given twice.

    SQLite has one writer at a time, who may simply count on from the greatest id there was; PostgreSQL has a sequence a table.
    """
    if connection.dialect.name == "sqlite":
        greatest = connection.execute(select(_SEQUENCES.c.seq).where(_SEQUENCES.c.name == rows.name)).scalar_one_or_none() or 0
        return range(greatest + 1, greatest + 1 + count)
    sequence = cast(literal(f"{rows.name}_id_seq"), REGCLASS)
    numbers = func.generate_series(1, count).table_valued("number")
    return sorted(connection.execute(select(func.nextval(sequence)).select_from(numbers)).scalars())
