"""
A column of exact decimals: an int64 mantissa a row and one scale for the column, value = mantissa / 10**scale.

Rows that do not fit (nineteen digits, or a few long fractions among many short ones) stand beside it as Python integers, so that
arithmetic is vectorised for nearly all rows and exact for every one. `Parts` is what a reader of some column type fills in, each
row with a scale of its own; `Parts.finish` chooses the scale of the column.
"""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from patron.core.scoring.status import OK
from patron.kernel.layout import Int64s, UInt8s

LIMIT = 2**63 - 1
"""The largest absolute mantissa."""

DIGITS = 18
"""Digits that always fit a mantissa."""

POWERS = np.array([10**power for power in range(DIGITS + 1)], dtype=np.int64)

Objects = npt.NDArray[Any]
"""An array of Python integers (dtype object): slow, and never too small."""


@attrs.frozen(kw_only=True, eq=False)
class Wide:
    """The rows whose value does not fit an int64 mantissa: ascending `rows`, their `values` as Python integers, one `scale`."""

    rows: Int64s
    values: Objects
    scale: int


@attrs.frozen(kw_only=True, eq=False)
class Decimals:
    """
    A column of exact decimals.

    Attributes:
        mantissa: shape (rows,) int64; 0 where the status is not OK or the row is wide.
        scale: value = mantissa / 10**scale.
        status: shape (rows,) uint8, codes of `patron.core.scoring.status`.
        wide: rows whose value does not fit.
        currencies: each currency marker seen → the rows that have it, ascending.
    """

    mantissa: Int64s
    scale: int
    status: UInt8s
    wide: Wide | None = None
    currencies: Mapping[str, Int64s] = attrs.field(factory=dict)

    def __len__(self) -> int:
        return len(self.mantissa)

    def bound(self) -> int:
        """Return the largest absolute mantissa."""
        if not len(self.mantissa):
            return 0
        return max(int(self.mantissa.max()), -int(self.mantissa.min()))

    def exact(self, rows: Int64s) -> tuple[Objects, int]:
        """Return the values of *rows* (ascending) as Python integers with their common scale."""
        values = self.mantissa[rows].astype(object)
        if self.wide is None or not len(self.wide.rows):
            return values, self.scale
        scale = max(self.scale, self.wide.scale)
        values *= 10 ** (scale - self.scale)
        places = np.minimum(np.searchsorted(self.wide.rows, rows), len(self.wide.rows) - 1)
        found = self.wide.rows[places] == rows
        values[found] = self.wide.values[places[found]] * 10 ** (scale - self.wide.scale)
        return values, scale


@attrs.define(kw_only=True, eq=False)
class Parts:
    """
    A column while it is read: every row has its own scale.

    Attributes:
        mantissa: shape (rows,) int64, 0 where the status is not OK.
        scales: shape (rows,) uint8, at most `DIGITS`; 0 where the status is not OK.
        status: shape (rows,) uint8.
        wide: row → (integer, scale) for values beyond a mantissa.
        currencies: each currency marker seen → the rows that have it, ascending.
    """

    mantissa: Int64s
    scales: UInt8s
    status: UInt8s
    wide: dict[int, tuple[int, int]] = attrs.field(factory=dict)
    currencies: dict[str, Int64s] = attrs.field(factory=dict)

    @classmethod
    def empty(cls, rows: int) -> "Parts":
        """Return *rows* zeros."""
        return cls(
            mantissa=np.zeros(rows, dtype=np.int64), scales=np.zeros(rows, dtype=np.uint8), status=np.zeros(rows, dtype=np.uint8)
        )

    def put(self, row: int, integer: int, scale: int) -> None:
        """Set the value of one row to integer / 10**scale, wherever it fits."""
        if scale < 0:
            integer, scale = integer * 10**-scale, 0
        if scale <= DIGITS and abs(integer) <= LIMIT:
            self.mantissa[row], self.scales[row] = integer, scale
        else:
            self.mantissa[row], self.scales[row] = 0, 0
            self.wide[row] = (integer, scale)

    def finish(self) -> Decimals:
        """Bring all rows to one scale, the finest that keeps them exact; what does not fit becomes wide."""
        scale = self._scale()
        lift = scale - self.scales.astype(np.int8) if len(self.scales) else np.zeros(0, dtype=np.int8)
        if lift.any():
            for row in np.flatnonzero(lift < 0).tolist():
                self.wide[row] = (int(self.mantissa[row]), int(self.scales[row]))
                self.mantissa[row], lift[row] = 0, 0
            self.mantissa = self.mantissa * POWERS[lift]
        return Decimals(
            mantissa=self.mantissa,
            scale=scale,
            status=self.status,
            wide=self.wide_rows(),
            currencies=self.currencies,
        )

    def _scale(self) -> int:
        if not len(self.scales):
            return 0
        finest, coarsest = int(self.scales.max()), int(self.scales.min())
        bound = max(int(self.mantissa.max()), -int(self.mantissa.min()))
        if finest == coarsest or bound * 10 ** (finest - coarsest) <= LIMIT:
            return finest
        # Some row does not fit at the finest scale: take the finest at which every coarser row still fits.
        bounds = {}
        for scale in np.flatnonzero(np.bincount(self.scales)).tolist():
            mantissa = self.mantissa[self.scales == scale]
            bounds[scale] = max(int(mantissa.max()), -int(mantissa.min()))
        return next(
            scale
            for scale in sorted(bounds, reverse=True)
            if all(bound * 10 ** (scale - other) <= LIMIT for other, bound in bounds.items() if other <= scale)
        )

    def wide_rows(self) -> Wide | None:
        """Return the rows put aside, None without any."""
        if not self.wide:
            return None
        rows = np.array(sorted(self.wide), dtype=np.int64)
        scale = max(scale for _, scale in self.wide.values())
        values = np.empty(len(rows), dtype=object)
        for place, row in enumerate(rows.tolist()):
            integer, own = self.wide[row]
            values[place] = integer * 10 ** (scale - own)
        return Wide(rows=rows, values=values, scale=scale)


def constant(integer: int, scale: int, rows: int) -> Decimals:
    """Return a column that holds integer / 10**scale in each of *rows*, taking no memory where it fits."""
    status = np.broadcast_to(np.uint8(OK), (rows,))
    if abs(integer) <= LIMIT:
        return Decimals(mantissa=np.broadcast_to(np.int64(integer), (rows,)), scale=scale, status=status)
    values = np.empty(rows, dtype=object)
    values[:] = integer
    wide = Wide(rows=np.arange(rows, dtype=np.int64), values=values, scale=scale)
    return Decimals(mantissa=np.broadcast_to(np.int64(0), (rows,)), scale=0, status=status, wide=wide)
