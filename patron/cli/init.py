"""
`patron init`: the database of an installation, made where there is none.
"""

import json
from pathlib import Path

import click

from patron.app import App
from patron.cli.wording import WORDS
from patron.core.i18n import Translator


@click.command("init", help="init.help", epilog="init.examples")
@click.option("--database", metavar="URL", help="init.database")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="init.format")
@click.pass_obj
def command(app: App, /, database: str | None, style: str) -> None:
    """Note the database in `patron.toml`, make its tables and the departments."""
    from patron.core.administration.configuring import choose_address, note_address
    from patron.core.administration.initialising import initialise

    settings, folder = app.settings, Path.cwd()
    address = choose_address(settings, database, folder)
    store = settings.store if address is None else settings.store._replace(database=address)
    with app._replace(settings=settings._replace(store=store)).session() as session:
        result = initialise(session)
    written = note_address(settings, address, folder) if address else None
    if style == "json":
        facts = {
            "configuration": str(written or settings.source.path or "") or None,
            "database": result.database,
            "made": result.made,
            "revisions": dict(result.revisions),
            "departments": list(result.departments),
        }
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    t = Translator(app.lang, WORDS)
    if written is not None:
        click.echo(t("init.written", path=written))
    click.echo(t("init.made" if result.made else "init.there", database=result.database))
    if result.departments:
        click.echo(t("init.departments", codes=", ".join(result.departments)))
    click.echo(t("init.next"))
