"""
Columns by the million between the database and Arrow.
"""

from patron.core.store.bulk.reading import read_columns
from patron.core.store.bulk.writing import write_columns

__all__ = ["read_columns", "write_columns"]
