"""
`patron team`: departments and the teams within them.
"""

from typing import Any

import click

from patron.cli.options import add_command, change_command, field_option, list_command, show_command
from patron.core.session import Session


@click.group("team", help="records.team")
def command() -> None:
    """Hold the commands on teams."""


def _add(session: Session, values: dict[str, object]) -> Any:
    from patron.core.crm import AddPerson, add_team

    return add_team(session, AddPerson(values=values))


command.add_command(
    add_command(
        "team",
        [
            field_option("team", "--code", "code", required=True),
            field_option("team", "--name", "name", required=True),
            field_option("team", "--kind", "kind"),
            field_option("team", "--parent", "parent_id"),
        ],
        _add,
    )
)
command.add_command(list_command("team", ("code", "name", "kind", "parent_id"), order=("code",)))
command.add_command(change_command("team"))
command.add_command(show_command("team", moving=False))
