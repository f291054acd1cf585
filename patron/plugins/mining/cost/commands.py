"""
`patron analyse cost`: what serving customers costs by channel, who is gold, and who causes cost.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.plugins.mining.rows.commands import READING, Positive, Share, database_options, echo, words_of

if TYPE_CHECKING:
    from patron import SessionFactory


class MoveOption(click.ParamType[tuple[Any, str, str]]):
    """A part of the contacts of a channel, and where it goes: `10%:field:phone`."""

    name = "move"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Any, str, str]:
        """Return the part and both channels."""
        if isinstance(value, tuple):
            return value
        parts = str(value).split(":")
        if len(parts) != 3 or not all(part.strip() for part in parts):  # a part and two channels
            self.fail(words_of(ctx)("cost.bad_move", value=str(value)[:40]), param, ctx)
        return Share().convert(parts[0], param, ctx), parts[1].strip(), parts[2].strip()


@click.command(name="cost", help="cost.help", epilog="cost.examples")
@database_options
@click.option("--customer", metavar="COL", help="cost.customer")
@click.option("--channel", metavar="COL", help="cost.channel")
@click.option("--count", metavar="COL", help="cost.count")
@click.option("--cost", "prices", multiple=True, metavar="CHANNEL=COST", help="cost.prices")
@click.option("--unit-cost", "unit", type=Positive(), default="1", show_default=True, metavar="N", help="cost.unit")
@click.option("--move", type=MoveOption(), metavar="SHARE:FROM:TO", help="cost.move")
@click.option("--scores", type=click.Path(path_type=Path), metavar="SCORES.parquet", help="cost.scores")
@click.option("--gold", type=Share(), default="0.05", show_default=True, metavar="SHARE", help="cost.gold_option")
@click.option("--bottom", type=Share(), default="0.20", show_default=True, metavar="SHARE", help="cost.bottom")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="cost.output")
@click.pass_obj
def cost(
    app: SessionFactory, /, style: str, customer: str | None, channel: str | None, move: Any, output: Path | None, **options: Any
) -> None:
    """Reckon costs to serve."""
    from patron import Action, UsageError
    from patron.core.scoring.capacity import leave_pandas_out
    from patron.core.scoring.rows import RowsCommand
    from patron.core.scoring.table_files import check_tables, write_table
    from patron.plugins.mining.cost.analysis import CostCommand, Move, analyse_cost
    from patron.plugins.mining.cost.forms import cost_json, cost_page, cost_table
    from patron.plugins.mining.rows.telling import result_text, tell_skipped, tell_written
    from patron.plugins.mining.rows.words import WORDS

    rows = RowsCommand(**{name: options.pop(name) for name in READING})
    leave_pandas_out()
    with app.session() as session:
        if rows.inputs and not (customer and channel):
            raise UsageError("cost.needs_columns", catalogue=WORDS)
        scores: Path | None = options["scores"]
        check_tables((*rows.inputs, *([] if scores is None else [scores])), [output])
        if not rows.inputs and (output is not None or style == "csv"):
            with session.read() as reader:  # who takes customers out of the database must be allowed to
                reader.policy.require(reader.actor, Action.EXPORT, "customer")
        moved = None if move is None else Move(share=move[0], source=move[1], target=move[2])
        asked = CostCommand(rows=rows, customer=customer or "", channel=channel or "", move=moved, **options)
        found = analyse_cost(session, asked)
        if found.rows is not None:
            tell_skipped(session, found.rows)
        if output is not None:
            write_table(cost_table(found), output)
            tell_written(session, output)
        echo(
            result_text(
                session,
                style,
                page_of=lambda: cost_page(session, found),
                summary=lambda: cost_json(found),
                table=lambda: cost_table(found),
            )
        )
