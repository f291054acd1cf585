"""
Filters: conditions on the columns of an input, and which rows they let through.

Beside a number a column is compared as exact numbers, and a value that is no number fails the test; beside a text it is compared
as text, by UTF-8 bytes, with a missing value as the empty text. So `not` always means the other rows, and the same data give the
same rows from CSV and from Parquet; but where the type says that a column holds numbers, a comparison with a text that no number
can meet is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.expression import (
    Comparison,
    Condition,
    Containing,
    Joining,
    Missing,
    Negation,
    Number,
    each_test,
    parse_condition,
)
from patron.core.scoring.decimals.compare import compare
from patron.core.scoring.decimals.number import parse_number
from patron.core.scoring.decimals.tree import Rows
from patron.core.scoring.status import BAD
from patron.core.scoring.strings import is_text, to_text
from patron.kernel.layout import Bools

_ARROW = {"==": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal}


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
        return _mask(self.condition, rows)


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

    def objection(test: Comparison) -> str | None:
        slip = holds_numbers(test.name) and (test.orders or parse_number(str(test.literal)).status == BAD)
        return "expression.text_for_number" if slip else None

    condition = parse_condition(text, columns, objection=objection)
    tests = list(each_test(condition))
    words = tuple(
        (test.name, test.literal)
        for test in tests
        if isinstance(test, Comparison) and test.orders and isinstance(test.literal, str)
    )
    return Filter(text=text, names=tuple(sorted({test.name for test in tests})), condition=condition, words=words)


def _mask(condition: Condition, rows: Rows) -> Bools:
    """Say for every row whether the condition holds."""
    match condition:
        case Negation(inner):
            return ~_mask(inner, rows)
        case Joining(every, parts):
            joined = (np.logical_and if every else np.logical_or).reduce([_mask(part, rows) for part in parts], axis=0)
            return cast(Bools, joined)
        case Comparison(name, sign, Number(integer, scale)):
            return compare(rows.decimals(name), sign, integer, scale)
        case Comparison(name, sign, text):
            return _to_numpy(_ARROW[sign](_as_text(rows.columns[name]), text))
        case Containing(name, text):
            return _to_numpy(pc.match_substring(_as_text(rows.columns[name]), text, ignore_case=True))
        case Missing(name):
            return _missing(rows.columns[name])


def _missing(array: pa.Array) -> Bools:
    """Say where a column is null, blank or NaN."""
    missing = pc.is_null(array, nan_is_null=True)
    if is_text(array.type):
        missing = pc.or_(missing, pc.equal(pc.utf8_trim_whitespace(_as_text(array)), ""))
    return _to_numpy(missing)


def _as_text(array: pa.Array) -> pa.Array:
    text = to_text(array) if is_text(array.type) else pc.cast(array, pa.large_string())
    return text.fill_null("") if text.null_count else text


def _to_numpy(mask: pa.BooleanArray) -> Bools:
    return cast(Bools, mask.to_numpy(zero_copy_only=False))
