"""
The slow twin of `patron.kernel.tally`: rows counted in a dictionary.
"""

from collections import Counter
from collections.abc import Sequence


def tally_of(rows: Sequence[tuple[int, ...]], counts: Sequence[int]) -> list[tuple[tuple[int, ...], int]]:
    """Return the distinct rows in order, and how often each is there."""
    found: Counter[tuple[int, ...]] = Counter()
    for row, count in zip(rows, counts, strict=True):
        found[row] += count
    return sorted(found.items())
