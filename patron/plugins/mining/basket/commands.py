"""
`patron analyse basket`: what is bought together, as rules, and what to suggest to whom.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.plugins.mining.rows.commands import READING, Share, echo, reading_options

if TYPE_CHECKING:
    from patron import SessionFactory


@click.command(name="basket", help="basket.help", epilog="basket.examples")
@reading_options
@click.option("--transaction", required=True, metavar="COL", help="basket.transaction")
@click.option("--item", required=True, metavar="COL", help="basket.item")
@click.option("--customer", metavar="COL", help="basket.customer")
@click.option("--min-support", "support", type=Share(), required=True, metavar="SHARE", help="basket.min_support")
@click.option("--min-confidence", "confidence", type=Share(), required=True, metavar="SHARE", help="basket.min_confidence")
@click.option("--max-consequent", type=click.IntRange(min=1), help="basket.max_consequent")
@click.option("--min-length", type=click.IntRange(min=2), default=2, show_default=True, help="basket.min_length")
@click.option("--max-length", type=click.IntRange(min=2), help="basket.max_length")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="basket.output")
@click.option("--itemsets", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="basket.itemsets")
@click.option("--recommend", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="basket.recommend")
@click.option("--top", type=click.IntRange(1, 100), default=5, show_default=True, help="basket.top")
@click.pass_obj
def basket(
    app: SessionFactory,
    /,
    style: str,
    output: Path | None,
    itemsets: Path | None,
    recommend: Path | None,
    top: int,
    **options: Any,
) -> None:
    """Find association rules."""
    from patron.core.scoring.capacity import leave_pandas_out
    from patron.core.scoring.rows import RowsCommand
    from patron.core.scoring.table_files import check_tables, write_table
    from patron.plugins.mining.basket.analysis import BasketCommand, analyse_baskets
    from patron.plugins.mining.basket.forms import basket_json, basket_page, itemset_table, suggestions
    from patron.plugins.mining.rows.rule_tables import rule_pieces
    from patron.plugins.mining.rows.telling import result_text, tell_skipped, tell_written

    rows = RowsCommand(**{name: options.pop(name) for name in READING})
    leave_pandas_out()
    with app.session() as session:
        check_tables(rows.inputs, [output, itemsets, recommend])
        found = analyse_baskets(session, BasketCommand(rows=rows, **options))
        tell_skipped(session, found.rows)
        if output is not None:
            write_table(rule_pieces(found.rules, found.names), output)
            tell_written(session, output)
        if itemsets is not None:
            write_table(itemset_table(found), itemsets)
            tell_written(session, itemsets)
        if recommend is not None:
            write_table(suggestions(found, top), recommend)
            tell_written(session, recommend)
        echo(
            result_text(
                session,
                style,
                page_of=lambda: basket_page(session, found),
                summary=lambda: basket_json(found),
                table=lambda: rule_pieces(found.rules, found.names),
            )
        )
