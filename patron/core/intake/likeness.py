"""
Who it may be where no identity is known: customers of the same name, weighed by the model of who is who.

A name alone joins nobody. Where more speaks for one customer, such as the same address, the lead is his or hers; where it may be
one or several, a person is asked; else it is somebody new.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from patron.core.access import Action, Scope
from patron.core.crm.doubles import person_of_customer, written
from patron.core.errors import PatronError
from patron.core.intake.drafting import Draft
from patron.core.matching.configured import model_of_settings
from patron.core.matching.names import is_han, parts_of_name
from patron.core.matching.person import person_of
from patron.core.nouns import Customer, Identity, IdentityLink
from patron.core.nouns.criterion import among, equal
from patron.core.session import Session
from patron.core.store import UnitOfWork

_MOST = 200
"""Customers of one name that are weighed."""

_NAMED = 5
"""Customers that a question names."""


class UndecidedError(PatronError):
    """Several customers may be meant, and a person has to say which."""


@attrs.frozen
class Likeness:
    """
    A customer whom an envelope is most likely from.

    Attributes:
        customer: the customer.
        why: what speaks for it, in words.
    """

    customer: Customer
    why: str


def most_like(session: Session, work: UnitOfWork, draft: Draft) -> Likeness | None:
    """
    Return the customer of whom an envelope speaks most likely; None where it is nobody who is known.

    Raises:
        UndecidedError: a person has to look.
    """
    alike = _of_name(work, draft.customer.get("name"))
    if not alike:
        return None
    from patron.core.matching.scanning import compare  # loads numpy, which nobody needs who is new or known
    from patron.core.matching.scoring import Verdict
    from patron.core.matching.wording import said

    identities = _identities(work, alike)
    told = person_of(written(_telling(draft.customer), draft.identities))
    others = [person_of_customer(one, identities.get(one.id, ())) for one in alike]
    found = sorted(
        zip(compare(model_of_settings(session.settings), told, others), alike, strict=True), key=lambda one: -one[0].bits
    )
    likely = [(pair, customer) for pair, customer in found if pair.verdict is not Verdict.NEW]
    if not likely:
        return None
    whys = [
        session.t("intake.alike", id=customer.id, name=customer.name, bits=f"{pair.bits:.1f}", why=said(pair.reasons, session.t))
        for pair, customer in likely
    ]
    if len(likely) == 1 and likely[0][0].verdict is Verdict.JOIN:
        return Likeness(likely[0][1], whys[0])
    raise UndecidedError("intake.alike_customers", customers="; ".join(whys[:_NAMED]))


def _of_name(work: UnitOfWork, name: str | None) -> tuple[Customer, ...]:
    """Return the persons who are called so, in one of the ways of writing it, as far as the actor may know."""
    hidden = "name" in work.concealed.hidden("customer")
    if not name or hidden or work.policy.scope(work.actor, Action.READ, "customer") is Scope.NONE:
        return ()
    family, given = parts_of_name(name)
    ways = {name, name.strip()}
    if family and given:
        ways |= {family + given} if is_han(family) else {f"{given} {family}".title(), f"{family}, {given}".title()}
    found = work.find(Customer, [among("name", tuple(sorted(ways))), equal("kind", "person")], limit=_MOST)
    return tuple(one for one in found if one.merged_into_id is None)


def _identities(work: UnitOfWork, customers: Iterable[Customer]) -> Mapping[int, list[Identity]]:
    links = work.find(IdentityLink, [among("customer_id", tuple(one.id for one in customers))])
    stored = (
        {one.id: one for one in work.find(Identity, [among("id", tuple(sorted({link.identity_id for link in links})))])}
        if links
        else {}
    )
    found: dict[int, list[Identity]] = {}
    for link in links:
        if link.identity_id in stored:
            found.setdefault(link.customer_id, []).append(stored[link.identity_id])
    return found


def _telling(values: Mapping[str, Any]) -> dict[str, object]:
    return {
        "name": values.get("name"),
        "born": values.get("birth_year"),
        "address": values.get("address"),
        "region": values.get("region"),
    }
