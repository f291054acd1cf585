"""
Days of purchases as bytes, part by part: what one worker collected can be joined by another, as the sums of customers are.

A customer is in the same part here and there: parts are chosen by the keys of ids, in the same way.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from patron.core.scoring.buckets import keys_of
from patron.core.scoring.cluster.arrays import AnyArray, Segment, load_arrays, save_arrays
from patron.core.scoring.cluster.storage import Storage
from patron.core.scoring.identities import text_buffers
from patron.core.scoring.purchase_days import DayCollection, DayPiece, PurchaseDays
from patron.kernel.aggregate import bucket_rows
from patron.kernel.layout import Int64s


def write_days(days: DayCollection, parts: int, storage: Storage, name: str) -> list[int]:
    """
    Write days of purchases, and return where those of each part begin and the last ones end.

    Raises:
        OutputError: they can't be written.
    """
    found = days.joined()
    customers, edges = bucket_rows(keys_of(found.customers)[0], None, parts)
    # Customers are numbered part by part, so entries in the order of these numbers are, too.
    numbers = np.empty(len(customers), np.int64)
    numbers[customers] = np.arange(len(customers))
    owners = numbers[found.codes]
    order = np.argsort(owners, kind="stable")
    owners, ids = owners[order], found.customers.take(pa.array(customers))
    stops = np.searchsorted(owners, edges).tolist()
    places = [0]
    with storage.writing(name) as file:
        for part in range(parts):
            first, entries = int(edges[part]), slice(stops[part], stops[part + 1])
            here = order[entries]
            arrays = [*_ids(ids[first : int(edges[part + 1])]), owners[entries] - first, found.days[here], found.amounts[here]]
            places.append(places[-1] + save_arrays(arrays, file))
    return places


def join_days(segments: Iterable[Segment], storage: Storage, *, ignore_zero: bool, memory: int) -> PurchaseDays:
    """
    Return the days of the customers of a part.

    Args:
        segments: the files that have some of them, and where these begin and end there.
        storage: the folder of the files.
        ignore_zero: whether a line of amount zero is no purchase.
        memory: bytes that may be held.

    Raises:
        CapacityError: there are more days than memory has room for.
    """
    days = DayCollection(ignore_zero=ignore_zero, memory=memory)
    for segment in segments:
        *ids, codes, dates, amounts = load_arrays(storage.read(*segment))
        days.add(DayPiece(_read_ids(ids), codes, dates, amounts))
    return days.finish(plain_integers=False)


def _ids(ids: pa.Array) -> list[AnyArray]:
    if pa.types.is_integer(ids.type):
        return [ids.to_numpy()]
    offsets, data = text_buffers(ids)
    return [(offsets - offsets[0]).astype(np.int64), data[int(offsets[0]) : int(offsets[-1])]]


def _read_ids(arrays: list[AnyArray]) -> pa.Array:
    if len(arrays) == 1:
        return pa.array(arrays[0])
    offsets: Int64s = arrays[0]
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(arrays[1]))
