"""
What a merge comes to, before anything is written: which records, which value of each field stands, and whether it may be at all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.crm.merging.commands import Choice, Merge
from patron.core.crm.merging.rules import Rule, Rules, choose
from patron.core.crm.values import ValueReader
from patron.core.errors import UsageError
from patron.core.names import listed
from patron.core.nouns import NOUNS, OWNERS, POINTERS, Field, FieldKind, noun_of, value_of
from patron.core.store import ConflictError, NotFoundError, Reader
from patron.core.store.keys import records_by
from patron.core.store.moving import keys_of

_LEFT = frozenset({"customer_id"})
"""Fields that no rule decides about: the records must agree in them."""


@attrs.frozen(kw_only=True)
class Plan:
    """
    What a merge comes to.

    Attributes:
        command: the merge.
        keep: the record that stays, with all its values.
        others: the others.
        choices: every field that has a value in one of them.
    """

    command: Merge
    keep: Any
    others: tuple[Any, ...]
    choices: tuple[Choice, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """All records."""
        return (self.keep.id, *(one.id for one in self.others))

    @property
    def changes(self) -> dict[str, Any]:
        """Field → value of the record that stays, where it gets another one."""
        return {one.field.name: one.stands for one in self.choices if one.stands != one.values[self.keep.id]}


def plan_of(reader: Reader, command: Merge, rules: Rules, values: ValueReader) -> Plan:
    """
    Return what a merge comes to.

    Args:
        reader: within whose rights.
        command: the merge.
        rules: which value stands.
        values: knows what fields are called.

    Raises:
        UsageError: the records can't be one, or what is preferred is not among them.
        NotFoundError, DeniedError: the actor may not see or change one of them, or not take it from its owner.
        ConflictError: one of them is merged already, or was changed since the decision.
    """
    keep, *others = _records(reader, command)
    if command.noun == "customer":
        _require_alike(keep, others)
    else:
        _require_one_customer(keep, others)
    preferred = _preferred(reader, command, values)
    choices = [] if command.apart else _choices(reader, rules, [keep, *others], preferred)
    choices += _owners(keep, others, preferred, reader)
    plan = Plan(command=command, keep=keep, others=tuple(others), choices=tuple(choices))
    _require_assigning(reader, plan)
    return plan


def _records(reader: Reader, command: Merge) -> list[Any]:
    """Return the whole records, the one that stays first."""
    ids, pointer = (command.keep, *command.others), POINTERS[command.noun]
    if len(set(ids)) != len(ids) or len(ids) < 2:
        raise UsageError("merging.itself", noun=command.noun, ids=listed(ids))
    noun: type[Any] = NOUNS[command.noun]
    seen = reader.within_reach(Action.READ, command.noun, ids)
    found = {one.id: one for one in records_by(reader.connection, noun, reader.vocabulary, "id", ids)}
    for number in ids:
        if number not in seen or number not in found:
            reader.get(noun, number)  # says why not
            raise NotFoundError("store.not_found", noun=command.noun, id=number)
    if len(reader.within_reach(Action.UPDATE, command.noun, ids)) < len(ids):
        raise reader.policy.denial(reader.actor, Action.UPDATE, command.noun)
    for number in ids:
        record = found[number]
        into = getattr(record, pointer)
        if into is not None:
            raise ConflictError("merging.already", noun=command.noun, id=number, into=into, command=command.noun)
        had = command.versions.get(number, record.version)
        if had != record.version:
            raise ConflictError("store.conflict", noun=command.noun, id=number, had=had, has=record.version)
    return [found[number] for number in ids]


def _require_alike(keep: Any, others: Sequence[Any]) -> None:
    ids = {keep.id, *(one.id for one in others)}
    for one in others:
        if one.kind != keep.kind:
            raise UsageError("merging.kinds", one=keep.id, other=one.id)
    for one in (keep, *others):
        if one.organisation_id in ids:
            raise UsageError("merging.belongs", one=one.id, other=one.organisation_id)


def _require_one_customer(keep: Any, others: Sequence[Any]) -> None:
    for one in others:
        if one.customer_id != keep.customer_id:
            raise UsageError("merging.customers", one=keep.id, other=one.id, first=keep.customer_id, second=one.customer_id)


def _preferred(reader: Reader, command: Merge, values: ValueReader) -> dict[str, int]:
    """Return field → the record whose value was asked for."""
    found: dict[str, int] = {}
    for written, number in command.prefer.items():
        field = values.labels.field_called(command.noun, written)
        reader.concealed.require(command.noun, [field.name])
        if number not in (command.keep, *command.others):
            raise UsageError("merging.prefer_other", field=field.called, id=number, ids=listed((command.keep, *command.others)))
        if field.name in _undecided(command.noun) or field.system:
            raise UsageError("merging.not_chosen", field=field.called)
        found[field.name] = number
    return found


def _undecided(noun: str) -> frozenset[str]:
    return _LEFT | keys_of(noun) | {POINTERS[noun]}


def _choices(reader: Reader, rules: Rules, records: Sequence[Any], preferred: Mapping[str, int]) -> list[Choice]:
    noun = reader.vocabulary.fields(_noun(records))
    ids = {one.id for one in records}
    fields = [
        one for one in noun.values() if not one.system and one.name not in _undecided(_noun(records)) and one.name not in OWNERS
    ]
    unknown = {name for one in records for name in one.ext if name not in noun}
    # What a plugin kept that was removed since is text to us.
    fields += [Field(name=name, kind=FieldKind.TEXT, noun=_noun(records)) for name in sorted(unknown)]
    found: list[Choice] = []
    for field in fields:
        values = {one.id: value_of(one, field.name) for one in records}
        if all(value in (None, ()) for value in values.values()):
            continue
        if field.target == _noun(records):
            values = {number: None if value in ids else value for number, value in values.items()}
        if field.name in preferred:
            number = preferred[field.name]
            found.append(Choice(field=field, values=values, stands=values[number], rule=None, chosen=number))
            continue
        rule = rules.of(field)
        found.append(Choice(field=field, values=values, stands=choose(rule, field, list(values.values())), rule=rule))
    return found


def _owners(keep: Any, others: Sequence[Any], preferred: Mapping[str, int], reader: Reader) -> list[Choice]:
    """Return whose the record is: its owner's, a user's or a team's; that of the first other one where it has none."""
    asked = [preferred[name] for name in OWNERS if name in preferred]
    records = {one.id: one for one in (keep, *others)}
    owned = [one for one in records.values() if any(getattr(one, name) for name in OWNERS)]
    if not owned:
        return []
    whose = records[asked[0]] if asked else owned[0]
    fields = reader.vocabulary.fields(_noun([keep]))
    return [
        Choice(
            field=fields[name],
            values={one.id: getattr(one, name) for one in records.values()},
            stands=getattr(whose, name),
            rule=None if asked else Rule.KEPT,
            chosen=asked[0] if asked else None,
        )
        for name in OWNERS
    ]


def _require_assigning(reader: Reader, plan: Plan) -> None:
    """See that nobody takes a customer or a lead from a colleague who may not give it to another owner."""
    owner = {one.field.name: one.stands for one in plan.choices if one.field.name in OWNERS}
    taken = [
        one.id
        for one in (plan.keep, *plan.others)
        if any(getattr(one, name) for name in OWNERS) and any(getattr(one, name) != owner[name] for name in OWNERS)
    ]
    noun = plan.command.noun
    if len(reader.within_reach(Action.ASSIGN, noun, taken)) < len(taken):
        raise reader.policy.denial(reader.actor, Action.ASSIGN, noun)


def _noun(records: Sequence[Any]) -> str:
    return noun_of(records[0])
