"""
The grammar of filters, and which rows they let through.

    any         = all { "or" all }
    all         = condition { "and" condition }
    condition   = "not" condition | "(" any ")" | column test
    test        = ("==" | "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=") literal
                | ["not"] "in" "(" literal { "," literal } ")"
                | "is" ["not"] "missing"

A literal is a number or a text. Beside a number a column is compared as exact numbers, and a value that is no number fails the
test; beside a text it is compared as text, by UTF-8 bytes, with a missing value as the empty text. So `not` always means the
other rows, and the same data give the same rows from CSV and from Parquet; but where the type says that a column holds numbers,
a comparison with a text that no number can meet is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, cast

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.names import shorten
from patron.core.scoring.decimals.compare import compare
from patron.core.scoring.decimals.number import parse_number
from patron.core.scoring.decimals.tree import Rows
from patron.core.scoring.expression.tokens import Cursor, Sort, tokenize
from patron.core.scoring.status import BAD
from patron.core.scoring.strings import is_text, to_text
from patron.kernel.layout import Bools

_COMPARISONS = {"==": "==", "=": "==", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ARROW = {"==": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal}


class Condition(Protocol):
    """A part of a filter."""

    def names(self) -> frozenset[str]:
        """Return the columns that it reads."""

    def mask(self, rows: Rows) -> Bools:
        """Say for every row whether it holds."""


@attrs.frozen(kw_only=True)
class Filter:
    """
    A parsed filter.

    Attributes:
        text: as it was given.
        names: the columns that it reads, sorted.
        condition: its outermost part.
        words: its comparisons for more or less with a text: column and text.
    """

    text: str
    names: tuple[str, ...]
    condition: Condition
    words: tuple[tuple[str, str], ...] = ()

    def mask(self, rows: Rows) -> Bools:
        """Return which rows it lets through; shape (rows,)."""
        return self.condition.mask(rows)


@attrs.frozen
class NumberTest:
    """Compares a column with the number integer / 10**scale."""

    name: str
    comparison: str
    integer: int
    scale: int

    def names(self) -> frozenset[str]:
        """Return the column's name."""
        return frozenset([self.name])

    def mask(self, rows: Rows) -> Bools:
        """Say where the column is a number for which the comparison holds."""
        return compare(rows.decimals(self.name), self.comparison, self.integer, self.scale)


@attrs.frozen
class TextTest:
    """Compares a column with a text."""

    name: str
    comparison: str
    text: str

    def names(self) -> frozenset[str]:
        """Return the column's name."""
        return frozenset([self.name])

    def mask(self, rows: Rows) -> Bools:
        """Say where the comparison holds."""
        return _to_numpy(_ARROW[self.comparison](_as_text(rows.columns[self.name]), self.text))


@attrs.frozen
class MissingTest:
    """Says where a column is null, blank or NaN."""

    name: str

    def names(self) -> frozenset[str]:
        """Return the column's name."""
        return frozenset([self.name])

    def mask(self, rows: Rows) -> Bools:
        """Say where the column is missing."""
        array = rows.columns[self.name]
        missing = pc.is_null(array, nan_is_null=True)
        if is_text(array.type):
            missing = pc.or_(missing, pc.equal(pc.utf8_trim_whitespace(_as_text(array)), ""))
        return _to_numpy(missing)


@attrs.frozen
class Negated:
    """Holds where another condition does not."""

    condition: Condition

    def names(self) -> frozenset[str]:
        """Return the columns of the other condition."""
        return self.condition.names()

    def mask(self, rows: Rows) -> Bools:
        """Say where the other condition does not hold."""
        return ~self.condition.mask(rows)


@attrs.frozen
class Joined:
    """Holds where all of its parts hold, or any of them."""

    every: bool
    parts: tuple[Condition, ...]

    def names(self) -> frozenset[str]:
        """Return the columns of all parts."""
        return frozenset().union(*(part.names() for part in self.parts))

    def mask(self, rows: Rows) -> Bools:
        """Say where the parts hold together."""
        masks = [part.mask(rows) for part in self.parts]
        joined = (np.logical_and if self.every else np.logical_or).reduce(masks, axis=0)
        return cast(Bools, joined)


def parse_filter(text: str, columns: Sequence[str], *, holds_numbers: Callable[[str], bool] = lambda _: False) -> Filter:
    """
    Read a filter.

    Args:
        text: the expression.
        columns: the columns there are.
        holds_numbers: says of a column whether it is one of numbers by its type, so that only a slip compares it with a word.

    Raises:
        ExpressionError: the text is not a filter, names a column that is not there, or compares a column of numbers with a word.
    """
    parser = _Parser(holds_numbers)
    condition = Cursor(text, tokenize(text, double_quotes=Sort.TEXT), columns).whole(parser.any, "expression.after_condition")
    return Filter(text=text, names=tuple(sorted(condition.names())), condition=condition, words=tuple(parser.words))


class _Parser:
    """
    The grammar, rule by rule.

    Attributes:
        words: the comparisons for more or less with a text that were met: column and text.
    """

    def __init__(self, holds_numbers: Callable[[str], bool]) -> None:
        self._holds_numbers = holds_numbers
        self.words: list[tuple[str, str]] = []

    def any(self, cursor: Cursor) -> Condition:
        return self._joined(cursor, "or", self._all, every=False)

    def _all(self, cursor: Cursor) -> Condition:
        return self._joined(cursor, "and", self._condition, every=True)

    def _joined(self, cursor: Cursor, word: str, parse: Callable[[Cursor], Condition], *, every: bool) -> Condition:
        parts = [parse(cursor)]
        while cursor.takes(word):
            parts.append(parse(cursor))
        return parts[0] if len(parts) == 1 else Joined(every, tuple(parts))

    def _condition(self, cursor: Cursor) -> Condition:
        return cursor.nested(self._innermost)

    def _innermost(self, cursor: Cursor) -> Condition:
        if cursor.takes("not"):
            return Negated(self._condition(cursor))
        if cursor.takes("("):
            return cursor.closed(self.any)
        return self._test(cursor, cursor.column("expression.column_expected"))

    def _test(self, cursor: Cursor, name: str) -> Condition:
        if sign := cursor.takes(*_COMPARISONS):
            return self._comparison(cursor, name, _COMPARISONS[sign])
        if cursor.takes("is"):
            negated = cursor.takes("not")
            cursor.expect("missing")
            return Negated(MissingTest(name)) if negated else MissingTest(name)
        negated = cursor.takes("not")
        if not cursor.takes("in"):
            raise cursor.refused("expression.test_expected")
        cursor.expect("(")

        def equal(one: Cursor) -> Condition:
            return self._comparison(one, name, "==")

        found = cursor.closed(lambda inner: self._joined(inner, ",", equal, every=False))
        return Negated(found) if negated else found

    def _comparison(self, cursor: Cursor, name: str, comparison: str) -> Condition:
        if cursor.token.sort is Sort.TEXT:
            return self._text_test(cursor, name, comparison)
        sign = cursor.takes("-", "+")
        if cursor.token.sort is not Sort.NUMBER:
            raise cursor.refused("expression.literal_expected")
        number = cursor.number()
        return NumberTest(name, comparison, -number.integer if sign == "-" else number.integer, number.scale)

    def _text_test(self, cursor: Cursor, name: str, comparison: str) -> Condition:
        orders = comparison not in ("==", "!=")
        text = cursor.token.text
        if self._holds_numbers(name) and (orders or parse_number(text).status == BAD):
            raise cursor.refused("expression.text_for_number", name=shorten(name, 40))
        if orders:
            self.words.append((name, text))
        return TextTest(name, comparison, cursor.take().text)


def _as_text(array: pa.Array) -> pa.Array:
    text = to_text(array) if is_text(array.type) else pc.cast(array, pa.large_string())
    return text.fill_null("") if text.null_count else text


def _to_numpy(mask: pa.BooleanArray) -> Bools:
    return cast(Bools, mask.to_numpy(zero_copy_only=False))
