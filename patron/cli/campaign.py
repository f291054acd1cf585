"""
`patron campaign`: campaigns and events, what they cost and what they brought.
"""

import click

from patron.cli.options import FORMAT, add_command, change_command, field_option, list_command
from patron.core.session import SessionFactory


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


@command.command("show", help="records.campaign_show", epilog="records.campaign_show_example")
@click.argument("record", metavar="ID")
@FORMAT
@click.pass_obj
def show(app: SessionFactory, /, record: str, style: str) -> None:
    """Print a campaign with its cost and what it brought."""
    from patron.cli.printing import Printer
    from patron.core.crm import find_id, show_campaign

    with app.session() as session:
        view = show_campaign(session, find_id(session, "campaign", record))
        printer = Printer(session, style)
        counts = {"leads": view.leads, "intentions": view.intentions, "won": view.won}
        printer.record(view.campaign, view.names, cost=view.cost, **counts)
        if style == "text":
            cost = "–" if view.cost is None else f"{view.cost:,f}"
            click.echo("\n" + printer.t("records.brought", cost=cost, **counts))
