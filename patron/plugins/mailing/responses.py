"""
Who answered: for everything that went out for a campaign, whether and when the customer came to us afterwards.

A response is the first contact that came from the customer, or the first order, after the message went out to them by that
channel, within so many days. Who then says only that they want no more has not answered, and is counted apart.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

import attrs

from patron import Campaign, Consent, Interaction, Order, Reader, UsageError, among, equal
from patron.core.nouns.interaction import TOLD
from patron.core.nouns.order import COUNTED_ORDERS
from patron.core.session import Session
from patron.plugins.mailing.words import WORDS


@attrs.frozen(kw_only=True)
class Response:
    """
    What came of writing to one customer.

    Attributes:
        customer_id: the customer.
        channel: by what means.
        note: the message: what the first thing said that went out.
        sent_at: when it went out.
        responded_at: when they answered; None where they didn't.
        left: whether they said by a message that they want no more.
    """

    customer_id: int
    channel: str
    note: str
    sent_at: datetime
    responded_at: datetime | None = None
    left: bool = False


@attrs.frozen(kw_only=True)
class Rate:
    """
    How many answered.

    Attributes:
        channel: by what means they were written to.
        note: the message.
        sent: to how many.
        responded: how many of them answered.
        days: within how many days half of these did; None where nobody did.
        left: how many said that they want no more.
    """

    channel: str
    note: str
    sent: int
    responded: int
    days: float | None
    left: int = 0

    @property
    def rate(self) -> float:
        """The share of those who answered."""
        return self.responded / self.sent


def responses(session: Session, campaign: str, *, within: int = 30) -> tuple[Response, ...]:
    """
    Return whether and when everybody answered to whom something went out for a campaign, in the order of time.

    Args:
        session: the session.
        campaign: the campaign's code.
        within: days after which an answer is none any more.

    Raises:
        UsageError: there is no such campaign.
    """
    with session.read() as reader:
        found = reader.first(Campaign, equal("code", campaign))
        if found is None:
            raise UsageError("mailing.no_campaign", catalogue=WORDS, got=campaign[:60])
        sent = reader.find(Interaction, [equal("campaign_id", found.id), equal("direction", "out")], order=["at"])
        first: dict[tuple[int, str, str], Interaction] = {}
        for one in sent:
            first.setdefault((one.customer_id, one.channel, one.note or ""), one)
        ids = tuple({one.customer_id for one in sent})
        left = _left(reader, ids) if sent else {}
        signs = _signs(reader, ids, left) if sent else {}
    window = timedelta(days=within)
    return tuple(
        Response(
            customer_id=one.customer_id,
            channel=one.channel,
            note=note,
            sent_at=one.at,
            responded_at=next((at for at in signs.get(one.customer_id, ()) if one.at < at <= one.at + window), None),
            left=any(one.at < at <= one.at + window for at in left.get(one.customer_id, ())),
        )
        for (_, _, note), one in first.items()
    )


def rates(found: Sequence[Response]) -> tuple[Rate, ...]:
    """Return how many answered, by channel and message."""
    groups: dict[tuple[str, str], list[Response]] = {}
    for one in found:
        groups.setdefault((one.channel, one.note), []).append(one)
    return tuple(_rate(channel, note, some) for (channel, note), some in sorted(groups.items()))


def _rate(channel: str, note: str, some: Sequence[Response]) -> Rate:
    taken = [(one.responded_at - one.sent_at) / timedelta(days=1) for one in some if one.responded_at is not None]
    half, left = median(taken) if taken else None, sum(one.left for one in some)
    return Rate(channel=channel, note=note, sent=len(some), responded=len(taken), days=half, left=left)


def _left(reader: Reader, ids: tuple[int, ...]) -> Mapping[int, frozenset[datetime]]:
    """Return customer → when they said by a message, or to a platform, that they want no more."""
    found: dict[int, set[datetime]] = {}
    said = [among("customer_id", ids), among("given_by", ("message", "provider")), among("decision", ("refused", "withdrawn"))]
    for consent in reader.find(Consent, said):
        if consent.given_by == "provider" and consent.decision == "refused":
            # A box that was left empty, beside an answer.
            continue
        found.setdefault(consent.customer_id, set()).add(consent.at)
    return {number: frozenset(times) for number, times in found.items()}


def _signs(reader: Reader, ids: tuple[int, ...], left: Mapping[int, frozenset[datetime]]) -> Mapping[int, Sequence[datetime]]:
    """Return customer → when they came to us, in order; saying that they want no more is no answer, nor what a platform told."""
    found: dict[int, list[datetime]] = {}
    for contact in reader.find(Interaction, [among("customer_id", ids), equal("direction", "in")]):
        if contact.outcome != TOLD and contact.at not in left.get(contact.customer_id, ()):
            found.setdefault(contact.customer_id, []).append(contact.at)
    for order in reader.find(Order, [among("customer_id", ids), COUNTED_ORDERS]):
        found.setdefault(order.customer_id, []).append(order.ordered_at)
    return {number: sorted(times) for number, times in found.items()}
