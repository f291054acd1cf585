"""
Which records are compared at all: those that share one of several keys. All pairs of a million records would be too many.

A key that too many share, such as a common name, is cut by a second field, and a third; what is still too large is left out, and
counted, so that nobody believes it was compared.
"""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from patron.core.matching.columns import NONE, Columns
from patron.core.matching.model import Model

Numbers = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Candidates:
    """
    The pairs that are compared.

    Attributes:
        one: the smaller number of each pair.
        other: the greater one.
        left_out: how many blocks were too large, however they were cut.
        left_out_records: how many records these have in all.
    """

    one: Numbers
    other: Numbers
    left_out: int = 0
    left_out_records: int = 0


def candidates(columns: Columns, model: Model) -> Candidates:
    """Return the pairs of records that share a block."""
    found = [_of_block(columns, model, block) for block in model.blocks]
    keys = [one.one * columns.count + one.other for one in found]
    pairs = np.unique(np.concatenate(keys)) if keys else np.empty(0, np.int64)
    count = max(columns.count, 1)
    return Candidates(
        pairs // count, pairs % count, sum(one.left_out for one in found), sum(one.left_out_records for one in found)
    )


def _of_block(columns: Columns, model: Model, block: Sequence[str]) -> Candidates:
    ones: list[Numbers] = []
    others: list[Numbers] = []
    left_out = records = 0
    for rows, key in _keys(columns, block):
        parts = [(rows, key)]
        for cut in (*model.cuts, None):
            if not parts:
                break
            small, large = _by_size(parts, model.most_in_block)
            for one, other in _pairs(small):
                ones.append(one)
                others.append(other)
            parts = []
            for group_rows, group_key in large:
                if cut is None:
                    left_out += len(np.unique(group_key))
                    records += len(group_rows)
                elif cut in block:
                    parts.append((group_rows, group_key))
                else:
                    parts.append(_cut(columns, group_rows, group_key, cut))
                    lacking = columns.texts[cut].codes[group_rows, 0] == NONE
                    parts.append((group_rows[lacking], group_key[lacking]))
    empty = np.empty(0, np.int64)
    one, other = np.concatenate([empty, *ones]), np.concatenate([empty, *others])
    distinct = np.unique(np.minimum(one, other) * columns.count + np.maximum(one, other))
    count = max(columns.count, 1)
    return Candidates(distinct // count, distinct % count, left_out, records)


def _keys(columns: Columns, block: Sequence[str]) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the records that have a key, and the number of it; for a field of several values once, all values together."""
    if block == ("name",):
        pair = np.sort(np.hstack([columns.texts["family"].codes, columns.texts["given"].codes]), axis=1).astype(np.int64)
        rows = np.flatnonzero((pair != NONE).all(axis=1))
        yield rows, pair[rows, 0] * (len(columns.texts["family"].values) + 1) + pair[rows, 1]
        return
    first = columns.texts[block[0]].codes
    rows, place = np.nonzero(first != NONE)
    key = first[rows, place].astype(np.int64)
    for name in block[1:]:
        rows, key = _cut(columns, rows, key, name)
    yield rows, key


def _cut(columns: Columns, rows: Numbers, key: Numbers, name: str) -> tuple[Numbers, Numbers]:
    """Return keys with one more field in them, without the records that lack it."""
    codes = columns.texts[name].codes[rows, 0].astype(np.int64)
    has = codes != NONE
    _, dense = np.unique(key[has], return_inverse=True)
    return rows[has], dense.astype(np.int64) * (len(columns.texts[name].values) + 1) + codes[has]


def _by_size(
    parts: Sequence[tuple[Numbers, Numbers]], most: int
) -> tuple[list[tuple[Numbers, Numbers]], list[tuple[Numbers, Numbers]]]:
    small, large = [], []
    for rows, key in parts:
        _, place, counts = np.unique(key, return_inverse=True, return_counts=True)
        fits = counts[place] <= most
        if fits.any():
            small.append((rows[fits], key[fits]))
        if not fits.all():
            large.append((rows[~fits], key[~fits]))
    return small, large


def _pairs(groups: Sequence[tuple[Numbers, Numbers]]) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the pairs within groups: of each record with the next, the one after that, and so on."""
    for rows, key in groups:
        order = np.lexsort((rows, key))
        rows_sorted, key_sorted = rows[order], key[order]
        step = 1
        while step < len(rows_sorted):
            same = key_sorted[step:] == key_sorted[:-step]
            if not same.any():
                break
            one, other = rows_sorted[:-step][same], rows_sorted[step:][same]
            different = one != other
            yield one[different], other[different]
            step += 1
