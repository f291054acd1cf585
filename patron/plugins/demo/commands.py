"""
`patron demo`, `patron demo shop`, and what both examples share.

The demo runs the very command line that it shows: what a newcomer sees is what they would type for a file of their own.
"""

from contextlib import AbstractContextManager
from pathlib import Path

import click

from patron import Session, SessionFactory
from patron.core.i18n import LANGUAGES
from patron.plugins.demo.dealership.commands import FOLDER, WORDS, dealership, make_dealership, make_folder, refuse_variables, run

AS_OF = "2025-12-31"
"""The last day of the example shop's books."""

LARGEST = 10_000_000_000


@click.group(invoke_without_command=True, help="demo.help", epilog="demo.examples")
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default="demo", show_default=True, help="demo.dir_option"
)
@click.option("--lines", type=click.IntRange(1, LARGEST), default=200_000, show_default=True, help="demo.lines_option")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="demo.seed_option")
# The command line reads --lang wherever it stands; a group has to let it pass.
@click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help="demo.lang_option")
@click.pass_context
def demo(context: click.Context, folder: Path, lines: int, seed: int) -> None:
    """Make an example shop and an example dealership: the group's own work when no sub-command is named."""
    if context.invoked_subcommand is None:
        with open_session(context) as session:
            refuse_variables(session)
        make_shop(context, folder, lines=lines, seed=seed)
        make_dealership(context, folder / FOLDER, seed=seed)


def make_shop(context: click.Context, folder: Path, *, lines: int, seed: int) -> None:
    """Make a shop, score its file and draw its report."""
    source, scores = folder / "shop.parquet", folder / "scores"
    report = scores.with_suffix(".html")
    arguments = [
        *("score", str(source), "--customer", "customer_id", "--time", "ordered_at", "--amount", "amount", "--order", "order_id"),
        *("--cost", "cost", "--discount", "discount", "--product", "product", "--as-of", AS_OF),
        *("-o", str(scores.with_suffix(".parquet")), "--report", str(report)),
    ]
    with open_session(context) as session:
        make_folder(folder)
        make(session, source, lines=lines, seed=seed)
        session.reporter.notice(session.t.within(WORDS)("demo.runs"))
    run(context, context.obj, tuple(arguments))
    with open_session(context) as session:
        session.reporter.notice(session.t.within(WORDS)("demo.look", path=report))


demo.add_command(dealership)


@demo.command(help="demo.shop_help", epilog="demo.shop_examples")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE", help="demo.output_option"
)
@click.option("--lines", type=click.IntRange(1, LARGEST), default=200_000, show_default=True, help="demo.lines_option")
@click.option("--customers", type=click.IntRange(1), help="demo.customers_option")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="demo.seed_option")
@click.option("--ids", type=click.Choice(["text", "int"]), default="text", show_default=True, help="demo.ids_option")
@click.pass_context
def shop(context: click.Context, output: Path, lines: int, customers: int | None, seed: int, ids: str) -> None:
    """Write the order lines of an example shop to a file."""
    with open_session(context) as session:
        make(session, output, lines=lines, seed=seed, customers=customers, integer_ids=ids == "int")


def open_session(context: click.Context) -> AbstractContextManager[Session]:
    """Open a session of the application that runs the command."""
    factory: SessionFactory = context.obj
    return factory.session()


def make(session: Session, path: Path, *, lines: int, seed: int, customers: int | None = None, integer_ids: bool = False) -> None:
    """Write a shop to *path* and say what stands there."""
    from patron.plugins.demo.shop import Shop
    from patron.plugins.demo.writing import write_shop

    t = session.t.within(WORDS)
    chosen = Shop(lines=lines, seed=seed) if customers is None else Shop(lines=lines, seed=seed, customers=customers)
    with session.reporter.progress(t("demo.making", lines=f"{lines:,}"), lines) as task:
        write_shop(chosen, path, words=WORDS, integer_ids=integer_ids, advance=task.advance)
    session.reporter.notice(t("demo.made", path=path, lines=f"{lines:,}", customers=f"{chosen.customers:,}"))
