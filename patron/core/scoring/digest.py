"""
A digest of the aggregated customers: which input a run is true for.

Every customer has a hash of 128 bits, of id and figures; they are summed up. So the digest is the same for the same rows in any
format, order and split over files, and those of parts of the customers add up: nothing has to be sorted or brought together. It
tells inputs apart that differ by chance, as all that is asked of it; it is no defence against someone who makes two alike.
"""

import hashlib
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from patron.core.records import Column, FeatureTable
from patron.core.scoring.identities import text_buffers
from patron.kernel.layout import UInt64s

_WORD = 8
_BLOCK = 1 << 15
"""Customers that are hashed at a time: their words stay in the cache."""

_SEEDS = (0x243F6A8885A308D3, 0x13198A2E03707344)
_FACTORS = tuple(np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93))
_SHIFT = np.uint64(32)
_MISSING = np.uint64(0xA4093822299F31D0)
_ALL = 2**64


class PartDigest(NamedTuple):
    """
    The digest of some customers.

    Attributes:
        form: what their columns are.
        customers: how many they are.
        lanes: the sums of their hashes.
    """

    form: str
    customers: int
    lanes: tuple[int, ...]

    def merge(self, other: "PartDigest") -> "PartDigest":
        """Return the digest of the customers of both."""
        lanes = tuple((one + more) % _ALL for one, more in zip(self.lanes, other.lanes, strict=True))
        return PartDigest(self.form, self.customers + other.customers, lanes)

    def finish(self) -> str:
        """Return it as text."""
        return f"sha256:{hashlib.sha256(repr(tuple(self)).encode()).hexdigest()}"


def part_digest(table: FeatureTable) -> PartDigest:
    """Return the digest of the customers of a table, before anything was scored."""
    kind = "text" if isinstance(table.ids, pa.Array) else "integer"
    form = " ".join([kind, *(f"{name}:{column.kind}" for name, column in table.columns.items())])
    lanes = [0] * len(_SEEDS)
    for start in range(0, len(table), _BLOCK):
        rows = slice(start, min(start + _BLOCK, len(table)))
        hashes = [np.full(rows.stop - rows.start, seed, np.uint64) for seed in _SEEDS]
        _mix_ids(hashes, table, rows)
        for column in table.columns.values():
            _mix(hashes, _words(column, rows))
        lanes = [(lane + int(hashed.sum(dtype=np.uint64))) % _ALL for lane, hashed in zip(lanes, hashes, strict=True)]
    return PartDigest(form, len(table), tuple(lanes))


def _mix(hashes: list[UInt64s], words: UInt64s) -> None:
    """Let a word of every customer change all bits of their hashes."""
    for hashed, factor in zip(hashes, _FACTORS, strict=True):
        np.bitwise_xor(hashed, words, out=hashed)
        np.multiply(hashed, factor, out=hashed)
        np.bitwise_xor(hashed, hashed >> _SHIFT, out=hashed)
        np.multiply(hashed, factor, out=hashed)


def _words(column: Column, rows: slice) -> UInt64s:
    values = column.values[rows]
    words = values.view(np.uint64) if values.dtype.itemsize == _WORD else values.astype(np.uint64)
    return words if column.missing is None else words ^ (column.missing[rows] * _MISSING)


def _mix_ids(hashes: list[UInt64s], table: FeatureTable, rows: slice) -> None:
    if not isinstance(table.ids, pa.Array):
        _mix(hashes, table.ids[rows].view(np.uint64))
        return
    offsets, data = text_buffers(table.ids[rows])
    lengths = np.diff(offsets).astype(np.int64)
    _mix(hashes, lengths.astype(np.uint64))
    at = 0
    left = np.flatnonzero(lengths > 0)
    while len(left):
        words = np.zeros((len(left), _WORD), np.uint8)
        for place in range(_WORD):
            there = lengths[left] > at + place
            words[there, place] = data[offsets[left[there]] + at + place]
        some = [hashed[left] for hashed in hashes]
        _mix(some, words.view(np.dtype("<u8")).reshape(-1).astype(np.uint64))
        for hashed, changed in zip(hashes, some, strict=True):
            hashed[left] = changed
        at += _WORD
        left = left[lengths[left] > at]
