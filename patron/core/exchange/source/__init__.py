"""
Files of rows: delimited text and Excel workbooks, one row at a time, each with what is wrong with it.
"""

from patron.core.exchange.source.memory import InMemory
from patron.core.exchange.source.opening import SourceOptions, open_rows
from patron.core.exchange.source.row import Cell, SourceFile, SourceRow
from patron.core.exchange.source.steadiness import ChangedError, Steady

__all__ = ["Cell", "ChangedError", "InMemory", "SourceFile", "SourceOptions", "SourceRow", "Steady", "open_rows"]
