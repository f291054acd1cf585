"""
Names for the arrays that kernels take and return, and the size from which compiled code is worth its start.

Below `COMPILE_FROM` rows every public function of this package works with NumPy alone: importing numba takes longer than the
whole job. Both ways give the same bits, so the size only decides the time. Where numba can't be imported at all, NumPy serves
every size.
"""

import importlib.util

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
    return rows >= COMPILE_FROM and importlib.util.find_spec("numba") is not None
