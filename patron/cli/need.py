"""
`patron need`: what customers need, as they said or as we think.
"""

import click

from patron.cli.options import add_command, change_command, field_option, list_command, show_command
from patron.core.session import Session


@click.group("need", help="records.need")
def command() -> None:
    """Hold the commands on needs."""


def _add(session: Session, values: dict[str, object]) -> object:
    from patron.core.crm import AddRecord, add_record

    return add_record(session, AddRecord(noun="need", values={"at": session.clock.now(), **values}))


command.add_command(
    add_command(
        "need",
        [
            field_option("need", "--customer", "customer_id", required=True),
            field_option("need", "--subject", "subject", required=True),
            field_option("need", "--kind", "kind"),
            field_option("need", "--evidence", "evidence"),
            field_option("need", "--lead", "lead_id"),
        ],
        _add,
    )
)
command.add_command(list_command("need", ("customer_id", "subject", "kind", "evidence", "at"), order=("-at",)))
command.add_command(change_command("need"))
command.add_command(show_command("need", moving=False))
