"""
Consents: what a customer said about being contacted, by what means and for what.
"""

from collections.abc import Mapping
from datetime import datetime

import attrs

from patron.core.nouns import field


@attrs.frozen(kw_only=True)
class Consent:
    """
    One thing that a customer said about being contacted. It is never changed: who changes their mind says another thing.

    Whether somebody may be contacted follows from all that they said; see `patron.core.outreach`.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        customer_id: who said it.
        decision: `granted`, `refused`, or `withdrawn` (granted once, and no more).
        channel: by what means, a code of `contact_channel`; None for any.
        purpose: for what, a code of `purpose`; None for anything.
        at: since when it holds.
        given_by: how it was said, a code of `consent_form`.
        evidence: what proves it: the words, the form and its version.
        receipt_id: the receipt of the message or form that said it.
        user_id: who of us recorded it.
        batch_id: the import that made it.
        created_at: when it was stored.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    customer_id: int = field.reference("customer", required=True, moves=True)
    decision: str = field.code("consent_decision", required=True, fixed=True)
    channel: str | None = field.code("contact_channel", fixed=True)
    purpose: str | None = field.code("purpose", fixed=True)
    at: datetime = field.instant(required=True, fixed=True)
    given_by: str = field.code("consent_form", default="spoken", fixed=True)
    evidence: str | None = field.note(length=4000, personal=True)
    receipt_id: int | None = field.reference("receipt")
    user_id: int | None = field.reference("user")
    batch_id: int | None = field.reference("batch", system=True)
    created_at: datetime | None = field.instant(system=True)
    ext: Mapping[str, object] = field.extension()
