"""
Identities: a phone number, an address, an account by which somebody can be reached or recognised.

One phone may serve a household, one customer may have several: identities and those they stand for are many to many.
"""

import attrs

from patron.core.nouns import field


@attrs.frozen(kw_only=True)
class Identity:
    """
    One value of one scheme; stored once, however many it stands for.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        scheme: `tel` (E.164), `tel_masked`, `email`, `external`, …
        value: in the scheme's normal form; equal values are the same identity.
        written: as it was first written.
        verified: somebody proved to have it.
    """

    id: int = 0
    version: int = 1
    scheme: str = field.code("identity_scheme", required=True, fixed=True)
    value: str = field.text(length=320, required=True, personal=True, fixed=True)
    written: str | None = field.text(length=320, personal=True)
    verified: bool = field.truth(default=False)


@attrs.frozen(kw_only=True)
class IdentityLink:
    """
    Says whom an identity stands for.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        identity_id: the identity.
        customer_id: whom it stands for.
        lead_id: the lead with which it came.
        preferred: the one to use first.
        batch_id: the import that made it.
    """

    id: int = 0
    version: int = 1
    identity_id: int = field.reference("identity", required=True, moves=True, indexed=False)
    customer_id: int = field.reference("customer", required=True, moves=True)
    lead_id: int | None = field.reference("lead")
    preferred: bool = field.truth(default=False)
    batch_id: int | None = field.reference("batch", system=True)
