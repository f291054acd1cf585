"""
Rules on a page: how much there is, and the best of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from patron import Basis, Block, Document, Figure, Figures, Format, Level, Note, Section, Table, TableColumn, Translator
from patron.core.names import shorten
from patron.core.scoring.rows import RowsCommand
from patron.kernel.rules import Rules
from patron.plugins.mining.rows.rule_tables import rule_table

SHOWN = 20
"""Rules that a page shows."""

_WORDS = 40  # characters of one side


class _Command(Protocol):
    @property
    def rows(self) -> RowsCommand: ...


class FoundRules(Protocol):
    """What an analysis that finds rules found: what was asked, the names of the items, and the rules."""

    @property
    def command(self) -> _Command:
        """Return what was asked."""

    @property
    def names(self) -> Sequence[str]:
        """Return the names of the items."""

    @property
    def rules(self) -> Rules:
        """Return the rules, the best first."""


def rules_page(t: Translator, code: str, found: FoundRules, blocks: Sequence[Block], basis: Basis, footer: str) -> Document:
    """
    Return the page of an analysis that finds rules.

    Args:
        t: speaks the words of this plugin.
        code: of the analysis; its words stand under it.
        found: what it found.
        blocks: how much there is.
        basis: of what and by what rules are counted.
        footer: how they are found.
    """
    rules = tuple(_rules_table(found.rules, found.names, t, basis))
    none = (Note(text=t(f"{code}.no_rules"), level=Level.WARNING),)
    return Document(
        code=code,
        title=t(f"{code}.title"),
        subtitle=", ".join(str(path) for path in found.command.rows.inputs[:3]),
        lang=t.lang,
        sections=(
            Section(code="figures", title=t(f"{code}.figures"), blocks=tuple(blocks)),
            Section(code="rules", title=t(f"{code}.rules"), blocks=rules if len(found.rules.counts) else none),
        ),
        footer=footer,
    )


def count_figures(t: Translator, code: str, counts: Mapping[str, int]) -> Figures:
    """Return counts by the words of an analysis: of each `KEY` and, of what it is, `KEY_of`."""
    return Figures(
        figures=tuple(
            Figure(label=t(f"{code}.{key}"), value=value, format=Format.COUNT, basis=Basis(numerator=t(f"{code}.{key}_of")))
            for key, value in counts.items()
        )
    )


def _rules_table(rules: Rules, names: Sequence[str], t: Translator, basis: Basis) -> Iterator[Block]:
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
