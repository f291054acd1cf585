"""
`patron db`: the life of the database, upgraded, looked at, checked, backed up and restored.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from patron.app import App
from patron.cli.tables import print_table
from patron.cli.wording import WORDS
from patron.core.i18n import Translator

_FORMAT = click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="db.format")


@click.group("db", help="db.help")
def command() -> None:
    """Hold the commands about the database."""


@command.command("status", help="db.status_help", epilog="db.status_examples")
@_FORMAT
@click.pass_obj
def status(app: App, /, style: str) -> None:
    """Print how far the database is."""
    from patron.core.administration.status import read_status

    with app.session() as session:
        found = read_status(session)
    if style == "json":
        series = [{"name": one.name, "revision": one.revision, "head": one.head, "place": one.place} for one in found.standings]
        _print_json({"database": found.database, "series": series})
        return
    t = Translator(app.lang, WORDS)
    click.echo(t("db.database", database=found.database))
    head = tuple(t(f"db.{key}") for key in ("owner", "revision", "known", "place"))
    rows = [(one.name, one.revision or "–", one.head or "–", t(f"db.place_{one.place}")) for one in found.standings]
    print_table([head, *rows])


@command.command("upgrade", help="db.upgrade_help", epilog="db.upgrade_examples")
@click.option("--backup", type=click.Path(path_type=Path), metavar="FILE", help="db.upgrade_backup")
@click.option("--no-backup", is_flag=True, help="db.no_backup")
@_FORMAT
@click.pass_obj
def upgrade(app: App, /, backup: Path | None, no_backup: bool, style: str) -> None:
    """Bring the tables to those of this program, a backup first."""
    from patron.core.administration.upgrading import upgrade_database

    t = Translator(app.lang, WORDS)
    if backup and no_backup:
        raise click.UsageError(t("db.backup_and_none"))
    with app.session() as session:
        done = upgrade_database(session, backup=backup, without_backup=no_backup)
    if style == "json":
        facts = {
            "database": done.database,
            "backup": str(done.backup) if done.backup else None,
            "done": [list(one) for one in done.done],
        }
        _print_json({**facts, "indexes_made": list(done.indexes.made), "indexes_dropped": list(done.indexes.dropped)})
        return
    if done.backup:
        click.echo(t("db.backup_made", file=done.backup))
    for name, revision in done.done:
        click.echo(t("db.revision_run", name=name, revision=revision))
    for field in done.indexes.made:
        click.echo(t("db.index_made", field=field))
    click.echo(t("db.current", database=done.database))


@command.command("check", help="db.check_help", epilog="db.check_examples")
@_FORMAT
@click.pass_context
def check(ctx: click.Context, style: str) -> None:
    """Look for damage; exit 1 where there is some."""
    from patron.core.administration.keeping import check_database

    app: App = ctx.obj
    with app.session() as session:
        found = check_database(session)
    if style == "json":
        damages = [{"table": one.table, "kind": one.kind, "detail": one.detail} for one in found.damages]
        _print_json({"database": found.database, "damages": damages})
    else:
        t = Translator(app.lang, WORDS)
        for one in found.damages:
            click.echo(t(f"db.damage_{one.kind}", table=one.table or t("db.whole"), detail=one.detail))
        click.echo(t("db.damaged" if found.damages else "db.sound", database=found.database, count=len(found.damages)))
    if found.damages:
        ctx.exit(1)


@command.command("backup", help="db.backup_help", epilog="db.backup_examples")
@click.argument("file", type=click.Path(path_type=Path))
@_FORMAT
@click.pass_obj
def backup(app: App, /, file: Path, style: str) -> None:
    """Write a backup and its label."""
    from patron.core.administration.keeping import back_up_database
    from patron.core.store.label import label_path

    with app.session() as session:
        label = back_up_database(session, file)
    if style == "json":
        _print_json(
            {
                "file": str(file),
                "label": str(label_path(file)),
                "size": label.size,
                "sha256": label.sha256,
                "head": str(label.head),
            }
        )
        return
    t = Translator(app.lang, WORDS)
    click.echo(t("db.backed_up", file=file, size=label.size, label=label_path(file)))


@command.command("restore", help="db.restore_help", epilog="db.restore_examples")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="db.force")
@_FORMAT
@click.pass_obj
def restore(app: App, /, file: Path, force: bool, style: str) -> None:
    """Put the state of a backup in the place of the database."""
    from patron.core.administration.keeping import restore_database

    with app.session() as session:
        done = restore_database(session, file, force=force)
    if style == "json":
        facts: Mapping[str, object] = {"database": done.database, "made_at": done.label.made_at.isoformat()}
        _print_json({**facts, "kept": str(done.old) if done.old else None, "outdated": done.outdated})
        return
    t = Translator(app.lang, WORDS)
    click.echo(t("db.restored", database=done.database, made_at=f"{done.label.made_at:%Y-%m-%d %H:%M} UTC"))
    if done.old:
        click.echo(t("db.kept", file=done.old))
    if done.outdated:
        click.echo(t("db.outdated"))


def _print_json(facts: object) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
