"""
Merging: what a merge would do, and doing it, one or many under one batch.

Whoever merges decides alone: the identities of all records are held first, then the records, each time in one order, as intake
does; so two who merge the same records at once, or a lead that comes in meanwhile, find one consistent result.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import attrs

from patron.core.access import Action, Scope
from patron.core.crm.merging.commands import CAUSE, Choice, Merge, Merged, MergePreview
from patron.core.crm.merging.noting import note_moves, write_noted
from patron.core.crm.merging.plan import Plan, plan_of
from patron.core.crm.merging.rules import Rules, rules_of
from patron.core.crm.merging.wording import doubt_said
from patron.core.crm.records import called, values_of
from patron.core.errors import UsageError
from patron.core.names import listed
from patron.core.nouns import NOUNS, POINTERS, Batch, FieldKind, Identity, IdentityLink
from patron.core.session import Session
from patron.core.store import Reader, UnitOfWork
from patron.core.store.batches import hold
from patron.core.store.keys import records_by, rows_by
from patron.core.store.moving import Link, Moved, links_to, move, referred, would_move
from patron.core.store.tables import METADATA

_LONGEST = 200
"""Characters of what a batch is called."""


def preview_merge(session: Session, command: Merge) -> MergePreview:
    """
    Return what a merge would do, and change nothing.

    Raises:
        UsageError, NotFoundError, DeniedError, ConflictError: as `merge()`, but for what speaks against it.
    """
    with session.read() as reader:
        return preview_in(session, reader, command)


def preview_in(session: Session, reader: Reader, command: Merge) -> MergePreview:
    """Return what a merge would do; see `preview_merge()`."""
    from patron.core.crm.merging.doubts import doubts_of

    rules = rules_of(session.settings, reader.vocabulary)
    plan = plan_of(reader, command, rules, values_of(session, reader))
    doubts, likeness = doubts_of(session, reader, plan, rules)
    fields = _shown(reader, plan)
    return MergePreview(
        command=command,
        records=tuple(reader.concealed.of(one) for one in (plan.keep, *plan.others)),
        fields=fields,
        moving=_counted(reader, plan),
        doubts=doubts,
        likeness=likeness,
        names=_names(reader, fields),
    )


def merge(session: Session, command: Merge) -> Merged:
    """
    Make one record of several: what hangs on the others goes to the one that stays, and they point to it.

    Raises:
        UsageError: the records can't be one; or something speaks against it, and it was not said to be certain.
        NotFoundError, DeniedError: the actor may not see or change one of them, or not take it from its owner.
        ConflictError: one of them is merged already, or was changed since the decision.
    """
    return merge_all(session, [command], reason=command.reason)[0]


def merge_all(session: Session, commands: Sequence[Merge], *, reason: str | None = None) -> tuple[Merged, ...]:
    """
    Merge several groups of records of one noun under one batch, all of them or none; see `merge()`.

    Args:
        session: the session.
        commands: the merges, of which no two name the same record; their own reasons count for nothing.
        reason: why, for the history.
    """
    with session.write(cause=CAUSE, reason=reason) as work:
        _hold(work, commands)
        merged = _merge(session, work, commands)
        work.commit()
    return merged


def merge_within(session: Session, work: UnitOfWork, command: Merge) -> Merged:
    """
    Merge records as part of other work, under a batch of its own, so that it can be undone by itself; see `merge()`.

    Args:
        session: the session.
        work: what it is part of; it holds the identities of the records.
        command: the merge.
    """
    work.policy.require(work.actor, Action.UPDATE, command.noun)
    hold(work.connection, command.noun, sorted((command.keep, *command.others)))
    before = work.cause, work.batch_id
    work.cause = CAUSE
    try:
        return _merge(session, work, [command])[0]
    finally:
        work.cause, work.batch_id = before


def _merge(session: Session, work: UnitOfWork, commands: Sequence[Merge]) -> tuple[Merged, ...]:
    rules, values = rules_of(session.settings, work.vocabulary), values_of(session, work)
    plans = [plan_of(work, command, rules, values) for command in commands]
    for plan in plans:
        _require_certain(session, work, plan, rules)
    batch = _new_batch(work, commands)
    # Few records have rows in every table: each table is asked once for all groups.
    others = [one.id for plan in plans for one in plan.others]
    hanging = [(link, referred(work.connection, link, others)) for link in links_to(work.connection, commands[0].noun)]
    return tuple(_Merging(work, plan, hanging).run(batch) for plan in plans)


def hold_group(work: UnitOfWork, noun: str, ids: Iterable[int]) -> None:
    """Let nobody else decide whom the identities of some records stand for, nor change these, until the work ends."""
    wanted = sorted(set(ids))
    customers = (
        wanted
        if noun == "customer"
        else [row.customer_id for row in rows_by(work.connection, noun, ("customer_id",), "id", wanted)]
    )
    links = rows_by(work.connection, "identity_link", ("identity_id",), "customer_id", set(customers))
    identities = records_by(work.connection, Identity, work.vocabulary, "id", {link.identity_id for link in links})
    work.hold_identities(identities)
    hold(work.connection, noun, wanted)


def _hold(work: UnitOfWork, commands: Sequence[Merge]) -> None:
    work.policy.require(work.actor, Action.UPDATE, commands[0].noun)
    hold_group(work, commands[0].noun, [number for one in commands for number in (one.keep, *one.others)])


def _require_certain(session: Session, work: UnitOfWork, plan: Plan, rules: Rules) -> None:
    if plan.command.certain:
        return
    from patron.core.crm.merging.doubts import doubts_of

    doubts, _ = doubts_of(session, work, plan, rules)
    if doubts:
        said = " ".join(doubt_said(one, session.t) for one in doubts)
        raise UsageError("merging.doubted", noun=plan.command.noun, ids=listed(plan.ids), doubts=said)


def _new_batch(work: UnitOfWork, commands: Sequence[Merge]) -> Batch:
    """Return the batch of a merge, under whose number all of it can be undone."""
    noun = commands[0].noun
    told = "; ".join(f"{noun} {one.keep} ← {', '.join(map(str, one.others))}" for one in commands)
    batch = work.add(
        Batch(
            kind=CAUSE,
            file=told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…",
            digest=hashlib.sha256(told.encode()).hexdigest(),
            status="done",
            updated=sum(len(one.others) for one in commands),
            user_id=work.actor.user_id,
            started_at=work.now,
            finished_at=work.now,
        )
    )
    work.batch_id = batch.id
    return batch


class _Merging:
    """One group of records on their way to being one."""

    def __init__(self, work: UnitOfWork, plan: Plan, hanging: Sequence[tuple[Link, frozenset[int]]]) -> None:
        self._work = work
        self._plan = plan
        self._hanging = hanging

    def run(self, batch: Batch) -> Merged:
        """Move what hangs on the others, then write the records themselves."""
        work, plan = self._work, self._plan
        others = [one.id for one in plan.others]
        preferred = self._prefers()
        moved: list[Moved] = []
        for link, referred_to in self._hanging:
            left = [] if plan.command.apart and link.noun == "identity_link" else [one for one in others if one in referred_to]
            found = move(work.connection, link, left, plan.keep.id) if left else []
            note_moves(work, found)
            moved += found
        if preferred:
            self._step_back([one.id for one in moved if one.noun == "identity_link"])
        write_noted(work, plan.keep, plan.changes)
        pointer = POINTERS[plan.command.noun]
        for one in plan.others:
            write_noted(work, one, {pointer: plan.keep.id} | ({"status": "duplicate"} if plan.command.noun == "lead" else {}))
        counts = _by_noun(work, moved)
        hidden = work.concealed.hidden(plan.command.noun)
        changed = tuple(name for name in plan.changes if name not in hidden)
        keep = work.get(type(plan.keep), plan.keep.id)
        return Merged(batch_id=batch.id, keep=keep, others=tuple(others), changed=changed, moved=counts)

    def _prefers(self) -> bool:
        """Say whether a customer who stays has an identity that is to be used first."""
        if self._plan.command.noun != "customer":
            return False
        return bool(rows_by(self._work.connection, "identity_link", ("id",), "customer_id", [self._plan.keep.id], preferred=True))

    def _step_back(self, ids: Sequence[int]) -> None:
        """Let identities that came with others stand behind the preferred one of the customer who stays."""
        for link in records_by(self._work.connection, IdentityLink, self._work.vocabulary, "id", ids, preferred=True):
            write_noted(self._work, link, {"preferred": False})


def _by_noun(reader: Reader, moved: Iterable[Moved]) -> Mapping[str, int]:
    """Return how many rows are moved, of those that the actor may see."""
    rows: dict[str, set[int]] = {}
    for one in moved:
        rows.setdefault(one.noun, set()).add(one.id)
    seen = {noun: _seen(reader, noun, ids) for noun, ids in rows.items()}
    return {noun: len(ids) for noun, ids in seen.items() if ids}


def _seen(reader: Reader, noun: str, ids: set[int]) -> set[int]:
    if noun in NOUNS:
        return reader.within_reach(Action.READ, noun, ids)
    hidden = noun in METADATA.tables or reader.policy.scope(reader.actor, Action.READ, noun) is not Scope.ALL
    return set() if hidden else ids


def _counted(reader: Reader, plan: Plan) -> Mapping[str, int]:
    """Return how many rows would be moved, of those that the actor may see."""
    others = [one.id for one in plan.others]
    links = links_to(reader.connection, plan.command.noun)
    moved = (would_move(reader.connection, link, others, plan.keep.id) for link in links)
    return _by_noun(reader, chain.from_iterable(moved))


def _shown(reader: Reader, plan: Plan) -> tuple[Choice, ...]:
    """Return the fields in which the records differ, without those that are hidden."""
    hidden = reader.concealed.hidden(plan.command.noun)
    return tuple(one for one in plan.choices if one.field.name not in hidden and len(set(one.values.values())) > 1)


def _names(reader: Reader, fields: Iterable[Choice]) -> Mapping[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for one in fields:
        if one.field.kind is FieldKind.REFERENCE and one.field.target in {"user", "team", "customer", "campaign"}:
            wanted.setdefault(one.field.target, set()).update(value for value in one.values.values() if value is not None)
    return called(reader, wanted)


def with_versions(preview: MergePreview) -> Merge:
    """Return the merge that was looked at: it is refused where one of the records was changed since."""
    return attrs.evolve(preview.command, versions={one.id: one.version for one in preview.records})
