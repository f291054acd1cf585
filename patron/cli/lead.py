"""
`patron lead`: leads, from their first sign on.
"""

from typing import Any

import click

from patron.cli.assigning import add_commands, tell_assignment, tell_given
from patron.cli.merging import merge_command, unmerge_command
from patron.cli.options import (
    AT,
    FORMAT,
    KNOWN_AT,
    REASON,
    SET,
    change_command,
    field_option,
    history_command,
    list_command,
    read_settings,
    read_times,
)
from patron.cli.wording import WORDS
from patron.core.session import Session, SessionFactory

COLUMNS = ("customer_id", "source", "status", "stage", "level", "likelihood", "owner_user_id", "owner_team_id", "filed_at")

_OF_CUSTOMER = "customer."
"""What begins a field of the new customer."""


@click.group("lead", help="records.lead")
def command() -> None:
    """Hold the commands on leads."""


@command.command("add", help="records.lead_add", epilog="records.lead_add_example")
@field_option("lead", "--source", "source", required=True)
@click.option("--name", metavar="NAME", help="records.new_customer")
@field_option("lead", "--customer", "customer_id")
@click.option("--tel", multiple=True, metavar="NUMBER", help="codes.identity_scheme.tel")
@click.option("--email", multiple=True, metavar="ADDRESS", help="codes.identity_scheme.email")
@click.option("--wechat", multiple=True, metavar="NAME", help="codes.identity_scheme.wechat")
@field_option("lead", "--owner", "owner_user_id")
@field_option("lead", "--team", "owner_team_id")
@field_option("lead", "--campaign", "campaign_id")
@field_option("lead", "--referrer", "referrer_id")
@field_option("lead", "--subject", "subject")
@SET
@FORMAT
@click.pass_obj
def add(app: SessionFactory, /, name: str | None, settings: tuple[str, ...], style: str, **named: Any) -> None:
    """Add a lead, with a new customer where none is named."""
    from patron.cli.printing import Printer
    from patron.cli.reaching import reaches_of, tell_known
    from patron.core.crm import AddLead, add_lead

    reaches = reaches_of(named)
    values = read_settings(settings, named)
    customer = {key.removeprefix(_OF_CUSTOMER): values.pop(key) for key in list(values) if key.startswith(_OF_CUSTOMER)}
    customer |= {} if name is None else {"name": name}
    with app.session() as session:
        added = add_lead(session, AddLead(values=values, customer=customer, reaches=reaches))
        printer = Printer(session, style)
        printer.done("added", added.lead)
        tell_given(printer, session, added.lead.id)
        if added.joined:
            session.reporter.notice(session.t.within(WORDS)("records.joined", who=f"{added.customer.name} #{added.customer.id}"))
        tell_known(session, added.known)


command.add_command(list_command("lead", COLUMNS, order=("-filed_at",)))
command.add_command(history_command("lead"))
command.add_command(merge_command("lead"))
command.add_command(unmerge_command("lead"))


@command.command("show", help="records.lead_show", epilog="records.lead_show_example")
@click.argument("record", metavar="ID")
@AT
@KNOWN_AT
@FORMAT
@click.pass_obj
def show(app: SessionFactory, /, record: str, at: str | None, known_at: str | None, style: str) -> None:
    """Print everything that is known of a lead."""
    from patron.cli.printing import Printer
    from patron.core.crm import find_id, show_lead

    with app.session() as session:
        view = show_lead(session, find_id(session, "lead", record, merged=True), **read_times(session, at, known_at))
        printer = Printer(session, style)
        more = {"customer": view.customer, "identities": view.identities, "negotiation": view.negotiation}
        more |= {"respond_by": view.respond_by, "assignment": view.assignment}
        printer.record(view.lead, view.names, **more, needs=view.needs, tasks=view.tasks)
        if style == "text":
            printer.section(printer.t("records.reached_by"), view.identities, ("scheme", "value", "verified"), view.names)
            tell_assignment(printer, view)
            _show_talks(printer, view.negotiation)
            printer.section(printer.t("records.needs"), view.needs, ("subject", "kind", "at"), view.names)
            printer.section(printer.t("records.open_tasks"), view.tasks, ("subject", "due_at", "owner_user_id"), view.names)


def _change(session: Session, change: Any) -> Any:
    from patron.core.crm import change_lead

    lead = change_lead(session, change)
    _miss_reason(session, lead)
    return lead


command.add_command(
    change_command(
        "lead",
        [field_option("lead", f"--{name.replace('_', '-')}", name) for name in ("status", "stage", "level", "likelihood")],
        _change,
    )
)


def _ended(app: SessionFactory, record: str, style: str, values: dict[str, object], reason: str | None = None) -> None:
    """Let a lead end, and say that a loss has no reason, where it has none."""
    from patron.cli.printing import Printer
    from patron.core.crm import ChangeRecord, change_lead, find_id

    with app.session() as session:
        number = find_id(session, "lead", record)
        lead = change_lead(session, ChangeRecord(noun="lead", id=number, values=values, reason=reason))
        printer = Printer(session, style)
        printer.done("changed", lead)
        _miss_reason(session, lead)


def _miss_reason(session: Session, lead: Any) -> None:
    if lead.status == "lost" and lead.lost_reason is None:
        session.reporter.notice(session.t.within(WORDS)("records.no_reason", id=lead.id))


@command.command("win", help="records.lead_win", epilog="records.lead_win_example")
@click.argument("record", metavar="ID")
@field_option("lead", "--at", "won_at")
@REASON
@FORMAT
@click.pass_obj
def win(app: SessionFactory, /, record: str, won_at: str | None, reason: str | None, style: str) -> None:
    """Note that a lead is won."""
    _ended(app, record, style, read_settings(["status=won"], {"won_at": won_at}), reason)


@command.command("lose", help="records.lead_lose", epilog="records.lead_lose_example")
@click.argument("record", metavar="ID")
@field_option("lead", "--reason", "lost_reason")
@field_option("lead", "--at", "lost_at")
@FORMAT
@click.pass_obj
def lose(app: SessionFactory, /, record: str, style: str, **named: Any) -> None:
    """Note that a lead is lost, and why."""
    _ended(app, record, style, read_settings(["status=lost"], named))


add_commands(command)


def _show_talks(printer: Any, talks: Any) -> None:
    from patron.cli.tables import print_table

    if not talks.rounds:
        return
    t = printer.t
    click.echo("\n" + t("records.talks"))
    rows = [[t(f"records.round_{name}") for name in ("number", "at", "ours", "ours_change", "theirs", "theirs_change")]]
    for one in talks.rounds:
        prices = [_price(price) for price in (one.ours, one.ours_change, one.theirs, one.theirs_change)]
        rows.append([str(one.number), printer.moment(one.at), *prices])
    ours, theirs = (
        ["", ""] if one is None else [_price(one.last), _price(one.change or None)] for one in (talks.ours, talks.theirs)
    )
    rows.append([t("records.round_all"), "", *ours, *theirs])
    print_table(rows, right=(0, 2, 3, 4, 5))
    shares = [f"{one.share:+.2%}" if one and one.share else "–" for one in (talks.ours, talks.theirs)]
    click.echo(t("records.round_shares", ours=shares[0], theirs=shares[1]))


def _price(price: Any) -> str:
    return "" if price is None else f"{price:,f}"
