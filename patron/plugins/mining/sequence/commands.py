"""
`patron analyse sequence`: what customers buy within some days after what, and who is about to.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.plugins.mining.rows.commands import READING, Share, echo, reading_options, words_of

if TYPE_CHECKING:
    from patron import SessionFactory

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        try:
            return date.fromisoformat(str(value) if _DAY.fullmatch(str(value)) else "")
        except ValueError:
            self.fail(words_of(ctx)("sequence.bad_day", value=str(value)[:40]), param, ctx)


@click.command(name="sequence", help="sequence.help", epilog="sequence.examples")
@reading_options
@click.option("--customer", required=True, metavar="COL", help="sequence.customer")
@click.option("--time", required=True, metavar="COL", help="sequence.time")
@click.option("--item", required=True, metavar="COL", help="sequence.item")
@click.option("--within", required=True, type=click.IntRange(1, 36_525), metavar="DAYS", help="sequence.within")
@click.option("--same-day", is_flag=True, help="sequence.same_day")
@click.option("--min-support", "support", type=Share(), required=True, metavar="SHARE", help="sequence.min_support")
@click.option("--min-confidence", "confidence", type=Share(), required=True, metavar="SHARE", help="sequence.min_confidence")
@click.option("--tz", "zone", metavar="ZONE", help="sequence.tz")
@click.option("--time-format", metavar="FMT", help="sequence.time_format")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="sequence.output")
@click.option("--recommend", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="sequence.recommend")
@click.option("--top", type=click.IntRange(1, 100), default=5, show_default=True, help="sequence.top")
@click.option("--as-of", type=Day(), metavar="DATE", help="sequence.as_of")
@click.pass_obj
def sequence(
    app: SessionFactory,
    /,
    style: str,
    output: Path | None,
    recommend: Path | None,
    top: int,
    as_of: date | None,
    **options: Any,
) -> None:
    """Find sequence rules."""
    from patron.core.scoring.capacity import leave_pandas_out
    from patron.core.scoring.rows import RowsCommand
    from patron.core.scoring.table_files import check_tables, write_table
    from patron.plugins.mining.rows.rule_tables import rule_pieces
    from patron.plugins.mining.rows.telling import result_text, tell_skipped, tell_written
    from patron.plugins.mining.sequence.analysis import SequenceCommand, analyse_sequences
    from patron.plugins.mining.sequence.forms import sequence_json, sequence_page, suggestions

    rows = RowsCommand(**{name: options.pop(name) for name in READING})
    leave_pandas_out()
    with app.session() as session:
        check_tables(rows.inputs, [output, recommend])
        found = analyse_sequences(session, SequenceCommand(rows=rows, **options))
        tell_skipped(session, found.rows)
        if output is not None:
            write_table(rule_pieces(found.rules, found.names), output)
            tell_written(session, output)
        if recommend is not None:
            write_table(suggestions(found, top, as_of), recommend)
            tell_written(session, recommend)
        echo(
            result_text(
                session,
                style,
                page_of=lambda: sequence_page(session, found),
                summary=lambda: sequence_json(found),
                table=lambda: rule_pieces(found.rules, found.names),
            )
        )
