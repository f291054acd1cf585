"""
`patron worklist`: whom to call today, and why.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from patron.cli.dates import Day
from patron.cli.options import FORMAT
from patron.core.session import SessionFactory

if TYPE_CHECKING:
    from patron.core.crm import Call, Why

_CSV = ("customer_id", "name", "channel", "phone", "reasons", "why", "lead_id", "task_id")


@click.group("worklist", help="worklist.help")
def command() -> None:
    """Hold the command that prints the list."""


@command.command("show", help="worklist.show", epilog="worklist.show_example")
@click.option("--date", "day", type=Day(), metavar="DATE", help="worklist.date")
@click.option("--everyone", is_flag=True, help="worklist.everyone")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="worklist.limit")
@FORMAT
@click.pass_obj
def show(app: SessionFactory, /, day: date | None, everyone: bool, limit: int, style: str) -> None:
    """Print whom to call, the most pressing first."""
    from patron.cli.printing import Printer, print_csv, print_json
    from patron.cli.tables import print_table
    from patron.core.crm import show_worklist
    from patron.core.outreach import breaches_told
    from patron.core.report.alerting import alerts_raised

    with app.session() as session:
        found = show_worklist(session, day=day, limit=limit, everyone=everyone)
        printer = Printer(session, style)
        if style == "json":
            print_json([_plain(printer, call) for call in found.calls])
        elif style == "csv":
            print_csv(_CSV, [_flat(printer, call) for call in found.calls])
        elif not found.calls:
            click.echo(printer.t("worklist.nobody", day=found.day))
        else:
            head = [printer.t(f"worklist.{name}") for name in ("customer", "phone", "why")]
            rows = [[_called(call), _reached(printer, call), _said(printer, call)] for call in found.calls]
            print_table([head, *rows])
        for alert in alerts_raised(session):
            session.reporter.notice(alert)
        if count := breaches_told(session):
            about = {"count": count, "days": session.settings.outreach.breach_days}
            session.reporter.notice(printer.t("worklist.breaches", **about))
        if found.more:
            session.reporter.notice(printer.t("worklist.more", limit=limit))
        if found.left_out:
            session.reporter.notice(printer.t("worklist.left_out", count=found.left_out))


def _called(call: "Call") -> str:
    return "–" if call.customer_id is None else f"{call.name or ''} #{call.customer_id}".strip()


def _reached(printer: Any, call: "Call") -> str:
    """Return the number to call, or by what other means the customer is to be contacted, with the number where it takes one."""
    if call.channel in {None, "phone"}:
        return call.phone or ""
    return " ".join(filter(None, (printer.labels.code("contact_channel", call.channel), call.phone)))


def _said(printer: Any, call: "Call") -> str:
    return " · ".join(_reason(printer, why) for why in call.reasons)


def _reason(printer: Any, why: "Why") -> str:
    key = f"worklist.{why.code}" if why.days is not None or why.code == "due" else f"worklist.{why.code}_never"
    at = "" if why.at is None else printer.moment(why.at)
    what = printer.t("worklist.about", what=why.what) if why.what else ""
    by = "" if why.by is None else printer.moment(why.by)
    said: str = printer.t(key, at=at, by=by, days=why.days, group=why.group, what=what, count=why.count)
    return said


def _plain(printer: Any, call: "Call") -> dict[str, Any]:
    from patron.cli.printing import plain_all

    return {**plain_all(call), "why": _said(printer, call)}


def _flat(printer: Any, call: "Call") -> dict[str, Any]:
    first = {
        name: next((getattr(why, name) for why in call.reasons if getattr(why, name)), None) for name in ("lead_id", "task_id")
    }
    codes = tuple(why.code for why in call.reasons)
    about = {"customer_id": call.customer_id, "name": call.name, "channel": call.channel, "phone": call.phone}
    return {**about, "reasons": codes, "why": _said(printer, call), **first}
