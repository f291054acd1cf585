"""
`patron interaction`: what happened between customers and us.
"""

from typing import Any

import click

from patron.cli.options import FORMAT, SET, field_option, list_command, read_settings, show_command
from patron.core.session import SessionFactory


@click.group("interaction", help="records.interaction")
def command() -> None:
    """Hold the commands on interactions."""


@command.command("add", help="records.interaction_add", epilog="records.interaction_add_example")
@field_option("interaction", "--lead", "lead_id")
@field_option("interaction", "--customer", "customer_id")
@field_option("interaction", "--note", "note", required=True)
@field_option("interaction", "--channel", "channel")
@field_option("interaction", "--direction", "direction")
@field_option("interaction", "--at", "at")
@field_option("interaction", "--purpose", "purpose")
@field_option("interaction", "--topics", "topics")
@field_option("interaction", "--outcome", "outcome")
@field_option("interaction", "--despite", "exemption", metavar="REASON", help="consent.despite")
@field_option("interaction", "--next", "next_action")
@field_option("interaction", "--next-at", "next_action_at")
@SET
@FORMAT
@click.pass_obj
def add(app: SessionFactory, /, settings: tuple[str, ...], style: str, **named: Any) -> None:
    """Tell of an interaction."""
    from patron.cli.permissions import tell_added
    from patron.cli.printing import Printer
    from patron.core.crm import AddInteraction, add_interaction

    with app.session() as session:
        added = add_interaction(session, AddInteraction(values=read_settings(settings, named)))
        printer = Printer(session, style)
        printer.done("added", added.interaction)
        if added.task is not None and style == "text":
            printer.done("added", added.task)
        tell_added(session, added)


command.add_command(list_command("interaction", ("at", "customer_id", "lead_id", "channel", "user_id", "note"), order=("-at",)))
command.add_command(show_command("interaction", moving=False))
