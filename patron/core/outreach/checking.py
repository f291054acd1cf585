"""
The check: everything that reaches out to a customer asks here first.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from patron.core.nouns import Customer
from patron.core.outreach.people import people
from patron.core.outreach.rules import SALES, rules_of
from patron.core.outreach.verdict import Ask, Verdict, judge
from patron.core.session import Session
from patron.core.store import NotFoundError, Reader


def may_contact(session: Session, reader: Reader, customer_id: int, ask: Ask) -> Verdict:
    """
    Return whether a customer may be contacted, and what speaks against it.

    Args:
        session: the session.
        reader: the database; a unit of work is one, too.
        customer_id: the customer.
        ask: by what means, for what, when.

    Raises:
        NotFoundError: there is no such customer.
        ConfigurationError: the settings name a channel or a purpose that doesn't exist.
    """
    found = verdicts(session, reader, [customer_id], ask).get(customer_id)
    if found is None:
        raise NotFoundError("store.not_found", noun="customer", id=customer_id)
    return found


def verdicts(session: Session, reader: Reader, customer_ids: Iterable[int], ask: Ask) -> Mapping[int, Verdict]:
    """Return customer → whether they may be contacted; see `may_contact()`."""
    rules = rules_of(session)
    return {number: judge(rules, person, ask) for number, person in people(rules, reader, customer_ids, ask.at).items()}


def every_verdict(session: Session, reader: Reader, customer_id: int, at: datetime) -> tuple[Verdict, ...]:
    """
    Return whether a customer may be contacted at a time, for every purpose by every channel that reaches out.

    Raises:
        NotFoundError: there is no such customer, or it was merged into another one.
    """
    rules = rules_of(session)
    codes, person = rules.vocabulary.codes, people(rules, reader, [customer_id], at).get(customer_id)
    if person is None:
        raise NotFoundError("store.not_found", noun="customer", id=customer_id)
    channels = [channel for channel in codes["contact_channel"] if rules.reaches_out(channel)]
    purposes = [purpose for purpose in codes["purpose"] if rules.contacts(purpose)]
    asks = (Ask(at=at, channel=channel, purpose=purpose) for purpose in purposes for channel in channels)
    return tuple(judge(rules, person, ask) for ask in asks)


def refusals(session: Session, reader: Reader, customer_ids: Iterable[int], at: datetime) -> Mapping[int, tuple[Verdict, ...]]:
    """
    Return customer → the verdicts of what they refused, by the channels of the settings; for whoever hands on their addresses.

    Customers who refused nothing are left out; who wants no contact at all has one verdict.
    """
    rules, ids = rules_of(session), tuple(customer_ids)
    found: dict[int, list[Verdict]] = {}
    for channel in rules.settings.channels:
        for number, verdict in verdicts(session, reader, ids, Ask(at=at, channel=channel, told=True)).items():
            if any(one.consent is not None for one in verdict.objections):
                found.setdefault(number, []).append(verdict)
    return {number: tuple(some[:1] if _is_whole(some[0]) else some) for number, some in sorted(found.items())}


def _is_whole(verdict: Verdict) -> bool:
    return any(one.code == "do_not_contact" for one in verdict.objections)


def asking(session: Session, customer_id: int, *, channel: str, purpose: str = SALES, at: datetime | None = None) -> Verdict:
    """
    Return whether a customer whom the actor may see may be contacted; now, where no time is given.

    Raises:
        NotFoundError: there is no such customer, or none that the actor may see.
    """
    with session.read() as reader:
        customer = reader.get(Customer, customer_id)
        return may_contact(session, reader, customer.id, Ask(at=at or session.clock.now(), channel=channel, purpose=purpose))
