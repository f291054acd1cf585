"""
`patron analyse contribution`: what products, customers and groups bring, ranked, and how the ranks changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.plugins.mining.rows.commands import READING, database_options, echo

if TYPE_CHECKING:
    from patron import SessionFactory


@click.command(name="contribution", help="contribution.help", epilog="contribution.examples")
@database_options
@click.option("--by", required=True, metavar="COL,COL,...", help="contribution.by")
@click.option("--amount", metavar="EXPR", help="contribution.amount")
@click.option("--cost", metavar="EXPR", help="contribution.cost_option")
@click.option("--time", metavar="COL", help="contribution.time")
@click.option("--rank", type=click.Choice(["margin", "sales", "lines"]), help="contribution.rank")
@click.option("--previous", type=click.Path(path_type=Path), metavar="OLD.csv|parquet", help="contribution.previous")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="contribution.output")
@click.pass_obj
def contribution(app: SessionFactory, /, style: str, by: str, previous: Path | None, output: Path | None, **options: Any) -> None:
    """Add lines up and rank."""
    from patron import Action, UsageError
    from patron.core.scoring.capacity import leave_pandas_out
    from patron.core.scoring.rows import RowsCommand
    from patron.core.scoring.table_files import check_tables, write_table
    from patron.plugins.mining.contribution.analysis import ContributionCommand, analyse_contribution
    from patron.plugins.mining.contribution.forms import contribution_json, contribution_page, contribution_table
    from patron.plugins.mining.rows.telling import result_text, tell_skipped, tell_written
    from patron.plugins.mining.rows.words import WORDS

    rows = RowsCommand(**{name: options.pop(name) for name in READING})
    keys = tuple(dict.fromkeys(name.strip() for name in by.split(",") if name.strip()))
    leave_pandas_out()
    with app.session() as session:
        if not keys:
            raise UsageError("contribution.no_key", catalogue=WORDS)
        if bool(rows.inputs) != (options["amount"] is not None):
            raise UsageError("contribution.needs_amount" if rows.inputs else "contribution.own_amount", catalogue=WORDS)
        check_tables(rows.inputs if previous is None else (*rows.inputs, previous), [output])
        if not rows.inputs and (output is not None or style == "csv"):
            with session.read() as reader:  # who takes customers out of the database must be allowed to
                reader.policy.require(reader.actor, Action.EXPORT, "customer")
        found = analyse_contribution(session, ContributionCommand(rows=rows, by=keys, **options))
        tell_skipped(session, found.rows)
        table = contribution_table(found, previous)
        if output is not None:
            write_table(table, output)
            tell_written(session, output)
        echo(
            result_text(
                session,
                style,
                page_of=lambda: contribution_page(session, found, table),
                summary=lambda: contribution_json(found, table),
                table=lambda: table,
            )
        )
