"""
What became of one value of a column: usable, missing, not what it should be, or too large to hold.

The codes are ordered: of two values that meet in one expression, the higher status is that of the result.
"""

from typing import Final

OK: Final = 0
"""The value is there and exact."""
MISSING: Final = 1
"""Null, blank, or NaN."""
BAD: Final = 2
"""There is something, but not a number or a date: a word, an infinity, the 30th of February."""
LARGE: Final = 3
"""A number beyond what money can hold."""
