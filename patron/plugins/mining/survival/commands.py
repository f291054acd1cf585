"""
`patron analyse survival`: how long it takes until leads are lost, and when the danger is greatest.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.plugins.mining.rows.commands import READING, Positive, echo, parse_number, reading_options, words_of

if TYPE_CHECKING:
    from patron import SessionFactory


class Times(click.ParamType[tuple[Fraction, ...]]):
    """Durations, separated by commas."""

    name = "times"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Fraction, ...]:
        """Return the durations, ascending."""
        numbers = [parse_number(text.strip()) for text in str(value).split(",")]
        times = {number for number in numbers if number is not None and number >= 0}
        if None in numbers or len(times) < len(set(numbers)):
            self.fail(words_of(ctx)("survival.bad_times", value=str(value)[:40]), param, ctx)
        return tuple(sorted(times))


@click.command(name="survival", help="survival.help", epilog="survival.examples")
@reading_options
@click.option("--duration", required=True, metavar="COL", help="survival.duration")
@click.option("--event", required=True, metavar="COL", help="survival.event")
@click.option("--by", metavar="COL", help="survival.by")
@click.option("--reason", metavar="COL", help="survival.reason")
@click.option("--lost", multiple=True, metavar="CODE", help="survival.lost")
@click.option("--won", multiple=True, metavar="CODE", help="survival.won")
@click.option("--open", "still_open", multiple=True, metavar="CODE", help="survival.open")
@click.option("--at", type=Times(), metavar="T,T,...", help="survival.at")
@click.option("--bin", "width", type=Positive(), default="7", show_default=True, metavar="N", help="survival.bin")
@click.option("--min-at-risk", "least", type=click.IntRange(min=1), default=30, show_default=True, help="survival.min_at_risk")
@click.option(
    "--confidence", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True, metavar="P", help="survival.confidence"
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="survival.output")
@click.pass_obj
def survival(app: SessionFactory, /, style: str, output: Path | None, **options: Any) -> None:
    """Estimate survival and hazard."""
    from patron.core.scoring.capacity import leave_pandas_out
    from patron.core.scoring.rows import RowsCommand
    from patron.core.scoring.table_files import check_tables, write_table
    from patron.plugins.mining.rows.telling import result_text, tell_skipped, tell_written
    from patron.plugins.mining.survival.analysis import SurvivalCommand, analyse_survival
    from patron.plugins.mining.survival.forms import curve_table, survival_json
    from patron.plugins.mining.survival.page import survival_page, tell_beyond

    rows = RowsCommand(**{name: options.pop(name) for name in READING})
    leave_pandas_out()
    with app.session() as session:
        check_tables(rows.inputs, [output])
        found = analyse_survival(session, SurvivalCommand(rows=rows, **options))
        tell_skipped(session, found.rows)
        tell_beyond(session, found)
        if output is not None:
            write_table(curve_table(found), output)
            tell_written(session, output)
        echo(
            result_text(
                session,
                style,
                page_of=lambda: survival_page(session, found),
                summary=lambda: survival_json(found),
                table=lambda: curve_table(found),
            )
        )
