"""
Names for the arrays that kernels take and return, the size from which compiled code is worth its start, and how many may work.

Below some number of rows the public functions of this package work with NumPy alone: importing numba takes longer than the
whole job. `COMPILE_FROM` is that number for adding lines up; `groups` has its own. Both ways give the same bits, so the size
only decides the time. Where numba can't be imported at all, NumPy serves every size.
"""

import importlib.util
import os

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]
UInt64s = npt.NDArray[np.uint64]
UInt32s = npt.NDArray[np.uint32]
Int32s = npt.NDArray[np.int32]
UInt8s = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Values = Int64s | Float64s

COMPILE_FROM = 2_000_000
"""Rows from which a public function uses compiled code (measured: see docs/benchmarks.md)."""


def compiled_pays(rows: int) -> bool:
    """Say whether *rows* are enough for compiled code, and numba is there."""
    return rows >= COMPILE_FROM and numba_is_there()


def numba_is_there() -> bool:
    """Say whether numba could be imported; it is not."""
    return importlib.util.find_spec("numba") is not None


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
