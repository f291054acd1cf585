"""
`patron audit`: the proof that nobody edited the history.
"""

import json

import click

from patron.app import App
from patron.cli.options import BY
from patron.cli.wording import WORDS
from patron.core.i18n import Translator


@click.group("audit", help="audit.help")
def command() -> None:
    """Hold the commands about the history's soundness."""


@command.command("head", help="audit.head_help")
@click.pass_obj
def head(app: App, /) -> None:
    """Print the end of the history, to be kept elsewhere."""
    from patron.core.audit import read_head

    with app.session() as session:
        click.echo(str(read_head(session)))


@command.command("verify", help="audit.verify_help")
@click.option("--anchor", metavar="HEAD", help="audit.anchor")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="audit.format")
@click.pass_context
def verify(ctx: click.Context, anchor: str | None, style: str) -> None:
    """Walk the history and say how far it holds; exit 1 where it doesn't."""
    from patron.core.audit import parse_anchor, verify_history

    app: App = ctx.obj
    with app.session() as session:
        verdict = verify_history(session, None if anchor is None else parse_anchor(anchor))
    if style == "json":
        found = {"checked": verdict.checked, "head": str(verdict.head), "broken_at": verdict.broken_at, "reason": verdict.reason}
        click.echo(json.dumps(found))
    else:
        t = Translator(app.lang, WORDS)
        key = "audit.sound" if verdict.broken_at is None else f"audit.broken_{verdict.reason}"
        click.echo(t(key, checked=verdict.checked, head=verdict.head, sequence=verdict.broken_at))
    if verdict.broken_at is not None:
        ctx.exit(1)


@command.command("changes", help="audit.changes_help", epilog="audit.changes_example")
@BY
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="audit.limit")
@click.option("--format", "style", type=click.Choice(["text", "json", "csv"]), default="text", help="records.format")
@click.pass_obj
def changes(app: App, /, by: str | None, limit: int, style: str) -> None:
    """Print who changed what, the latest first."""
    from patron.cli.printing import Printer
    from patron.core.audit import list_changes

    with app.session() as session:
        found = list_changes(session, by=by, limit=limit)
        Printer(session, style).all_changes(found.changes, found.names)
