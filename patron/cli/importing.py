"""
`patron import`: records from files.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.cli.options import list_command, show_command
from patron.cli.wording import WORDS
from patron.core.errors import UsageError
from patron.core.names import listed
from patron.core.session import Session, SessionFactory

if TYPE_CHECKING:
    from patron.cli.printing import Printer
    from patron.core.exchange import ImportResult, Reason, Verdict, Wishes

_KINDS = (
    "leads",
    "customers",
    "interactions",
    "orders",
    "campaigns",
    "spends",
    "market",
    "products",
    "users",
    "teams",
    "consents",
)
_LAST_HEADER_ROW = 1000
_ASIDES = 5
"""Rows that were left out which are named, at most."""
_COLUMNS = ("kind", "file", "started_at", "user_id", "created", "updated", "unchanged", "rejected", "asked", "status")


@click.group("import", help="importing.help", epilog="importing.examples")
def command() -> None:
    """Hold a command for each kind of file."""


_SINCE = click.option("--since", metavar="TIME", help="importing.since")
_IDENTITIES = click.option(
    "--no-likeness", "likeness", is_flag=True, default=True, flag_value=False, help="importing.no_likeness"
)


def _command(kind: str) -> click.Command:
    @click.command(kind, help=f"importing.{kind}_help", epilog=f"importing.{kind}_example")
    @click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
    @click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="importing.map")
    @click.option("--map-file", type=click.Path(path_type=Path), metavar="MAP.toml", help="importing.map_file")
    @click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="importing.set")
    @click.option("--system", metavar="NAME", help="importing.system")
    @click.option("--dry-run", is_flag=True, help="importing.dry_run")
    @click.option("--rejects", type=click.Path(path_type=Path), metavar="FILE", help="importing.rejects")
    @click.option("--tz", "zone", metavar="ZONE", help="importing.tz")
    @click.option("--encoding", metavar="E", help="importing.encoding")
    @click.option("--delimiter", metavar="D", help="importing.delimiter")
    @click.option("--sheet", metavar="NAME", help="importing.sheet")
    @click.option("--header-row", type=click.IntRange(1, _LAST_HEADER_ROW), metavar="N", help="importing.header_row")
    @click.option(
        "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="importing.format"
    )
    @click.pass_context
    def run(ctx: click.Context, /, path: Path, style: str, since: str | None = None, **options: Any) -> None:
        from patron.core.crm.records import require_come
        from patron.core.crm.values import read_instant
        from patron.core.exchange import ImportCommand, SourceOptions, import_file

        wishes = _wishes(options.pop("maps"), options.pop("constants"), options.pop("map_file"))
        reading = SourceOptions(**{name: options.pop(name) for name in ("encoding", "delimiter", "sheet", "header_row")})
        verdicts: list[Verdict] = []
        app: SessionFactory = ctx.obj
        with app.session() as session:
            zone = options["zone"] or session.settings.timezone
            # Today's end is still to come and means what is true now.
            require_come(session, read_instant("--since", since, zone))
            at = read_instant("--since", since, zone, ends=True)
            asked = ImportCommand(kind=kind, path=path, wishes=wishes, options=reading, since=at, **options)
            listener = None
            if asked.dry_run:
                listener = verdicts.append if style == "json" else _shown(session)
            result = import_file(session, asked, listener)
            if style == "json":
                click.echo(json.dumps(_as_json(session, result, verdicts), ensure_ascii=False, indent=2))
            else:
                _tell(session, result)
        if result.rejected and result.rejected == result.rows:
            ctx.exit(1)

    if kind not in {"leads", "customers"}:
        return run
    weighed = _IDENTITIES(run)
    return _SINCE(weighed) if kind == "leads" else weighed


for _kind in _KINDS:
    command.add_command(_command(_kind))


command.add_command(list_command("batch", _COLUMNS, order=("-id",)))


def _show(session: Session, printer: "Printer", number: int) -> None:
    """Print an import, and on a line each why rows were refused."""
    import attrs

    from patron.core.crm import show_record
    from patron.core.exchange import reasons_of

    page = show_record(session, "batch", number)
    (batch,) = page.records
    reasons = reasons_of(batch)
    if printer.style == "text":
        printer.record(attrs.evolve(batch, reasons=None), page.names)
        for reason in reasons:
            click.echo(f"  {session.said(reason.message())}")
    else:
        refused = {"refused": [_reason_as_json(session, one) for one in reasons]}
        printer.record(batch, page.names, **refused)


command.add_command(show_command("batch", _show, moving=False))


@command.command("revert", help="importing.revert_help", epilog="importing.revert_example")
@click.argument("batch", type=click.IntRange(min=1))
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="importing.format"
)
@click.pass_obj
def revert(app: SessionFactory, /, batch: int, style: str) -> None:
    """Take an import back."""
    from patron.cli.counting import counted
    from patron.core.exchange import revert_import

    with app.session() as session:
        result = revert_import(session, batch)
        if style == "json":
            found = {"batch": result.batch_id, "deleted": dict(result.deleted), "restored": dict(result.restored)}
            click.echo(json.dumps(found, ensure_ascii=False))
            return
        t = session.t.within(WORDS)
        for key, counts in (("deleted", result.deleted), ("restored", result.restored)):
            if counts:
                click.echo(t(f"importing.{key}", records=counted(t, counts)))
        click.echo(t("importing.reverted", batch=result.batch_id))


def _wishes(maps: tuple[str, ...], constants: tuple[str, ...], file: Path | None) -> "Wishes":
    from patron.core.exchange import Wishes, read_map_file

    read = Wishes() if file is None else read_map_file(file)
    return Wishes(columns={**read.columns, **_pairs(maps, "--map")}, constants={**read.constants, **_pairs(constants, "--set")})


def _pairs(written: tuple[str, ...], option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in written:
        # A header may have an equals sign of its own; a field has none.
        name, sign, value = pair.partition("=") if option == "--set" else pair.rpartition("=")
        if not sign or not name.strip():
            raise UsageError("importing.no_pair", catalogue=WORDS, option=option, got=pair[:60])
        found[name.strip()] = value.strip()
    return found


def _shown(session: Session) -> "Callable[[Verdict], None]":
    """Return what prints a verdict on a line."""
    t = session.t.within(WORDS)
    words: dict[str, str] = {}

    def show(verdict: "Verdict") -> None:
        outcome = words.setdefault(verdict.outcome, t(f"importing.outcome_{verdict.outcome}"))
        click.echo("\t".join([str(verdict.row), outcome, *verdict.reasons]))

    return show


def _tell(session: Session, result: "ImportResult") -> None:
    t = session.t.within(WORDS)
    if result.already:
        click.echo(t("importing.already", file=result.file, batch=result.batch_id))
        if result.rejected:
            click.echo(t("importing.already_rejected", batch=result.batch_id))
    elif result.resumed_at:
        click.echo(t("importing.resumed", rows=f"{result.resumed_at:,}"))
    _tell_counts(session, result)
    if result.asked:
        key = "asked_dry" if result.dry_run else "asked" if _may_look(session) else "asked_others"
        click.echo(t(f"importing.{key}", n=result.asked))
    if result.likened:
        click.echo(t("importing.likened", n=result.likened, row=f"{result.likened_row:,}"))
    if result.rounded:
        click.echo(t("importing.rounded", count=f"{result.rounded:,}"))
    if result.unjoined:
        names = listed(result.unjoined_names, 5)
        click.echo(t("importing.unjoined", n=result.unjoined, names=names))
    if result.rejects is not None:
        click.echo(t("importing.see_rejects", path=result.rejects))
    if result.batch_id is not None and not result.already:
        click.echo(t("importing.batch", batch=result.batch_id))


def _tell_counts(session: Session, result: "ImportResult") -> None:
    """Print how many rows became what, which were left out, and why others were refused."""
    t = session.t.within(WORDS)
    figures = {name: f"{getattr(result, name):,}" for name in ("rows", "created", "updated", "unchanged", "rejected")}
    waiting = t("importing.waiting", count=f"{result.asked:,}") if result.asked else ""
    click.echo(t("importing.would" if result.dry_run else "importing.did", **figures, waiting=waiting))
    if result.blank:
        click.echo(t("importing.blank", n=f"{result.blank:,}"))
    if result.asides:
        named = [t(f"importing.aside_{one.kind}", row=f"{one.row:,}", text=one.text) for one in result.asides]
        click.echo(t("importing.asides", n=len(named), rows=listed(named, _ASIDES)))
    if result.later:
        click.echo(t("importing.later", n=result.later, row=f"{result.later_row:,}"))
    if result.untitled:
        click.echo(t("importing.untitled", columns=listed(result.untitled)))
    for reason in result.reasons:
        click.echo(f"  {session.said(reason.message())}")


def _may_look(session: Session) -> bool:
    """Say whether who imports may see the rows about which somebody has to decide."""
    from patron.core.access import Action, Scope

    with session.read() as reader:
        return reader.policy.scope(reader.actor, Action.READ, "receipt") is not Scope.NONE


def _as_json(session: Session, result: "ImportResult", verdicts: "list[Verdict]") -> dict[str, Any]:
    import attrs

    found = attrs.asdict(result)
    found["reasons"] = [_reason_as_json(session, one) for one in result.reasons]
    if result.dry_run:
        found["verdicts"] = [attrs.asdict(verdict) for verdict in verdicts]
    return found


def _reason_as_json(session: Session, reason: "Reason") -> dict[str, Any]:
    return {
        "code": reason.code,
        "count": reason.count,
        "row": reason.row,
        "example": session.said(reason.why),
        "column": reason.column,
        "examples": [{"row": one.row, "value": one.value} for one in reason.examples],
    }
