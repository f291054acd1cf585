"""
What an analysis of baskets found, as tables, as JSON, and as a page.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from patron import Basis, Block, Document, Format, Table, TableColumn, Translator
from patron.core.session import Session
from patron.kernel.rules import Rules, association_rules
from patron.kernel.suggestions import suggest_together
from patron.plugins.mining.basket.analysis import BasketRules
from patron.plugins.mining.rows.rule_pages import count_figures, rules_page
from patron.plugins.mining.rows.rule_tables import rules_json, sides, suggestion_table
from patron.plugins.mining.rows.telling import rows_json
from patron.plugins.mining.rows.words import WORDS


def basket_json(found: BasketRules) -> dict[str, Any]:
    """Return the rules and what they rest on."""
    return {
        "transactions": found.transactions,
        "items": len(found.names),
        "min_support": float(found.command.support),
        "min_count": found.least,
        "min_confidence": float(found.command.confidence),
        "itemsets": {str(length): len(sets.counts) for length, sets in enumerate(found.sets, 1)},
        "rules": rules_json(found.rules, found.names),
        "rows": rows_json(found.rows),
    }


def itemset_table(found: BasketRules) -> pa.Table:
    """Return the frequent itemsets, the short ones first, with their counts."""
    counts = np.concatenate([sets.counts for sets in found.sets])
    return pa.table(
        {
            "items": pa.concat_arrays([sides(sets.items, found.names) for sets in found.sets]),
            "length": np.concatenate([np.full(len(sets.counts), sets.items.shape[1]) for sets in found.sets]),
            "count": counts,
            "support": counts / np.float64(found.transactions),
        }
    )


def suggestions(found: BasketRules, most: int) -> pa.Table:
    """Return what to suggest, by the rules with one consequent."""
    rules = _single(found)
    owner = found.command.customer or found.command.transaction
    return suggestion_table(suggest_together(found.owned, rules, most), rules, found.owners, owner, found.names)


def basket_page(session: Session, found: BasketRules) -> Document:
    """Return the page: how much there is, and the best rules."""
    t = session.t.within(WORDS)
    basis = Basis(numerator=t("basket.rule_of"), denominator=t("basket.rule_by"))
    return rules_page(t, "basket", found, tuple(_figures(found, t)), basis, t("basket.how"))


def _single(found: BasketRules) -> Rules:
    command = found.command
    if command.min_length == 2 and command.max_consequent == 1:
        return found.rules
    return association_rules(found.sets, found.transactions, command.confidence, most_consequents=1)


def _figures(found: BasketRules, t: Translator) -> Iterator[Block]:
    values = {
        "transactions": found.transactions,
        "items": len(found.names),
        "min_count": found.least,
        "rules_found": len(found.rules.counts),
    }
    yield count_figures(t, "basket", values)
    yield Table(
        code="itemsets",
        title=t("basket.sets"),
        columns=(
            TableColumn(key="length", title=t("basket.length"), format=Format.COUNT),
            TableColumn(key="sets", title=t("basket.frequent"), format=Format.COUNT),
        ),
        rows=tuple((length, len(sets.counts)) for length, sets in enumerate(found.sets, 1)),
        basis=Basis(numerator=t("basket.sets_of")),
    )
