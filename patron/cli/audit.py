"""
`patron audit`: the proof that nobody edited the history.
"""

import json

import click

from patron.app import App
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
