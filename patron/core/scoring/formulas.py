"""
Whole columns of text for files that spreadsheets open, and back: what `patron.core.formulas` does to one text.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.formulas import FORMULA
from patron.core.scoring.strings import data_of, is_text, offsets_of
from patron.kernel.layout import Bools, UInt8s

APOSTROPHE = b"'"

_BEGINS = np.zeros(256, np.bool_)
_BEGINS[list(b"'=+-@\t\r\n\0")] = True
_BEGINS["＝".encode()[0]] = True
"""First bytes of text that may have to be guarded."""


def guard_table(table: pa.Table) -> pa.Table:
    """Return the table with all its columns of text guarded."""
    for place, field in enumerate(table.schema):
        if is_text(field.type):
            chunks = [guard_column(chunk) for chunk in table.column(place).chunks]
            table = table.set_column(place, field, pa.chunked_array(chunks, field.type))
    return table


def guard_column(column: pa.Array) -> pa.Array:
    """Return the texts as they are written into a text file."""
    if not _BEGINS[_first_bytes(column)].any():
        return column
    return pc.replace_substring_regex(column, f"^({FORMULA})", r"'\1")


def unguard_column(column: pa.Array) -> pa.Array:
    """Return the texts that `guard_column` was given."""
    if not (_first_bytes(column) == APOSTROPHE[0]).any():
        return column
    return pc.replace_substring_regex(column, f"^'({FORMULA})", r"\1")


def _first_bytes(column: pa.Array) -> UInt8s:
    offsets = offsets_of(column)
    there: Bools = offsets[1:] > offsets[:-1]
    return data_of(column)[offsets[:-1][there]]
