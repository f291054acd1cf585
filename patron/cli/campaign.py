"""
`patron campaign`: campaigns and events, what they cost and what they brought.
"""

from typing import Any

import click

from patron.cli.options import add_command, change_command, field_option, history_command, list_command, show_command
from patron.core.session import Session


@click.group("campaign", help="records.campaign")
def command() -> None:
    """Hold the commands on campaigns."""


command.add_command(
    add_command(
        "campaign",
        [
            field_option("campaign", "--code", "code", required=True),
            field_option("campaign", "--name", "name", required=True),
            field_option("campaign", "--kind", "kind"),
            field_option("campaign", "--place", "place"),
            field_option("campaign", "--starts", "starts_on"),
            field_option("campaign", "--ends", "ends_on"),
            field_option("campaign", "--budget", "budget"),
            field_option("campaign", "--owner", "owner_user_id"),
        ],
    )
)
command.add_command(
    list_command("campaign", ("code", "name", "kind", "place", "starts_on", "ends_on", "budget"), order=("-starts_on",))
)
command.add_command(change_command("campaign"))
command.add_command(history_command("campaign"))


def _show(session: Session, printer: Any, number: int) -> None:
    """Print a campaign with its cost and what it brought."""
    from patron.core.crm import show_campaign

    view = show_campaign(session, number)
    counts = {"leads": view.leads, "intentions": view.intentions, "won": view.won}
    printer.record(view.campaign, view.names, cost=view.cost, **counts)
    if printer.style == "text":
        cost = "–" if view.cost is None else f"{view.cost:,f}"
        click.echo("\n" + printer.t("records.brought", cost=cost, **counts))


command.add_command(show_command("campaign", _show))
