"""
The customers that the rows of a chunk speak of: found by what identifies them, made where there is none, given what the rows add.

Whom a row means is decided as everywhere (`patron.core.resolving`); here stands what comes of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action
from patron.core.crm.course import not_before
from patron.core.crm.orders import is_since
from patron.core.errors import PatronError
from patron.core.exchange.draft import Draft
from patron.core.exchange.noting import Noted
from patron.core.exchange.writing import add_values, change_all
from patron.core.matching.model import Model
from patron.core.names import listed
from patron.core.nouns import OWNERS, Customer, Identity, IdentityLink, fields_of
from patron.core.nouns.contents import ROW
from patron.core.nouns.schemes import MATCHING
from patron.core.resolving import Resolver, Told, UndecidedError
from patron.core.store import UnitOfWork
from patron.core.store.changing import Edit
from patron.core.store.keys import Key, Party, records_by
from patron.core.store.rows import assembled

_NAME = fields_of(Customer)["name"]

_Linked = dict[Key, Identity]


@attrs.define(eq=False, kw_only=True)
class Person(Noted):
    """
    A customer of the chunk.

    Attributes:
        id: 0 until stored.
        name: the name, as far as it is known.
        batch_id: the import that made it.
        links: identities that come to stand for it.
        is_new: this chunk makes it.
        bought_at: when it bought for the first time, as far as the rows say.
    """

    id: int = 0
    name: str = ""
    batch_id: int | None = None
    links: _Linked = attrs.field(factory=dict)
    is_new: bool = False
    bought_at: datetime | None = None

    @property
    def is_news(self) -> bool:
        """Whether rows say something else of the customer than is stored; what a row's content was numbered by tells nobody."""
        told = any(not one.value.startswith(ROW) for one in self.links.values())
        return self.is_new or told or (bool(self.values) and super().is_news)


class _Met:
    """
    The stored customers of a chunk, and those of them whom the actor may see.

    The resolver asks this and not the `Persons` that ask it: objects that refer to each other stay until somebody looks for them.

    Args:
        work: the transaction.

    Attributes:
        by_id: the customers.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self.by_id: dict[int, Person] = {}
        self._work = work
        self._asked: set[int] = set()
        self._reached: set[int] = set()

    def existing(self, party: Party) -> Person:
        """Return a stored customer."""
        person = self.by_id.get(party.customer_id)
        if person is None:
            person = self.by_id[party.customer_id] = Person(id=party.customer_id, name=party.name, batch_id=party.batch_id)
        return person

    def is_seen(self, person: Person) -> bool:
        """Return whether the actor may see a customer, as everybody may whom this chunk makes."""
        if person.is_new:
            return True
        if person.id not in self._asked:
            # All at once: a chunk has a thousand.
            self._asked, new = set(self.by_id), self.by_id.keys() - self._asked
            self._reached |= self._work.within_reach(Action.READ, "customer", new)
        return person.id in self._reached


class Persons:
    """
    The customers of one chunk.

    Args:
        work: the transaction.
        drafts: the rows.
        zone: of calendar days.
        model: who is who; None to let identities decide alone.
        strangers: who is who among those by whose identities nobody is known, where these decide alone otherwise; None to take
            all of them for somebody new.
        housed: a row with the phone of somebody of another name is no correction of that name: it is weighed, and without a
            model somebody else.
    """

    def __init__(
        self,
        work: UnitOfWork,
        drafts: Sequence[Draft],
        zone: ZoneInfo,
        model: Model | None = None,
        *,
        strangers: Model | None = None,
        housed: bool = False,
    ) -> None:
        self._work = work
        self._zone = zone
        self._known = work.held_identities(one for draft in drafts for one in draft.identities)
        self.likened: list[int] = []
        """Rows that no identity decided, but what else agrees."""
        self._met = _Met(work)
        self._by_id = self._met.by_id
        self._new: list[Person] = []
        self._told = {id(draft): _told(draft) for draft in drafts}
        self._resolver = Resolver(
            work, list(self._told.values()), self._known, existing=self._met.existing, is_seen=self._met.is_seen, model=model
        )

        self._housed = {id(draft) for draft in drafts if housed and self._is_of_another_name(draft)}
        self._strange = {id(draft) for draft in drafts if strangers is not None and self._is_strange(draft)}
        told = [self._told[id(draft)] for draft in drafts if id(draft) in self._strange or id(draft) in self._housed]
        self._likeness = (
            Resolver(work, told, self._known, existing=self._met.existing, is_seen=self._met.is_seen, model=strangers)
            if told and strangers is not None
            else None
        )

    def _is_strange(self, draft: Draft) -> bool:
        """Return whether nobody is known by what identifies the customer of a row, who has no number of the file's system."""
        return not any(
            self._resolver.with_key((one.scheme, one.value)) or (one.scheme == "external" and not one.value.startswith(ROW))
            for one in draft.identities
        )

    def _is_of_another_name(self, draft: Draft) -> bool:
        """Return whether those of before this file who share a phone or mail with a row are all called otherwise."""
        told = self._told[id(draft)]
        sharing = [(one.scheme, who) for one in draft.identities for who in self._resolver.with_key((one.scheme, one.value))]
        if not sharing or any(scheme == "external" or told.agrees(who.name) for scheme, who in sharing):
            return False
        return all(self._met.is_seen(who) for _, who in sharing) and not all(self._is_of_this_file(who) for _, who in sharing)

    def named(self, draft: Draft) -> Person | None:
        """
        Return the customer of a row of a file of customers, which says what they are called; None for somebody new.

        Raises:
            UndecidedError, PatronError: as `find()` and `alike()`.
        """
        # An earlier row may have told of whoever is called so.
        housed = id(draft) in self._housed and self._is_of_another_name(draft)
        return (None if housed else self.find(draft)) or self.alike(draft)

    def alike(self, draft: Draft) -> Person | None:
        """
        Return the customer of a row that nothing identifies who is known, and was before this file: all of that are told apart.

        Raises:
            UndecidedError: it may be one or another, or somebody new, and the row doesn't say so by our number.
            PatronError: it is one whom the actor may not see.
        """
        if self._likeness is None or id(draft) not in self._strange | self._housed:
            return None
        try:
            found = self._likeness.find(self._told[id(draft)])
        except UndecidedError as error:
            known = [one for one in error.candidates if not self._is_of_this_file(one.who)]
            for one in known:
                if one.who.id == draft.patron_id:
                    return self.require(one.who)
            if not known:
                return None
            names = listed(one.who.name for one in known)
            raise UndecidedError("exchange.alike_customer", known, customers=names) from error
        return None if found is None or self._is_of_this_file(found.who) else self.require(found.who)

    def _is_of_this_file(self, person: Person) -> bool:
        return person.is_new or (person.batch_id is not None and person.batch_id == self._work.batch_id)

    def find(self, draft: Draft) -> Person | None:
        """
        Return the customer of a row; None where nobody is known by what it says.

        Raises:
            UndecidedError: a person has to say.
            PatronError: it is one whom the actor may not see.
        """
        found = self._resolver.find(self._told[id(draft)])
        if found is not None and found.by is not None:
            self.likened.append(draft.line)
        return None if found is None else self.require(found.who)

    def require(self, person: Person) -> Person:
        """
        Return a customer whom the actor may see.

        A lead or an order of the actor's own would bring anybody's customer into reach; so a file can't be what makes one.

        Raises:
            PatronError: the actor may not see this one.
        """
        if not self._met.is_seen(person):
            raise PatronError("exchange.out_of_reach")
        return person

    def ids(self) -> set[int]:
        """Return the ids of the customers that are known by what the rows say."""
        return set(self._by_id)

    def with_id(self, customer_id: int) -> Person:
        """Return the customer with an id, who is there."""
        return self._met.existing(Party(customer_id, "", None))

    def with_record(self, record: Customer) -> Person:
        """Return a customer as stored."""
        person = self._met.existing(Party(record.id, record.name, record.batch_id))
        person.record = person.record or record
        return person

    def stand_for(self, customer_id: int, draft: Draft) -> bool:
        """Say whether something that identifies the customer of a row stands for the customer with an id."""
        person = self._by_id.get(customer_id)
        keys = [(one.scheme, one.value) for one in draft.identities if one.scheme in MATCHING]
        return person is not None and any(person in self._resolver.with_key(key) for key in keys)

    def add(self, draft: Draft) -> Person:
        """
        Return a new customer with what a row says.

        Raises:
            PatronError: the row says nothing by which the customer could be called.
        """
        values = draft.of("customer")
        name = values.get("name") or next((one.written for one in draft.identities if one.written), None)
        if not name:
            raise PatronError("exchange.no_person")
        name = _NAME.clean(name)
        person = Person(name=name, values={"name": name}, is_new=True)
        self._new.append(person)
        return person

    def give(self, person: Person, draft: Draft, *, rename: bool = False) -> bool:
        """
        Note what a row says of a customer, the name only where it is to be changed; say whether it is news.

        Records of customers that rows say something of are to be loaded before.
        """
        news = person.take({name: value for name, value in draft.of("customer").items() if name != "name" or rename})
        person.name = person.values.get("name", person.name)
        for one in self._resolver.learn(person, self._told[id(draft)]):
            person.links[one.scheme, one.value] = one
            news = news or not one.value.startswith(ROW)
        return news

    def load(self) -> None:
        """Read the records of the customers that are known so far."""
        self._load(self._by_id.values())

    def _load(self, persons: Iterable[Person]) -> None:
        lacking = {person.id for person in persons if person.record is None}
        if lacking:
            for record in records_by(self._work.connection, Customer, self._work.vocabulary, "id", lacking):
                person = self._by_id[record.id]
                person.record, person.name, person.batch_id = record, record.name, record.batch_id

    def own(self, person: Person, owner: Mapping[str, int | None]) -> None:
        """Give a new customer an owner."""
        if not person.id and person.values.keys().isdisjoint(OWNERS):
            person.values |= owner

    def bought(self, person: Person, at: datetime) -> None:
        """Note that somebody bought at a time, and is a customer since then at the latest."""
        person.bought_at = at if person.bought_at is None else min(at, person.bought_at)

    def store_new(self, *, ended: bool = False) -> None:
        """Store the new customers, with what identifies them; where the chunk has ended, nothing more will be said of them."""
        times: list[Mapping[str, datetime]] = []
        for person in self._new:
            times.append({} if person.bought_at is None else {"since": person.bought_at})
            if person.bought_at is not None:
                person.values["since"] = self._day(person.bought_at)
        ids = add_values(self._work, Customer, [person.values for person in self._new], times=times)
        for person, number in zip(self._new, ids, strict=True):
            if not ended:
                person.record = assembled(Customer, {**person.values, "id": number, "batch_id": self._work.batch_id})
            person.id, person.values, person.batch_id = number, {}, self._work.batch_id
            self._by_id[number] = person
        self._link(self._new)

    def store_changes(self) -> None:
        """Store what the rows add to customers that were there; refused where the actor may not change them."""
        known = [person for person in self._by_id.values() if person.values or person.links]
        changed = [(person, person.record) for person in known if person.record is not None and person.values]
        records = change_all(self._work, [Edit(record, person.values) for person, record in changed])
        for (person, _), record in zip(changed, records, strict=True):
            person.record, person.values = record, {}
        self._link(known)
        self._mark_since()

    def _mark_since(self) -> None:
        """Correct since when customers who were there are ones, as far as the actor may."""
        bought = [person for person in self._by_id.values() if person.bought_at is not None and not person.is_new]
        self._load(bought)
        earlier = [
            (person.record, person.bought_at)
            for person in bought
            if person.record is not None and person.bought_at is not None and is_since(person.record, self._day(person.bought_at))
        ]
        mine = self._work.within_reach(Action.UPDATE, "customer", [record.id for record, _ in earlier])
        self._work.load_histories(record for record, _ in earlier if record.id in mine)
        edits = [
            Edit(record, {"since": self._day(at)}, not_before(self._work, record, "since", at))
            for record, at in earlier
            if record.id in mine
        ]
        for record in change_all(self._work, edits):
            self._by_id[record.id].record = record

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _link(self, persons: Iterable[Person]) -> None:
        wanted = [(person, key, one) for person in persons for key, one in person.links.items()]
        if not wanted:
            return
        if any(key not in self._known for _, key, _ in wanted):
            raise self._work.policy.denial(self._work.actor, Action.CREATE, "identity")
        linked: set[int] = set()
        links = []
        for person, key, _ in wanted:
            first = person.is_new and person.id not in linked
            linked.add(person.id)
            links.append({"identity_id": self._known[key].id, "customer_id": person.id, "preferred": first})
            person.links = {}
        add_values(self._work, IdentityLink, links)


def _told(draft: Draft) -> Told:
    values = draft.of("customer")
    return Told(values.get("name"), values, draft.identities)
