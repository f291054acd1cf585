"""
`patron report`: which reports there are, and one of the database, or of a scores file, in any format.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from patron import RenderOptions, UsageError
from patron.core.errors import ConfigurationError
from patron.core.files import check_target
from patron.core.i18n import CORE, Catalogue
from patron.core.records.report import SCORE_RUN
from patron.core.report.asking import ReportQuery, ask
from patron.core.report.build import facts_named, list_reports, sections_of
from patron.core.report.facts import Facts, score_facts
from patron.core.report.stored import open_scores
from patron.core.report.write import TERMINAL, choose_renderer, render, terminal_options, write_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patron import SessionFactory
    from patron.core.session import Session

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)
TEXT = "text"
"""What the other commands call the format of the terminal."""


@click.group(help="commands.report")
def report() -> None:
    """Hold the commands on reports."""


@report.command("list", help="commands.list")
@click.option("--format", "form", type=click.Choice([TEXT, "json"]), default=TEXT, help="commands.list_format")
@click.pass_obj
def list_command(app: SessionFactory, form: str) -> None:
    """Print the reports of all plugins, the question that each answers, and what it speaks of."""
    with app.session() as session:
        entries = list_reports(session)
    if form == "json":
        click.echo(json.dumps([attrs.asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return
    longest = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        click.echo(f"{entry.name.ljust(longest)}  {entry.question or entry.title}  [{', '.join(entry.facts)}]")


@report.command("show", help="commands.show")
@click.argument("name")
@click.option("--period", metavar="PERIOD", help="commands.period")
@click.option("--from", "first", metavar="DAY", help="commands.first")
@click.option("--to", "last", metavar="DAY", help="commands.last")
@click.option("--last", "latest", metavar="LENGTH", help="commands.latest")
@click.option("--by", metavar="CUT,…", help="commands.by")
@click.option("--as-of", metavar="DAY", help="commands.as_of")
@click.option("--known-at", metavar="TIME", help="commands.known_at")
@click.option("--limit", "most", type=click.IntRange(min=0), help="commands.limit")
@click.option("--rows", metavar="TABLE:ROW:COLUMN", help="commands.rows")
@click.option("--section", "sections", multiple=True, help="commands.section")
@click.option("--scores", type=click.Path(path_type=Path), help="commands.scores")
@click.option("--format", "form", help="commands.format")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="commands.output")
@click.pass_obj
def show_command(
    app: SessionFactory, /, name: str, form: str | None, output: Path | None, scores: Path | None, **asked: Any
) -> None:
    """Build a report, of the database or of a scores file, and draw it or write it to a file."""
    with app.session() as session:
        renderer = choose_renderer(session, code=TERMINAL if form == TEXT else form, target=output)
        if output is None and renderer.item.binary and sys.stdout.isatty():
            raise UsageError("commands.binary_to_terminal", catalogue=WORDS, form=renderer.item.code)
        if output is not None:
            check_target(output)
        given = _published(session, name, asked["sections"]) if scores is None else _facts_of(session, scores)
        document = ask(session, ReportQuery(name=name, **asked), given)
        if output is not None:
            write_report(session, renderer, document, output, RenderOptions())
            session.reporter.notice(session.t.within(WORDS)("commands.written", path=output))
            return
        sys.stdout.buffer.write(render(session, renderer, document, terminal_options()))
        sys.stdout.buffer.flush()


def _facts_of(session: Session, path: Path) -> Facts:
    stored = open_scores(path)
    return score_facts(session, stored.run, stored.read)


def _published(session: Session, name: str, only: Sequence[str]) -> Facts:
    """Return the published run of the database, where the report speaks of scores and there is one."""
    if SCORE_RUN not in facts_named(sections_of(session, name, only)):
        return {}
    from patron.core.scoring.runs import show_run  # loads the database's libraries
    from patron.core.scoring.stored import stored_table
    from patron.core.store import StoreError

    try:
        stored, run = show_run(session, None)
    except (ConfigurationError, StoreError):  # no database, or nothing published: the report itself says how to get scores
        return {}
    return score_facts(session, run, lambda names: stored_table(session, stored, names))
