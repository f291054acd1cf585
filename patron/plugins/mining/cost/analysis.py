"""
The use case `analyse cost`: contacts by customer and channel, what they cost, and what is left of the margin.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron import InputError, RowCounts
from patron.core.errors import CapacityError
from patron.core.money import UNIT
from patron.core.nouns import COUNTED_ORDERS
from patron.core.report.stored import open_scores
from patron.core.scoring.composites.stored import stored_rows
from patron.core.scoring.decimals import read_decimals, to_money
from patron.core.scoring.identities import blank
from patron.core.scoring.rows import Rows, RowsCommand
from patron.core.scoring.status import OK
from patron.core.scoring.stored import stored_table
from patron.core.session import Session
from patron.core.store.scores import find_run
from patron.kernel.layout import Bools, Int64s
from patron.kernel.ranking import descending_order
from patron.kernel.sums import sums
from patron.plugins.mining.cost.prices import check_channels, price_of, prices
from patron.plugins.mining.rows.labels import Labels, texts_of
from patron.plugins.mining.rows.words import WORDS

REASONS = ("missing_owner", "missing_channel", "bad_count")


@attrs.frozen(kw_only=True)
class Move:
    """A part of the contacts of one channel that goes to another."""

    share: Fraction
    source: str
    target: str


@attrs.frozen(kw_only=True)
class CostCommand:
    """
    What is reckoned.

    Attributes:
        rows: contacts, or orders; without inputs the orders of the database.
        customer, channel: columns.
        count: column that says how many contacts a row stands for; None: one.
        prices: costs of channels as they are said; see `prices`.
        unit: what a unit of cost is worth.
        move: what if.
        scores: a scores file with sales and margin; for the database the published run is read.
        gold: the part of the customers that is gold, by net sales or margin of the recent period.
        bottom: the part that causes cost whatever it is left of them.
    """

    rows: RowsCommand
    customer: str = ""
    channel: str = ""
    count: str | None = None
    prices: tuple[str, ...] = ()
    unit: Fraction = Fraction(1)
    move: Move | None = None
    scores: Path | None = None
    gold: Fraction = Fraction(5, 100)
    bottom: Fraction = Fraction(20, 100)


@attrs.frozen(kw_only=True, eq=False)
class Served:
    """
    What scores add to the costs; each array has a row for each customer of the scores or the contacts.

    Attributes:
        sales: net sales where nothing is known of the costs of goods, to this actor at least; else margin. In counts of 1/10,000.
        costed: whether it is margin; what is left of net sales says nothing of who causes cost.
        known: whose is known.
        left: margin less cost to serve.
        gold: who is gold; None where the value of the recent period is made of costs that the actor may not see.
        lowest: who is among those of whom least is left.
    """

    sales: Int64s
    costed: bool
    known: Bools
    left: Int64s
    gold: Bools | None
    lowest: Bools


@attrs.frozen(kw_only=True, eq=False)
class CostToServe:
    """
    What came out.

    Attributes:
        customers: their ids, as texts.
        channels: code → contacts of each customer.
        prices: code → cost of one contact, in counts of 1/10,000.
        cost: of each customer.
        moved: the sum of all costs after the move, exact; None without one.
        served: with scores, what is left; None without.
        rows: what became of the rows of files.
        period: the times of the first and the last order of the database; None for files, which say no time.
    """

    customers: pa.Array
    channels: Mapping[str, Int64s]
    prices: Mapping[str, int]
    cost: Int64s
    moved: Fraction | None
    served: Served | None
    rows: RowCounts | None
    period: tuple[datetime, datetime] | None = None


def analyse_cost(session: Session, command: CostCommand) -> CostToServe:
    """
    Reckon what serving customers costs.

    Raises:
        UsageError: a column or channel is not there, or nobody said what a channel costs.
        InputError: the input can't be read, or no contact counts.
        CapacityError: sums might leave 64 bits.
        DeniedError: the actor may not see the orders.
    """
    known = prices(session.records.vocabulary, command.prices, command.unit)
    names, owners, channels, over, counts, rows, period = _contacts(session, command)
    there = (*channels, *(() if command.move is None else (command.move.source, command.move.target)))
    check_channels(session.records.vocabulary, command.prices, there)
    priced = {channel: price_of(known, channel) for channel in channels}
    scores = _scores(session, command)
    everybody = names if scores is None else _both(names, scores[0]["customer"])
    places = pc.index_in(names, everybody).to_numpy().astype(np.int64)[owners]
    try:
        contacts = {
            channel: sums(np.where(over == place, counts, 0), places, len(everybody)) for place, channel in enumerate(channels)
        }
        cost = sums(counts * np.array(list(priced.values()), np.int64)[over], places, len(everybody))
    except OverflowError as error:
        raise CapacityError("cost.too_much", catalogue=WORDS) from error
    moved = None
    if command.move is not None:
        moved = _moved(command.move, contacts, known, int(cost.sum()))
    served = None if scores is None else _served(command, everybody, *scores, cost)
    return CostToServe(
        customers=everybody, channels=contacts, prices=priced, cost=cost, moved=moved, served=served, rows=rows, period=period
    )


def _contacts(
    session: Session, command: CostCommand
) -> tuple[pa.Array, Int64s, list[str], Int64s, Int64s, RowCounts | None, tuple[datetime, datetime] | None]:
    """Return customers, whose each row is, channels, over which it went, how many contacts, what became of rows, and when."""
    if not command.rows.inputs:
        with session.read() as reader:
            batches = list(stored_rows(session, reader, "order", ("customer_id", "channel", "ordered_at"), COUNTED_ORDERS))
        ids = pa.chunked_array([batch.columns["customer_id"] for batch in batches], pa.int64()).combine_chunks()
        over = pa.chunked_array([batch.columns["channel"] for batch in batches], pa.string()).combine_chunks()
        there = over.is_valid()
        coded, by = ids.filter(there).cast(pa.large_string()).dictionary_encode(), over.filter(there).dictionary_encode()
        if not len(coded):
            raise InputError("cost.no_orders", catalogue=WORDS)
        times = pc.min_max(pa.chunked_array([batch.columns["ordered_at"] for batch in batches]).combine_chunks().filter(there))
        owners, channels = (each.indices.to_numpy().astype(np.int64) for each in (coded, by))
        period = times["min"].as_py(), times["max"].as_py()
        return coded.dictionary, owners, by.dictionary.to_pylist(), channels, np.ones(len(owners), np.int64), None, period
    columns = [command.customer, command.channel, *([] if command.count is None else [command.count])]
    rows = Rows(session, command.rows, columns, REASONS, session.t.within(WORDS))
    customers, channels_of = Labels(rows.source, command.customer, text=True), Labels(rows.source, command.channel, text=True)
    counts: list[Int64s] = []
    for batch, judge in rows:
        ids, channels = customers.read(batch), channels_of.read(batch)
        judge.refuse("missing_owner", blank(ids))
        judge.refuse("missing_channel", blank(channels))
        number = np.ones(batch.rows, np.int64)
        if command.count is not None:
            money = to_money(read_decimals(batch.columns[command.count], batch.decimal))
            judge.refuse("bad_count", (money.status != OK) | (money.values < 0) | (money.values % UNIT != 0), command.count)
            number = money.values // UNIT
        keep = judge.kept()
        customers.add(ids, keep)
        channels_of.add(channels, keep)
        counts.append(number if keep is None else number[keep])
    what = rows.counts()
    named, owners = customers.finish()
    codes, over = channels_of.finish()
    texts = pa.array(texts_of(named), pa.large_string())
    return texts, owners, list(texts_of(codes)), over, np.concatenate(counts), what, None


def _moved(move: Move, contacts: Mapping[str, Int64s], known: Mapping[str, int], total: int) -> Fraction:
    number = int(contacts[move.source].sum()) if move.source in contacts else 0
    return total - move.share * number * (price_of(known, move.source) - price_of(known, move.target))


def _scores(session: Session, command: CostCommand) -> tuple[dict[str, pa.Array], bool] | None:
    """Return the customers with what they bring, in all and in the recent period, and whether that is margin; None without."""
    if command.scores is not None:
        stored = open_scores(command.scores)
        margin = "margin" if "margin" in stored.columns() else "monetary"
        recent = True
        table = stored.read(("customer", margin, "recent_value"))
    elif command.rows.inputs:
        return None
    else:
        with session.read() as reader:
            run = find_run(reader)
        there = {column.name for column in run.columns}  # those that the actor may see
        margin, recent = ("margin" if "margin" in there else "monetary"), "recent_value" in there
        table = stored_table(session, run, ("customer", margin, *(["recent_value"] if recent else [])))
    columns = {"customer": "customer", "sales": margin, **({"recent": "recent_value"} if recent else {})}
    found = {name: table[column].combine_chunks() for name, column in columns.items()}
    return {**found, "customer": found["customer"].cast(pa.large_string())}, margin == "margin"


def _both(names: pa.Array, others: pa.Array) -> pa.Array:
    more = others.filter(pc.invert(pc.is_in(others, names)))
    return pa.concat_arrays([names, more])


def _served(command: CostCommand, everybody: pa.Array, scores: Mapping[str, pa.Array], costed: bool, cost: Int64s) -> Served:
    places = pc.index_in(everybody, scores["customer"])
    sales, known = _money(scores["sales"].take(places))
    left = np.where(known, sales - cost, 0)
    # As in A, B and C: the best are rounded up to whole customers, the last ones down.
    gold = None
    if "recent" in scores:
        gold = np.zeros(len(cost), np.bool_)
        recent, dated = _money(scores["recent"].take(places))
        best = descending_order(recent, ~dated)
        gold[best[: -(-len(best) * command.gold.numerator // command.gold.denominator)]] = True
    lowest = np.zeros(len(cost), np.bool_)
    order = descending_order(left, ~known)
    last = len(order) * command.bottom.numerator // command.bottom.denominator
    lowest[order[len(order) - last :]] = True
    return Served(sales=sales, costed=costed, known=known, left=left, gold=gold, lowest=lowest)


def _money(column: pa.Array) -> tuple[Int64s, Bools]:
    known = column.is_valid().to_numpy(zero_copy_only=False)
    counts = [0 if value is None else int(Decimal(value) * UNIT) for value in column.to_pylist()]
    return np.array(counts, np.int64), known
