"""
From a batch of the source to lines that count: the columns read, the rows judged, everything that does not count put down with
its reason.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa

from patron.core.scoring import status
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.currencies import Currencies, NotedCurrencies, currency_columns
from patron.core.scoring.days import read_days
from patron.core.scoring.decimals import Money, evaluate_money
from patron.core.scoring.expression import Expression, Filter, parse_amount, parse_filter
from patron.core.scoring.features import EPOCH
from patron.core.scoring.id_columns import read_ids
from patron.core.scoring.identities import blank
from patron.core.scoring.judging import Judge
from patron.core.scoring.prepared import PreparedLines
from patron.core.scoring.skipped import Noted, SkippedRows
from patron.core.scoring.source import Source, SourceBatch
from patron.kernel.aggregate import Lines
from patron.kernel.layout import Bools, Int64s


@attrs.frozen(kw_only=True, eq=False)
class Mapping:
    """
    Which columns and expressions of a source are read, all of them checked against its columns.

    Attributes:
        customer, time, order, product: columns.
        currency: file → its currency column, where it has one.
        amount, cost, discount: expressions.
        where: the filter.
    """

    customer: str
    time: str
    amount: Expression
    order: str | None
    product: str | None
    currency: dict[str, str]
    cost: Expression | None
    discount: Expression | None
    where: Filter | None

    @classmethod
    def of(cls, command: ScoreCommand, source: Source) -> "Mapping":
        """
        Check a command's columns and expressions.

        Raises:
            PatronError: a column is not there, or an expression is not understood.
        """
        columns = source.columns
        for name in (command.customer, command.time, command.order, command.product):
            if name is not None:
                source.require([name])
        return cls(
            customer=command.customer,
            time=command.time,
            amount=parse_amount(command.amount, columns),
            order=command.order,
            product=command.product,
            currency=currency_columns(source, command.currency),
            cost=None if command.cost is None else parse_amount(command.cost, columns),
            discount=None if command.discount is None else parse_amount(command.discount, columns),
            where=None if command.where is None else parse_filter(command.where, columns, holds_numbers=source.holds_numbers),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read of each file, once."""
        names = [self.customer, self.time, self.order, self.product]
        for part in (self.amount, self.cost, self.discount, self.where):
            names.extend(() if part is None else part.names)
        return tuple(dict.fromkeys(name for name in names if name is not None))


class NotedLines(NamedTuple):
    """
    What became of some rows: how many count, how many of those were rounded, their currencies, and the rows that do not count.
    """

    used: int
    rounded: int
    currencies: NotedCurrencies
    skipped: Noted


class LineReader:
    """
    Judges batches; may be used from any thread.

    Args:
        source: the files.
        mapping: what to read.
        command: how times are written.
        as_of: the last day that counts.
        zone: the zone of calendar days.
        text_ids: which of customer, order and product are texts.
        skipped: takes the rows that do not count.
    """

    def __init__(
        self,
        source: Source,
        mapping: Mapping,
        command: ScoreCommand,
        *,
        as_of: date,
        zone: str,
        text_ids: frozenset[str],
        skipped: SkippedRows,
    ) -> None:
        self._mapping = mapping
        self._command = command
        self._last_day = as_of.toordinal() - EPOCH
        self._zone = zone
        self._text_ids = text_ids
        self._skipped = skipped
        self.currencies = Currencies(source, mapping.currency)
        self.used = 0
        self.rounded = 0

    def noted(self) -> "NotedLines":
        """Return the account of the rows judged so far, for another one to absorb."""
        return NotedLines(self.used, self.rounded, self.currencies.noted(), self._skipped.noted())

    def absorb(self, noted: "NotedLines", numbers: Sequence[int]) -> None:
        """
        Add the account of rows that were judged elsewhere.

        Args:
            noted: the account.
            numbers: which of the files here each of the files there is.

        Raises:
            InputError: there is more than one currency by now.
        """
        self.used += noted.used
        self.rounded += noted.rounded
        self._skipped.absorb(noted.skipped, numbers)
        self.currencies.absorb(noted.currencies)

    def prepare(self, batch: SourceBatch) -> PreparedLines:
        """
        Return the lines of a batch that count.

        Raises:
            InputError: the amounts are in more than one currency.
        """
        judge = Judge(batch, self._skipped)
        mapping = self._mapping
        if mapping.where is not None:
            judge.refuse("where", ~mapping.where.mask(batch))
        customers = self._ids(batch, mapping.customer)
        judge.refuse("missing_customer", blank(customers))
        days = read_days(batch.columns[mapping.time], self._zone, self._command.time_format, name=mapping.time)
        judge.refuse("missing_time", days.status == status.MISSING)
        judge.refuse("bad_time", days.status == status.BAD, mapping.time)
        judge.refuse("after_as_of", days.values > self._last_day)
        amount = self._money(mapping.amount, batch)
        judge.refuse("missing_amount", amount.status == status.MISSING)
        judge.refuse("bad_amount", amount.status == status.BAD, *mapping.amount.names)
        judge.refuse("amount_too_large", amount.status == status.LARGE, *mapping.amount.names)
        cost = None if mapping.cost is None else self._money(mapping.cost, batch)
        if cost is not None and mapping.cost is not None:
            judge.refuse("bad_cost", cost.status > status.MISSING, *mapping.cost.names)
        discount = None if mapping.discount is None else self._money(mapping.discount, batch)
        if discount is not None and mapping.discount is not None:
            judge.refuse("bad_discount", discount.status > status.MISSING, *mapping.discount.names)
        keep = judge.kept()
        money = [each for each in (amount, cost, discount) if each is not None]
        self.currencies.note(batch, keep, money)
        self._count(keep, batch.rows, money)
        return self._prepared(batch, keep, customers, days.values, amount, cost, discount)

    def _prepared(
        self,
        batch: SourceBatch,
        keep: Bools | None,
        customers: pa.Array,
        days: Int64s,
        amount: Money,
        cost: Money | None,
        discount: Money | None,
    ) -> PreparedLines:
        orders, order_known = self._items(batch, self._mapping.order)
        products, product_known = self._items(batch, self._mapping.product)
        missing = None
        if cost is not None:
            without = cost.status == status.MISSING
            missing = without if without.any() else None
        return PreparedLines(
            keep=keep,
            customers=customers,
            lines=Lines(
                days=days.astype(np.int32, copy=False),
                amounts=amount.values,
                costs=None if cost is None else np.where(cost.status == status.OK, cost.values, 0),
                cost_missing=missing,
                discounts=None if discount is None else np.where(discount.status == status.OK, discount.values, 0),
            ),
            orders=orders,
            order_known=order_known,
            products=products,
            product_known=product_known,
        )

    def _ids(self, batch: SourceBatch, name: str) -> pa.Array:
        return read_ids(batch, name, text=name in self._text_ids)

    def _items(self, batch: SourceBatch, name: str | None) -> tuple[pa.Array | None, Bools | None]:
        if name is None:
            return None, None
        items = self._ids(batch, name)
        without = blank(items)
        return items, ~without if without.any() else None

    def _money(self, expression: Expression, batch: SourceBatch) -> Money:
        return evaluate_money(expression, batch)

    def _count(self, keep: Bools | None, rows: int, money: Sequence[Money]) -> None:
        rounded = np.zeros(rows, np.bool_)
        for each in money:
            rounded |= each.rounded
        if keep is not None:
            rounded &= keep
        with self._skipped.lock:
            self.used += rows if keep is None else int(np.count_nonzero(keep))
            self.rounded += int(np.count_nonzero(rounded))
