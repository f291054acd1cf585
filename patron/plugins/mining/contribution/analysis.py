"""
The use case `analyse contribution`: what every product, customer, group, or any combination of columns brings, best first.
"""

from collections.abc import Sequence
from contextlib import ExitStack

import attrs
import numpy as np
import pyarrow as pa

from patron import RowCounts, UsageError, to_text
from patron.core.errors import CapacityError
from patron.core.scoring.days.reading import read_days
from patron.core.scoring.decimals.evaluation import evaluate_money
from patron.core.scoring.decimals.tree import Expression
from patron.core.scoring.expression import parse_amount
from patron.core.scoring.identities import blank
from patron.core.scoring.judging import Judge
from patron.core.scoring.orders import COLUMNS, open_order_lines
from patron.core.scoring.rows import Rows, RowsCommand
from patron.core.scoring.source import Source, SourceBatch
from patron.core.scoring.status import BAD, MISSING, OK
from patron.core.session import Session
from patron.kernel.layout import Int64s
from patron.kernel.ranking import descending_order
from patron.kernel.sums import sums
from patron.plugins.mining.contribution.keys import CUSTOMER, OF_CUSTOMER, customer_values, group_numbers
from patron.plugins.mining.rows.labels import Labels
from patron.plugins.mining.rows.words import WORDS

RANKED = ("margin", "sales", "lines")
REASONS = ("missing_key", "missing_amount", "bad_amount", "bad_cost", "bad_day")
_NO_DAY = np.int64(-(2**62))


@attrs.frozen(kw_only=True)
class ContributionCommand:
    """
    What is added up.

    Attributes:
        rows: which lines; without inputs those of the database.
        by: columns, and in the database fields of the customer as `customer.FIELD`.
        amount: expression for net sales; for the database its own.
        cost: expression for the variable cost; None: no margin.
        time: the column of the time of the line; None: no days.
        rank: by what, one of `RANKED`; None: by margin where costs are given, else by sales.
    """

    rows: RowsCommand
    by: tuple[str, ...]
    amount: str | None = None
    cost: str | None = None
    time: str | None = None
    rank: str | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.in_(RANKED)))


@attrs.frozen(kw_only=True, eq=False)
class Contribution:
    """
    What came out.

    Attributes:
        command: what was asked.
        keys: for each column of the key, its value in every group, best group first.
        lines, sales: of every group; sales in counts of 1/10,000.
        cost: likewise; None without costs.
        unknown: of how many lines of a group the cost is missing; such a group has no margin.
        first, last: days since 1970 of the first and the last line; None without times.
        rank: by what the groups stand.
        rows: what became of the lines.
    """

    command: ContributionCommand
    keys: Sequence[pa.Array]
    lines: Int64s
    sales: Int64s
    cost: Int64s | None
    unknown: Int64s
    first: Int64s | None
    last: Int64s | None
    rank: str
    rows: RowCounts

    @property
    def margin(self) -> Int64s | None:
        """Sales less cost, 0 where a cost is unknown; None without costs."""
        return None if self.cost is None else np.where(self.unknown > 0, 0, self.sales - self.cost)


def analyse_contribution(session: Session, command: ContributionCommand) -> Contribution:
    """
    Add lines up by columns.

    Raises:
        UsageError: a column is not there, or groups are to be ranked by what nobody knows.
        ExpressionError: an amount is not understood.
        InputError: the input can't be read, or no line counts.
        CapacityError: sums might leave 64 bits.
        DeniedError: the actor may see no order lines, or no customers.
    """
    with ExitStack() as stack:
        source = None
        if not command.rows.inputs:
            source, there = open_order_lines(session, stack)
            command = attrs.evolve(
                command, amount=COLUMNS["amount"], cost="cost" if there.cost else None, time=command.time or COLUMNS["time"]
            )
        if command.rank == "margin" and command.cost is None:
            raise UsageError("contribution.margin_needs_cost", catalogue=WORDS)
        return _added_up(session, command, source)


def _added_up(session: Session, command: ContributionCommand, source: Source | None) -> Contribution:
    of_customer = [name for name in command.by if source is not None and name.startswith(OF_CUSTOMER)]
    columns = list(dict.fromkeys(CUSTOMER if name in of_customer else name for name in command.by))
    there = (source or Rows(session, command.rows, columns, ()).source).columns
    amount = parse_amount(command.amount or "", there)
    cost = None if command.cost is None else parse_amount(command.cost, there)
    read = [*columns, *amount.names, *(() if cost is None else cost.names), *([command.time] if command.time else [])]
    rows = Rows(session, command.rows, read, REASONS, session.t.within(WORDS), source)
    gathering = _Gathering(rows, command.time, columns, amount, cost, session.settings.timezone)
    for batch, judge in rows:
        gathering.add(batch, judge)
    counts = rows.counts()
    named = dict(zip(columns, (labels.finish() for labels in gathering.labels), strict=True))
    keys = _keys(session, command, of_customer, named)
    return _grouped(command, keys, gathering, counts)


class _Gathering:
    """The lines that count, column by column."""

    def __init__(
        self, rows: Rows, time: str | None, columns: Sequence[str], amount: Expression, cost: Expression | None, zone: str
    ) -> None:
        self.labels = [Labels(rows.source, name) for name in columns]
        self.sales: list[Int64s] = []
        self.costs: list[Int64s] = []
        self.unknown: list[Int64s] = []
        self.days: list[Int64s] = []
        self._amount, self._cost, self._time, self._zone = amount, cost, time, zone

    def add(self, batch: SourceBatch, judge: Judge) -> None:
        """Judge the lines of a batch and keep those that count."""
        names = [labels.read(batch) for labels in self.labels]
        for each in names:
            judge.refuse("missing_key", blank(each))
        money = evaluate_money(self._amount, batch)
        judge.refuse("missing_amount", money.status == MISSING)
        judge.refuse("bad_amount", money.status >= BAD)
        cost = None if self._cost is None else evaluate_money(self._cost, batch)
        if cost is not None:
            judge.refuse("bad_cost", cost.status >= BAD)
        days = None if self._time is None else read_days(batch.columns[self._time], self._zone, name=self._time)
        if days is not None:
            judge.refuse("bad_day", days.status >= BAD)
        keep = judge.kept()
        chosen = slice(None) if keep is None else keep
        for labels, each in zip(self.labels, names, strict=True):
            labels.add(each, keep)
        self.sales.append(money.values[chosen])
        if cost is not None:
            self.costs.append(np.where(cost.status == OK, cost.values, 0)[chosen])
            self.unknown.append((cost.status == MISSING)[chosen].astype(np.int64))
        if days is not None:
            self.days.append(np.where(days.status == OK, days.values, _NO_DAY)[chosen])


def _keys(
    session: Session, command: ContributionCommand, of_customer: Sequence[str], named: dict[str, tuple[pa.Array, Int64s]]
) -> list[tuple[pa.Array, Int64s]]:
    """Return for each column of the key its values, and for each line which of them it has."""
    fields = [name.removeprefix(OF_CUSTOMER) for name in of_customer]
    beside = customer_values(session, fields, named[CUSTOMER][0]) if fields else {}
    keys = []
    for name in command.by:
        if name not in of_customer:
            keys.append(named[name])
            continue
        coded = beside[name.removeprefix(OF_CUSTOMER)].fill_null("").dictionary_encode()
        keys.append((coded.dictionary, coded.indices.to_numpy().astype(np.int64)[named[CUSTOMER][1]]))
    return keys


def _grouped(
    command: ContributionCommand, keys: Sequence[tuple[pa.Array, Int64s]], gathered: _Gathering, rows: RowCounts
) -> Contribution:
    groups, places = group_numbers([codes for _, codes in keys], [len(values) for values, _ in keys])
    count = len(places)
    try:
        sales = sums(np.concatenate(gathered.sales), groups, count)
        cost = sums(np.concatenate(gathered.costs), groups, count) if gathered.costs else None
    except OverflowError as error:
        raise CapacityError("contribution.too_much", catalogue=WORDS, largest=to_text(int(np.iinfo(np.int64).max))) from error
    unknown = sums(np.concatenate(gathered.unknown), groups, count) if gathered.unknown else np.zeros(count, np.int64)
    lines = np.bincount(groups, minlength=count).astype(np.int64)
    first, last = _span(gathered, groups, count)
    rank = command.rank or ("sales" if cost is None else "margin")
    by = {"sales": sales, "lines": lines}.get(rank)
    missing = None if by is not None else unknown > 0
    ranked = descending_order(by if by is not None else sales - (0 if cost is None else cost), missing)
    order = np.concatenate([ranked, np.setdiff1d(np.arange(count), ranked)])
    return Contribution(
        command=command,
        keys=[values.take(pa.array(codes[places][order])) for values, codes in keys],
        lines=lines[order],
        sales=sales[order],
        cost=None if cost is None else cost[order],
        unknown=unknown[order],
        first=None if first is None else first[order],
        last=None if last is None else last[order],
        rank=rank,
        rows=rows,
    )


def _span(gathered: _Gathering, groups: Int64s, count: int) -> tuple[Int64s | None, Int64s | None]:
    if not gathered.days:
        return None, None
    days = np.concatenate(gathered.days)
    known = days != _NO_DAY
    first, last = np.full(count, -_NO_DAY), np.full(count, _NO_DAY)
    np.minimum.at(first, groups[known], days[known])
    np.maximum.at(last, groups[known], days[known])
    return first, last
