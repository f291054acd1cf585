"""
Columns of a decoded table as every reader of a batch expects them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from patron.core.errors import InputError

_BEYOND_ASCII = 128


def flat_columns(table: pa.Table, columns: Sequence[str], file: str, first_row: int) -> Mapping[str, pa.Array]:
    """
    Return the columns as one array each, without dictionaries and run lengths, and with text that is surely UTF-8.

    Raises:
        InputError: a text column holds bytes that are no text.
    """
    return {name: _flat(table.column(name), name, file, first_row) for name in columns}


def _flat(column: pa.ChunkedArray, name: str, file: str, first_row: int) -> pa.Array:
    array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        # Beyond 2 GB of text the chunks do not fit one array with 32-bit offsets.
        array = column.cast(pa.large_string()).combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_run_end_encoded(array.type):
        array = array.cast(array.type.value_type)
    if pa.types.is_string_view(array.type):
        array = array.cast(pa.large_string())
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        # The writers of these formats do not check it, and Arrow does not on reading.
        try:
            array.validate(full=not _is_sound_ascii(array))
        except pa.ArrowInvalid as error:
            raise InputError("source.not_text", file=file, column=name, row=first_row + 1) from error
    return array


def _is_sound_ascii(texts: pa.Array) -> bool:
    """Say whether no text ends before it begins and all are of ASCII, which is UTF-8 without a look at each."""
    _, offsets, data = texts.buffers()
    span = slice(texts.offset, texts.offset + len(texts) + 1)
    if offsets is None:
        return True
    if pa.types.is_large_string(texts.type):
        steps = np.diff(np.frombuffer(offsets, np.int64)[span])
    else:
        steps = np.diff(np.frombuffer(offsets, np.int32)[span])
    ascending = int(steps.min(initial=0)) >= 0
    return ascending and (data is None or int(np.frombuffer(data, np.uint8).max(initial=0)) < _BEYOND_ASCII)
