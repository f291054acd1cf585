"""
Undoing a merge: every field and every reference is again what it was, from the history of the batch alone.

What somebody changed since stays as it is, and is told. What came since stays with the record that stayed, but for what hangs on
something that goes back, such as a contact about a lead: that goes with it. Merges on which later merges stand are undone after
these.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.crm.merging.commands import CAUSE, UNDONE, Unmerge, Unmerged
from patron.core.crm.merging.merge import hold_group
from patron.core.crm.merging.noting import VERSION, note_moves, write_noted
from patron.core.errors import UsageError
from patron.core.names import listed
from patron.core.nouns import NOUNS, POINTERS, Batch, Change, value_of
from patron.core.nouns.criterion import Criterion, Operator, equal
from patron.core.session import Session
from patron.core.store import ConflictError, NotFoundError, UnitOfWork
from patron.core.store.batches import MOST_NAMED, BatchChange, batches_behind, changes_of_batch
from patron.core.store.history import changes_of, changes_of_many
from patron.core.store.keys import records_by
from patron.core.store.moving import Moved, follow, links_to, move_back


def unmerge(session: Session, command: Unmerge) -> Unmerged:
    """
    Undo a merge: of one record (with those that were merged with it into the same one), or of a whole batch.

    Raises:
        UsageError: the record is not merged, or the batch is none or undone already.
        NotFoundError, DeniedError: the actor may not see or change one of the records.
        ConflictError: a later merge stands on it.
    """
    with session.write(cause=UNDONE, reason=command.reason) as work:
        work.policy.require(work.actor, Action.UPDATE, command.noun)
        batch_id = command.batch_id or _batch_of(work, command.noun, command.id or 0)
        batch = _batch(work, batch_id)
        work.batch_id = batch_id
        changes = changes_of_batch(work.connection, batch_id, CAUSE)
        groups = _groups(work, command, changes)
        if not groups:
            raise UsageError("merging.undone", batch=batch_id)
        hold_group(work, command.noun, [number for keep, others in groups.items() for number in (keep, *others)])
        # What somebody else undid until now is undone.
        groups = _groups(work, command, changes)
        if not groups:
            raise UsageError("merging.undone", batch=batch_id)
        result = _Undoing(work, command.noun, changes).run(batch, groups)
        if not _groups(work, attrs.evolve(command, id=None), changes):
            # Nothing of the batch stands any more.
            write_noted(work, batch, {"status": "reverted"})
        work.commit()
    return result


def merged_of(work: Any, noun: str, record_id: int) -> tuple[Any, ...]:
    """Return the records that were merged into one, as far as the actor may see them."""
    found: tuple[Any, ...] = work.find(NOUNS[noun], [equal(POINTERS[noun], record_id)])
    return found


def _batch_of(work: UnitOfWork, noun: str, number: int) -> int:
    work.get(NOUNS[noun], number)
    found = _last_merge(noun, changes_of(work.connection, noun, number))
    if found is None:
        raise UsageError("merging.not_merged", noun=noun, id=number)
    return found


def _batch(work: UnitOfWork, batch_id: int) -> Batch:
    found = records_by(work.connection, Batch, work.vocabulary, "id", [batch_id], kind=CAUSE)
    if not found:
        raise NotFoundError("merging.no_batch", batch=batch_id)
    if found[0].status == "reverted":
        raise UsageError("merging.undone", batch=batch_id)
    return found[0]


def _groups(work: UnitOfWork, command: Unmerge, changes: Sequence[BatchChange]) -> dict[int, tuple[int, ...]]:
    """Return the record that stayed → those that were merged into it by the batch, of what is not undone yet and is asked for."""
    noun, pointer = command.noun, POINTERS[command.noun]
    merged = _merged(noun, changes)
    if not merged:
        raise UsageError("merging.other_noun", noun=noun, batch=work.batch_id)
    groups: dict[int, list[int]] = {}
    found: list[Any] = records_by(work.connection, NOUNS[noun], work.vocabulary, "id", merged)
    histories = changes_of_many(work.connection, noun, merged)
    for record in found:
        number = record.id
        if getattr(record, pointer) is not None and _last_merge(noun, histories.get(number, ())) == work.batch_id:
            groups.setdefault(merged[number], []).append(number)
    return {keep: tuple(others) for keep, others in groups.items() if command.id is None or command.id in others}


def _merged(noun: str, changes: Iterable[BatchChange]) -> dict[int, int]:
    """Return the records that a batch merged, each with that into which it was merged then."""
    place = (noun, POINTERS[noun])
    own = (one for one in changes if (one.noun, one.field) == place and one.old is None)
    return {one.subject_id: one.new for one in own if isinstance(one.new, int)}


def _last_merge(noun: str, history: Iterable[Change]) -> int | None:
    """Return the batch in which a record was merged; None where it stands by itself, or was made to point to another by hand."""
    steps = [one for one in history if one.field == POINTERS[noun] and (one.old is None or one.new is None)]
    last = max(steps, key=lambda change: change.sequence, default=None)
    return last.batch_id if last is not None and last.cause == CAUSE else None


class _Undoing:
    """The undoing of one batch, or of a part of it."""

    def __init__(self, work: UnitOfWork, noun: str, changes: Sequence[BatchChange]) -> None:
        self._work = work
        self._noun = noun
        self._changes = changes
        self._merged = _merged(noun, changes)
        self._links = {(link.noun, link.column): link for link in links_to(work.connection, noun)}

    def run(self, batch: Batch, groups: Mapping[int, Sequence[int]]) -> Unmerged:
        """Check that nothing stands on the merge, then take it back."""
        mine = self._of(groups)
        self._require_rights(groups)
        self._require_last(batch.id, mine)
        back, stayed = self._move_back([one for one in mine if self._is_move(one)])
        back += self._follow(back)
        stayed += self._write_back([one for one in mine if not self._is_move(one)])
        counts: dict[str, set[int]] = {}
        for one in back:
            counts.setdefault(one.noun, set()).add(one.id)
        restored = tuple(sorted(number for others in groups.values() for number in others))
        return Unmerged(
            batch_id=batch.id,
            restored=restored,
            back={noun: len(ids) for noun, ids in counts.items() if noun in NOUNS},
            stayed=tuple(stayed),
            later=self._later(batch, groups),
        )

    def _of(self, groups: Mapping[int, Sequence[int]]) -> list[BatchChange]:
        """Return what the batch did for some groups."""
        others = {number for numbers in groups.values() for number in numbers}
        moves = [one for one in self._changes if self._is_move(one) and one.old in others]
        own = {(self._noun, number) for number in (*groups, *others)} | {(one.noun, one.subject_id) for one in moves}
        fields = [one for one in self._changes if not self._is_move(one) and (one.noun, one.subject_id) in own]
        return [*moves, *(one for one in fields if one.field != VERSION)]

    def _is_move(self, change: BatchChange) -> bool:
        """Say whether a change let a row refer to the record that stayed, where it had referred to a merged one."""
        merged = isinstance(change.old, int) and change.old in self._merged and self._merged[change.old] == change.new
        return merged and (change.noun, change.field) in self._links

    def _require_rights(self, groups: Mapping[int, Sequence[int]]) -> None:
        ids = [number for keep, others in groups.items() for number in (keep, *others)]
        work, noun = self._work, self._noun
        for number in ids:
            work.get(NOUNS[noun], number)
        if len(work.within_reach(Action.UPDATE, noun, ids)) < len(ids):
            raise work.policy.denial(work.actor, Action.UPDATE, noun)

    def _require_last(self, batch_id: int, changes: Iterable[BatchChange]) -> None:
        """See that no later merge stands on this one."""
        places = [(one.noun, one.subject_id, one.field) for one in changes]
        later = batches_behind(self._work.connection, batch_id, places, CAUSE, UNDONE)
        if later:
            commands = ", ".join(f"patron {self._noun} unmerge --batch {one}" for one in (*later[:MOST_NAMED], batch_id))
            raise ConflictError("merging.stood_on", batch=batch_id, later=listed(later, MOST_NAMED), commands=commands)

    def _move_back(self, changes: Iterable[BatchChange]) -> tuple[list[Moved], list[tuple[str, int, str]]]:
        """Let rows refer again to what they referred to, as far as nobody let them refer elsewhere since."""
        by_link: dict[tuple[str, str], list[Moved]] = {}
        for one in changes:
            if isinstance(one.old, int) and isinstance(one.new, int):
                moved = Moved(one.noun, one.subject_id, one.field, one.old, one.new)
                by_link.setdefault((one.noun, one.field), []).append(moved)
        back: list[Moved] = []
        stayed: list[tuple[str, int, str]] = []
        for place, link in self._links.items():
            found, changed = move_back(self._work.connection, link, by_link.get(place, ()))
            note_moves(self._work, found)
            back += found
            stayed += [(one.noun, one.id, one.field) for one in changed]
        return back, stayed

    def _follow(self, back: Iterable[Moved]) -> list[Moved]:
        """Let what came since go with that on which it hangs."""
        gone: dict[int, dict[str, dict[int, int]]] = {}
        for one in back:
            if one.noun != self._noun:
                gone.setdefault(one.old, {}).setdefault(one.noun, {})[one.id] = one.new
        found: list[Moved] = []
        for keep, what in gone.items():
            for link in self._links.values():
                followed = follow(self._work.connection, link, what, keep)
                note_moves(self._work, followed)
                for one in followed:
                    what.setdefault(one.noun, {})[one.id] = one.new
                found += followed
        return found

    def _write_back(self, changes: Iterable[BatchChange]) -> list[tuple[str, int, str]]:
        """Set fields back, and return those that somebody changed since, which stay."""
        by_record: dict[tuple[str, int], list[BatchChange]] = {}
        for one in changes:
            by_record.setdefault((one.noun, one.subject_id), []).append(one)
        stayed: list[tuple[str, int, str]] = []
        for noun in {noun for noun, _ in by_record}:
            ids = [number for one, number in by_record if one == noun]
            found: list[Any] = records_by(self._work.connection, NOUNS[noun], self._work.vocabulary, "id", ids)
            for record in found:
                values: dict[str, Any] = {}
                for one in by_record[noun, record.id]:
                    if _plain(value_of(record, one.field)) == _plain(one.new):
                        values[one.field] = _kept(record, one)
                    else:
                        stayed.append((noun, one.subject_id, one.field))
                write_noted(self._work, record, values)
        return stayed

    def _later(self, batch: Batch, groups: Mapping[int, Sequence[int]]) -> Mapping[str, int]:
        """Return how many rows came since the merge and stay, of those that the actor may see."""
        counts: dict[str, int] = {}
        for link in self._links.values():
            if link.noun in NOUNS and "created_at" in NOUNS[link.noun].__annotations__ and link.noun != self._noun:
                since = Criterion("created_at", Operator.MORE, batch.finished_at)
                here = Criterion(link.column, Operator.AMONG, tuple(groups))
                if self._work.policy.scope(self._work.actor, Action.READ, link.noun):
                    found = self._work.count(NOUNS[link.noun], [since, here])
                    counts |= {link.noun: counts.get(link.noun, 0) + found} if found else {}
        return counts


def _plain(value: Any) -> Any:
    return None if value == () else value


def _kept(record: Any, change: BatchChange) -> Any:
    """Return the value of a field before a change; no members of a list are an empty list."""
    if change.old is None and "." not in change.field and getattr(record, change.field).__class__ is tuple:
        return ()
    return change.old
