"""
`patron demo dealership`: the files of a dealership, brought into a database of its own by the commands that it shows.
"""

import shlex
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patron import Session, SessionFactory, UsageError
from patron.core.i18n import CORE, LANGUAGES, Catalogue

if TYPE_CHECKING:
    from patron.plugins.demo.dealership.files import DealershipFile

WORDS = Catalogue(Path(__file__).parent.parent / "locale", CORE)
FOLDER = "dealership"

MOST_LEADS, MOST_LINES = 1_000_000, 20_000_000
"""All is drawn at once, in memory."""

NAMED = 10
"""How many of the best customers are named."""

MONDAY = "2026-01-05"
"""The first working day after the books end: what is on the worklist then is a morning at the dealership."""

_VARIABLES = ("PATRON_CONFIG", "PATRON_STORE_DATABASE")


@click.command(help="demo.dealership_help", epilog="demo.dealership_examples")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=f"demo/{FOLDER}",
    show_default=True,
    help="demo.dealership_dir",
)
@click.option("--leads", type=click.IntRange(1, MOST_LEADS), default=4_000, show_default=True, help="demo.leads_option")
@click.option("--lines", type=click.IntRange(1, MOST_LINES), help="demo.order_lines_option")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="demo.dealership_seed")
@click.option("--database", metavar="URL", help="demo.database_option")
@click.option("--files-only", is_flag=True, help="demo.files_only_option")
@click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help="demo.lang_option")
@click.pass_context
def dealership(
    context: click.Context, folder: Path, leads: int, lines: int | None, seed: int, database: str | None, files_only: bool
) -> None:
    """Make an example dealership, import it, score it and name the best customers."""
    make_dealership(context, folder, leads=leads, lines=lines, seed=seed, database=database, files_only=files_only)


def make_dealership(
    context: click.Context,
    folder: Path,
    *,
    leads: int = 4_000,
    lines: int | None = None,
    seed: int = 7,
    database: str | None = None,
    files_only: bool = False,
) -> None:
    """
    Make a dealership in a folder of its own.

    Args:
        context: of the command that is run.
        folder: where the files go, and the configuration.
        leads: how many.
        lines: how many order lines; five a lead by default.
        seed: which of all possible dealerships.
        database: its address; a file in the folder by default.
        files_only: write the files, and do nothing with them.

    Raises:
        UsageError: something else lives in the folder, in the database or in the environment.
        PatronError: a step failed.
    """
    from patron.plugins.demo.dealership.files import files_of
    from patron.plugins.demo.dealership.plan import Dealership
    from patron.plugins.demo.dealership.steps import commands, refuse_strange, write_configuration

    plan = Dealership(leads=leads, seed=seed) if lines is None else Dealership(leads=leads, lines=lines, seed=seed)
    files = files_of(plan)
    outer: SessionFactory = context.obj
    with outer.session() as session:
        refuse_variables(session)
        make_folder(folder)
        configuration = write_configuration(folder, plan, WORDS).absolute()
        write_files(session, folder, files)
        if files_only:
            return
        session.reporter.notice(session.t.within(WORDS)("demo.runs_in", folder=folder))
    with chdir(folder):
        run(context, outer.configured(configuration), ("init", *(("--database", database) if database else ())))
        with outer.configured(configuration).session() as session:
            refuse_strange(session, WORDS)
            steps = tuple(commands(session, files))
        for arguments in steps:
            run(context, outer.configured(configuration), arguments)
        with outer.configured(configuration).session() as session:
            tell(session, folder)


def write_files(session: Session, folder: Path, files: "tuple[DealershipFile, ...]") -> None:
    """Write the files and say how much stands in them."""
    from patron.plugins.demo.dealership.files import write_file

    t = session.t.within(WORDS)
    rows = 0
    with session.reporter.progress(t("demo.writing_files"), len(files)) as task:
        for file in files:
            rows += write_file(file, folder)
            task.advance(1)
    session.reporter.notice(t("demo.files_made", folder=folder, files=len(files), rows=f"{rows:,}"))


def tell(session: Session, folder: Path) -> None:
    """Name the best customers, and say what could be typed next."""
    from patron.plugins.demo.dealership.steps import SCORES, find_batch, find_best

    t = session.t.within(WORDS)
    best = find_best(session, Path(SCORES), NAMED)
    click.echo()
    click.echo(t("demo.best", count=f"{best.count:,}", share=f"{best.share:.1%}", named=len(best.first)))
    for place, customer in enumerate(best.first, 1):
        click.echo(f"{place:4}  {customer.value:>16,.2f}  {customer.name}")
    click.echo()
    told = {"customer": best.first[0].id, "batch": find_batch(session), "monday": MONDAY}
    click.echo(t("demo.next", folder=shlex.quote(str(folder)), **told))


def run(context: click.Context, factory: SessionFactory, arguments: tuple[str, ...]) -> None:
    """
    Show a command of the command line, and run it in this process.

    Raises:
        UsageError: there is no such command.
        PatronError: the command failed.
    """
    root = context.find_root()
    command = root.command.get_command(root, arguments[0]) if isinstance(root.command, click.Group) else None
    if command is None:
        raise UsageError("demo.no_command", catalogue=WORDS, command=arguments[0])
    with factory.session() as session:
        session.reporter.notice(f"\n    patron {shlex.join(arguments)}")
    with command.make_context(arguments[0], list(arguments[1:]), parent=root, obj=factory) as inner:
        command.invoke(inner)


def refuse_variables(session: Session) -> None:
    """
    Refuse to work where the environment names another configuration or database than that of the demo.

    Raises:
        UsageError: it does.
    """
    for name in _VARIABLES:
        if name in session.settings.source.variables:
            raise UsageError("demo.variable", catalogue=WORDS, name=name)


def make_folder(folder: Path) -> None:
    """
    Make the folder of the demo, unless it is there.

    Raises:
        OutputError: it can't be made.
    """
    from patron.core.files import output_error

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error
