"""
Taking an import back: what it created is deleted, what it changed is set back, or nothing is touched at all.

It is refused where somebody has gone on working with what the import brought: changed it, or hung something on it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from patron.core.access import Action
from patron.core.crm.merging.commands import CAUSE as MERGE
from patron.core.errors import UsageError
from patron.core.exchange.column import is_kept
from patron.core.exchange.writing import CREATED, VERSION, note_version
from patron.core.names import listed
from patron.core.nouns import NOUNS, Batch, fields_of, value_of
from patron.core.session import Session
from patron.core.store import ConflictError, UnitOfWork
from patron.core.store.batches import (
    MOST_NAMED,
    BatchChange,
    changes_of_batch,
    delete_rows,
    hold,
    hold_lone_identities,
    hold_made,
    referring,
    standing_on,
    version_behind,
)
from patron.core.store.keys import records_by, rows_by

CAUSE = "revert"


@attrs.frozen(kw_only=True)
class RevertResult:
    """
    What was taken back.

    Attributes:
        batch_id: the import.
        deleted: noun → records that it had made.
        restored: noun → records that it had changed.
    """

    batch_id: int
    deleted: Mapping[str, int]
    restored: Mapping[str, int]


def revert_import(session: Session, batch_id: int) -> RevertResult:
    """
    Take an import back, whole or not at all.

    Raises:
        NotFoundError: there is no such import, or none that the actor may see.
        UsageError: it was taken back already.
        ConflictError: what it brought was changed since, or something hangs on it.
        DeniedError: the actor may not import this kind.
    """
    with session.write(cause=CAUSE, batch_id=batch_id) as work:
        batch = work.lock(Batch, batch_id)
        if batch.kind == MERGE:
            raise UsageError("exchange.is_merge", batch=batch_id)
        work.policy.require(work.actor, Action.IMPORT, batch.kind)
        if batch.status == "reverted":
            raise UsageError("exchange.reverted_already", batch=batch_id)
        result = _Revert(work, batch).run()
        work.update(batch, status="reverted")
        work.commit()
    return result


class _Revert:
    """One revert."""

    def __init__(self, work: UnitOfWork, batch: Batch) -> None:
        self._work = work
        self._batch = batch
        self._changes = changes_of_batch(work.connection, batch.id)
        self._made = self._find_made()

    def run(self) -> RevertResult:
        """Check everything, then take it back."""
        restored = self._find_restored()
        identities = hold_lone_identities(self._work.connection, self._batch.id)
        records = self._check(restored, identities)
        for key, values in restored.items():
            self._restore(records[key], values)
        for noun in reversed(tuple(NOUNS)):
            ids = self._made.get(noun, {})
            if any(field.tracked for field in fields_of(NOUNS[noun]).values()):
                for record in self._records(noun, ids):
                    self._work.note_removal(record)
            self._delete(noun, ids)
            if noun == "identity_link":
                self._delete("identity", identities)
        counts: dict[str, int] = {}
        for noun, _ in restored:
            counts[noun] = counts.get(noun, 0) + 1
        return RevertResult(
            batch_id=self._batch.id, deleted={noun: len(ids) for noun, ids in self._made.items() if ids}, restored=counts
        )

    def _find_made(self) -> dict[str, Mapping[int, int]]:
        """Return noun → id → version of what the batch made and is still there; from here on nobody else can change it."""
        made = {noun: hold_made(self._work.connection, noun, self._batch.id) for noun in NOUNS if is_kept(noun)}
        told: dict[str, set[int]] = {}
        for change in self._changes:
            if change.field == CREATED:
                told.setdefault(change.noun, set()).add(change.subject_id)
        return made | {noun: hold(self._work.connection, noun, ids) for noun, ids in told.items()}

    def _find_restored(self) -> dict[tuple[str, int], dict[str, BatchChange]]:
        found: dict[tuple[str, int], dict[str, BatchChange]] = {}
        for change in self._changes:
            ours = change.subject_id in self._made.get(change.noun, {})
            if not ours and change.noun != "batch" and change.field not in (CREATED, VERSION):
                found.setdefault((change.noun, change.subject_id), {})[change.field] = change
        return found

    def _check(
        self, restored: Mapping[tuple[str, int], Mapping[str, BatchChange]], identities: Mapping[int, int]
    ) -> dict[tuple[str, int], Any]:
        """
        Return the records that are to be set back.

        Raises:
            ConflictError: something was changed since, or something refers to what is to be deleted.
        """
        expected = {(change.noun, change.subject_id): change.new for change in self._changes if change.field == VERSION}
        wrong = [
            (noun, number)
            for noun, versions in self._made.items()
            for number, version in versions.items()
            if version != expected.get((noun, number), 1)
            and version != version_behind(self._work.connection, noun, number, int(str(expected.get((noun, number), 1))))
        ]
        records: dict[tuple[str, int], Any] = {}
        for noun in {noun for noun, _ in restored}:
            ids = {number for one, number in restored if one == noun}
            for record in self._records(noun, ids):
                records[noun, record.id] = record
        for key, changes in restored.items():
            record = records.get(key)
            if record is None or any(_value(record, name) != change.new for name, change in changes.items()):
                wrong.append(key)
        if wrong:
            raise self._stood_on() or self._changed_since(wrong)
        hanging = referring(self._work.connection, {**self._made, "identity": identities})
        if hanging:
            shown = listed(f"{noun} {number} → {target} {to}" for noun, number, target, to in hanging)
            raise self._stood_on() or ConflictError("exchange.used_since", batch=self._batch.id, records=shown)
        return records

    def _restore(self, record: Any, changes: Mapping[str, BatchChange]) -> None:
        values: dict[str, Any] = {name: change.old for name, change in changes.items() if "." not in name}
        extensions = {name: change.old for name, change in changes.items() if "." in name}
        if extensions:
            values["ext"] = extensions
        note_version(self._work, record, self._work.update(record, **values))

    def _delete(self, noun: str, versions: Mapping[int, int]) -> None:
        if not delete_rows(self._work.connection, noun, versions):
            there = hold(self._work.connection, noun, versions)
            raise self._changed_since([(noun, number) for number in versions if there.get(number) != versions[number]])

    def _changed_since(self, records: Iterable[tuple[str, int]]) -> ConflictError:
        shown = listed(f"{noun} {number}" for noun, number in records)
        return ConflictError("exchange.changed_since", batch=self._batch.id, records=shown)

    def _stood_on(self) -> ConflictError | None:
        """Return what to say where later imports stand on this one: they can be taken back before."""
        later = standing_on(self._work.connection, self._batch.id)
        if not later:
            return None
        kinds = {row.id: row.kind for row in rows_by(self._work.connection, "batch", ("id", "kind"), "id", later)}
        first = later[:MOST_NAMED]
        undoing = [f"patron {'customer unmerge --batch' if kinds[one] == MERGE else 'import revert'} {one}" for one in first]
        commands = ", ".join([*undoing, f"patron import revert {self._batch.id}"])
        return ConflictError("exchange.stood_on", batch=self._batch.id, later=listed(later, MOST_NAMED), commands=commands)

    def _records(self, noun: str, ids: Iterable[int]) -> list[Any]:
        kind: type[Any] = NOUNS[noun]
        return records_by(self._work.connection, kind, self._work.vocabulary, "id", ids)


def _value(record: Any, name: str) -> object:
    value = value_of(record, name)
    return None if value == () else value
