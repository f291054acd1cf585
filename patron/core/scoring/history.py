"""
What customers were in the run before: their rank then, and since when they have their tier, and which one before that.

A run carries the history on from the one before it, so that it does not end when old runs are deleted.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.records import Column, FeatureTable, Kind
from patron.kernel.layout import Bools, Int64s

ID, RANK = "customer", "rank"

_NOBODY = -1
_EPOCH = date(1970, 1, 1)


def since(name: str) -> str:
    """Return the column that says since when somebody has the tier."""
    return f"{name}_since"


def before(name: str) -> str:
    """Return the column that says which tier somebody had before."""
    return f"{name}_before"


@attrs.frozen(kw_only=True, eq=False)
class PreviousScores:
    """
    The scores of the run before.

    Attributes:
        run: its id, for the record of this one.
        scores: its customers; columns that it does not have are not known.
    """

    run: str
    scores: pa.Table

    @staticmethod
    def wanted(tiers: Sequence[str], there: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that are needed of a run which has those *there*."""
        names = (ID, RANK, *(column for name in tiers for column in (name, since(name), before(name))))
        return tuple(name for name in names if name in there)


def history_columns(
    table: FeatureTable, tiers: Mapping[str, tuple[str, ...]], previous: PreviousScores | None
) -> dict[str, Column]:
    """
    Return the columns that tell of before.

    With a run before: `rank_before`, and `rank_change`, by how many places somebody has risen. Of each of the *tiers*: since when
    somebody has it, and which one they had before that.

    Args:
        table: the customers as they are now.
        tiers: name → its labels.
        previous: the scores of the run before; None without one, or where it is not to be compared with.
    """
    places = np.full(len(table), _NOBODY) if previous is None else _places(table, previous.scores[ID])
    columns = {}
    if previous is not None:
        rank, known = _integers(previous.scores, RANK, places)
        columns["rank_before"] = Column(rank, Kind.COUNT, ~known)
        now = table[RANK]
        unknown = ~known if now.missing is None else ~known | now.missing
        columns["rank_change"] = Column(np.where(unknown, 0, rank - now.integers()), Kind.COUNT, unknown.copy())
    for name, labels in tiers.items():
        columns |= _of_tier(table, name, labels, None if previous is None else previous.scores, places)
    return columns


def _of_tier(
    table: FeatureTable, name: str, labels: tuple[str, ...], scores: pa.Table | None, places: Int64s
) -> dict[str, Column]:
    column = table[name]
    now = column.integers() if column.missing is None else np.where(column.missing, _NOBODY, column.integers())
    today = (table.as_of - _EPOCH).days
    if scores is None or name not in scores.schema.names:
        days, earlier = np.full(len(table), today), np.full(len(table), _NOBODY)
    else:
        was, there = _codes(scores, name, labels, places), places != _NOBODY
        days, dated = _integers(scores, since(name), places)
        same = there & (was == now)
        earlier = np.where(same, _codes(scores, before(name), labels, places), np.where(there, was, _NOBODY))
        days = np.where(same & dated, days, today)
    return {
        since(name): Column(days, Kind.DATE),
        before(name): Column(np.where(earlier < 0, 0, earlier).astype(np.uint8), Kind.LABEL, earlier < 0, labels),
    }


def _places(table: FeatureTable, ids: pa.ChunkedArray) -> Int64s:
    """Return for each customer the row of the run before; -1 for who was not in it."""
    mine = table.ids if isinstance(table.ids, pa.Array) else pa.array(table.ids)
    theirs = ids.combine_chunks()
    if pa.types.is_integer(mine.type) != pa.types.is_integer(theirs.type):
        mine, theirs = mine.cast(pa.large_string()), theirs.cast(pa.large_string())
    found = pc.index_in(mine, theirs.cast(mine.type)).fill_null(_NOBODY)
    places: Int64s = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def _integers(scores: pa.Table, name: str, places: Int64s) -> tuple[Int64s, Bools]:
    """Return numbers or days of the run before, and whose are known."""
    if name not in scores.schema.names:
        return np.zeros(len(places), np.int64), np.zeros(len(places), np.bool_)
    column = scores[name].combine_chunks()
    days = column.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date(column.type) else column.cast(pa.int64())
    taken = days.take(pa.array(places, mask=places == _NOBODY))
    return taken.fill_null(0).to_numpy(), taken.is_valid().to_numpy(zero_copy_only=False)


def _codes(scores: pa.Table, name: str, labels: tuple[str, ...], places: Int64s) -> Int64s:
    """Return the positions of labels of the run before; -1 where there is none, or one that is no more."""
    if name not in scores.schema.names:
        return np.full(len(places), _NOBODY)
    coded = pc.index_in(scores[name].combine_chunks().cast(pa.string()), pa.array(labels, pa.string()))
    found: Int64s = coded.take(pa.array(places, mask=places == _NOBODY)).fill_null(_NOBODY).to_numpy().astype(np.int64)
    return found
