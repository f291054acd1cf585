"""
Interactions from files: what happened with customers who are known.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from patron.core.access import Action
from patron.core.crm.interactions import is_earlier, task_of
from patron.core.errors import PatronError
from patron.core.exchange.applier import Applier, Outcome, Setting, require, take_each, verdict
from patron.core.exchange.draft import Draft, called_number
from patron.core.exchange.moments import is_vaguer
from patron.core.exchange.noting import Noted
from patron.core.exchange.persons import Persons
from patron.core.exchange.references import References
from patron.core.exchange.writing import add_all, change_all
from patron.core.nouns import LIVE, FieldError, Interaction, Lead
from patron.core.nouns.contents import ROW
from patron.core.nouns.systems import MAIN, with_system
from patron.core.outreach import plan_many
from patron.core.resolving import require_known
from patron.core.store import UnitOfWork
from patron.core.store.changing import Edit
from patron.core.store.keys import records_by, standing_by


class InteractionApplier(Applier):
    """
    Brings in interactions.

    A row is an interaction that is known by its key in the system that gave it, else by its content: what is equal in every cell
    is the same interaction.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def prepare(self, draft: Draft) -> None:
        """Give a row without a key one of its content."""
        require(draft, "interaction", ("at", "channel"))
        if not draft.problems and "source_key" not in draft.of("interaction"):
            draft.key = f"{ROW}{draft.digest()}"

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        chunk = _Chunk(work, drafts, self._setting)
        outcomes = take_each(drafts, chunk.take)
        chunk.store()
        return outcomes


class _Chunk:
    """The interactions of one chunk."""

    def __init__(self, work: UnitOfWork, drafts: Sequence[Draft], setting: Setting) -> None:
        self._work = work
        self._session = setting.session
        self._system = setting.system
        self._references = References(work)
        self._persons = Persons(work, drafts, setting.zone)
        self._started_at = setting.started_at
        self._noted: dict[tuple[object, ...], Noted] = {}
        self._new: list[Noted] = []
        self._leads = leads_called(work, drafts, setting.system)
        keys = {draft.of("interaction").get("source_key") or draft.key for draft in drafts}
        numbers = {draft.patron_id for draft in drafts if draft.patron_id}
        found = records_by(work.connection, Interaction, work.vocabulary, "source_key", keys)
        for record in found + records_by(work.connection, Interaction, work.vocabulary, "id", numbers):
            noted = self._noted.setdefault(("id", record.id), Noted(record=record))
            if record.source_key:
                self._noted["key", record.system, record.source_key] = noted
        numbers = {noted.record.id for noted in self._noted.values()}
        self._seen = work.within_reach(Action.READ, "interaction", numbers)

    def take(self, draft: Draft) -> Outcome:
        """
        Note what a row says.

        Raises:
            PatronError: the row can't be imported.
        """
        values = dict(draft.of("interaction"))
        values |= self._references.of(draft, "campaign", "user", "team")
        made = {"system": MAIN, "source_key": draft.key} if draft.key else {}
        if made:
            values.pop("system", None)
        keyed = with_system(values | made, self._system)
        key = ("key", keyed["system"], keyed["source_key"])
        noted = self._own(draft, values) or self._noted.get(key)
        if noted is not None:
            noted.require_seen(self._seen)
        values |= self._hung(draft, noted)
        if noted is None:
            noted = self._noted[key] = Noted(values={"system": key[1], "source_key": key[2], **self._entry(values)})
            self._new.append(noted)
            noted.take(values)
            return Outcome.CREATE
        return verdict(created=False, changed=noted.take(values))

    def store(self) -> None:
        """Store what was noted."""
        stored = list(add_all(self._work, [Interaction(**noted.values) for noted in self._new]))
        self._plan_next(stored)
        known = [noted for noted in {id(one): one for one in self._noted.values()}.values() if noted.record is not None]
        stored += change_all(self._work, [Edit(noted.record, noted.values) for noted in known if noted.values])
        self._note_first_contacts(stored)

    def _plan_next(self, stored: Sequence[Interaction]) -> None:
        """Make tasks of next actions that are still ahead, as the customer accepts; what was due before the import is history."""
        leads = {lead.id: lead for some in self._leads.values() for lead in some}
        ahead = [one for one in stored if one.next_action_at is not None and one.next_action_at >= self._started_at]
        live = [(one, leads.get(one.lead_id or 0)) for one in ahead]
        tasks = [task_of(self._work, one, lead) for one, lead in live if lead is None or lead.status in LIVE]
        planned = plan_many(self._session, self._work, [task for task in tasks if task is not None])
        add_all(self._work, [one.task for one in planned if one.task is not None])

    def _note_first_contacts(self, stored: Sequence[Interaction]) -> None:
        leads = {lead.id: lead for some in self._leads.values() for lead in some}
        first: dict[int, Interaction] = {}
        for one in sorted(stored, key=lambda one: one.at):
            lead = leads.get(one.lead_id or 0)
            if lead is not None and is_earlier(lead, one):
                first.setdefault(lead.id, one)
        mine = self._work.within_reach(Action.UPDATE, "lead", first)
        change_all(self._work, [Edit(leads[one], {"first_contact_at": first[one].at}) for one in first if one in mine])

    def _entry(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return who types in the form that a row is of, and when, where the row doesn't say: who brings it in."""
        if values.get("form_filled_at") is None:
            return {}
        return {"entered_at": self._started_at, "entered_by_id": self._work.actor.user_id}

    def _own(self, draft: Draft, values: dict[str, Any]) -> Noted | None:
        noted = self._noted.get(("id", draft.patron_id)) if draft.patron_id in self._seen else None
        if noted is None or noted.record.channel != values["channel"]:
            return None
        same = noted.record.at == values["at"] or is_vaguer(values["at"], noted.record.at)
        return noted if same else None

    def _hung(self, draft: Draft, noted: Noted | None) -> dict[str, int]:
        """Return customer and lead of a row; those of a stored interaction stay unless the row names others."""
        person = self._persons.find(draft)
        lead = self._lead(draft) if "lead" in draft.references else None
        if lead is None and noted is None:
            require_known(person, draft.identities)
        if lead is not None and person is not None and lead.customer_id != person.id:
            raise PatronError("exchange.lead_of_other", lead=lead.id)
        hung = {"lead_id": lead.id} if lead is not None else {}
        if lead is not None or person is not None:
            hung["customer_id"] = lead.customer_id if lead is not None else person.id  # type: ignore[union-attr]  # one is there
        return hung

    def _lead(self, draft: Draft) -> Lead:
        text = draft.references["lead"]
        found = self._leads.get(text, [])
        if len(found) != 1:
            key = "exchange.several_called" if found else "exchange.nobody_called"
            raise FieldError(key, field="lead", noun="lead", got=text[:60])
        return found[0]


def leads_called(work: UnitOfWork, drafts: Sequence[Draft], system: str | None) -> dict[str, list[Lead]]:
    """
    Return what rows call leads, `#17` or a key → those leads; of those with one key, the ones of the file's system.

    A lead that the actor may not see is called by nobody.
    """
    texts = {draft.references["lead"] for draft in drafts if "lead" in draft.references}
    if not texts:
        return {}
    numbers = {number for text in texts if (number := called_number(text)) is not None}
    found: dict[str, list[Lead]] = {}
    for lead in _seen(work, records_by(work.connection, Lead, work.vocabulary, "id", numbers)):
        found.setdefault(f"#{lead.id}", []).append(lead)
    for lead in _seen(work, records_by(work.connection, Lead, work.vocabulary, "source_key", texts - found.keys())):
        found.setdefault(lead.source_key or "", []).append(lead)
    chosen = {text: [lead for lead in leads if lead.system == system] or leads for text, leads in found.items()}
    merged = {lead.id for leads in chosen.values() for lead in leads if lead.duplicate_of_id is not None}
    standing = standing_by(work.connection, Lead, work.vocabulary, "id", merged) if merged else {}
    return {text: [standing.get(lead.id, lead) for lead in leads] for text, leads in chosen.items()}


def _seen(work: UnitOfWork, leads: Sequence[Lead]) -> list[Lead]:
    reached = work.within_reach(Action.READ, "lead", {lead.id for lead in leads})
    return [lead for lead in leads if lead.id in reached]
