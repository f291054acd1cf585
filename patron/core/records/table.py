"""
The customer table that score factors read and add to: one row a customer, in ascending order of customer id.

Rows are sorted by id (integers by number, strings by UTF-8 bytes), so that a tie broken "by customer id" is a tie broken by row
position; every kernel relies on it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

AnyArray = npt.NDArray[np.generic]
Mask = npt.NDArray[np.bool_]


class Kind(StrEnum):
    """What the numbers of a column mean; decides how they are written and shown."""

    MONEY = "money"
    """int64 counts of 1/10,000 of the ledger currency."""
    COUNT = "count"
    """int64 number of things."""
    DAYS = "days"
    """int64 number of days."""
    DATE = "date"
    """int64 days since 1970-01-01, a calendar day in the zone of the run."""
    SHARE = "share"
    """float64 part of a whole; 1.0 is all of it (may lie outside 0…1 where refunds outweigh)."""
    POINTS = "points"
    """int64 counts of 1/10,000 of a point, of 100 points."""
    NUMBER = "number"
    """float64 of no particular unit."""
    SCORE = "score"
    """uint8 … uint32 grade or group number."""
    LABEL = "label"
    """uint8 index into the column's labels."""


def as_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels as a tuple, so that those of a list equal those that were promised."""
    return tuple(labels)


@attrs.frozen(eq=False)
class Column:
    """
    One value a customer, with the customers for whom there is none.

    Attributes:
        values: shape (customers,), dtype as `kind` says, read-only; what stands where `missing` is true means nothing.
        kind: the meaning of the values.
        missing: shape (customers,) bool, read-only, true where there is no value; None where every customer has one.
        labels: for `Kind.LABEL`, the code of each index.
    """

    values: AnyArray
    kind: Kind = attrs.field(converter=Kind)
    missing: Mask | None = None
    labels: tuple[str, ...] = attrs.field(default=(), converter=as_labels)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.values, np.ndarray):
            raise TypeError(f"values is a {type(self.values).__name__}, not a NumPy array")
        if self.missing is not None and not self.missing.any():
            object.__setattr__(self, "missing", None)
        if self.missing is not None and self.missing.shape != self.values.shape:
            raise ValueError(f"missing has shape {self.missing.shape}, values {self.values.shape}")
        self.values.flags.writeable = False
        if self.missing is not None:
            self.missing.flags.writeable = False

    def __len__(self) -> int:
        return len(self.values)

    def integers(self) -> npt.NDArray[np.int64]:
        """Return the values as int64, without a copy where they are; for every kind but shares and numbers."""
        return self.values.astype(np.int64, copy=False)

    def known(self) -> npt.NDArray[np.int64]:
        """Return the values of the customers that have one, as int64."""
        return self.integers() if self.missing is None else self.integers()[~self.missing]

    @classmethod
    def nothing(cls, customers: int, kind: Kind, labels: tuple[str, ...] = ()) -> "Column":
        """Return a column without a single value, for a factor whose needs the input does not meet."""
        dtype = {Kind.SHARE: np.float64, Kind.NUMBER: np.float64, Kind.SCORE: np.uint8, Kind.LABEL: np.uint8}
        values = np.zeros(customers, dtype=dtype.get(kind, np.int64))
        return cls(values, kind, np.ones(customers, dtype=np.bool_), labels)


def _unchangeable(columns: Mapping[str, Column]) -> Mapping[str, Column]:
    return MappingProxyType(dict(columns))


@attrs.frozen(eq=False)
class FeatureTable:
    """
    What is known of every customer: the aggregates of the input and the columns that factors added.

    Attributes:
        ids: shape (customers,), ascending: an int64 array, or a pyarrow large-string array.
        columns: name → column, read-only, in the order in which they are written.
        as_of: the day the table is true for; it counts whole.
    """

    ids: npt.NDArray[np.int64] | pa.Array
    columns: Mapping[str, Column] = attrs.field(converter=_unchangeable)
    as_of: date

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def has(self, name: str) -> bool:
        """Say whether the column is there and has at least one value."""
        column = self.columns.get(name)
        return column is not None and (column.missing is None or not bool(column.missing.all()))

    def with_columns(self, added: Mapping[str, Column]) -> "FeatureTable":
        """
        Return a table with further columns behind the present ones.

        Raises:
            ValueError: a column is there already, or has another number of rows.
        """
        for name, column in added.items():
            if name in self.columns:
                raise ValueError(f"the column {name!r} is there already")
            if len(column) != len(self):
                raise ValueError(f"the column {name!r} has {len(column)} rows, the table {len(self)}")
        return attrs.evolve(self, columns={**self.columns, **added})
