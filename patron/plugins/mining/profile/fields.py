"""
Fields of rows as codes: texts by what they say, numbers in groups of about equal number.
"""

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.money import to_decimal
from patron.core.scoring.decimals import read_decimals, to_money
from patron.core.scoring.id_columns import as_texts
from patron.core.scoring.status import MISSING, OK
from patron.kernel.layout import Int64s
from patron.kernel.ranking import quantile_cuts


@attrs.frozen(kw_only=True, eq=False)
class CodedField:
    """
    One field.

    Attributes:
        name: of the field.
        values: what is called by each code.
        codes: shape (rows,), -1 where there is no value.
    """

    name: str
    values: Sequence[str]
    codes: Int64s


def code_field(name: str, pieces: Iterable[pa.Array], bins: int) -> CodedField:
    """
    Return a field as codes.

    Numbers of which there are more different ones than *bins* are put into that many groups of about equal number.

    Args:
        name: of the field.
        pieces: its values, batch by batch.
        bins: groups of numbers.
    """
    arrays = [_texts(piece) for piece in pieces]
    texts = pa.chunked_array(arrays, pa.large_string()).combine_chunks() if arrays else pa.array([], pa.large_string())
    coded = texts.dictionary_encode()
    words = coded.dictionary
    order = pc.sort_indices(words.cast(pa.large_binary())).to_numpy()
    numbers = to_money(read_decimals(words))
    if len(words) > bins and bool((numbers.status == OK).all()):
        return _binned(name, numbers.values, coded, bins)
    places = np.empty(len(words) + 1, np.int64)
    places[order], places[-1] = np.arange(len(words)), -1
    codes = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    return CodedField(name=name, values=words.take(pa.array(order)).to_pylist(), codes=places[codes])


def _texts(array: pa.Array) -> pa.Array:
    """Return values as texts, blank ones as none; of several values the first, which matters most."""
    if pa.types.is_list(array.type):
        array = _first(array)
    texts = pc.utf8_trim_whitespace(as_texts(array).cast(pa.large_string()))
    blank = read_decimals(texts).status == MISSING
    return pc.if_else(pa.array(blank), pa.scalar(None, pa.large_string()), texts)


def _first(array: pa.ListArray) -> pa.Array:
    return pa.array([values[0] if values else None for values in array.to_pylist()], pa.string())


def _binned(name: str, numbers: Int64s, coded: pa.DictionaryArray, bins: int) -> CodedField:
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    known = places >= 0
    values = numbers[places]
    cuts = np.unique(quantile_cuts(values[known], bins))
    groups = np.searchsorted(cuts, values, side="left")
    # A group without anybody has no ends: the highest one, where the last cut is the greatest value.
    names = []
    for group in range(len(cuts) + 1):
        own = values[known & (groups == group)]
        names.append(f"{to_decimal(int(own.min())):f} … {to_decimal(int(own.max())):f}" if len(own) else "")
    return CodedField(name=name, values=names, codes=np.where(known, groups, -1))
