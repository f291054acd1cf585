"""
What a parsed amount is made of, and its value in exact decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import attrs
import pyarrow as pa

from patron.core.scoring.decimals.arithmetic import add, multiply, negate
from patron.core.scoring.decimals.column import Decimals, constant


class Rows(Protocol):
    """Rows to evaluate over: `patron.core.scoring.source.SourceBatch` is one."""

    @property
    def rows(self) -> int:
        """How many rows."""

    @property
    def columns(self) -> Mapping[str, pa.Array]:
        """Column name → values."""

    def decimals(self, name: str) -> Decimals:
        """Return a column read as exact decimals."""


class Node(Protocol):
    """A part of an expression."""

    def names(self) -> frozenset[str]:
        """Return the columns that it reads."""

    def evaluate(self, rows: Rows) -> Decimals:
        """Return its value for every row."""


@attrs.frozen
class Column:
    """The numbers of a column."""

    name: str

    def names(self) -> frozenset[str]:
        """Return the column's name."""
        return frozenset([self.name])

    def evaluate(self, rows: Rows) -> Decimals:
        """Return the column."""
        return rows.decimals(self.name)


@attrs.frozen
class Constant:
    """The number integer / 10**scale."""

    integer: int
    scale: int

    def names(self) -> frozenset[str]:
        """Return nothing."""
        return frozenset()

    def evaluate(self, rows: Rows) -> Decimals:
        """Return the number for every row."""
        return constant(self.integer, self.scale, rows.rows)


@attrs.frozen
class Negation:
    """The operand with its sign turned."""

    operand: Node

    def names(self) -> frozenset[str]:
        """Return the columns of the operand."""
        return self.operand.names()

    def evaluate(self, rows: Rows) -> Decimals:
        """Return the negated operand."""
        return negate(self.operand.evaluate(rows))


@attrs.frozen
class Operation:
    """The sum, difference or product of two operands."""

    symbol: str
    left: Node
    right: Node

    def names(self) -> frozenset[str]:
        """Return the columns of both operands."""
        return self.left.names() | self.right.names()

    def evaluate(self, rows: Rows) -> Decimals:
        """Return the exact result."""
        left, right = self.left.evaluate(rows), self.right.evaluate(rows)
        if self.symbol == "*":
            return multiply(left, right)
        return add(left, right if self.symbol == "+" else negate(right))


@attrs.frozen(kw_only=True)
class Expression:
    """
    A parsed amount.

    Attributes:
        text: as it was given.
        names: the columns that it reads, sorted.
        node: its outermost part.
    """

    text: str
    names: tuple[str, ...]
    node: Node
