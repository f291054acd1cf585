"""
Names as numbers: a column of ids or names of any kind, gathered batch by batch, numbered in the order of the names.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from patron.core.scoring.id_columns import are_integers, may_become_integers, read_ids
from patron.core.scoring.identities import ascending, integers_if_possible
from patron.core.scoring.source import Source, SourceBatch
from patron.kernel.layout import Bools, Int64s


class Labels:
    """
    One column.

    Args:
        source: the files.
        column: its name.
        text: keep names as texts, even if all of them are numbers.
    """

    def __init__(self, source: Source, column: str, *, text: bool = False) -> None:
        kinds = source.types(column)
        self._column = column
        self._text = text or not are_integers(kinds)
        self._numbers = not text and may_become_integers(kinds)
        self._pieces: list[pa.DictionaryArray] = []

    def read(self, batch: SourceBatch) -> pa.Array:
        """Return the names of a batch; null or blank where there is none."""
        return read_ids(batch, self._column, text=self._text)

    def add(self, names: pa.Array, keep: Bools | None) -> None:
        """Gather the names of the rows that count."""
        some = names if keep is None else names.filter(pa.array(keep))
        coded = some.dictionary_encode()
        words = coded.dictionary.cast(pa.large_string()) if self._text else coded.dictionary
        self._pieces.append(pa.DictionaryArray.from_arrays(coded.indices, words))

    def finish(self) -> tuple[pa.Array, Int64s]:
        """Return the names, ascending (numbers by number, texts by their bytes), and for each row which of them it has."""
        if not self._pieces:
            return pa.array([], pa.large_string() if self._text else pa.int64()), np.empty(0, np.int64)
        joined = pa.chunked_array(self._pieces).unify_dictionaries()
        names = joined.chunk(0).dictionary
        if self._numbers:
            names = integers_if_possible(names)
        order = ascending(names)
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        rows = np.concatenate([piece.indices.to_numpy(zero_copy_only=False) for piece in joined.chunks])
        return names.take(pa.array(order)), places[rows]


def texts_of(names: pa.Array) -> Sequence[str]:
    """Return names as texts."""
    texts: list[str] = names.cast(pa.large_string()).to_pylist()
    return texts
