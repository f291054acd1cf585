"""
What many envelopes ask for, looked up for all of them at once.

An answer is good for the first that asks, and gone with it: what that one writes may be what the next asks about, who is answered
by the database then. So nothing has to be told here of what is written, but another name of a customer.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

import attrs

from patron.core.intake.connections import Opened
from patron.core.intake.understanding import Drafted, Understood
from patron.core.nouns import Identity, Lead, Receipt
from patron.core.nouns.criterion import Condition, among, equal
from patron.core.records.intake import EnvelopeKind, Outcome
from patron.core.resolving import Told, bearers
from patron.core.store import UnitOfWork
from patron.core.store.keys import Key, Known
from patron.core.store.parts import parts_of


@attrs.frozen(kw_only=True)
class Facts:
    """
    What is surely nowhere of what an envelope asks for; by default nothing is sure, and the database says.

    Attributes:
        new_key: no receipt of the connection has its key.
        new_lead: no lead has its number.
        unheard: nothing came by the connection with its number.
        unawaited: nothing more is awaited of the lead.
        unborne: ways of writing its name that no customer is called by.
    """

    new_key: bool = False
    new_lead: bool = False
    unheard: bool = False
    unawaited: bool = False
    unborne: Collection[str] = ()


UNSURE = Facts()


def without_person(connection: str) -> list[Condition]:
    """Return the conditions on receipts of updates about people whom nobody knows."""
    told = equal("connection", connection), equal("kind", EnvelopeKind.UPDATE.value), equal("outcome", Outcome.ACCEPTED.value)
    return [equal("customer_id", None), *told]


class Lookahead:
    """
    Answers for envelopes of one connection, within one unit of work.

    Args:
        work: the unit of work, which holds the identities of all of them from here on.
        opened: the connection.
        understood: the deliveries that are going to be brought in.

    Attributes:
        has_unplaced: whether the connection told of people whom nobody knows; to be set where that is found out meanwhile.
    """

    def __init__(self, work: UnitOfWork, opened: Opened, understood: Collection[Understood]) -> None:
        self._work = work
        told = [one for delivery in understood for one in delivery.told]
        # All at once: who holds some, and then more, waits for somebody else in a circle.
        self._known = dict(work.hold_identities(chain.from_iterable(one.draft.identities for one in told if one.draft)))
        self._read = self._asked("delivery_id", {one.kept.id for one in understood})
        mine = equal("connection", opened.connection.name)
        self._keys = self._free("key", {one.envelope.key for one in told}, mine)
        numbers = {one.envelope.native_id for one in told if one.envelope.native_id}
        heard = self._asked("native_key", numbers, mine) if numbers else {}
        self._unheard = numbers - heard.keys()
        self._unawaited = {one for one in numbers if not any(receipt.awaits for receipt in heard.get(one, ()))}
        self._unnamed = self._new_leads({(one.system, one.envelope.native_id) for one in told if one.envelope.native_id})
        self.has_unplaced = work.first(Receipt, *without_person(opened.connection.name)) is not None
        ways = {way for one in told if one.draft is not None for way in _ways(one.draft.customer.get("name"))}
        self._unborne = ways - bearers(work, ways).keys() if ways else set()

    def _asked(self, field: str, values: Collection[object], *further: Condition) -> dict[object, list[Receipt]]:
        """Return the receipts whose field has one of some values, by these."""
        found: dict[object, list[Receipt]] = {}
        for part in parts_of(values):
            for receipt in self._work.find(Receipt, [among(field, tuple(part)), *further]):
                found.setdefault(getattr(receipt, field), []).append(receipt)
        return found

    def _free(self, field: str, values: Collection[str], *further: Condition) -> set[str]:
        """Return those of some values that the field has in no receipt."""
        wanted = {one for one in values if one}
        return wanted - self._asked(field, wanted, *further).keys() if wanted else set()

    def _new_leads(self, wanted: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of some keys, by system and number, that no lead has."""
        by_system: dict[str, list[str]] = {}
        for system, number in wanted:
            by_system.setdefault(system, []).append(number)
        found = {
            (lead.system, lead.source_key)
            for system, numbers in by_system.items()
            for part in parts_of(numbers)
            for lead in self._work.find(Lead, [equal("system", system), among("source_key", tuple(part))], merged=True)
        }
        return set(wanted) - found

    def earlier(self, delivery_id: int, place: int) -> Receipt | None:
        """Return the receipt that an earlier reading left of an envelope; nobody else writes one, who holds the delivery."""
        return next((one for one in self._read.get(delivery_id, ()) if one.place == place), None)

    def known(self, identities: Collection[Identity]) -> Mapping[Key, Known]:
        """Return whom identities stand for, which the work holds."""
        keys = {(one.scheme, one.value) for one in identities}
        found = {key: self._known.pop(key) for key in keys & self._known.keys()}
        return found if found.keys() == keys else self._work.hold_identities(identities)

    def begin(self, drafted: Drafted) -> Facts:
        """Return what is surely nowhere of what an envelope asks for, before anything of it is written; that is sure once."""
        envelope = drafted.envelope
        name = None if drafted.draft is None else drafted.draft.customer.get("name")
        return Facts(
            new_key=_taken(self._keys, envelope.key),
            new_lead=_taken(self._unnamed, (drafted.system, envelope.native_id)),
            unheard=_taken(self._unheard, envelope.native_id),
            unawaited=_taken(self._unawaited, envelope.native_id),
            unborne=frozenset(way for way in _ways(name) if _taken(self._unborne, way)),
        )

    def renamed(self, customer_id: int) -> None:
        """Look again whom identities stand for that stand for a customer who may have another name now."""
        stale = [key for key, one in self._known.items() if any(party.customer_id == customer_id for party in one.parties)]
        for key in stale:
            del self._known[key]


def _ways(name: str | None) -> Iterable[str]:
    return Told(name, {}, ()).ways


def _taken(some: set[Any], one: object) -> bool:
    if one not in some:
        return False
    some.discard(one)
    return True
