"""
Files of rows: delimited text and Excel workbooks, one row at a time, each with what is wrong with it.
"""

from patron.core.exchange.source.memory import InMemory
from patron.core.exchange.source.opening import SourceOptions, open_rows
from patron.core.exchange.source.row import Cell, SourceFile, SourceRow

__all__ = ["Cell", "InMemory", "SourceFile", "SourceOptions", "SourceRow", "open_rows"]
