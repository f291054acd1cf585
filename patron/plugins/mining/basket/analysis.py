"""
The use case `analyse basket`: from rows of transaction and item to frequent itemsets and rules.
"""

from collections.abc import Sequence
from fractions import Fraction

import attrs
import numpy as np
import pyarrow as pa

from patron import InputError, RowCounts
from patron.core.errors import CapacityError
from patron.core.names import listed, shorten
from patron.core.scoring.capacity import threads_for
from patron.core.scoring.identities import blank
from patron.core.scoring.rows import Rows, RowsCommand
from patron.core.session import Session
from patron.kernel.baskets import Baskets, pack_baskets
from patron.kernel.itemsets import MOST_SETS, Itemsets, TooManySetsError, frequent_itemsets, least_count
from patron.kernel.layout import Bools
from patron.kernel.rules import Rules, association_rules
from patron.plugins.mining.rows.labels import Labels, texts_of
from patron.plugins.mining.rows.words import WORDS

REASONS = ("missing_transaction", "missing_item")
"""Why rows do not count, in the order in which it is looked for."""

_NAME = 40  # characters of an item in a message


@attrs.frozen(kw_only=True)
class BasketCommand:
    """
    What is analysed, and how.

    Attributes:
        rows: which rows are read.
        transaction: the column that says what was bought together.
        item: the column that says what it is.
        customer: the column that says who bought it, for suggestions; without it they are for transactions.
        support: the least share of transactions.
        confidence: the least of a rule.
        max_consequent: items of a consequent; None for any number.
        min_length: items that both sides have together, at least.
        max_length: the same, at most; None for any number.
    """

    rows: RowsCommand
    transaction: str
    item: str
    support: Fraction
    confidence: Fraction
    customer: str | None = None
    max_consequent: int | None = None
    min_length: int = 2
    max_length: int | None = None


@attrs.frozen(kw_only=True, eq=False)
class BasketRules:
    """
    What an analysis found.

    Attributes:
        command: what was asked.
        names: of the items, ascending by bytes.
        transactions: how many there are.
        least: in how many a set must stand to be frequent.
        sets: the frequent itemsets by length.
        rules: the rules, best first.
        owners: the names of those to whom something may be suggested.
        owned: the items of each.
        rows: what became of the rows.
    """

    command: BasketCommand
    names: Sequence[str]
    transactions: int
    least: int
    sets: Sequence[Itemsets]
    rules: Rules
    owners: pa.Array
    owned: Baskets
    rows: RowCounts


def analyse_baskets(session: Session, command: BasketCommand) -> BasketRules:
    """
    Find what is bought together.

    Args:
        session: progress, words, threads.
        command: what to read and how.

    Raises:
        UsageError: a column is not there.
        InputError: the input can't be read, no row of it counts, or no item is frequent.
        CapacityError: more sets are frequent than can be held.
    """
    columns = [name for name in (command.transaction, command.item, command.customer) if name is not None]
    rows = Rows(session, command.rows, columns, REASONS, session.t.within(WORDS))
    transactions, items = Labels(rows.source, command.transaction), Labels(rows.source, command.item, text=True)
    customers = None if command.customer is None else Labels(rows.source, command.customer)
    named: list[Bools] = []  # which of the rows that count name a customer; the others count in baskets all the same
    for batch, judge in rows:
        ids, bought = transactions.read(batch), items.read(batch)
        judge.refuse("missing_transaction", blank(ids))
        judge.refuse("missing_item", blank(bought))
        keep = judge.kept()
        transactions.add(ids, keep)
        items.add(bought, keep)
        if customers is not None:
            buyers = customers.read(batch)
            known = ~blank(buyers)
            customers.add(buyers, known if keep is None else known & keep)
            named.append(known if keep is None else known[keep])
    counts = rows.counts()
    owners, rows_of = transactions.finish()
    names, items_of = items.finish()
    threads = threads_for(None, session.settings)
    baskets = owned = pack_baskets(rows_of, items_of, len(owners), threads)
    if customers is not None:
        owners, buyers_of = customers.finish()
        owned = pack_baskets(buyers_of, items_of[np.concatenate(named)], len(owners), threads)
    least = least_count(command.support, baskets.size)
    texts = texts_of(names)
    sets, rules = _mined(command, baskets, least, threads, texts)
    return BasketRules(
        command=command,
        names=texts,
        transactions=baskets.size,
        least=least,
        sets=sets,
        rules=rules,
        owners=owners,
        owned=owned,
        rows=counts,
    )


def _mined(
    command: BasketCommand, baskets: Baskets, least: int, threads: int, names: Sequence[str]
) -> tuple[Sequence[Itemsets], Rules]:
    least_of = {"least": f"{least:,}", "baskets": f"{baskets.size:,}"}
    try:
        sets = frequent_itemsets(baskets, least, command.max_length, threads)
    except TooManySetsError as error:
        if error.together:
            raise _too_large(command, error, least_of, names) from error
        reached = len(error.found)
        raise _too_many("sets", error, **least_of, length=reached + 1, reached=reached) from error
    if not sets:
        raise InputError("basket.nothing_frequent", catalogue=WORDS, **least_of)
    try:
        rules = association_rules(
            sets, baskets.size, command.confidence, shortest=command.min_length, most_consequents=command.max_consequent
        )
    except TooManySetsError as error:
        raise _too_many("rules", error) from error
    return sets, rules


def _too_large(command: BasketCommand, error: TooManySetsError, least_of: dict[str, str], names: Sequence[str]) -> CapacityError:
    """Return the complaint about a set whose subsets alone are too many to be listed."""
    together = len(error.together)
    higher = None if error.enough is None or command.support * error.enough > 1 else float(command.support * error.enough)
    return CapacityError(
        "basket.too_large_a_set" if higher is None else "basket.too_large_a_set_below",
        catalogue=WORDS,
        **least_of,
        items=together,
        some=listed((shorten(names[item], _NAME) for item in error.together), 3),
        sets=f"{2**together - 1:,}",
        most=f"{MOST_SETS:,}",
        reached=len(error.found) + 1,
        **({} if higher is None else {"support": f"{higher:g}"}),
    )


def _too_many(what: str, error: TooManySetsError, **details: object) -> CapacityError:
    found = listed((f"{length}: {count:,}" for length, count in enumerate(error.found, start=1)), 40)
    return CapacityError(f"basket.too_many_{what}", catalogue=WORDS, most=f"{MOST_SETS:,}", found=found, **details)
