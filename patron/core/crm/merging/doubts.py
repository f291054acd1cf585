"""
What speaks against two records being one: what the model of who is who says, what tells two persons apart, what somebody decided.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from patron.core.crm.doubles import person_of_customer
from patron.core.crm.merging.commands import Doubt
from patron.core.crm.merging.plan import Plan
from patron.core.crm.merging.rules import Rules
from patron.core.matching.configured import model_of_settings
from patron.core.matching.names import folded
from patron.core.nouns import LIVE, Identity
from patron.core.nouns.contents import ROW
from patron.core.nouns.systems import MAIN
from patron.core.session import Session
from patron.core.store import Reader
from patron.core.store.keys import records_by, rows_by
from patron.core.store.telling import apart_of

_OTHERWISE = frozenset({"other", "family", "given"})
"""What is said of names that are two."""


@attrs.frozen(kw_only=True)
class Likeness:
    """
    What the model of who is who says of two customers.

    Attributes:
        id: the other one.
        bits: the weight.
        verdict: `join`, `ask` or `new`.
        reasons: what each field says.
    """

    id: int
    bits: float
    verdict: str
    reasons: tuple[Any, ...]


def doubts_of(
    session: Session, reader: Reader, plan: Plan, rules: Rules, *, weighed: bool = False
) -> tuple[tuple[Doubt, ...], tuple[Likeness, ...]]:
    """
    Return what speaks against a merge, and what the model says of customers who are persons.

    Args:
        session: the session.
        reader: within whose rights.
        plan: the merge.
        rules: what tells two apart.
        weighed: the model was asked already.
    """
    likeness: tuple[Likeness, ...] = ()
    found = [*_decided(reader, plan), *_telling(reader, plan, rules)]
    if plan.command.noun == "lead":
        found += _ended(plan)
    else:
        identities = _identities(reader, plan.ids)
        found += _numbered(plan, identities)
        if not weighed and plan.keep.kind == "person" and "name" not in reader.concealed.hidden("customer"):
            likeness = _alike(session, plan, identities)
            found += _unlike(plan, likeness)
        if not weighed and plan.keep.kind != "person" and "name" not in reader.concealed.hidden("customer"):
            found += _named_otherwise(plan)
    return tuple(found), likeness


def _unlike(plan: Plan, likeness: Sequence[Likeness]) -> Iterator[Doubt]:
    """Yield that the model takes them for two, or would ask as they are called otherwise: a phone is a household's, too."""
    for one in likeness:
        names = any(why.field == "name" and why.level in _OTHERWISE for why in one.reasons)
        if one.verdict == "new" or (one.verdict == "ask" and names):
            key = "unlike" if one.verdict == "new" else "household"
            yield Doubt(key=key, details={"one": plan.keep.id, "other": one.id, "bits": f"{one.bits:.1f}"})


def _named_otherwise(plan: Plan) -> Iterator[Doubt]:
    """Yield that organisations, of which the model knows nothing, have names of which neither begins as the other does."""
    own = folded(plan.keep.name)
    for one in plan.others:
        name = folded(one.name)
        if not own.startswith(name) and not name.startswith(own):
            yield Doubt(key="names", details={"one": plan.keep.name, "other": one.name})


def _decided(reader: Reader, plan: Plan) -> Iterator[Doubt]:
    for one, other in apart_of(reader.connection, plan.ids) if plan.command.noun == "customer" else ():
        yield Doubt(key="apart", details={"one": one, "other": other})


def _telling(reader: Reader, plan: Plan, rules: Rules) -> Iterator[Doubt]:
    hidden = reader.concealed.hidden(plan.command.noun)
    telling = rules.telling(plan.command.noun)
    for choice in plan.choices:
        said = {value for value in choice.values.values() if value not in (None, ())}
        if choice.field.name in telling and choice.field.name not in hidden and len(said) > 1:
            yield Doubt(key="differs", details={"field": choice.field.called})


def _ended(plan: Plan) -> Iterator[Doubt]:
    """Yield that a lead would be gone that tells of a success, or that the one that stays is over and the other is pursued."""
    for one in plan.others:
        if plan.keep.status != "won" and (one.status == "won" or (one.status in LIVE and plan.keep.status not in LIVE)):
            yield Doubt(key="status", details={"one": plan.keep.id, "other": one.id})


def _numbered(plan: Plan, identities: dict[int, list[Identity]]) -> Iterator[Doubt]:
    """Yield that one system knows them by two numbers, and so as two."""
    known: dict[str, set[str]] = {}
    for number in plan.ids:
        for one in identities.get(number, ()):
            if one.scheme == "external" and not one.value.startswith(ROW):
                system, sign, _ = one.value.partition(":")
                known.setdefault(system if sign else MAIN, set()).add(one.value)
    for system, values in sorted(known.items()):
        if len(values) > 1:
            yield Doubt(key="numbers", details={"system": system, "numbers": "; ".join(sorted(values))})


def _identities(reader: Reader, ids: Sequence[int]) -> dict[int, list[Identity]]:
    """Return customer → the identities that stand for each."""
    links = rows_by(reader.connection, "identity_link", ("identity_id", "customer_id"), "customer_id", ids)
    some = {link.identity_id for link in links}
    stored = {one.id: one for one in records_by(reader.connection, Identity, reader.vocabulary, "id", some)}
    found: dict[int, list[Identity]] = {}
    for link in links:
        found.setdefault(link.customer_id, []).append(stored[link.identity_id])
    return found


def _alike(session: Session, plan: Plan, identities: dict[int, list[Identity]]) -> tuple[Likeness, ...]:
    from patron.core.matching.scanning import compare  # loads numpy, which nobody needs for leads

    keep, *others = (person_of_customer(one, identities.get(one.id, ())) for one in (plan.keep, *plan.others))
    pairs = compare(model_of_settings(session.settings), keep, others)
    return tuple(
        Likeness(id=one.id, bits=pair.bits, verdict=pair.verdict.name.lower(), reasons=pair.reasons)
        for one, pair in zip(plan.others, pairs, strict=True)
    )
