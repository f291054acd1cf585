"""
`patron analyse profile`: what those of a target have in common, and who resembles them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.plugins.mining.rows.commands import READING, database_options, echo

if TYPE_CHECKING:
    from patron import SessionFactory


@click.command(name="profile", help="profile.help", epilog="profile.examples")
@database_options
@click.option("--target", required=True, metavar="EXPR", help="profile.target")
@click.option("--fields", metavar="COL,COL,...", help="profile.fields")
@click.option("--of", "noun", type=click.Choice(["customer", "lead"]), default="customer", show_default=True, help="profile.of")
@click.option("--id", metavar="COL", help="profile.id")
@click.option("--bins", type=click.IntRange(2, 100), default=5, show_default=True, help="profile.bins")
@click.option("--min-group", "least", type=click.IntRange(min=1), default=30, show_default=True, help="profile.min_group")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="profile.output")
@click.option("--resembling", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="profile.resembling")
@click.pass_obj
def profile(
    app: SessionFactory, /, style: str, fields: str | None, output: Path | None, resembling: Path | None, **options: Any
) -> None:
    """Profile those of a target."""
    from patron import Action
    from patron.core.scoring.capacity import leave_pandas_out
    from patron.core.scoring.rows import RowsCommand
    from patron.core.scoring.table_files import check_tables, write_table
    from patron.plugins.mining.profile.analysis import ProfileCommand, analyse_profile
    from patron.plugins.mining.profile.forms import profile_json, profile_page, resembling_table, value_table
    from patron.plugins.mining.rows.telling import result_text, tell_skipped, tell_written

    reading = {name: options.pop(name) for name in READING}
    named = tuple(name.strip() for name in (fields or "").split(",") if name.strip())
    leave_pandas_out()
    with app.session() as session:
        check_tables(reading["inputs"], [output, resembling])
        rows = RowsCommand(**reading) if reading["inputs"] else None
        if rows is None and resembling is not None:
            with session.read() as reader:  # who takes customers out of the database must be allowed to
                reader.policy.require(reader.actor, Action.EXPORT, "customer")
        where = None if rows is not None else reading["where"]
        found = analyse_profile(session, ProfileCommand(rows=rows, fields=named, where=where, **options))
        if found.rows is not None:
            tell_skipped(session, found.rows)
        for path, table in ((output, value_table), (resembling, resembling_table)):
            if path is not None:
                write_table(table(found), path)
                tell_written(session, path)
        echo(
            result_text(
                session,
                style,
                page_of=lambda: profile_page(session, found),
                summary=lambda: profile_json(found),
                table=lambda: value_table(found),
            )
        )
