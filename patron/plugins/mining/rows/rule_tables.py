"""
Rules and suggestions as tables and as JSON.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from patron.kernel.layout import Int32s
from patron.kernel.rules import Rules
from patron.kernel.suggestions import Suggestions

MEASURES = ("support", "confidence", "lift", "leverage")

_PIECE = 1 << 16
"""Rules that are written at a time."""


def rule_table(rules: Rules, names: Sequence[str]) -> pa.Table:
    """Return rules as a table, best first: both sides as lists of names, counts, measures."""
    return pa.table(
        {
            "antecedent": sides(rules.antecedents, names),
            "consequent": sides(rules.consequents, names),
            "count": rules.counts,
            "antecedent_count": rules.antecedent_counts,
            "consequent_count": rules.consequent_counts,
            **{measure: getattr(rules, measure) for measure in MEASURES},
        }
    )


def rule_pieces(rules: Rules, names: Sequence[str]) -> Iterator[pa.Table]:
    """Yield rules as a table, piece by piece, at least one: of millions, names and measures take more than the rules do."""
    for start in range(0, max(len(rules.counts), 1), _PIECE):
        yield rule_table(rules.chosen(slice(start, start + _PIECE)), names)


def rules_json(rules: Rules, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield rules as they are written into JSON."""
    for piece in rule_pieces(rules, names):
        yield from piece.to_pylist()


def sides(items: Int32s, names: Sequence[str]) -> pa.Array:
    """Return rows of items, filled up with -1, as lists of names."""
    there = items >= 0
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(ends, pa.array(names, pa.string()).take(pa.array(items[there])))


def suggestion_table(
    found: Suggestions, rules: Rules, owners: pa.Array, owner: str, names: Sequence[str], until: pa.Array | None = None
) -> pa.Table:
    """
    Return suggestions as a table, best first for each owner.

    Args:
        found: the suggestions.
        rules: that they come from.
        owners: the names of those to whom something is suggested.
        owner: what these are called.
        names: of the items.
        until: the last day of each suggestion, where it has one.
    """
    starts = np.searchsorted(found.customers, found.customers)
    columns: dict[str, Any] = {
        owner: owners.take(pa.array(found.customers)),
        "rank": np.arange(len(found.customers)) - starts + 1,
        "item": pa.array([names[item] for item in found.items.tolist()], pa.string()),
        "confidence": rules.confidence[found.rules],
        "lift": rules.lift[found.rules],
        "because": sides(rules.antecedents[found.rules], names),
    }
    if until is not None:
        columns["until"] = until
    return pa.table(columns)
