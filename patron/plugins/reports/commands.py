"""
`patron report`: which reports there are, and one of a scores file in any format.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from patron import RenderOptions, UsageError
from patron.core.files import check_target
from patron.core.i18n import CORE, Catalogue
from patron.core.report.build import build_report, list_reports
from patron.core.report.facts import Facts, score_facts
from patron.core.report.stored import open_scores
from patron.core.report.write import choose_renderer, render, terminal_options, write_report

if TYPE_CHECKING:
    from patron import SessionFactory

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)


@click.group(help="commands.report")
def report() -> None:
    """Hold the commands on reports."""


@report.command("list", help="commands.list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="commands.list_format")
@click.pass_obj
def list_command(app: SessionFactory, form: str) -> None:
    """Print the reports of all plugins."""
    with app.session() as session:
        entries = list_reports(session)
    if form == "json":
        click.echo(json.dumps([attrs.asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return
    for entry in entries:
        click.echo(f"{entry.name}\t{entry.title}\t{', '.join(entry.sections)}")


@report.command("show", help="commands.show")
@click.argument("name")
@click.option("--scores", type=click.Path(path_type=Path), help="commands.scores")
@click.option("--format", "form", help="commands.format")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="commands.output")
@click.option("--section", "sections", multiple=True, help="commands.section")
@click.pass_obj
def show_command(
    app: SessionFactory, name: str, scores: Path | None, form: str | None, output: Path | None, sections: tuple[str, ...]
) -> None:
    """Build a report, of a scores file where it speaks of scores, and draw it or write it to a file."""
    with app.session() as session:
        renderer = choose_renderer(session, code=form, target=output)
        if output is None and renderer.item.binary and sys.stdout.isatty():
            raise UsageError("commands.binary_to_terminal", catalogue=WORDS, form=renderer.item.code)
        if output is not None:
            check_target(output)
        document = build_report(session, name, {} if scores is None else _facts_of(scores), only=sections)
        if output is not None:
            write_report(session, renderer, document, output, RenderOptions())
            session.reporter.notice(session.t.within(WORDS)("commands.written", path=output))
            return
        sys.stdout.buffer.write(render(session, renderer, document, terminal_options()))
        sys.stdout.buffer.flush()


def _facts_of(path: Path) -> Facts:
    stored = open_scores(path)
    return score_facts(stored.run, stored.read)
