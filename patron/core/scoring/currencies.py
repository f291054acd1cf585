"""
The currency of an input: lines in more than one are refused, for their sum would mean nothing.

A line says its currency by a marker in an amount (`€5`, `5 USD`) or in a column of its file that has a name for it. One that says
nothing is taken to be in the currency of the others; since that may be wrong, such lines are counted where others say one. Only
lines that count are looked at.
"""

import re
import threading
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.core.errors import InputError
from patron.core.scoring.decimals import Money, currency_name, settle_currencies
from patron.core.scoring.source import Source, SourceBatch
from patron.core.scoring.strings import is_text, to_text
from patron.kernel.layout import Bools

COLUMNS = ("currency", "currency_code", "currencycode", "币种", "货币", "币别")
"""Names by which a currency column is recognised, in lower case."""

_SHOWN = 5
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


def currency_columns(source: Source, named: str | None) -> dict[str, str]:
    """
    Return the currency column of each file that has one: file → column.

    Args:
        source: the files.
        named: the column that the user named, which every file must have; None: it is recognised by its name.

    Raises:
        UsageError: a file does not have the column that the user named.
    """
    if named is not None:
        source.require([named])
        return dict.fromkeys(source.files, named)
    found = {file: _recognised(source, file) for file in source.files}
    return {file: name for file, name in found.items() if name is not None}


def _recognised(source: Source, file: str) -> str | None:
    return next((name for name in source.columns_of(file) if name.strip().lower() in COLUMNS), None)


class NotedCurrencies(NamedTuple):
    """
    What some lines say.

    Attributes:
        in_amounts: currencies that amounts name.
        in_columns: currencies that a column names → as it is written.
        named: how many lines name one.
    """

    in_amounts: frozenset[str]
    in_columns: Mapping[str, str]
    named: int


class Currencies:
    """
    Notes the currencies of lines; may be used from any thread.

    Args:
        source: the files.
        columns: file → its currency column.

    Attributes:
        found: the currencies so far.
        named: how many of the lines that count name one.
    """

    def __init__(self, source: Source, columns: Mapping[str, str]) -> None:
        self._columns = columns
        # A filter can name it only when every file has it.
        names = {columns.get(file) for file in source.files}
        self._filterable = names.pop() if len(names) == 1 else None
        self._lock = threading.Lock()
        self._in_amounts: set[str] = set()
        self._in_columns: Mapping[str, str] = {}
        self.found: tuple[str, ...] = ()
        self.named = 0

    def note(self, batch: SourceBatch, keep: Bools | None, money: Iterable[Money]) -> None:
        """
        Take in the lines of a batch that count.

        Args:
            batch: the lines.
            keep: those that count; None: all.
            money: what the lines amount to.

        Raises:
            InputError: there is more than one currency by now.
        """
        marked = np.zeros(batch.rows, np.bool_)
        in_amounts = set[str]()
        for each in money:
            for name, rows in each.currencies.items():
                counting = rows if keep is None else rows[keep[rows]]
                marked[counting] = True
                in_amounts.update([name] if len(counting) else [])
        in_column, named = self._in_column(batch, keep, marked)
        self.absorb(NotedCurrencies(frozenset(in_amounts), in_column, named))

    def noted(self) -> "NotedCurrencies":
        """Return what lines named so far, for another one to absorb."""
        return NotedCurrencies(frozenset(self._in_amounts), self._in_columns, self.named)

    def absorb(self, noted: "NotedCurrencies") -> None:
        """
        Add what further lines named.

        Raises:
            InputError: there is more than one currency by now.
        """
        with self._lock:
            self.named += noted.named
            self._in_amounts |= noted.in_amounts
            self._in_columns = {**noted.in_columns, **self._in_columns}
            self.found = tuple(sorted(settle_currencies(frozenset(self._in_amounts.union(self._in_columns)))))
            if len(self.found) > 1:
                raise self._mixed()

    def _in_column(self, batch: SourceBatch, keep: Bools | None, marked: Bools) -> tuple[dict[str, str], int]:
        """
        Return the currencies in the batch's currency column, and how many lines name one there or are *marked*.

        The currencies are given as name → as it is written.
        """
        name = self._columns.get(batch.file)
        if name is None:
            return {}, int(np.count_nonzero(marked))
        column = batch.columns[name] if keep is None else batch.columns[name].filter(pa.array(keep))
        distinct = column.unique()
        values = (to_text(distinct) if is_text(distinct.type) else distinct).to_pylist()
        names = [currency_name(str(value)) if value is not None else "" for value in values]
        written = {name: str(value) for name, value in zip(names, values, strict=True) if name}
        named = marked if keep is None else marked[keep]
        if all(names):
            return written, len(named)
        says = pc.is_in(column, distinct.filter(pa.array([bool(name) for name in names])))
        return written, int(np.count_nonzero(named | says.to_numpy(zero_copy_only=False)))

    def _mixed(self) -> InputError:
        listed = ", ".join(self.found[:_SHOWN]) + (", …" if len(self.found) > _SHOWN else "")
        apart = sorted(settle_currencies(frozenset(self._in_columns)))
        if self._filterable is None or len(apart) < 2:
            return InputError("score.mixed_currencies", currencies=listed)
        first = self._in_columns[apart[0]].replace("'", "''")
        return InputError("score.mixed_currencies_column", currencies=listed, column=_quoted(self._filterable), first=first)


def _quoted(column: str) -> str:
    """Return the name of a column as an expression takes it."""
    return column if _PLAIN_NAME.fullmatch(column) else "`" + column.replace("`", "``") + "`"
