"""
Counting rows by duration and code in one pass.
"""

import numpy as np

from patron.kernel._jit import compiled
from patron.kernel.layout import Int64s

_LANES = 4


@compiled
def count_cells(durations: Int64s, codes: Int64s, lowest: int, kinds: int, cells: int) -> Int64s:
    """
    Return how many rows there are of each duration and code.

    Four tables in turn: rows of one cell that follow each other would wait for each other's count.

    Args:
        durations: shape (rows,), int64, *lowest* and more.
        codes: shape (rows,), unsigned or int64, less than *kinds*.
        lowest: the duration of the first cells.
        kinds: how many codes there are.
        cells: codes times durations.
    """
    table = np.zeros((_LANES, cells), np.int64)
    whole = durations.size // _LANES
    for step in range(whole):
        for lane in range(_LANES):
            row = step * _LANES + lane
            table[lane, (durations[row] - lowest) * kinds + np.int64(codes[row])] += 1
    for row in range(whole * _LANES, durations.size):
        table[0, (durations[row] - lowest) * kinds + np.int64(codes[row])] += 1
    for lane in range(1, _LANES):
        for cell in range(cells):
            table[0, cell] += table[lane, cell]
    found: Int64s = table[0].copy()
    return found
