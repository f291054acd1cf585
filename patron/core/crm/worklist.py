"""
Whom to call today and why, from what is stored now: tasks, leads, contacts and published scores.

A customer stands on the list once, with every reason that there is, the most pressing first: a task that is overdue, one that is
due, a lead that nobody has reached, a lead that went silent, a customer among the best with whom nobody has spoken for long. When
that is, `[worklist]` says. Each reason asks for its own rights; a reason whose facts the actor may not see gives no line.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action, Scope
from patron.core.config.settings import WorklistSettings
from patron.core.crm.further import besides
from patron.core.crm.identities import phones_of
from patron.core.crm.tasks import whose
from patron.core.nouns import LIVE, Customer, Lead, Task
from patron.core.nouns.criterion import Condition, Criterion, Joined, Operator, among, equal
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.contacts import LAST_CONTACT, contacts_beside
from patron.core.store.scores import PREFIX, published_run
from patron.core.store.scores.reading import RESOURCE

REASONS = ("overdue", "due", "not_reached", "silent", "best")
"""Why somebody stands on the list, the most pressing first."""

_GROUP, _RANK = f"{PREFIX}decile", f"{PREFIX}rank"


@attrs.frozen(kw_only=True)
class Why:
    """
    A reason to call.

    Attributes:
        code: one of `REASONS`.
        at: when the task is or was due, the lead was filed, or somebody last spoke with the customer; None for never.
        days: how many days ago that was; None for a task that is due, and for never.
        what: the subject of the task or the lead.
        group: of one of the best customers, the group of the published scores.
        lead_id: the lead that it is about.
        task_id: the task that it is about.
    """

    code: str
    at: datetime | None = None
    days: int | None = None
    what: str | None = None
    group: int | None = None
    lead_id: int | None = None
    task_id: int | None = None


@attrs.frozen(kw_only=True)
class Call:
    """
    Somebody to call.

    Attributes:
        customer_id: whom; None for a task that is about no customer.
        name: what the customer is called; None where the actor may not see it.
        phone: by what number; None where none is known.
        reasons: why, the most pressing first.
    """

    customer_id: int | None
    name: str | None = None
    phone: str | None = None
    reasons: tuple[Why, ...] = ()


@attrs.frozen(kw_only=True)
class Worklist:
    """
    Whom to call on a day.

    Attributes:
        day: the day.
        calls: whom, the most pressing first.
        more: there are others behind them.
    """

    day: date
    calls: tuple[Call, ...] = ()
    more: bool = False


def show_worklist(session: Session, *, day: date | None = None, limit: int = 50, everyone: bool = False) -> Worklist:
    """
    Return whom to call on a day, and why.

    Args:
        session: whose actor's customers, leads and tasks are meant, or those of the actor's teams.
        day: the day; today by default. What is stored is as it is now.
        limit: at most so many customers.
        everyone: all that the actor may see.
    """
    zone = ZoneInfo(session.settings.timezone)
    on = day or session.clock.now().astimezone(zone).date()
    with session.read() as reader:
        looker = _Looker(reader, session.settings.worklist, on, zone, whose(reader, everyone=everyone), limit + 1)
        found = _gathered(looker.reasons())
        chosen = dict(list(found.items())[:limit])
        ids = tuple(customer for customer, _ in chosen if customer is not None)
        names = _names(reader, ids)
        phones = phones_of(reader, ids) if ids else {}
        calls = [
            Call(customer_id=customer, name=names.get(customer or 0), phone=phones.get(customer or 0), reasons=tuple(reasons))
            for (customer, _), reasons in chosen.items()
        ]
    return Worklist(day=on, calls=tuple(calls), more=len(found) > limit)


_Key = tuple[int | None, int | None]
"""Of whom a line is: the customer, else the task."""


def _gathered(reasons: Iterable[tuple[int | None, Why]]) -> dict[_Key, list[Why]]:
    found: dict[_Key, list[Why]] = {}
    for customer, why in reasons:
        found.setdefault((customer, None if customer is not None else why.task_id), []).append(why)
    return found


def _names(reader: Reader, ids: Sequence[int]) -> Mapping[int, str]:
    if not ids or reader.policy.scope(reader.actor, Action.READ, "customer") is Scope.NONE:
        return {}
    return {one.id: one.name for one in reader.find(Customer, [among("id", tuple(ids))])}


@attrs.frozen
class _Looker:
    """Looks for reasons of each kind, as many as could be shown."""

    reader: Reader
    settings: WorklistSettings
    day: date
    zone: ZoneInfo
    mine: tuple[Condition, ...]
    limit: int

    def reasons(self) -> Iterator[tuple[int | None, Why]]:
        """Yield customers with a reason each, the most pressing first."""
        looks: tuple[tuple[tuple[str, ...], Callable[[], Iterator[tuple[int | None, Why]]]], ...] = (
            (("task",), self._tasks),
            (("lead",), self._not_reached),
            (("lead", "interaction"), self._silent),
            (("customer", "interaction", RESOURCE), self._best),
        )
        for needed, look in looks:
            if all(self.reader.policy.scope(self.reader.actor, Action.READ, one) is not Scope.NONE for one in needed):
                yield from look()

    def _tasks(self) -> Iterator[tuple[int | None, Why]]:
        begin = self._midnight(0)
        until = Criterion("due_at", Operator.LESS, self._midnight(-1))
        for task in self._find(Task, equal("status", "planned"), until, order="due_at"):
            overdue = task.due_at < begin
            days = self._ago(task.due_at) if overdue else None
            about = {"what": task.subject, "lead_id": task.lead_id, "task_id": task.id}
            yield task.customer_id, Why(code="overdue" if overdue else "due", at=task.due_at, days=days, **about)

    def _not_reached(self) -> Iterator[tuple[int | None, Why]]:
        filed = Criterion("filed_at", Operator.LESS, self._midnight(self.settings.first_contact_days - 1))
        missing = Criterion("first_contact_at", Operator.MISSING)
        for lead in self._find(Lead, among("status", LIVE), missing, filed, order="-filed_at"):
            days = self._ago(lead.filed_at)
            yield lead.customer_id, Why(code="not_reached", at=lead.filed_at, days=days, what=lead.subject, lead_id=lead.id)

    def _best(self) -> Iterator[tuple[int | None, Why]]:
        run = published_run(self.reader)
        if run is None or not {"decile", "rank"} <= {column.name for column in run.columns}:
            return
        best = Criterion(_GROUP, Operator.AT_MOST, self.settings.best_groups)
        beside = besides(self.reader, (_GROUP, _RANK, LAST_CONTACT))
        criteria = [*self.mine, best, self._quiet(self.settings.best_days)]
        for customer, values in self.reader.find_beside(Customer, beside, criteria, order=[_RANK], limit=self.limit):
            group: Any = values[_GROUP]
            yield customer.id, self._since("best", values[LAST_CONTACT], group=group)

    def _silent(self) -> Iterator[tuple[int | None, Why]]:
        reached = Criterion("first_contact_at", Operator.LESS, self._midnight(self.settings.silent_days - 1))
        beside = [contacts_beside(self.reader, "lead")]
        criteria = [*self.mine, among("status", LIVE), reached, self._quiet(self.settings.silent_days)]
        order = ["-likelihood", LAST_CONTACT]
        for lead, values in self.reader.find_beside(Lead, beside, criteria, order=order, limit=self.limit):
            last = values[LAST_CONTACT] or lead.first_contact_at
            yield lead.customer_id, self._since("silent", last, what=lead.subject, lead_id=lead.id)

    def _find(self, noun: type[Any], *criteria: Condition, order: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self.reader.find(noun, [*self.mine, *criteria], order=[order], limit=self.limit)
        return found

    def _quiet(self, days: int) -> Condition:
        """Return the condition that nobody has spoken with the customer for so many days."""
        before = Criterion(LAST_CONTACT, Operator.LESS, self._midnight(days - 1))
        return Joined(False, (before, Criterion(LAST_CONTACT, Operator.MISSING)))

    def _since(self, code: str, at: Any, **about: Any) -> Why:
        return Why(code=code, at=at, days=None if at is None else self._ago(at), **about)

    def _midnight(self, days: int) -> datetime:
        """Return the begin of the day so many days ago."""
        return datetime.combine(self.day - timedelta(days=days), time(), self.zone)

    def _ago(self, at: datetime) -> int:
        return (self.day - at.astimezone(self.zone).date()).days
