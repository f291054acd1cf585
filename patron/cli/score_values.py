"""
How scores are shown to people: each value by what it means, and all that is known of one customer in a table.
"""

from typing import TYPE_CHECKING, Any

import click

from patron.cli.tables import print_table
from patron.cli.wording import WORDS
from patron.core.session import Session

if TYPE_CHECKING:
    from patron.core.crm.scores import CustomerScores

NOTHING = "–"


def shown(value: Any, kind: str) -> str:
    """Return a value of a score as people read it."""
    if value is None:
        return NOTHING
    match kind:
        case "money" | "points":
            return f"{value:,.2f}"
        case "share":
            return f"{value:.1%}"
        case "number":
            return f"{value:,.4g}"
        case "count" | "days":
            return f"{value:,}"
    return str(value)


def print_scores(session: Session, scores: "CustomerScores") -> None:
    """Print the scores of a customer, each with the values that decide it, and how much has happened since."""
    from patron.core.crm.score_words import column_words, label_words

    t, words, run = session.t.within(WORDS), column_words(session), scores.run
    labels = label_words(session)
    stale = t("runs.orders_since", count=f"{scores.orders_since:,}") if scores.orders_since else ""
    click.echo("\n" + t("runs.scores_of_run", run=run.code, as_of=run.as_of, stale=stale))
    kinds = {column.name: column.kind for column in run.columns}

    def value(name: str) -> str:
        return shown(labels(name, scores.values[name]), kinds[name])

    print_table(
        [words(column.name), value(column.name), " · ".join(f"{words(name)} {value(name)}" for name in column.by)]
        for column in run.columns
        if column.by
    )
    if scores.profit is not None:
        share = "" if scores.profit_share is None else t("runs.profit_share", share=f"{scores.profit_share:.2%}")
        click.echo(t("runs.profit", profit=f"{scores.profit:,.2f}", share=share))


def plain_scores(scores: "CustomerScores | None") -> dict[str, Any] | None:
    """Return the scores of a customer as a program wants them."""
    if scores is None:
        return None
    facts = {"run": scores.run.code, "as_of": scores.run.as_of, "orders_since": scores.orders_since}
    facts |= {"profit": scores.profit, "profit_share": scores.profit_share}
    return {**facts, "values": dict(scores.values)}
