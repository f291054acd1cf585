"""
How forms about customers are printed and written, filled in with what is known.
"""

import json
from pathlib import Path

import click

from patron.cli.printing import Printer, print_json
from patron.cli.tables import print_table
from patron.core.crm import FilledForm
from patron.core.crm.forms import Entry
from patron.core.i18n import LANGUAGES
from patron.core.session import Session

_BLANK = "____"


def print_form(session: Session, filled: FilledForm) -> None:
    """Print a form; what has to be asked is left blank."""
    printer = Printer(session, "text")
    click.echo(f"{filled.title} · {printer.heading(filled.customer)}")
    print_table([(one.label, one.text if one.known else _BLANK) for one in filled.entries])


def print_known(session: Session, filled: FilledForm, style: str) -> None:
    """Print which questions are answered, and which are left."""
    if style == "json":
        print_json({"known": [one.name for one in filled.entries if one.known], "ask": [one.name for one in filled.to_ask]})
        return
    t = Printer(session, "text").t
    answered = [t("consent.answer", label=one.label, text=one.text) for one in filled.entries if one.known]
    click.echo(t("consent.do_not_ask"))
    click.echo("\n".join(f"  {line}" for line in answered) or "  –")
    click.echo(t("consent.still_ask"))
    click.echo("\n".join(f"  {one.label}" for one in filled.to_ask) or "  –")


def write_form(session: Session, filled: FilledForm, path: Path) -> None:
    """Write a form to a sheet of one row, or to JSON, whose names the channel of receptions reads back."""
    from patron.core.exchange import writing_to
    from patron.core.files import atomic_target

    if path.suffix.lower() == ".json":
        said = {one.name: one.value for one in filled.entries}
        with atomic_target(path) as temporary:
            temporary.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")
    else:
        with writing_to(path, "utf-8-sig", filled.form) as writer:
            writer.header([_heading(session, one) for one in filled.entries])
            writer.rows([["" if one.hidden else one.text for one in filled.entries]])
    session.reporter.notice(Printer(session, "text").t("consent.form_wrote", path=path, count=len(filled.to_ask)))


def _heading(session: Session, entry: Entry) -> str:
    """Return the heading of a question: in English its name, else its label, as far as who reads the sheet back knows it."""
    from patron.core.payloads import by_headings

    known = entry.name in by_headings({entry.label: "–"}, {})
    return entry.label if known and session.t.lang != LANGUAGES[0] else entry.name
