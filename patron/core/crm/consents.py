"""
Consents: to note what a customer said about being contacted, and to see how they stand to every channel and purpose.
"""

from collections.abc import Mapping
from datetime import datetime

import attrs

from patron.core.crm.customers import seen
from patron.core.crm.records import made, require_come, values_of
from patron.core.nouns import Consent, Customer
from patron.core.nouns.criterion import equal
from patron.core.outreach import Standing, Verdict, every_verdict, standing
from patron.core.session import Session

_OURS = ("user_id", "receipt_id")
"""Who noted it, and which message says so, is never typed."""


@attrs.frozen(kw_only=True)
class AddConsent:
    """
    Note what a customer said about being contacted.

    Attributes:
        values: field → value, as people write them; the customer and the decision, at least. Without `at` it holds from now on,
            without a channel or a purpose for any.
    """

    values: Mapping[str, object]


@attrs.frozen(kw_only=True)
class Permission:
    """
    How a customer stands to being contacted by one channel for one purpose.

    Attributes:
        channel: by what means.
        purpose: for what.
        standing: what they said of it.
        verdict: whether they may be contacted now.
    """

    channel: str
    purpose: str
    standing: Standing
    verdict: Verdict


@attrs.frozen(kw_only=True)
class ConsentView:
    """
    What a customer said about being contacted, and what follows.

    Attributes:
        customer: the customer.
        consents: all that they said, the latest first.
        permissions: for every channel and purpose.
    """

    customer: Customer
    consents: tuple[Consent, ...]
    permissions: tuple[Permission, ...]


def add_consent(session: Session, command: AddConsent) -> Consent:
    """
    Note what a customer said about being contacted, and return it.

    Raises:
        UsageError: it is to hold from a time on that is still to come.
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    with session.write(cause="consent") as work:
        values = values_of(session, work).values("consent", command.values)
        require_come(session, values.get("at"))
        ours = dict.fromkeys(_OURS) | {"user_id": work.actor.user_id}
        consent = work.add(made(Consent, {"at": work.now} | values | ours))
        work.commit()
    return consent


def show_consents(session: Session, customer_id: int, *, at: datetime | None = None) -> ConsentView:
    """
    Return what a customer said about being contacted, and what follows from it at a time; now by default.

    Raises:
        NotFoundError: there is no such customer, or none that the actor may see.
    """
    moment = at or session.clock.now()
    with session.read() as reader:
        customer = reader.get(Customer, customer_id)
        found = seen(reader, Consent, equal("customer_id", customer_id))
        consents = tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True))
        permissions = [
            Permission(
                channel=one.ask.channel,
                purpose=one.ask.purpose,
                standing=standing(consents, one.ask.channel, one.ask.purpose, moment),
                verdict=one,
            )
            for one in every_verdict(session, reader, customer_id, moment)
        ]
        return ConsentView(customer=customer, consents=consents, permissions=tuple(permissions))
