"""
What an analysis of sequences found, as a table of suggestions, as JSON, and as a page.
"""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from patron import Basis, Document, Figures, Translator
from patron.core.session import Session
from patron.kernel.suggestions import suggest_next
from patron.plugins.mining.rows.rule_pages import count_figures, rules_page
from patron.plugins.mining.rows.rule_tables import rules_json, suggestion_table
from patron.plugins.mining.rows.telling import rows_json
from patron.plugins.mining.rows.words import WORDS
from patron.plugins.mining.sequence.analysis import SequenceRules

_EPOCH = date(1970, 1, 1).toordinal()


def sequence_json(found: SequenceRules) -> dict[str, Any]:
    """Return the rules and what they rest on."""
    return {
        "customers": len(found.customers),
        "items": len(found.names),
        "within": found.command.within,
        "same_day": found.command.same_day,
        "min_support": float(found.command.support),
        "min_count": found.least,
        "min_confidence": float(found.command.confidence),
        "rules": rules_json(found.rules, found.names),
        "rows": rows_json(found.rows),
    }


def suggestions(found: SequenceRules, most: int, as_of: date | None) -> pa.Table:
    """Return what customers are about to buy, on the day *as_of*; without one, on the last day there is."""
    day = int(found.purchases.days.max()) if as_of is None else as_of.toordinal() - _EPOCH
    chosen = suggest_next(found.purchases, found.rules, within=found.command.within, as_of=day, most=most)
    until = pa.array(chosen.until.astype(np.int32), pa.date32())
    return suggestion_table(chosen, found.rules, found.customers, found.command.customer, found.names, until)


def sequence_page(session: Session, found: SequenceRules) -> Document:
    """Return the page: how much there is, and the best rules."""
    t = session.t.within(WORDS)
    within = found.command.within
    basis = Basis(numerator=t("sequence.rule_of", within=within), denominator=t("sequence.rule_by"))
    return rules_page(t, "sequence", found, [_figures(found, t)], basis, t("sequence.how", within=within))


def _figures(found: SequenceRules, t: Translator) -> Figures:
    values = {
        "customers": len(found.customers),
        "items": len(found.names),
        "min_count": found.least,
        "rules_found": len(found.rules.counts),
    }
    return count_figures(t, "sequence", values)
