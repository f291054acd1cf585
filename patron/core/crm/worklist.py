"""
Whom to call today and why, from what is stored now: tasks, leads, contacts and published scores.

A customer stands on the list once, with every reason that there is, the most pressing first: a task that is overdue, one that is
due, a lead that nobody has reached, a lead that went silent, a customer among the best with whom nobody has spoken for long. When
that is, `[worklist]` says. Each reason asks for its own rights; a reason whose facts the actor may not see gives no line.

Whoever may give out leads finds before all that, in one line, how many wait for somebody; who may claim leads, how many.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action, Scope
from patron.core.clock import instant_of
from patron.core.config.settings import WorklistSettings
from patron.core.crm.claiming import claimable_by_actor
from patron.core.crm.further import besides
from patron.core.crm.identities import phones_of
from patron.core.crm.interactions import CHANNEL
from patron.core.crm.tasks import whose
from patron.core.crm.waiting import alert_of
from patron.core.nouns import LIVE, Customer, Lead, Task
from patron.core.nouns.criterion import Condition, Criterion, Joined, Operator, among, equal
from patron.core.outreach import Ask, Verdict, verdicts
from patron.core.outreach.rules import SALES, Rules, rules_of
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.beside import Beside
from patron.core.store.contacts import LAST_CONTACT, contacts_beside
from patron.core.store.responses import RESPOND_BY
from patron.core.store.scores import PREFIX, published_run
from patron.core.store.scores.reading import RESOURCE

REASONS = ("waiting", "announced", "overdue", "due", "not_reached", "silent", "best")
"""Why somebody stands on the list, the most pressing first; the first two are about leads, and call nobody."""

_TENDED = "relationship"
"""For what the best customers are called."""
_GROUP, _RANK = f"{PREFIX}decile", f"{PREFIX}rank"


@attrs.frozen(kw_only=True)
class Why:
    """
    A reason to call.

    Attributes:
        code: one of `REASONS`.
        at: when the task is or was due, the lead was filed, or somebody last spoke with the customer; None for never.
        days: how many days ago that was; None for a task that is due, and for never.
        by: of a lead that nobody has reached, by when somebody should have; the limit of its source says. Of one that may be
            claimed, until when.
        count: how many leads wait for somebody, or may be claimed; the first of them is `lead_id`.
        what: the subject of the task or the lead.
        group: of one of the best customers, the group of the published scores.
        lead_id: the lead that it is about.
        task_id: the task that it is about.
        channel: by what means; None where it reaches out to nobody.
        purpose: for what the customer would be contacted.
    """

    code: str
    at: datetime | None = None
    days: int | None = None
    by: datetime | None = None
    count: int | None = None
    what: str | None = None
    group: int | None = None
    lead_id: int | None = None
    task_id: int | None = None
    channel: str | None = CHANNEL
    purpose: str = SALES


@attrs.frozen(kw_only=True)
class Call:
    """
    Somebody to call.

    Attributes:
        customer_id: whom; None for a task that is about no customer, and for leads that wait.
        name: what the customer is called; None where the actor may not see it.
        channel: by what means, one that the customer accepts; None where nobody has to be reached.
        phone: by what number; None where none is known, or where they are to be reached by other means.
        reasons: why, the most pressing first, of those for which the customer may be contacted.
    """

    customer_id: int | None
    name: str | None = None
    channel: str | None = None
    phone: str | None = None
    reasons: tuple[Why, ...] = ()


@attrs.frozen(kw_only=True)
class Worklist:
    """
    Whom to call on a day.

    Attributes:
        day: the day.
        calls: whom, the most pressing first; before them, for who may give out leads, that some wait.
        more: there are others behind them.
        left_out: how many were looked at who do not want to be contacted for any reason that there is.
    """

    day: date
    calls: tuple[Call, ...] = ()
    more: bool = False
    left_out: int = 0


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
        looker = _Looker(session, reader, on, zone, whose(reader, everyone=everyone), rules_of(session))
        found, welcome, size = {}, {}, limit + 1
        while True:
            found = looker.every_reason(looker.first(size))
            welcome = _welcome(session, reader, found, on, zone)
            if len(found) < size or len(welcome) > limit:
                break
            size *= 2
        chosen = list(welcome.items())[:limit]
        ids = _customers(key for key, _ in chosen)
        names = _names(reader, ids)
        phones = phones_of(reader, ids) if ids else {}
        calls = [*looker.waiting(), *looker.announced(), *(_call(names, phones, key, reasons) for key, reasons in chosen)]
    return Worklist(day=on, calls=tuple(calls), more=len(welcome) > limit, left_out=len(found) - len(welcome))


_BY_NUMBER = frozenset((None, CHANNEL, "sms"))
"""By what a customer is reached at a phone number."""

_Welcome = Sequence[tuple[Why, str | None]]
"""Reasons for which somebody may be contacted, each with the channel that they accept."""


def _call(names: Mapping[int, str], phones: Mapping[int, str], key: "_Key", reasons: _Welcome) -> Call:
    customer, channel = key[0] or 0, reasons[0][1]
    return Call(
        customer_id=key[0],
        name=names.get(customer),
        channel=channel,
        phone=phones.get(customer) if channel in _BY_NUMBER else None,
        reasons=tuple(why for why, _ in reasons),
    )


def _welcome(
    session: Session, reader: Reader, found: "Mapping[_Key, Sequence[Why]]", day: date, zone: ZoneInfo
) -> "dict[_Key, _Welcome]":
    """Return those who may be contacted on a day, with the reasons for which they may."""
    begin, end = (instant_of(datetime.combine(day + timedelta(days=one), time()), zone) for one in (0, 1))
    at = max(session.clock.now(), begin)
    asked: dict[tuple[str, str], list[int]] = {}
    for (customer, _), reasons in found.items():
        for why in reasons:
            if customer is not None and why.channel is not None:
                asked.setdefault((why.channel, why.purpose), []).append(customer)
    given = {
        (customer, *about): verdict
        for about, customers in asked.items()
        for customer, verdict in verdicts(
            session, reader, customers, Ask(at=at, channel=about[0], purpose=about[1], told=True)
        ).items()
    }
    kept: dict[_Key, _Welcome] = {}
    for key, reasons in found.items():
        judged = [(why, given.get((key[0] or 0, why.channel or "", why.purpose))) for why in reasons]
        welcome = [
            (why, why.channel if said is None else said.instead) for why, said in judged if said is None or _may(said, end)
        ]
        if welcome:
            kept[key] = welcome
    return kept


def _may(verdict: Verdict, end: datetime) -> bool:
    """Say whether somebody may be contacted before a time, by whatever means."""
    return verdict.instead is not None and (verdict.not_before is None or verdict.not_before < end)


_Key = tuple[int | None, int | None]
"""Of whom a line is: the customer, else the task."""


def _key(customer: int | None, why: Why) -> _Key:
    return customer, None if customer is not None else why.task_id


def _customers(found: Iterable[_Key]) -> tuple[int, ...]:
    return tuple(customer for customer, _ in found if customer is not None)


def _names(reader: Reader, ids: Sequence[int]) -> Mapping[int, str]:
    if not ids or reader.policy.scope(reader.actor, Action.READ, "customer") is Scope.NONE:
        return {}
    return reader.names(Customer, ids)


@attrs.frozen(kw_only=True)
class _Part:
    """Which of the reasons that a look finds are read."""

    criteria: tuple[Condition, ...] = ()
    limit: int | None = None
    offset: int = 0


_Look = Callable[[_Part], Iterator[tuple[int | None, Why]]]
"""What finds reasons of one kind, and whom each is to call."""


@attrs.frozen
class _Looker:
    """Looks for reasons of each kind."""

    session: Session
    reader: Reader
    day: date
    zone: ZoneInfo
    mine: tuple[Condition, ...]
    rules: Rules

    @property
    def settings(self) -> WorklistSettings:
        """When somebody comes on the list."""
        return self.session.settings.worklist

    def first(self, count: int) -> dict[_Key, list[Why]]:
        """Return the first so many to call, the most pressing first, each with a reason at least."""
        found: dict[_Key, list[Why]] = {}
        for _, look in self._looks():
            for customer, why in _paged(look, count):
                found.setdefault(_key(customer, why), []).append(why)
                if len(found) == count:
                    return found
        return found

    def every_reason(self, chosen: Mapping[_Key, list[Why]]) -> dict[_Key, list[Why]]:
        """Return those who were chosen with every reason to call them; a task of no customer is its only reason."""
        found = {key: [] if key[0] is not None else reasons for key, reasons in chosen.items()}
        ids = _customers(found)
        if not ids:
            return found
        for field, look in self._looks():
            for customer, why in look(_Part(criteria=(among(field, ids),))):
                found[_key(customer, why)].append(why)
        return found

    def waiting(self) -> Iterator[Call]:
        """Yield one line about the leads that no user has and that must not be forgotten; none where there is none."""
        alert = alert_of(self.session, self.reader, self._midnight(-1))
        if alert is not None:
            filed = alert.lead.filed_at
            about = Why(code="waiting", at=filed, days=self._ago(filed), lead_id=alert.lead.id, channel=None)
            why = attrs.evolve(about, by=alert.by, count=alert.count)
            yield Call(customer_id=None, reasons=(why,))

    def announced(self) -> Iterator[Call]:
        """Yield one line about the leads that the actor may claim; none where there is none."""
        found = claimable_by_actor(self.session, self.reader)
        if found:
            first = min(found, key=lambda one: one.until)
            about = Why(code="announced", at=first.at, days=self._ago(first.at), lead_id=first.lead_id, channel=None)
            yield Call(customer_id=None, reasons=(attrs.evolve(about, by=first.until, count=len(found)),))

    def _looks(self) -> Iterator[tuple[str, _Look]]:
        """Yield the field that says who is to call, and the look, of every kind that the actor may see."""
        looks: tuple[tuple[tuple[str, ...], str, _Look], ...] = (
            (("task",), "customer_id", self._tasks),
            (("lead",), "customer_id", self._not_reached),
            (("lead", "interaction"), "customer_id", self._silent),
            (("customer", "interaction", RESOURCE), "id", self._best),
        )
        for needed, field, look in looks:
            if all(self.reader.policy.scope(self.reader.actor, Action.READ, one) is not Scope.NONE for one in needed):
                yield field, look

    def _tasks(self, part: _Part) -> Iterator[tuple[int | None, Why]]:
        begin = self._midnight(0)
        until = Criterion("due_at", Operator.LESS, self._midnight(-1))
        for task in self._find(Task, part, equal("status", "planned"), until, order="due_at"):
            overdue = task.due_at < begin
            days = self._ago(task.due_at) if overdue else None
            about = {"what": task.subject, "lead_id": task.lead_id, "task_id": task.id}
            # What was decided to be done all the same is not asked about again.
            about["channel"] = None if task.exemption is not None and task.channel is None else self.rules.channel_of(task)
            about["purpose"] = self.rules.purpose_of(task)
            yield task.customer_id, Why(code="overdue" if overdue else "due", at=task.due_at, days=days, **about)

    def _not_reached(self, part: _Part) -> Iterator[tuple[int | None, Why]]:
        due = Criterion(RESPOND_BY, Operator.LESS, self._midnight(-1))
        missing = Criterion("first_contact_at", Operator.MISSING)
        beside = besides(self.session, self.reader, (RESPOND_BY,), "lead")
        for lead, values in self._beside(Lead, beside, part, among("status", LIVE), missing, due, order=["-filed_at"]):
            by: Any = values[RESPOND_BY]
            about = {"at": lead.filed_at, "days": self._ago(lead.filed_at), "what": lead.subject, "lead_id": lead.id}
            yield lead.customer_id, Why(code="not_reached", by=by, **about)

    def _best(self, part: _Part) -> Iterator[tuple[int | None, Why]]:
        run = published_run(self.reader)
        if run is None or not {"decile", "rank"} <= {column.name for column in run.columns}:
            return
        best = Criterion(_GROUP, Operator.AT_MOST, self.settings.best_groups)
        beside = besides(self.session, self.reader, (_GROUP, _RANK, LAST_CONTACT))
        for customer, values in self._beside(Customer, beside, part, best, self._quiet(self.settings.best_days), order=[_RANK]):
            group: Any = values[_GROUP]
            yield customer.id, self._since("best", values[LAST_CONTACT], group=group, purpose=_TENDED)

    def _silent(self, part: _Part) -> Iterator[tuple[int | None, Why]]:
        reached = Criterion("first_contact_at", Operator.LESS, self._midnight(self.settings.silent_days - 1))
        beside = [contacts_beside(self.reader, "lead")]
        criteria = [among("status", LIVE), reached, self._quiet(self.settings.silent_days)]
        for lead, values in self._beside(Lead, beside, part, *criteria, order=["-likelihood", LAST_CONTACT]):
            last = values[LAST_CONTACT] or lead.first_contact_at
            yield lead.customer_id, self._since("silent", last, what=lead.subject, lead_id=lead.id)

    def _find(self, noun: type[Any], part: _Part, *criteria: Condition, order: str) -> tuple[Any, ...]:
        every = [*self.mine, *criteria, *part.criteria]
        found: tuple[Any, ...] = self.reader.find(noun, every, order=[order], limit=part.limit, offset=part.offset)
        return found

    def _beside(
        self, noun: type[Any], beside: Sequence[Beside], part: _Part, *criteria: Condition, order: Sequence[str]
    ) -> tuple[tuple[Any, Mapping[str, Any]], ...]:
        every = [*self.mine, *criteria, *part.criteria]
        return self.reader.find_beside(noun, beside, every, order=order, limit=part.limit, offset=part.offset)

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


def _paged(look: _Look, size: int) -> Iterator[tuple[int | None, Why]]:
    """Yield all that a look finds, a page at a time, each twice as long: one customer may have many reasons in a row."""
    offset = 0
    while page := tuple(look(_Part(limit=size, offset=offset))):
        yield from page
        offset, size = offset + size, 2 * size
