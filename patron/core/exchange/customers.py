"""
Customers from files.
"""

from collections.abc import Sequence

from patron.core.crm.owners import default_owner
from patron.core.exchange.applier import Applier, Outcome, Setting, settled, take_each, verdict
from patron.core.exchange.draft import Draft
from patron.core.exchange.organisations import COLUMN, Organisations
from patron.core.exchange.persons import Person, Persons
from patron.core.exchange.references import References
from patron.core.nouns import Customer, Identity
from patron.core.nouns.contents import Occurrences, key_of_content
from patron.core.nouns.schemes import MATCHING
from patron.core.nouns.systems import MAIN
from patron.core.store import UnitOfWork
from patron.core.store.keys import standing_by


class CustomerApplier(Applier):
    """
    Brings in customers.

    A row is a customer that is known by our own number together with what stands there, else by what identifies it. Where nobody
    is known by that, and the file gives no number of its own, customers of before are weighed as the intake weighs them. A row
    without any identity gets one from its content, so that it is not imported twice.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._occurrences = Occurrences()

    def prepare(self, draft: Draft) -> None:
        """Give a row without identities a key."""
        if not draft.problems and not any(one.scheme in MATCHING for one in draft.identities):
            draft.key = key_of_content(draft.digest(), self._occurrences)

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        references = References(work)
        ours = own_records(work, drafts)
        for draft in drafts:
            if draft.key and draft.patron_id not in ours and not any(one.value == draft.key for one in draft.identities):
                draft.identities.append(Identity(scheme="external", value=draft.key))
        persons = Persons(work, drafts, self._setting.zone, strangers=self._setting.model, housed=True)
        organisations = Organisations(work, drafts, persons, self._setting.system or MAIN)
        persons.load()

        meant: dict[int, Person] = {}

        def take(draft: Draft) -> Outcome:
            meant[id(draft)], outcome = self._take(work, persons, references, organisations, draft, ours)
            return outcome

        # Contacts after organisations: one may stand behind its contacts in the file.
        ordered = sorted(drafts, key=lambda draft: COLUMN in draft.references)
        outcomes = take_each(ordered, take)
        persons.store_new()
        organisations.settle()
        outcomes = settled(outcomes, ordered, lambda draft: meant[id(draft)].is_news)
        persons.store_changes()
        taken = dict(zip(map(id, ordered), outcomes, strict=True))
        return [taken[id(draft)] for draft in drafts]

    def _take(
        self,
        work: UnitOfWork,
        persons: Persons,
        references: References,
        organisations: Organisations,
        draft: Draft,
        ours: dict[int, Customer],
    ) -> tuple[Person, Outcome]:
        owner = references.of(draft, "owner")
        organisation = organisations.find(draft.references[COLUMN]) if COLUMN in draft.references else None
        own = ours.get(draft.patron_id or 0)
        same = own is not None and _is_same(persons, own, draft)
        known = persons.require(persons.with_record(own)) if own is not None and same else persons.named(draft)
        person = known or persons.add(draft)
        news = persons.give(person, draft, rename=True)
        organisations.keep(person)
        if organisation is not None:
            news = organisations.put(person, organisation) or news
        if owner:
            news = person.take(owner) or news
        elif known is None:
            persons.own(person, default_owner(work, "customer"))
        return person, verdict(created=known is None, changed=news)


def own_records(work: UnitOfWork, drafts: Sequence[Draft]) -> dict[int, Customer]:
    """Return the customers whose own number the rows bring."""
    numbers = {draft.patron_id for draft in drafts if draft.patron_id}
    return standing_by(work.connection, Customer, work.vocabulary, "id", numbers) if numbers else {}


def _is_same(persons: Persons, own: Customer, draft: Draft) -> bool:
    """Say whether our number and the rest of a row speak of the same customer; a file of another database has other numbers."""
    return own.name == draft.of("customer").get("name") or persons.stand_for(own.id, draft)
