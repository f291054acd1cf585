"""
`patron customer`: customers, whether they have bought yet or not, and everything that happened between them and us.
"""

from pathlib import Path
from typing import Any

import click

from patron.cli.merging import merge_command, unmerge_command
from patron.cli.options import (
    FORMAT,
    SET,
    change_command,
    field_option,
    history_command,
    list_command,
    read_settings,
    show_command,
)
from patron.core.session import Session, SessionFactory

COLUMNS = ("name", "kind", "region", "owner_user_id", "owner_team_id", "since")


@click.group("customer", help="records.customer")
def command() -> None:
    """Hold the commands on customers."""


@command.command("add", help="records.customer_add", epilog="records.customer_add_example")
@field_option("customer", "--name", "name", required=True)
@field_option("customer", "--kind", "kind")
@field_option("customer", "--organisation", "organisation_id")
@click.option("--tel", multiple=True, metavar="NUMBER", help="codes.identity_scheme.tel")
@click.option("--email", multiple=True, metavar="ADDRESS", help="codes.identity_scheme.email")
@click.option("--wechat", multiple=True, metavar="NAME", help="codes.identity_scheme.wechat")
@field_option("customer", "--owner", "owner_user_id")
@SET
@FORMAT
@click.pass_obj
def add(app: SessionFactory, /, settings: tuple[str, ...], style: str, **named: Any) -> None:
    """Add a customer."""
    from patron.cli.printing import Printer
    from patron.cli.reaching import reaches_of, tell_known
    from patron.core.crm import AddCustomer, add_customer

    reaches = reaches_of(named)
    values = read_settings(settings, named)
    with app.session() as session:
        added = add_customer(session, AddCustomer(values=values, reaches=reaches))
        Printer(session, style).done("added", added.customer)
        tell_known(session, added.known)


command.add_command(list_command("customer", COLUMNS))
command.add_command(change_command("customer"))
command.add_command(history_command("customer"))
command.add_command(merge_command("customer"))
command.add_command(unmerge_command("customer"))


def _show(session: Session, printer: Any, number: int) -> None:
    """Print everything that is known of a customer."""
    from patron.cli.lead import COLUMNS as OF_LEADS
    from patron.cli.score_values import plain_scores, print_scores
    from patron.core.crm import show_customer

    view = show_customer(session, number)
    more: dict[str, Any] = {"identities": view.identities, "contacts": view.contacts, "leads": view.leads, "needs": view.needs}
    more["merged"] = view.merged
    counts = {"contacts_by_purpose": view.contacts_by_purpose, "orders": view.orders}
    more |= {"tasks": view.tasks, "consents": view.consents}
    printer.record(view.customer, view.names, **more, **counts, scores=plain_scores(view.scores))
    if printer.style != "text":
        return
    t = printer.t
    if view.customer.merged_into_id is not None:
        command = f"patron customer unmerge {view.customer.id}"
        click.echo(t("merging.undo_by", command=command))
    printer.section(t("records.reached_by"), view.identities, ("scheme", "value", "verified"), view.names)
    printer.section(t("records.contacts"), view.contacts, ("name", "position"), view.names)
    printer.section(t("records.leads"), view.leads, [name for name in OF_LEADS if name != "customer_id"], view.names)
    printer.section(t("records.needs"), view.needs, ("subject", "kind", "at"), view.names)
    printer.section(t("records.open_tasks"), view.tasks, ("subject", "due_at", "owner_user_id"), view.names)
    printer.section(t("records.consents"), view.consents, ("at", "decision", "channel", "purpose", "given_by"), view.names)
    printer.section(t("merging.section"), view.merged, ("name", "region", "since"), view.names)
    purposes = (f"{printer.labels.code('purpose', code)} {count}" for code, count in view.contacts_by_purpose.items())
    click.echo("\n" + t("records.so_far", contacts=", ".join(purposes) or "–", orders=view.orders))
    if view.scores is not None:
        print_scores(session, view.scores)


command.add_command(show_command("customer", _show))


@command.command("reach", help="records.customer_reach", epilog="records.customer_reach_example")
@click.argument("record", metavar="ID")
@click.argument("scheme")
@click.argument("value")
@click.option("--preferred", is_flag=True, help="records.preferred")
@click.pass_obj
def reach(app: SessionFactory, /, record: str, scheme: str, value: str, preferred: bool) -> None:
    """Add a way to reach a customer."""
    from patron.cli.printing import Printer
    from patron.cli.reaching import tell_known
    from patron.core.crm import AddIdentity, Reach, add_identity, find_id

    with app.session() as session:
        added = add_identity(
            session,
            AddIdentity(customer_id=find_id(session, "customer", record), reach=Reach(scheme, value), preferred=preferred),
        )
        Printer(session, "text").done("changed", added.customer)
        tell_known(session, added.known)


@command.command("timeline", help="records.customer_timeline", epilog="records.customer_timeline_example")
@click.argument("record", metavar="ID")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="records.limit")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="records.offset")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="db.format")
@click.pass_obj
def timeline(app: SessionFactory, /, record: str, limit: int, offset: int, style: str) -> None:
    """Print what happened between a customer and us, the latest first."""
    from patron.cli.events import print_timeline
    from patron.core.crm import find_id, show_timeline

    with app.session() as session:
        print_timeline(session, show_timeline(session, find_id(session, "customer", record), limit=limit, offset=offset), style)


_FORM = click.option("--form", default="reception", show_default=True, metavar="FORM", help="consent.form_name")


@command.command("form", help="consent.form", epilog="consent.form_example")
@click.argument("record", metavar="ID")
@_FORM
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.xlsx|csv|json", help="consent.form_output")
@click.pass_obj
def form_(app: SessionFactory, /, record: str, form: str, output: Path | None) -> None:
    """Print a form with what is known of a customer filled in, or write it to a file."""
    from patron.cli.filling import print_form, write_form
    from patron.core.crm import fill_form, find_id

    with app.session() as session:
        filled = fill_form(session, find_id(session, "customer", record), form)
        if output is None:
            print_form(session, filled)
        else:
            write_form(session, filled, output)


@command.command("known", help="consent.known", epilog="consent.known_example")
@click.argument("record", metavar="ID")
@_FORM
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="db.format")
@click.pass_obj
def known(app: SessionFactory, /, record: str, form: str, style: str) -> None:
    """Print which questions of a form are answered already, and which are left."""
    from patron.cli.filling import print_known
    from patron.core.crm import fill_form, find_id

    with app.session() as session:
        print_known(session, fill_form(session, find_id(session, "customer", record), form), style)
