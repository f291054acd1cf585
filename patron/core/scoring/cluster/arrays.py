"""
Arrays as bytes, one behind the other: a line that says what they are, then what they hold. Nothing in it could be executed.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

AnyArray = npt.NDArray[Any]

Segment = tuple[str, int, int]
"""A file, and where something begins and ends in it."""

_ALIGNED = 64
"""Every array begins at a multiple of so many bytes."""


def save_arrays(arrays: Sequence[AnyArray], file: Any) -> int:
    """Write arrays of one dimension behind what an open file has, and return how many bytes that took."""
    head = json.dumps([[_form(array.dtype), len(array)] for array in arrays]).encode() + b"\n"
    size = file.write(head + b" " * _padding(len(head)))
    for array in arrays:
        content = np.ascontiguousarray(array).view(np.uint8).data
        size += file.write(content)
        size += file.write(b" " * _padding(len(content)))
    return int(size)


def load_arrays(content: bytes) -> list[AnyArray]:
    """Return the arrays of some bytes; they can be written to, as those that compiled code is made for."""
    memory = bytearray(content)
    end = content.index(b"\n") + 1
    at = end + _padding(end)
    arrays = []
    for form, length in json.loads(content[:end]):
        dtype = np.dtype([tuple(field) for field in form] if isinstance(form, list) else form)
        arrays.append(np.frombuffer(memory, dtype, length, at) if length else np.empty(0, dtype))
        size = length * dtype.itemsize
        at += size + _padding(size)
    return arrays


def _form(dtype: "np.dtype[Any]") -> Any:
    return dtype.str if dtype.names is None else dtype.descr


def _padding(size: int) -> int:
    return -size % _ALIGNED
