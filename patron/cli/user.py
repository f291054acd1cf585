"""
`patron user`: who works with the CRM, and as what.
"""

from typing import Any

import click

from patron.cli.options import add_command, change_command, field_option, history_command, list_command, show_command
from patron.cli.wording import WORDS
from patron.core.session import Session

_OPTIONS = [
    field_option("user", "--roles", "roles"),
    field_option("user", "--team", "team_id"),
    field_option("user", "--seniority", "seniority"),
    field_option("user", "--on-duty", "on_duty"),
    field_option("user", "--cost-rate", "cost_rate"),
    field_option("user", "--quota", "quota"),
]


@click.group("user", help="records.user")
def command() -> None:
    """Hold the commands on users."""


def _add(session: Session, values: dict[str, object]) -> Any:
    from patron.core.crm import AddPerson, add_user

    return add_user(session, AddPerson(values=values))


def _change(session: Session, change: Any) -> Any:
    from patron.core.crm import change_user

    changed = change_user(session, change)
    if changed.live_leads and not changed.user.active:
        t = session.t.within(WORDS)
        session.reporter.notice(t("records.still_owned", user=changed.user.login, count=changed.live_leads))
    return changed.user


command.add_command(
    add_command(
        "user",
        [
            field_option("user", "--login", "login", required=True),
            field_option("user", "--name", "name", required=True),
            *_OPTIONS,
        ],
        _add,
    )
)
command.add_command(list_command("user", ("login", "name", "roles", "team_id", "on_duty", "active"), order=("login",)))
command.add_command(history_command("user"))
command.add_command(change_command("user", [*_OPTIONS, field_option("user", "--active", "active")], _change))
command.add_command(show_command("user"))
