"""
`patron rota`: whose turn it is, and who comes, goes, serves, loses and gets back turns.
"""

from collections.abc import Callable
from typing import Any

import click

from patron.cli.options import FORMAT
from patron.core.session import SessionFactory

_COLUMNS = ("login", "name", "state", "credit", "open_leads")
_IN = click.option("--rota", "rotation", metavar="NAME", help="rota.rotation")


@click.group("rota", help="rota.help")
def command() -> None:
    """Hold the commands on rotations."""


@command.command("list", help="rota.list", epilog="rota.list_example")
@FORMAT
@click.pass_obj
def list_all(app: SessionFactory, /, style: str) -> None:
    """Print how all rotations stand."""
    _show(app, None, style)


@command.command("show", help="rota.show", epilog="rota.show_example")
@click.argument("name", metavar="NAME")
@FORMAT
@click.pass_obj
def show(app: SessionFactory, /, name: str, style: str) -> None:
    """Print how a rotation stands, and what happened last."""
    _show(app, name, style)


def _show(app: SessionFactory, name: str | None, style: str) -> None:
    from patron.cli.printing import Printer, plain_all, print_csv, print_json
    from patron.core.assignment.turns import show_rotations

    with app.session() as session:
        found = show_rotations(session, name)
        printer = Printer(session, style)
        if style == "json":
            print_json([plain_all(one) for one in found])
        elif style == "csv":
            columns = ("rotation", *_COLUMNS, "hindrance", "next")
            rows = [
                {"rotation": one.name} | {key: getattr(member, key) for key in columns[1:]}
                for one in found
                for member in one.members
            ]
            print_csv(columns, rows)
        elif not found:
            click.echo(printer.t("rota.none"))
        for number, one in enumerate(found if style == "text" else ()):
            click.echo(("\n" if number else "") + printer.t("rota.title", name=one.name, kind=printer.t(f"rota.kind_{one.kind}")))
            _print(printer, one)


def _print(printer: Any, view: Any) -> None:
    from patron.cli.tables import print_table

    t, weighted = printer.t, view.kind == "weighted"
    head = [t(f"rota.{name}") for name in (*_COLUMNS, *(["weight"] if weighted else []), "can")]
    rows = [
        [
            member.login,
            member.name,
            t(f"rota.state_{member.state}"),
            f"{member.credit:+d}" if member.credit else "",
            str(member.open_leads) if member.quota is None else f"{member.open_leads}/{member.quota}",
            *([str(member.weight)] if weighted else []),
            t("rota.next") if member.next else "" if member.hindrance is None else t(f"assigning.why_{member.hindrance}"),
        ]
        for member in view.members
    ]
    print_table([head, *rows])
    if view.latest:
        click.echo()
        lines = [
            [
                printer.moment(one.at),
                one.login or "",
                t(f"rota.event_{one.event}"),
                "" if one.lead_id is None else f"#{one.lead_id}",
                _reason(printer, one),
            ]
            for one in view.latest
        ]
        print_table([[t(f"rota.{name}") for name in ("at", "login", "event", "lead", "why")], *lines])


def _reason(printer: Any, one: Any) -> str:
    if one.event == "leave" and one.reason:
        return str(printer.labels.code("absence", one.reason))
    return one.reason or ""


def _run(app: SessionFactory, act: str, user: str, rotation: str | None, style: str, **more: Any) -> None:
    from patron.cli.printing import Printer, print_csv, print_json
    from patron.core.assignment.turns import Act, ActInRotation, act_in_rotation

    with app.session() as session:
        printer = Printer(session, style)
        if act == "leave":
            more["reason"] = _absence(printer, more["reason"])
        done = act_in_rotation(session, ActInRotation(act=Act(act), user=user, rotation=rotation, **more))
        rows = [{"rotation": name, "login": done.login, "event": act} for name in done.rotations]
        if style == "json":
            print_json(rows)
        elif style == "csv":
            print_csv(("rotation", "login", "event"), rows)
        else:
            turns = more.get("turns", 1)
            click.echo(printer.t(f"rota.done_{act}", login=done.login, rotations=", ".join(done.rotations), turns=turns))


def _absence(printer: Any, written: str) -> str:
    """Return the reason of absence that is written as its code or its label; what is neither is refused by who reads it."""
    from patron.core.nouns import Field, FieldError, FieldKind

    try:
        return str(printer.labels.code_called(Field(name="absence", kind=FieldKind.CODE, codes="absence"), written))
    except FieldError:
        return written


def _simple(act: str) -> click.Command:
    """Return the command of an act that needs no more than who and where."""

    @click.argument("user", metavar="USER")
    @_IN
    @FORMAT
    @click.pass_obj
    def run(app: SessionFactory, /, user: str, rotation: str | None, style: str) -> None:
        _run(app, act, user, rotation, style)

    return _named(act, run)


def _counted(act: str) -> click.Command:
    """Return the command of an act that counts turns."""

    @click.argument("user", metavar="USER")
    @click.option("--turns", type=click.IntRange(min=1, max=100), default=1, show_default=True, help="rota.turns")
    @click.option("--reason", metavar="TEXT", help="records.reason")
    @_IN
    @FORMAT
    @click.pass_obj
    def run(app: SessionFactory, /, user: str, turns: int, reason: str | None, rotation: str | None, style: str) -> None:
        _run(app, act, user, rotation, style, turns=turns, reason=reason)

    return _named(act, run)


def _leaving() -> click.Command:
    @click.argument("user", metavar="USER")
    @click.option("--reason", metavar="REASON", required=True, help="rota.reason")
    @_IN
    @FORMAT
    @click.pass_obj
    def run(app: SessionFactory, /, user: str, reason: str, rotation: str | None, style: str) -> None:
        _run(app, "leave", user, rotation, style, reason=reason)

    return _named("leave", run)


def _named(act: str, run: Callable[..., None]) -> click.Command:
    return click.command(act, help=f"rota.{act}", epilog=f"rota.{act}_example")(run)


for _act in ("on", "off", "back", "start", "finish"):
    command.add_command(_simple(_act))
command.add_command(_leaving())
for _act in ("penalise", "compensate"):
    command.add_command(_counted(_act))
