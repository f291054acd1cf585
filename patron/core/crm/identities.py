"""
By what somebody can be reached or recognised: the normal form of each scheme, and whom an identity stands for.

Equal identities are stored once. One that stands for somebody else already is attached all the same, for a household shares a
phone; the others are told, so that a person can judge.
"""

import re
import unicodedata
from collections.abc import Sequence

import attrs

from patron.core.nouns import Customer, Field, FieldError, FieldKind, Identity, IdentityLink
from patron.core.nouns.criterion import among, equal
from patron.core.store import Reader, UnitOfWork

HOME = "+86"
"""The country of telephone numbers that name none."""

_FIELD = Field(name="identity", kind=FieldKind.TEXT, length=320)
_MAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s.,;<>()]{2,}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MASKED = re.compile(r"\+?[0-9]{1,7}\*{2,8}[0-9]{2,4}")


@attrs.frozen
class Reach:
    """
    A way to reach somebody, as it was written.

    Attributes:
        scheme: a code of `identity_scheme`.
        written: the number, the address, the account.
    """

    scheme: str
    written: str


def normal_form(reach: Reach) -> str:
    """
    Return the identity in its scheme's normal form: `+8613800138000`, `ada@example.org`.

    Raises:
        FieldError: it can't be one of that scheme.
    """
    text = unicodedata.normalize("NFKC", reach.written).strip()
    match reach.scheme:
        case "tel":
            return _telephone(text)
        case "tel_masked":
            digits = re.sub(r"[\s()./-]", "", text)
            if not _MASKED.fullmatch(digits):
                raise _FIELD.refuse("expected_masked", reach.written)
            return digits
        case "email":
            if not _MAIL.fullmatch(text):
                raise _FIELD.refuse("expected_mail", reach.written)
            return text.casefold()
    if not text:
        raise FieldError("field.required", field=reach.scheme)
    return text


def attach(
    work: UnitOfWork, customer: Customer, reaches: Sequence[Reach], *, lead_id: int | None = None, preferred: bool = False
) -> tuple[Customer, ...]:
    """
    Let identities stand for a customer, and return the other customers that the actor sees them stand for.

    Args:
        work: the unit of work.
        customer: whom they stand for.
        reaches: as they were written.
        lead_id: the lead with which they came.
        preferred: they are the ones to use first.

    Raises:
        FieldError: one can't be what it is said to be.
    """
    others: dict[int, Customer] = {}
    for reach in reaches:
        identity = work.identity(Identity(scheme=reach.scheme, value=normal_form(reach), written=reach.written))
        links = work.find(IdentityLink, [equal("identity_id", identity.id)])
        others |= {one.id: one for one in _customers(work, [link.customer_id for link in links]) if one.id != customer.id}
        if customer.id not in {link.customer_id for link in links}:
            work.add(IdentityLink(identity_id=identity.id, customer_id=customer.id, lead_id=lead_id, preferred=preferred))
    return tuple(others[number] for number in sorted(others))


def identities_of(reader: Reader, customer_id: int) -> tuple[Identity, ...]:
    """Return the identities that stand for a customer, the preferred ones first."""
    links = reader.find(IdentityLink, [equal("customer_id", customer_id)], order=["-preferred"])
    found = {one.id: one for one in reader.find(Identity, [among("id", tuple(link.identity_id for link in links))])}
    return tuple(found[link.identity_id] for link in links if link.identity_id in found)


def _customers(reader: Reader, ids: Sequence[int]) -> tuple[Customer, ...]:
    return reader.find(Customer, [among("id", tuple(ids))]) if ids else ()


def _telephone(text: str) -> str:
    digits = re.sub(r"[\s()./·-]", "", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if _MOBILE.fullmatch(digits):
        digits = HOME + digits
    elif re.fullmatch(r"86" + _MOBILE.pattern, digits):
        digits = f"+{digits}"
    elif re.fullmatch(r"0[1-9][0-9]{8,10}", digits):
        digits = HOME + digits[1:]
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        raise _FIELD.refuse("expected_telephone", text)
    return digits
