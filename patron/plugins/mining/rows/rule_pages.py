"""
Rules on a page.
"""

from collections.abc import Iterator, Sequence

from patron import Basis, Block, Format, Note, Table, TableColumn, Translator
from patron.core.names import shorten
from patron.kernel.rules import Rules
from patron.plugins.mining.rows.rule_tables import rule_table

SHOWN = 20
"""Rules that a page shows."""

_WORDS = 40  # characters of one side


def rules_table(rules: Rules, names: Sequence[str], t: Translator, basis: Basis) -> Iterator[Block]:
    """Yield the best rules, and how many there are more."""
    best = rule_table(rules.chosen(slice(SHOWN)), names).to_pylist()
    yield Table(
        code="rules",
        title=t("rules.best"),
        columns=(
            TableColumn(key="antecedent", title=t("rules.antecedent"), format=Format.TEXT),
            TableColumn(key="consequent", title=t("rules.consequent"), format=Format.TEXT),
            TableColumn(key="count", title=t("rules.count"), format=Format.COUNT),
            TableColumn(key="support", title=t("rules.support"), format=Format.SHARE),
            TableColumn(key="confidence", title=t("rules.confidence"), format=Format.SHARE),
            TableColumn(key="lift", title=t("rules.lift"), format=Format.NUMBER),
        ),
        rows=tuple(
            (
                shorten(" + ".join(rule["antecedent"]), _WORDS),
                shorten(" + ".join(rule["consequent"]), _WORDS),
                *(rule[key] for key in ("count", "support", "confidence", "lift")),
            )
            for rule in best
        ),
        basis=basis,
    )
    if len(rules.counts) > len(best):
        yield Note(text=t("rules.more", count=f"{len(rules.counts) - len(best):,}"))
