"""
`patron analyse value`: the lifetime value of every customer of files of order lines.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from patron import SessionFactory
from patron.plugins.mining.value.words import WORDS

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(name="value", help="lifetime.help", epilog="lifetime.examples")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT...")
@click.option("--customer", required=True, metavar="COL", help="lifetime.customer_option")
@click.option("--time", required=True, metavar="COL", help="lifetime.time_option")
@click.option("--amount", required=True, metavar="EXPR", help="lifetime.amount_option")
@click.option(
    "--model",
    type=click.Choice(["bgnbd", "mbgnbd", "paretonbd", "bgbb"]),
    default="bgnbd",
    show_default=True,
    help="lifetime.model_option",
)
@click.option(
    "--time-unit", type=click.Choice(["day", "week", "month"]), default="week", show_default=True, help="lifetime.unit_option"
)
@click.option("--calibrate-until", type=_DAY, metavar="DATE", help="lifetime.calibrate_option")
@click.option("--horizon", type=click.IntRange(1, 10_000), default=39, show_default=True, help="lifetime.horizon_option")
@click.option("--discount", type=click.FloatRange(0, 100), default=0.1, show_default=True, help="lifetime.discount_option")
@click.option("--currency", metavar="COL", help="lifetime.currency_option")
@click.option("--where", metavar="EXPR", help="lifetime.where_option")
@click.option("--as-of", type=_DAY, metavar="DATE", help="lifetime.as_of_option")
@click.option("--tz", "zone", metavar="ZONE", help="lifetime.tz_option")
@click.option("--time-format", metavar="FMT", help="lifetime.time_format_option")
@click.option("--encoding", metavar="E", help="lifetime.encoding_option")
@click.option("--delimiter", metavar="D", help="lifetime.delimiter_option")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="lifetime.decimal_option")
@click.option("--ignore-zero", is_flag=True, help="lifetime.ignore_zero_option")
@click.option("--memory", metavar="SIZE", help="lifetime.memory_option")
@click.option("--threads", type=click.IntRange(1, 1024), help="lifetime.threads_option")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.parquet|csv", help="lifetime.output_option")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="lifetime.format_option",
)
@click.pass_obj
def value(
    app: SessionFactory,
    /,
    model: str,
    time_unit: str,
    calibrate_until: datetime | None,
    horizon: int,
    discount: float,
    as_of: datetime | None,
    memory: str | None,
    output: Path | None,
    style: str,
    **lines: Any,
) -> None:
    """Fit the models of lifetime value, and say what every customer is still worth."""
    # numpy and pyarrow load only when there is work
    from patron.core.config import parse_size
    from patron.core.scoring import ScoreCommand
    from patron.core.scoring.capacity import leave_pandas_out
    from patron.plugins.mining.value.analysis import ValueCommand, analyse_value

    leave_pandas_out()
    with app.session() as session:
        if output is not None:
            _check_target(output, lines["inputs"])
        size = None if memory is None else parse_size(memory)
        analysis = analyse_value(
            session,
            ValueCommand(
                lines=ScoreCommand(as_of=None if as_of is None else as_of.date(), memory=size, **lines),
                model=model,
                time_unit=time_unit,
                calibrate_until=None if calibrate_until is None else calibrate_until.date(),
                horizon=horizon,
                discount=discount,
            ),
        )
        _tell_skipped(session, analysis.rows)
        if output is not None:
            from patron.plugins.mining.value.output import write_customers

            write_customers(analysis, output)
            session.reporter.notice(session.t.within(WORDS)("lifetime.wrote", path=output))
        if style == "json":
            from patron.plugins.mining.value.summary import to_json

            click.echo(json.dumps(to_json(analysis), ensure_ascii=False, indent=2))
            return
        if style == "csv":
            from patron.core.scoring.table_files import csv_text
            from patron.plugins.mining.value.output import customer_table

            click.echo(csv_text(customer_table(analysis)), nl=False)
            return
        from patron.core.report.write import choose_renderer, render, terminal_options
        from patron.plugins.mining.value.page import value_page

        renderer = choose_renderer(session, code="terminal", target=None)
        click.echo(render(session, renderer, value_page(session, analysis), terminal_options()).decode(), nl=False)


def _check_target(output: Path, inputs: tuple[Path, ...]) -> None:
    """Refuse, before the long work, what could not be written or would overwrite what is read."""
    from patron import UsageError
    from patron.core.files import check_target, same_place
    from patron.plugins.mining.value.output import check_ending

    check_ending(output)
    if output.is_file() and any(same_place(output, path) for path in inputs):
        raise UsageError("score.same_file", path=output)
    check_target(output)


def _tell_skipped(session: Any, rows: Any) -> None:
    """Say on stderr what was left out."""
    t = session.t.within(WORDS)
    for reason, skipped in rows.skipped.items():
        if reason != "where":
            places = ", ".join(f"{place.file}:{place.line}" for place in skipped.first[:3])
            session.reporter.notice(
                t("lifetime.skipped", count=f"{skipped.count:,}", why=session.t(f"reason.{reason}"), places=places)
            )
