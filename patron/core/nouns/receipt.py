"""
Receipts: what became of what reached us through a channel.
"""

from datetime import datetime

import attrs

from patron.core.message import Message
from patron.core.nouns import field


@attrs.frozen(kw_only=True)
class Receipt:
    """
    What became of one envelope, one person's sign of interest; its bytes are kept with the delivery that it came in.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        connection: the connection that it came in by.
        channel: the channel of that connection.
        kind: what it tells: `lead`, `message`, `call`, `update`, `test`.
        outcome: `accepted`, `duplicate`, `quarantined`, `rejected`; `dropped` by a person.
        reason: why; `drop --reason` keeps what a person wrote.
        key: what the connection calls this delivery; it repeats itself by it.
        native_key: what the connection calls the lead; of an update without one, by what the person is known.
        thread: of an answer, the key of the first of all that answer one another, as far as is known; None for what answers none.
        repeats: how often it came again.
        at: when it happened, as the provider says.
        received_at: when it reached us.
        delivery_id: the delivery whose bytes tell it.
        place: which of the delivery's envelopes it is, from 0.
        customer_id: whose it was found to be.
        lead_id: the lead that came of it, or that it belongs to.
        interaction_id: where it stands on the timeline.
        awaits: whether more of the lead is still to be fetched from the provider.
        says: whether the history keeps what it said of customer and lead.
        created_at: when it was stored.
    """

    id: int = 0
    version: int = 1
    connection: str = field.text(length=64, required=True)
    channel: str = field.text(length=64, required=True, indexed=True)
    kind: str = field.code("envelope_kind", default="lead")
    outcome: str = field.code("intake_outcome", required=True, moves=True, indexed=True)
    reason: Message | None = field.message()
    key: str | None = field.text()
    native_key: str | None = field.text(indexed=True)
    thread: str | None = field.text()
    repeats: int = field.integer(0, default=0)
    at: datetime | None = field.instant()
    received_at: datetime = field.instant(required=True, indexed=True)
    delivery_id: int | None = field.integer(0, system=True, indexed=True)
    place: int = field.integer(0, default=0, system=True)
    customer_id: int | None = field.reference("customer")
    lead_id: int | None = field.reference("lead")
    interaction_id: int | None = field.reference("interaction")
    awaits: bool = field.truth(default=False, indexed=True)
    says: bool = field.truth(default=False)
    created_at: datetime | None = field.instant(system=True)
