"""
The tasks of a user as a calendar that telephones and mail programs subscribe to (iCalendar, RFC 5545).

An appointment is an event there, and what else is to be done a task; programs that know no tasks get all as events. The same
records give the same bytes: nothing in it is the time at which it was made. Phone numbers and addresses are left out, for a feed
is read by whoever has its address. What a customer has said since a task was planned goes before: it is done by what they accept,
or marked as not to be done.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from patron.core.crm.records import find_id
from patron.core.errors import InputError, UsageError
from patron.core.nouns import Change, Customer, Lead, Task, User
from patron.core.nouns.criterion import among, equal
from patron.core.outreach import as_they_stand
from patron.core.session import Session
from patron.core.store import Reader, history

if TYPE_CHECKING:
    from icalendar import Calendar, Component

MOST = 2_000
"""Tasks of a calendar, the latest due; programs fetch all of them every hour."""

_STATUS = {"planned": "NEEDS-ACTION", "done": "COMPLETED", "cancelled": "CANCELLED"}
_EVENT_STATUS = {"planned": "CONFIRMED", "done": "CONFIRMED", "cancelled": "CANCELLED"}
_MINUTES = 30
"""What an event takes whose kind doesn't say."""
_BEFORE = timedelta(minutes=15)
_LEVELS = "lead_level"
_LEAST_PRIORITY = 9


@attrs.frozen(kw_only=True)
class CalendarQuery:
    """
    Whose tasks, and how.

    Attributes:
        user: login or id; None for the actor.
        closed: also those that were done or cancelled.
        events: as events all of them, for programs that know no tasks.
    """

    user: str | None = None
    closed: bool = False
    events: bool = False


def task_calendar(session: Session, query: CalendarQuery) -> bytes:
    """
    Return the tasks of a user as a calendar.

    Raises:
        UsageError: nobody is named, and the actor is no user.
        NotFoundError: there is no such user, or none that the actor may see.
        InputError: the library for it is not installed.
    """
    with session.read() as reader:
        number = reader.actor.user_id if query.user is None else None
    if query.user is None and number is None:
        raise UsageError("crm.calendar_of_nobody")
    number = number if query.user is None else find_id(session, "user", query.user)
    with session.read() as reader:
        user = reader.get(User, number or 0)
        mine = [equal("owner_user_id", user.id)] + ([] if query.closed else [equal("status", "planned")])
        tasks = sorted(reader.find(Task, mine, order=["-due_at", "-id"], limit=MOST), key=lambda task: task.id)
        body: bytes = _Feed(session, reader, query, user, tasks).calendar().to_ical()
    return body


class _Feed:
    """One calendar."""

    def __init__(self, session: Session, reader: Reader, query: CalendarQuery, user: User, tasks: Sequence[Task]) -> None:
        self._session, self._query, self._user, self._tasks = session, query, user, tasks
        self._kinds = reader.vocabulary
        self._standing = as_they_stand(session, reader, tasks)
        self._names: Mapping[int, str] = reader.names(Customer, (task.customer_id for task in tasks))
        self._levels = _levels(reader, tasks)
        self._changes: Mapping[int, Sequence[Change]] = history.changes_of_many(
            reader.connection, "task", [task.id for task in tasks]
        )
        self._origin = history.origin_of(reader.connection)

    def calendar(self) -> "Calendar":
        """Return the calendar with all of its entries."""
        try:
            from icalendar import Calendar
        except ImportError as error:
            raise InputError("crm.no_icalendar") from error
        made = Calendar()
        made.add("prodid", "-//Patron//Tasks//EN")
        made.add("version", "2.0")
        made.add("x-wr-calname", self._session.t("crm.calendar_name", user=self._user.name))
        made.add("x-published-ttl", "PT1H")
        for task in self._tasks:
            made.add_component(self._entry(self._standing.get(task.id, task)))
        return made

    def _entry(self, task: Task) -> "Component":
        from icalendar import Event, Todo

        minutes = self._kinds.attributes("task_kind", task.kind).get("minutes")
        is_event = task.due_at is not None and (minutes is not None or self._query.events)
        entry = Event() if is_event else Todo()
        for name, value in self._about(task):
            entry.add(name, value)
        for name, value in self._as_event(task, minutes) if is_event else self._as_task(task):
            entry.add(name, value)
        if task.due_at is not None and task.status == "planned" and not self._is_stopped(task):
            entry.add_component(self._alarm(task))
        return entry

    def _about(self, task: Task) -> Iterator[tuple[str, Any]]:
        stamps = [change.recorded_at for change in self._changes.get(task.id, ())]
        customer = self._names.get(task.customer_id or 0)
        yield "uid", f"task-{task.id}@{self._origin}.patron"
        yield "dtstamp", max([*stamps, *filter(None, (task.created_at,))], default=datetime(1970, 1, 1, tzinfo=UTC))
        yield "sequence", task.version - 1
        summary = " · ".join(filter(None, (task.subject, customer)))
        yield "summary", self._session.t("crm.calendar_stopped", summary=summary) if self._is_stopped(task) else summary
        level = self._levels.get(task.lead_id or 0)
        told = [*_told_by(task), *([(_LEVELS, level)] if level else [])]
        yield "categories", [self._kinds.code_label(codes, code, self._session.t.lang) for codes, code in told]
        if level and (priority := self._priority(level)):
            yield "priority", priority
        if task.exemption:
            yield "description", task.exemption

    def _priority(self, level: str) -> int:
        """Return how urgent it is, 1 before 9, by the place of the level of the lead in its list, or as the level says itself."""
        said = self._kinds.attributes(_LEVELS, level).get("priority")
        levels = list(self._kinds.codes[_LEVELS])
        place = levels.index(level) if level in levels else len(levels)
        priority = said if isinstance(said, int) else 1 + 2 * place
        return max(0, min(priority, _LEAST_PRIORITY))

    def _is_stopped(self, task: Task) -> bool:
        """Say whether the customer has come to accept no means by which it could be done."""
        return task.id in self._standing and self._standing[task.id].channel is None

    def _as_task(self, task: Task) -> Iterator[tuple[str, Any]]:
        yield "status", _STATUS[task.status]
        if task.due_at is not None:
            yield "due", task.due_at
        if task.status == "done":
            yield "percent-complete", 100
            if task.done_at is not None:
                yield "completed", task.done_at

    def _as_event(self, task: Task, minutes: object) -> Iterator[tuple[str, Any]]:
        yield "status", _EVENT_STATUS[task.status]
        yield "dtstart", task.due_at
        yield "duration", timedelta(minutes=minutes if isinstance(minutes, int) else _MINUTES)

    def _alarm(self, task: Task) -> "Component":
        from icalendar import Alarm

        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", task.subject)
        alarm.add("trigger", -_BEFORE)
        return alarm


def _levels(reader: Reader, tasks: Sequence[Task]) -> Mapping[int, str]:
    """Return lead → its level, of the leads that tasks are about, as far as the actor may see it."""
    wanted = tuple(sorted({task.lead_id for task in tasks if task.lead_id is not None}))
    leads = reader.find(Lead, [among("id", wanted)], merged=True) if wanted else ()
    return {lead.id: lead.level for lead in leads if lead.level is not None}


def _told_by(task: Task) -> Iterator[tuple[str, str]]:
    """Yield the codes that say what is to be done: by what means where that was decided, for it may be others than its kind's."""
    if task.channel is None or task.exemption is None:
        yield "task_kind", task.kind
    if task.channel is not None:
        yield "contact_channel", task.channel
