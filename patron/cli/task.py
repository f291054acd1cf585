"""
`patron task`: what is to be done, by whom and until when.
"""

import sys
from pathlib import Path
from typing import Any

import click

from patron.cli.options import FORMAT, SET, add_command, field_option, history_command, read_settings, show_command
from patron.core.session import Session, SessionFactory

COLUMNS = ("due_at", "subject", "customer_id", "lead_id", "owner_user_id", "owner_team_id", "status")


@click.group("task", help="records.task")
def command() -> None:
    """Hold the commands on tasks."""


def _add(session: Session, values: dict[str, object]) -> Any:
    from patron.cli.permissions import tell_conflicts, tell_moved
    from patron.core.crm import AddTask, add_task, conflicts_before

    task = add_task(session, AddTask(values=values))
    tell_moved(session, task)
    tell_conflicts(session, conflicts_before(session, task))
    return task


command.add_command(
    add_command(
        "task",
        [
            field_option("task", "--subject", "subject", required=True),
            field_option("task", "--kind", "kind"),
            field_option("task", "--lead", "lead_id"),
            field_option("task", "--customer", "customer_id"),
            field_option("task", "--channel", "channel"),
            field_option("task", "--purpose", "purpose"),
            field_option("task", "--due", "due_at"),
            field_option("task", "--owner", "owner_user_id"),
            field_option("task", "--team", "owner_team_id"),
            field_option("task", "--despite", "exemption", metavar="REASON", help="consent.despite"),
        ],
        _add,
    )
)


@command.command("list", help="records.task_list", epilog="records.task_list_example")
@click.option("--everyone", is_flag=True, help="records.everyone")
@click.option("--closed", is_flag=True, help="records.closed")
@click.option("--where", metavar="CONDITION", help="records.where")
@click.option("--limit", type=click.IntRange(min=0), help="records.limit")
@FORMAT
@click.pass_obj
def list_(app: SessionFactory, /, everyone: bool, closed: bool, where: str | None, limit: int | None, style: str) -> None:
    """Print the tasks of the actor, those that are due first."""
    from patron.cli.permissions import tell_standing
    from patron.cli.printing import Printer
    from patron.core.crm import Query, list_tasks
    from patron.core.nouns.criterion import equal

    criteria = () if closed else (equal("status", "planned"),)
    with app.session() as session:
        query = Query(noun="task", where=where, criteria=criteria, order=("due_at",), limit=limit)
        page = list_tasks(session, query, everyone=everyone)
        Printer(session, style).page(page, COLUMNS)
        tell_standing(session, page.records)


@command.command("done", help="records.task_done", epilog="records.task_done_example")
@click.argument("record", metavar="ID")
@field_option("interaction", "--note", "note", help="records.done_note")
@SET
@FORMAT
@click.pass_obj
def done(app: SessionFactory, /, record: str, note: str | None, settings: tuple[str, ...], style: str) -> None:
    """Say that a task was done."""
    from patron.cli.printing import Printer
    from patron.core.crm import CompleteTask, complete_task, find_id

    with app.session() as session:
        task = complete_task(
            session, CompleteTask(id=find_id(session, "task", record), note=note, values=read_settings(settings))
        )
        Printer(session, style).done("completed", task)


@command.command("calendar", help="records.task_calendar", epilog="records.task_calendar_example")
@click.option("--user", metavar="USER", help="records.calendar_user")
@click.option("--closed", is_flag=True, help="records.calendar_closed")
@click.option("--events", is_flag=True, help="records.calendar_events")
@click.option("--address", is_flag=True, help="records.calendar_address")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="records.calendar_output")
@click.pass_obj
def calendar(app: SessionFactory, /, user: str | None, closed: bool, events: bool, address: bool, output: Path | None) -> None:
    """Write the tasks of a user as a calendar, or where it is served."""
    from patron.core.crm import CalendarQuery, calendar_address, task_calendar
    from patron.core.files import write_bytes

    with app.session() as session:
        query = CalendarQuery(user=user, closed=closed, events=events)
        body = f"{calendar_address(session, query)}\n".encode() if address else task_calendar(session, query)
    if output is None:
        sys.stdout.buffer.write(body)
    else:
        write_bytes(output, body)


command.add_command(history_command("task"))
command.add_command(show_command("task"))
