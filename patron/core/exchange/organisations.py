"""
The organisations whose contacts the customers of a file are: of the database, or of the same file.
"""

from collections.abc import Sequence

from patron.core.exchange.draft import Draft, called_number
from patron.core.exchange.persons import Person, Persons
from patron.core.names import shorten
from patron.core.nouns import Customer, FieldError, Identity
from patron.core.nouns.systems import MAIN
from patron.core.store import UnitOfWork
from patron.core.store.keys import known_identities, records_by

COLUMN = "organisation"
"""The column that says whose contact a customer is."""

_KIND = "organisation"


class Organisations:
    """
    Finds organisations by our number (`#12`), by their id in the file's system, or by their name.

    Args:
        work: the transaction.
        drafts: the rows of the chunk.
        persons: the customers of the chunk, of which those become part that the rows name.
        system: whose ids the file has.
    """

    def __init__(self, work: UnitOfWork, drafts: Sequence[Draft], persons: Persons, system: str) -> None:
        self._persons = persons
        self._begin = "" if system == MAIN else f"{system}:"
        self._called: dict[str, list[Person]] = {}
        self._waiting: list[tuple[Person, Person]] = []
        texts = {draft.references[COLUMN] for draft in drafts if COLUMN in draft.references}
        if texts:
            self._read(work, texts)

    def _read(self, work: UnitOfWork, texts: set[str]) -> None:
        numbers = {number for text in texts if (number := called_number(text)) is not None}
        for record in records_by(work.connection, Customer, work.vocabulary, "id", numbers):
            self._note(f"#{record.id}", self._persons.with_record(record))
        external = {text: Identity(scheme="external", value=f"{self._begin}{text}") for text in texts}
        known = known_identities(work.connection, external.values())
        for text, one in external.items():
            found = known.get((one.scheme, one.value))
            for party in found.parties if found else ():
                self._note(text, self._persons.with_id(party.customer_id))
        for record in records_by(work.connection, Customer, work.vocabulary, "name", texts, kind=_KIND):
            self._note(record.name, self._persons.with_record(record))

    def keep(self, person: Person) -> None:
        """Note a customer of the file, which may be an organisation that other rows name."""
        if person.values.get("kind", getattr(person.record, "kind", None)) != _KIND:
            return
        self._note(person.name, person)
        for scheme, value in person.links:
            if scheme == "external":
                self._note(value.removeprefix(self._begin), person)

    def find(self, text: str) -> Person:
        """
        Return the organisation that is called so.

        Raises:
            FieldError: none is, or several are.
            PatronError: the actor may not see it.
        """
        found = self._called.get(text, [])
        if len(found) != 1:
            key = "exchange.several_called" if found else "exchange.nobody_called"
            raise FieldError(key, field=COLUMN, noun="customer", got=shorten(text))
        return self._persons.require(found[0])

    def put(self, person: Person, organisation: Person) -> bool:
        """Make a customer a contact of an organisation, and say whether that is news."""
        if organisation.id:
            return person.take({"organisation_id": organisation.id})
        self._waiting.append((person, organisation))
        return True

    def settle(self) -> None:
        """Make contacts of organisations that have an id only now."""
        for person, organisation in self._waiting:
            person.take({"organisation_id": organisation.id})

    def _note(self, text: str, person: Person) -> None:
        persons = self._called.setdefault(text, [])
        if person not in persons:
            persons.append(person)
