"""
Files of rows: delimited text and Excel workbooks, one row at a time, each with what is wrong with it.
"""

from patron.core.exchange.source.headings import Knows
from patron.core.exchange.source.memory import InMemory
from patron.core.exchange.source.opening import SourceOptions, open_rows
from patron.core.exchange.source.row import Above, Cell, SourceFile, SourceRow, letters_of
from patron.core.exchange.source.steadiness import ChangedError, Steady

__all__ = [
    "Above",
    "Cell",
    "ChangedError",
    "InMemory",
    "Knows",
    "SourceFile",
    "SourceOptions",
    "SourceRow",
    "Steady",
    "letters_of",
    "open_rows",
]
