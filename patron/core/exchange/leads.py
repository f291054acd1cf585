"""
Leads from files, each with its customer.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.assignment import Desk, Given, Newborn, note_given
from patron.core.crm.course import course_of, not_before, outlived, times_of
from patron.core.crm.owners import owner_of
from patron.core.exchange.applier import Applier, Noticed, Outcome, Setting, require, settled, take_each, verdict
from patron.core.exchange.asking import may_ask
from patron.core.exchange.draft import Draft
from patron.core.exchange.moments import is_vaguer
from patron.core.exchange.noting import Noted
from patron.core.exchange.persons import Person, Persons
from patron.core.exchange.references import References
from patron.core.exchange.remarks import Remark, is_told, put_remarks, remark_of, told_of
from patron.core.exchange.writing import add_values, change_all
from patron.core.nouns import LIVE, OWNERS, Interaction, Lead, fields_of
from patron.core.nouns.contents import ROW, Occurrences, key_of_content
from patron.core.nouns.schemes import MATCHING
from patron.core.nouns.systems import MAIN, with_system
from patron.core.store import UnitOfWork
from patron.core.store.changing import Edit
from patron.core.store.keys import records_by

_Key = tuple[object, ...]
_IDENTIFYING = ("source", "system", "source_key", "filed_at")

_REFERRER = "referrer"
_LONGEST_NOTE = fields_of(Interaction)["note"].length


@attrs.define(eq=False, kw_only=True)
class _Plan(Noted):
    """
    A lead of the chunk.

    Attributes:
        person: its customer.
        fallback: whose it is where no row says so and nobody takes it.
        told: what its timeline says, as far as the actor may see it.
        remarks: what rows remark of it → when, where the timeline does not say it yet.
    """

    person: Person
    fallback: Mapping[str, int | None] | None = None
    told: frozenset[str] = frozenset()
    remarks: dict[str, datetime] = attrs.field(factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether rows say something else of the lead than is stored, or remark something."""
        return bool(self.remarks) or super().is_news

    def remark(self, note: str | None, at: datetime) -> bool:
        """Note what a row remarks, and say whether it is news."""
        if not note or note in self.remarks or is_told(note, self.told):
            return False
        self.remarks[note] = at
        return True


class LeadApplier(Applier):
    """
    Brings in leads.

    A row is a lead that is known by its key in the system that gave it, else by customer, source and the day of filing; without
    a day it is the live lead of that customer from that source. A row that identifies nobody gets a key from its content.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._occurrences = Occurrences()
        self._likened = 0
        self._likened_row = 0

    def prepare(self, draft: Draft) -> None:
        """Give a row without any key one of its content."""
        require(draft, "lead", ("source",))
        identified = "source_key" in draft.of("lead") or any(one.scheme in MATCHING for one in draft.identities)
        if not draft.problems and not identified:
            draft.key = key_of_content(draft.digest(), self._occurrences)

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        chunk = _Chunk(work, drafts, self._setting)
        outcomes = take_each(drafts, chunk.take, asks=self._setting.model is not None and may_ask(work))
        outcomes = settled(outcomes, drafts, chunk.is_news)
        chunk.store()
        likened = chunk.likened()
        self._likened += len(likened)
        self._likened_row = self._likened_row or next(iter(likened), 0)
        return outcomes

    def noticed(self) -> Noticed:
        """Return how many rows were joined to somebody by likeness; see `Applier`."""
        return Noticed(likened=self._likened, likened_row=self._likened_row)


class _Chunk:
    """The leads of one chunk."""

    def __init__(self, work: UnitOfWork, drafts: Sequence[Draft], setting: Setting) -> None:
        self._work = work
        self._setting = setting
        self._references = References(work)
        self._persons = Persons(work, drafts, setting.zone, setting.model)
        self._owners: dict[str, dict[str, int | None]] = {}
        self._plans: dict[_Key, _Plan] = {}
        self._seen: set[int] = set()
        self._all: list[_Plan] = []
        self._meant: dict[int, _Plan] = {}
        self._by_customer: dict[int, list[_Plan]] = {}
        self._keep(self._stored(drafts), remarked=any(map(self._remark, drafts)))

    def _referrer(self, draft: Draft) -> int | None:
        """Return who recommended us, as a row says; None for nobody that we know."""
        text = draft.references.get(_REFERRER)
        return self._references.customer(fields_of(Lead)["referrer_id"], text) if text else None

    def _remark(self, draft: Draft) -> str | None:
        """Return what a row remarks, and who recommended us where we don't know them."""
        text, remark = draft.references.get(_REFERRER), remark_of(draft)
        if not text or self._referrer(draft) is not None:
            return remark
        t = self._setting.session.t
        line = t("intake.remark", label=fields_of(Lead)["referrer_id"].label(t.lang), value=text)
        return "\n".join(filter(None, (remark, line)))[:_LONGEST_NOTE]

    def take(self, draft: Draft) -> Outcome:
        """
        Find or begin the lead of a row, and note what the row says of it.

        Raises:
            PatronError: the row can't be imported.
        """
        values = self._values(draft)
        owner = {name: values.pop(name) for name in OWNERS if name in values}
        plan = self._own(draft, values) or self._keyed(values)
        person = self._persons.require(plan.person) if plan else self._persons.find(draft)
        plan = plan or (self._same_day(person, values) if person else None)
        if plan is not None:
            plan.require_seen(self._seen)
        values |= self._course(plan, draft, values)
        created = plan is None
        if plan is None:
            plan = _Plan(
                person=person or self._persons.add(draft),
                values={"filed_at": self._setting.started_at},
                fallback=None if owner else self._default_owner(values["source"]),
            )
            self._all.append(plan)
        self._meant[id(draft)] = plan
        news = self._persons.give(plan.person, draft)
        news = plan.take(self._said(plan, draft, values) | owner) or news
        news = plan.remark(self._remark(draft), values.get("filed_at", self._setting.started_at)) or news
        if values.get("status") == "won" and "won_at" in values:
            self._persons.bought(plan.person, values["won_at"])
        self._register(plan, values)
        return verdict(created=created, changed=news)

    def is_news(self, draft: Draft) -> bool:
        """Say whether the lead of a row, or its customer, will differ from what is stored."""
        plan = self._meant[id(draft)]
        return plan.is_news or plan.person.is_news

    def _values(self, draft: Draft) -> dict[str, Any]:
        values = dict(draft.of("lead"))
        if draft.key:
            values |= {"system": MAIN, "source_key": draft.key}
        referrer = self._referrer(draft)
        values |= {} if referrer is None else {"referrer_id": referrer}
        return with_system(values, self._setting.system) | self._references.of(draft, "campaign", "owner")

    def _course(self, plan: _Plan | None, draft: Draft, values: dict[str, Any]) -> dict[str, datetime]:
        """Return the times of the lead's course that a row says, none of them before it was filed or after the import began."""
        now = self._setting.started_at
        if plan is None:
            return course_of(values, None, now, str(self._setting.zone), now=now)
        filed_at = plan.values.get("filed_at") or plan.record.filed_at
        return course_of(self._said(plan, draft, values), plan.record, filed_at, str(self._setting.zone), now=now)

    def _said(self, plan: _Plan, draft: Draft, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a row says of a lead, without what is vaguer than what is known: a made key, a day in place of a time."""
        record = plan.record
        if record is None:
            return dict(values)
        said: dict[str, Any] = {}
        for name, value in values.items():
            known = getattr(record, name, None)
            said[name] = known if is_vaguer(value, known) else value
        is_made = str(said.get("source_key", "")).startswith(ROW)
        if is_made:
            del said["source_key"]
        key = (said.get("system"), said.get("source_key"))
        if key != (record.system, record.source_key) and self._plans.get(("key", *key)) is plan:
            # What a lead is called that was merged into this one, it stays called.
            del said["source_key"], said["system"]
        if "system" not in draft.of("lead") and (is_made or record.system is not None):
            said.pop("system", None)
        if "filed_at" in said:
            begins = said["filed_at"].astimezone(self._setting.zone).time() == time()
            if begins and self._day(said) == self._setting.day(record.filed_at):
                del said["filed_at"]
        return said

    def likened(self) -> Sequence[int]:
        """Return the rows that were joined to somebody by what else agrees than an identity."""
        return self._persons.likened

    def store(self) -> None:
        """Store what was noted: customers, then leads, then what customers gain."""
        new = [plan for plan in self._all if plan.record is None]
        given = self._give(new)
        for plan in new:
            owner = {name: value for name, value in plan.values.items() if name in OWNERS and value}
            self._persons.own(plan.person, owner)
        self._persons.store_new(ended=True)
        for plan in new:
            plan.values["customer_id"] = plan.person.id
        rows = [plan.values for plan in new]
        ids = add_values(self._work, Lead, rows, [row["filed_at"] for row in rows], [times_of(row) for row in rows])
        note_given(self._work, [(number, given[id(plan)]) for number, plan in zip(ids, new, strict=True) if id(plan) in given])
        self._change([plan for plan in self._all if plan.record is not None and plan.values])
        # A customer may be in the actor's reach only through the lead that was just made.
        self._persons.store_changes()
        numbers = dict(zip(map(id, new), ids, strict=True))
        put_remarks(self._work, (one for plan in self._all for one in _remarks(plan, numbers.get(id(plan)))))

    def _give(self, plans: Sequence[_Plan]) -> Mapping[int, Given]:
        """Give new leads without an owner to somebody, all of the chunk at once, and return to whom by plan."""
        free = [plan for plan in plans if plan.fallback is not None and plan.values.keys().isdisjoint(OWNERS)]
        newborns = [
            Newborn(owner=plan.fallback or {}, lead=plan.values, customer=_known_of(plan.person), person=id(plan.person))
            for plan in free
        ]
        found = dict(zip(map(id, free), Desk(self._setting.session, self._work).give(newborns), strict=True))
        for plan in free:
            plan.values |= found[id(plan)].owner
        return found

    def _change(self, plans: Sequence[_Plan]) -> None:
        """Change leads; each value is true since it says, unless it shall take the place of one that came later."""
        self._work.load_histories(plan.record for plan in plans if self._setting.since is not None or times_of(plan.values))
        waiting = [(plan.record, self._by_time(plan.record, plan.values)) for plan in plans]
        done: dict[int, Lead] = {}
        while waiting:
            leads = change_all(self._work, [Edit(lead, values, at) for lead, ((at, values), *_) in waiting])
            done |= {lead.id: lead for lead in leads}
            waiting = [(lead, later) for lead, (_, (_, *later)) in zip(leads, waiting, strict=True) if later]

        for plan in plans:
            if "status" in plan.values:
                self._leave_behind(done[plan.record.id], plan.values)

    def _leave_behind(self, lead: Lead, said: Mapping[str, Any]) -> None:
        for name, since in outlived(self._work, lead).items():
            if name not in said:
                (lead,) = change_all(self._work, [Edit(lead, {name: None}, since)])

    def _by_time(self, lead: Lead, values: Mapping[str, Any]) -> list[tuple[datetime | None, dict[str, Any]]]:
        """Return the values of a lead by the time since when they are true."""
        times, by_time = times_of(values), dict[datetime | None, dict[str, Any]]()
        for name, value in values.items():
            at = not_before(self._work, lead, name, times[name]) if name in times else self._since(lead, name)
            by_time.setdefault(at, {})[name] = value
        return list(by_time.items())

    def _since(self, lead: Lead, name: str) -> datetime | None:
        """Return since when a value is true that brings no time of its own; a value that came later stays."""
        since = self._setting.since
        if since is None:
            return None
        # A user and a team are one owner, whose history can't tell by either that it was overtaken.
        return not_before(self._work, lead, name, since) if name in OWNERS else max(since, lead.filed_at)

    def _default_owner(self, source: str) -> dict[str, int | None]:
        found = self._owners.get(source)
        if found is None:
            found = self._owners[source] = owner_of(self._work, {"source": source})
        return found

    def _stored(self, drafts: Sequence[Draft]) -> list[Lead]:
        """Return the leads that the rows may mean."""
        connection, vocabulary = self._work.connection, self._work.vocabulary
        found: list[Lead] = []
        numbers = {draft.patron_id for draft in drafts if draft.patron_id}
        if numbers:
            found += records_by(connection, Lead, vocabulary, "id", numbers)
        keys = {draft.of("lead").get("source_key") or draft.key for draft in drafts} - {"", None}
        if keys:
            found += records_by(connection, Lead, vocabulary, "source_key", keys)
        customers = self._persons.ids()
        if customers:
            found += records_by(connection, Lead, vocabulary, "customer_id", customers)
        into = {lead.duplicate_of_id for lead in found} - {None, *(lead.id for lead in found)}
        return found + (records_by(connection, Lead, vocabulary, "id", into) if into else [])

    def _keep(self, leads: Sequence[Lead], *, remarked: bool) -> None:
        by_id = {one.id: one for one in leads}
        self._seen = self._work.within_reach(Action.READ, "lead", by_id)
        # Of several that a row may mean, one that the actor may see.
        every = sorted(by_id.values(), key=lambda one: one.id not in self._seen)
        for lead in every:
            self._persons.with_id(lead.customer_id)
        self._persons.load()
        told = told_of(self._work, by_id) if remarked else {}
        plans = {
            lead.id: _Plan(person=self._persons.with_id(lead.customer_id), record=lead, told=told.get(lead.id, frozenset()))
            for lead in every
        }
        for lead in every:
            # What a file calls a lead that was merged is the lead into which it was merged.
            plan = plans.get(lead.duplicate_of_id or lead.id, plans[lead.id])
            if plan.record is lead:
                self._all.append(plan)
            self._plans["id", lead.id] = plan
            self._register(plan, {name: getattr(lead, name) for name in _IDENTIFYING})

    def _register(self, plan: _Plan, values: Mapping[str, Any]) -> None:
        if values.get("source_key"):
            self._plans["key", values["system"], values["source_key"]] = plan
        if "filed_at" in values:
            self._plans.setdefault((id(plan.person), values["source"], self._day(values)), plan)
        live = (plan.record is None or plan.record.status in LIVE) and values.get("status", "open") in LIVE
        if live:
            self._plans.setdefault((id(plan.person), values["source"], "live"), plan)

    def _own(self, draft: Draft, values: Mapping[str, Any]) -> _Plan | None:
        """Return the lead of our own number, where the rest of the row agrees: a file of another database has other numbers."""
        plan = self._plans.get(("id", draft.patron_id)) if draft.patron_id in self._seen else None
        record = plan.record if plan else None
        agrees = (
            record is not None and record.source == values["source"] and self._day(values) == self._setting.day(record.filed_at)
        )
        return plan if agrees else None

    def _keyed(self, values: Mapping[str, Any]) -> _Plan | None:
        return self._plans.get(("key", values["system"], values["source_key"])) if "source_key" in values else None

    def _same_day(self, person: Person, values: Mapping[str, Any]) -> _Plan | None:
        if "source_key" in values:
            return None
        when = self._day(values) if "filed_at" in values else "live"
        return self._plans.get((id(person), values["source"], when))

    def _day(self, values: Mapping[str, Any]) -> date | None:
        return self._setting.day(values["filed_at"]) if "filed_at" in values else None


def _remarks(plan: _Plan, number: int | None) -> list[Remark]:
    """Return what rows remark of a lead, which is stored by now: under its own number, or the one that it got."""
    lead, source = (plan.record.id, plan.record.source) if number is None else (number, plan.values["source"])
    about = {"customer_id": plan.person.id, "lead_id": lead, "source": source}
    return [Remark(**about, at=at, note=note) for note, at in plan.remarks.items()]


def _known_of(person: Person) -> Mapping[str, Any]:
    """Return what is known of the customer of a new lead."""
    return person.values if person.record is None else attrs.asdict(person.record, recurse=False) | person.values
