"""
By what lines are added up: columns of the lines, and in the database fields of the customers that they belong to.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.scoring.composites.stored import stored_rows
from patron.core.scoring.id_columns import as_texts
from patron.core.session import Session
from patron.kernel.layout import Int64s

OF_CUSTOMER = "customer."
"""What stands before the name of a customer's field."""

CUSTOMER = "customer_id"


def customer_values(session: Session, fields: Sequence[str], ids: pa.Array) -> dict[str, pa.Array]:
    """
    Return the values of fields for customers, as texts; none for those whom the actor may not see.

    Args:
        session: the database.
        fields: names, without what stands before them.
        ids: of the customers.
    """
    if not fields:
        return {}
    with session.read() as reader:
        batches = list(stored_rows(session, reader, "customer", fields))
    known = pa.chunked_array([batch.columns["id"] for batch in batches], pa.int64()).combine_chunks()
    places = pc.index_in(ids.cast(pa.int64()), known)
    found = {}
    for name in fields:
        pieces = [_texts(batch.columns[name]) for batch in batches]
        found[name] = pa.chunked_array(pieces, pa.large_string()).combine_chunks().take(places)
    return found


def group_numbers(codes: Sequence[Int64s], sizes: Sequence[int]) -> tuple[Int64s, Int64s]:
    """
    Return the group of every row, and for each group one row that is in it; groups stand in the order of their keys.

    Args:
        codes: for each key, shape (rows,).
        sizes: how many values each key has.
    """
    joined = np.zeros(len(codes[0]), np.int64)
    for own, size in zip(codes, sizes, strict=True):
        # Numbered anew after each key, the numbers never outgrow the rows times the values of one key.
        _, joined = np.unique(joined * max(size, 1) + own, return_inverse=True)
    _, first, groups = np.unique(joined, return_index=True, return_inverse=True)
    return groups.astype(np.int64), first.astype(np.int64)


def _texts(array: pa.Array) -> pa.Array:
    if pa.types.is_list(array.type):
        return pa.array(["|".join(values) if values else None for values in array.to_pylist()], pa.large_string())
    return as_texts(array).cast(pa.large_string())
