"""
The use case `analyse sequence`: from rows of customer, time and item to rules "B within so many days after A".
"""

from collections.abc import Sequence
from fractions import Fraction

import attrs
import numpy as np
import pyarrow as pa

from patron import InputError, RowCounts
from patron.core.clock import checked_zone
from patron.core.scoring.capacity import threads_for
from patron.core.scoring.days import check_time_format, read_days
from patron.core.scoring.identities import blank
from patron.core.scoring.rows import Rows, RowsCommand
from patron.core.scoring.status import BAD, MISSING
from patron.core.session import Session
from patron.kernel.follow_ups import Purchases, pack_purchases, sequence_rules
from patron.kernel.itemsets import least_count
from patron.kernel.layout import Int64s
from patron.kernel.rules import Rules
from patron.plugins.mining.rows.labels import Labels, texts_of
from patron.plugins.mining.rows.words import WORDS

REASONS = ("missing_owner", "missing_moment", "bad_moment", "missing_item")
"""Why rows do not count, in the order in which it is looked for."""


@attrs.frozen(kw_only=True)
class SequenceCommand:
    """
    What is analysed, and how.

    Attributes:
        rows: which rows are read.
        customer, time, item: the columns that say who bought what when.
        within: the last day that counts, from a purchase on.
        support: the least share of customers.
        confidence: the least of a rule.
        same_day: whether what is bought on the same day counts, too.
        zone: of calendar days; None: as configured.
        time_format: how times are written; None: ISO 8601.
    """

    rows: RowsCommand
    customer: str
    time: str
    item: str
    within: int
    support: Fraction
    confidence: Fraction
    same_day: bool = False
    zone: str | None = None
    time_format: str | None = None


@attrs.frozen(kw_only=True, eq=False)
class SequenceRules:
    """
    What an analysis found.

    Attributes:
        command: what was asked.
        names: of the items, ascending by bytes.
        customers: their names, ascending.
        least: how many customers a rule must have.
        purchases: of all customers.
        rules: the rules, best first; their baskets are customers.
        rows: what became of the rows.
    """

    command: SequenceCommand
    names: Sequence[str]
    customers: pa.Array
    least: int
    purchases: Purchases
    rules: Rules
    rows: RowCounts


def analyse_sequences(session: Session, command: SequenceCommand) -> SequenceRules:
    """
    Find what is bought after what.

    Args:
        session: progress, words, the configured zone, threads.
        command: what to read and how.

    Raises:
        UsageError: a column is not there, or a time zone or the form of times is not understood.
        InputError: the input can't be read, no row of it counts, or no item is frequent.
    """
    if command.time_format is not None:
        check_time_format(command.time_format)
    zone = checked_zone(command.zone or session.settings.timezone)
    rows = Rows(session, command.rows, (command.customer, command.time, command.item), REASONS, session.t.within(WORDS))
    customers, items = Labels(rows.source, command.customer), Labels(rows.source, command.item, text=True)
    days: list[Int64s] = []
    for batch, judge in rows:
        buyers, bought = customers.read(batch), items.read(batch)
        judge.refuse("missing_owner", blank(buyers))
        when = read_days(batch.columns[command.time], zone, command.time_format, name=command.time)
        judge.refuse("missing_moment", when.status == MISSING)
        judge.refuse("bad_moment", when.status == BAD, command.time)
        judge.refuse("missing_item", blank(bought))
        keep = judge.kept()
        customers.add(buyers, keep)
        items.add(bought, keep)
        days.append(when.values if keep is None else when.values[keep])
    counts = rows.counts()
    owners, owners_of = customers.finish()
    names, items_of = items.finish()
    purchases = pack_purchases(owners_of, np.concatenate(days), items_of, len(owners))
    least = least_count(command.support, len(owners))
    rules = _mined(session, command, purchases, least)
    return SequenceRules(
        command=command,
        names=texts_of(names),
        customers=owners,
        least=least,
        purchases=purchases,
        rules=rules,
        rows=counts,
    )


def _mined(session: Session, command: SequenceCommand, purchases: Purchases, least: int) -> Rules:
    buyers = np.unique(purchases.customers * 2**31 + purchases.items) % 2**31
    if np.bincount(buyers).max() < least:
        customers = len(purchases.starts) - 1
        raise InputError("sequence.nothing_frequent", catalogue=WORDS, least=f"{least:,}", customers=f"{customers:,}")
    return sequence_rules(
        purchases,
        least,
        command.confidence,
        within=command.within,
        first_day=0 if command.same_day else 1,
        threads=threads_for(None, session.settings),
    )
