"""
The only time that customers travel: from the part in which they were added up to the range of ranks in which they stand.

The borders between ranges are known to the customer, by counts of all parts; so every customer goes at once where it belongs,
each range is put in order on its own, and nothing is sorted as a whole. The first rank of a range and the sum before it are
known, too: with them ranks and cumulative shares are those of one long list, to the bit.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring.cluster.arrays import Segment, load_arrays, save_arrays
from patron.core.scoring.cluster.ordered import Mark
from patron.core.scoring.cluster.storage import Storage
from patron.core.scoring.cluster.talk import Part, rank_order
from patron.core.scoring.features import DAY_COLUMNS
from patron.core.scoring.identities import ascending, text_buffers
from patron.kernel.layout import Int64s, UInt64s
from patron.kernel.ranking import descending_keys, descending_order

AnyArray = npt.NDArray[Any]
_NONE = np.empty(0, np.bool_)


@attrs.frozen(kw_only=True)
class Division:
    """
    How the customers of every part are divided over ranges.

    Attributes:
        by: the ranking measure.
        ranked: the last customer of each range of those that have a value of it.
        rest: the last customer of each range of the others.
        work: the folder of the files.
    """

    by: str
    ranked: tuple[Mark | None, ...]
    rest: tuple[Mark | None, ...]
    work: Storage


def divide(part: Part, number: int, division: Division) -> list[int]:
    """
    Write the customers of a part, range by range, and return where each range begins in the file and where the last one ends.

    Raises:
        OutputError: they can't be written.
    """
    table = part.table
    places = [0]
    with division.work.writing(range_file(number)) as file:
        for marks, ranked in ((division.ranked, True), (division.rest, False)):
            ordered = rank_order(table, division.by, ranked=ranked)
            before = 0
            for mark in marks:
                stop = len(ordered) if mark is None else ordered.places([mark])[0]
                places.append(places[-1] + save_arrays(_arrays(table, np.sort(ordered.order[before:stop])), file))
                before = stop
    return places


def range_file(number: int) -> str:
    """Return the name of the file of a part, whose customers are divided over ranges."""
    return f"part-{number}.customers"


@attrs.frozen(kw_only=True)
class Ranking:
    """
    What all ranges have in common.

    Attributes:
        form: the columns: name, kind, labels.
        text_ids: whether ids are texts.
        as_of: the day that the scores are true for.
        by: the ranking measure.
        total: what it sums up to.
        groups: how many groups there are, those without customers included.
        group_ends: the rank of the last customer of each group that has one.
        group_keys: the key of that customer's value; None where equal values may fall into different groups.
        work: the folder of the files.
    """

    form: tuple[tuple[str, str, tuple[str, ...]], ...]
    text_ids: bool
    as_of: date
    by: str
    total: int
    groups: int
    group_ends: tuple[int, ...]
    group_keys: tuple[int, ...] | None
    work: Storage


@attrs.frozen(kw_only=True)
class Range:
    """
    Customers who stand together in the ranking.

    Attributes:
        ranking: what all ranges have in common.
        sources: the files that have some of them, and where these begin and end there.
        ranked: whether they have a value of the ranking measure.
        before: how many stand before them.
        total_before: what those sum up to.
    """

    ranking: Ranking
    sources: tuple[Segment, ...]
    ranked: bool
    before: int
    total_before: int


def bring_together(job: Range) -> Part:
    """Return the customers of a range, in order of id, with their ranks, groups and cumulative shares."""
    ranking = job.ranking
    pieces = [load_arrays(ranking.work.read(*source)) for source in job.sources]
    ids, at = _ids(pieces, text=ranking.text_ids)
    order = ascending(ids)
    columns = {}
    for name, kind, labels in ranking.form:
        values, missing = (np.concatenate(some) for some in zip(*(_column(piece, at) for piece in pieces), strict=True))
        columns[name] = Column(values[order], Kind(kind), missing[order], labels)
        at += 2
    ordered = ids.take(pa.array(order))
    days = {name: columns.pop(name) for name in DAY_COLUMNS if name in columns}
    table = FeatureTable(ordered if ranking.text_ids else ordered.to_numpy(), columns, ranking.as_of)
    found = _ranked_columns(table[ranking.by].integers(), job) if job.ranked else _columns_without_rank(len(table), ranking)
    return Part(table.with_columns({**found, **days}))


def _ranked_columns(values: Int64s, job: Range) -> dict[str, Column]:
    customers, ranking = len(values), job.ranking
    order = descending_order(values)
    rank = np.zeros(customers, np.int64)
    rank[order] = np.arange(job.before + 1, job.before + customers + 1)
    cumulative = Column.nothing(customers, Kind.SHARE)
    if ranking.total > 0:
        share = np.zeros(customers, np.float64)
        share[order] = (np.cumsum(values[order]) + job.total_before) / ranking.total
        cumulative = Column(share, Kind.SHARE)
    group = _groups(values, rank, ranking).astype(np.min_scalar_type(ranking.groups))
    return {"rank": Column(rank, Kind.COUNT), "decile": Column(group, Kind.SCORE), "cumulative_share": cumulative}


def _columns_without_rank(customers: int, ranking: Ranking) -> dict[str, Column]:
    nobody = np.ones(customers, np.bool_)
    return {
        "rank": Column(np.zeros(customers, np.int64), Kind.COUNT, nobody),
        "decile": Column(np.zeros(customers, np.min_scalar_type(ranking.groups)), Kind.SCORE, nobody),
        "cumulative_share": Column.nothing(customers, Kind.SHARE),
    }


def _groups(values: Int64s, rank: Int64s, ranking: Ranking) -> Int64s:
    if ranking.group_keys is None:
        return np.searchsorted(np.array(ranking.group_ends, np.int64), rank, side="left") + 1
    # All customers with a value are in the group in which the first of them stands.
    ends: UInt64s = np.array(ranking.group_keys, np.uint64)
    return np.searchsorted(ends, descending_keys(values), side="left") + 1


def _arrays(table: FeatureTable, rows: Int64s) -> list[AnyArray]:
    """Return the chosen rows as plain arrays: those of the ids, then values and marks of each column."""
    arrays: list[AnyArray] = []
    if isinstance(table.ids, pa.Array):
        offsets, data = text_buffers(table.ids.take(pa.array(rows)))
        arrays += [offsets - offsets[0], data[int(offsets[0]) : int(offsets[-1])]]
    else:
        arrays.append(table.ids[rows])
    for column in table.columns.values():
        arrays += [column.values[rows], _NONE if column.missing is None else column.missing[rows]]
    return arrays


def _column(piece: list[AnyArray], at: int) -> tuple[AnyArray, AnyArray]:
    """Return the values of a column and where there are none."""
    values, missing = piece[at : at + 2]
    return values, missing if len(missing) else np.zeros(len(values), np.bool_)


def _ids(pieces: Sequence[list[AnyArray]], *, text: bool) -> tuple[pa.Array, int]:
    """Return the ids of all pieces, and how many arrays they take in each."""
    if not text:
        return pa.array(np.concatenate([np.empty(0, np.int64), *(piece[0] for piece in pieces)])), 1
    texts = [
        pa.LargeStringArray.from_buffers(len(piece[0]) - 1, pa.py_buffer(piece[0]), pa.py_buffer(piece[1])) for piece in pieces
    ]
    return (pa.concat_arrays(texts) if texts else pa.array([], pa.large_string())), 2
