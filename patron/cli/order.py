"""
`patron order`: what customers bought, line by line.
"""

from typing import Any

import click

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
from patron.cli.wording import WORDS
from patron.core.session import Session, SessionFactory

LINES = ("product_code", "quantity", "list_price", "discount", "amount", "cost")


@click.group("order", help="records.order")
def command() -> None:
    """Hold the commands on orders."""


@command.command("add", help="records.order_add", epilog="records.order_add_example")
@field_option("order", "--customer", "customer_id", required=True)
@field_option("order", "--number", "number", required=True)
@field_option("order", "--at", "ordered_at")
@field_option("order", "--channel", "channel")
@field_option("order", "--lead", "lead_id")
@field_option("order", "--by", "user_id")
@click.option("--line", "lines", multiple=True, metavar="FIELD=VALUE,...", help="records.line")
@SET
@FORMAT
@click.pass_obj
def add(app: SessionFactory, /, lines: tuple[str, ...], settings: tuple[str, ...], style: str, **named: Any) -> None:
    """Add an order with its lines."""
    from patron.cli.printing import Printer
    from patron.core.crm import AddOrder, add_order

    values = read_settings(settings, named)
    with app.session() as session:
        written = [read_settings(line.split(",")) for line in lines]
        Printer(session, style).done("added", add_order(session, AddOrder(values=values, lines=written)).order)
        if not written:
            session.reporter.notice(session.t.within(WORDS)("records.no_lines"))


command.add_command(
    list_command("order", ("ordered_at", "number", "customer_id", "channel", "user_id", "status"), order=("-ordered_at",))
)
command.add_command(change_command("order", [field_option("order", "--status", "status")]))
command.add_command(history_command("order"))


def _show(session: Session, printer: Any, number: int) -> None:
    """Print an order with its lines."""
    from patron.core.crm import show_order

    view = show_order(session, number)
    printer.record(view.order, view.names, lines=view.lines, amount=view.amount)
    if printer.style == "text":
        printer.section(printer.t("records.lines"), view.lines, LINES, view.names)
        click.echo("\n" + printer.t("records.sum", amount=f"{view.amount:,f}"))


command.add_command(show_command("order", _show))
