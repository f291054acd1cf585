"""
What a further sign of interest says of a customer and a lead that keep another value: it is told in its entry on the timeline, so
that whoever pursues the lead reads it. Lists of words grow.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from patron.core.access import Action
from patron.core.crm.records import called
from patron.core.nouns import OWNERS, Customer, Field, FieldKind, Labels, Lead, noun_of
from patron.core.session import Session
from patron.core.store import UnitOfWork

_APART = frozenset({"ext", "name", "source", "system", "source_key", "filed_at", "customer_id", "status", "stage", *OWNERS})
"""Fields that say where a record is from, whose it is and how far it has come, or that are told of in words of their own."""


def extend(work: UnitOfWork, customer: Customer, said: Mapping[str, Any]) -> Customer:
    """Return a customer with what its lists of words lacked; lists of codes rank, and are the customer's own as they stand."""
    fields = work.vocabulary.fields("customer")
    longer: dict[str, Any] = {}
    for name, value in said.items():
        if name not in _APART and fields[name].kind is FieldKind.TEXTS and (before := getattr(customer, name)):
            longer[name] = (*before, *(one for one in value if one not in before))
    return work.update(customer, **longer) if longer and work.may(Action.UPDATE, customer) else customer


def told_otherwise(
    session: Session, work: UnitOfWork, record: Customer | Lead, said: Mapping[str, Any], zone: ZoneInfo
) -> list[str]:
    """
    Return what is said of a record that has another value for it, for a person to read.

    Args:
        session: the words.
        work: looks up what is referred to.
        record: the record as it is now.
        said: field → value.
        zone: of times.
    """
    found = differing(record, said)
    if not found:
        return []
    noun, t = noun_of(record), session.t
    labels, fields = Labels(work.vocabulary, t.lang), work.vocabulary.fields(noun)

    def readable(field: Field, value: Any) -> str:
        if field.target is None:
            return labels.value(field, value, zone)
        return called(work, {field.target: {value}}).get((field.target, value), f"#{value}")

    return [
        t("intake.remark", label=labels.field(noun, name), value=readable(fields[name], value)) for name, value in found.items()
    ]


def differing(record: Customer | Lead, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a record that has another value for it, by field; extension fields beside the others."""
    told = {name: (getattr(record, name), value) for name, value in said.items() if name not in _APART}
    told |= {name: (record.ext.get(name), value) for name, value in said.get("ext", {}).items()}
    return {name: value for name, (before, value) in told.items() if before not in (None, ()) and not _is_in(value, before)}


def _is_in(value: object, before: object) -> bool:
    """Return whether a value says nothing else than the one before, or nothing beyond it in a list."""
    return set(value) <= set(before) if isinstance(value, tuple) and isinstance(before, tuple) else value == before
