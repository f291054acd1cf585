"""
What whoever brought a delivery is told of what came of it: numbers, who has the lead now, and what could not be taken.

It is said to a tablet in the show room, too, which anybody may stand before: nothing of other people stands in it, and nothing
that others said.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from patron.core.access import channel_actor
from patron.core.assignment import BY_HAND
from patron.core.i18n import CORE, Translator
from patron.core.intake.connections import Opened
from patron.core.intake.reading import Read, read
from patron.core.intake.showing import complaints_as_seen, reason_as_seen
from patron.core.message import Message
from patron.core.nouns import Lead, Receipt, Team, User
from patron.core.nouns.criterion import among, equal
from patron.core.records.intake import Outcome
from patron.core.records.telling import Told
from patron.core.session import Session
from patron.core.store import Reader, deliveries
from patron.core.store.assignments import TURN, latest_of_leads

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_BETWEEN = {"en": " ", "zh": ""}


@attrs.frozen(kw_only=True)
class _Owner:
    """Who has a lead; `key` is of the message that says so."""

    key: str
    lead: int
    user: str = ""
    user_name: str = ""
    team: str = ""
    team_name: str = ""
    rotation: str = ""


def tell(session: Session, opened: Opened, number: int, lang: str) -> tuple[Told, ...]:
    """
    Return what became of a delivery, envelope by envelope; nothing of one that waits to be read.

    What comes again is told as it was the first time, but who has the lead as it is now.

    Args:
        session: the session.
        opened: the connection that it came in by.
        number: the id of the delivery.
        lang: of the sentences.

    Raises:
        StoreError: the database can't be read.
    """
    with session.read() as reader:
        kept = deliveries.read_all(reader.connection, [number])
    found = read(opened, kept[0].delivery) if kept else Read()
    with session.acting(channel_actor(opened.connection.name)).read() as reader:
        receipts = _receipts(reader, opened, number, [one.key for one in found.envelopes])
        owners = _owners(reader, [one for _, one in receipts])
    t = Translator(lang, CORE)
    return tuple(_told(place, one, owners, number, t) for place, one in receipts)


def _receipts(reader: Reader, opened: Opened, number: int, keys: Sequence[str]) -> list[tuple[int, Receipt]]:
    """Return place → receipt; of an envelope that had come before in another delivery that of the first time."""
    own = {one.place: one for one in reader.find(Receipt, [equal("delivery_id", number)], order=["place"])}
    missing = tuple({key for place, key in enumerate(keys) if key and place not in own})
    of_connection = equal("connection", opened.connection.name)
    others = reader.find(Receipt, [of_connection, among("key", missing)]) if missing else ()
    by_key = {one.key: one for one in others}
    places = {place: own.get(place) or by_key.get(key) for place, key in enumerate(keys)}
    return sorted((place, one) for place, one in {**own, **places}.items() if one is not None)


def _owners(reader: Reader, receipts: Sequence[Receipt]) -> Mapping[int, _Owner]:
    """Return receipt → who has its lead."""
    leads = _leads(reader, {one.lead_id for one in receipts if one.lead_id is not None})
    users = _by_id(reader, User, {lead.owner_user_id for lead in leads.values()})
    teams = _by_id(reader, Team, {lead.owner_team_id for lead in leads.values()})
    given = latest_of_leads(reader.connection, [lead.id for lead in leads.values()])
    found: dict[int, _Owner] = {}
    for receipt in receipts:
        lead = leads.get(receipt.lead_id or 0)
        if lead is None:
            continue
        user, team, last = users.get(lead.owner_user_id), teams.get(lead.owner_team_id), given.get(lead.id)
        if user is None:
            about = {"team": team.code, "team_name": team.name} if team else {}
            found[receipt.id] = _Owner(key="waits", lead=lead.id, **about)
            continue
        # What decided long ago is not why this visitor goes to that user.
        decided = last is not None and last.user_id == user.id and last.event != BY_HAND and last.at >= receipt.received_at
        fresh = last if decided else None
        turn = str(fresh.rotation) if fresh is not None and fresh.event == TURN else ""
        key = "by_turn" if turn else "pursued" if fresh is None else "given"
        found[receipt.id] = _Owner(key=key, lead=lead.id, user=user.login, user_name=user.name, rotation=turn)
    return found


def _leads(reader: Reader, numbers: set[int]) -> dict[int, Lead]:
    """Return number → the lead, or the one that it was merged into since."""
    found = _by_id(reader, Lead, numbers)
    into = _by_id(reader, Lead, {lead.duplicate_of_id for lead in found.values()})
    return {number: into.get(lead.duplicate_of_id, lead) for number, lead in found.items()}


def _by_id(reader: Reader, noun: type[Any], numbers: set[Any]) -> dict[Any, Any]:
    wanted = tuple(sorted(numbers - {None}))
    return {one.id: one for one in reader.find(noun, [among("id", wanted)], merged=True)} if wanted else {}


def _told(place: int, receipt: Receipt, owners: Mapping[int, _Owner], number: int, t: Translator) -> Told:
    theirs = receipt.delivery_id == number
    outcome = _OUTCOMES.get(receipt.outcome, Outcome.QUARANTINED)
    owner = owners.get(receipt.id)
    taken = outcome is Outcome.ACCEPTED
    reason = None if taken else reason_as_seen(receipt, theirs=theirs)
    complaints: Mapping[str, Message] = complaints_as_seen(receipt) if theirs else {}
    return Told(
        place=place,
        outcome=outcome if theirs or not taken else Outcome.DUPLICATE,
        receipt=receipt.id,
        lead=receipt.lead_id if owner is None else owner.lead,
        message=_sentence(owner, t) if reason is None else _BETWEEN[t.lang].join(_ended(one, t) for one in reason.parts()),
        errors={field: one.told(t.lang) for field, one in complaints.items()},
        **({} if owner is None else {name: getattr(owner, name) for name in ("user", "user_name", "team", "team_name")}),
    )


def _sentence(owner: _Owner | None, t: Translator) -> str:
    if owner is None:
        return t("intake.taken")
    named = owner.user_name != owner.user
    who = t("intake.user", name=owner.user_name, login=owner.user) if named else owner.user
    return t(f"intake.lead_{owner.key}", lead=owner.lead, who=who, rotation=owner.rotation, team=owner.team_name or "–")


def _ended(message: Message, t: Translator) -> str:
    """Return a message as a sentence by itself."""
    return t("intake.sentence", said=message.in_words(t.lang))
