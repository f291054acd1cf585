"""
Writing what an import brings: created and updated records, with everything in the history that taking the import back needs.

The history keeps the tracked fields of every change. Of what an import changes it keeps all fields, and what it creates where the
record itself has no place to say which import made it: so the batch can be reverted from the history alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from patron.core.exchange.column import is_kept
from patron.core.nouns import fields_of, noun_of
from patron.core.store import UnitOfWork
from patron.core.store.changing import Edit
from patron.core.store.rows import Noun

CAUSE = "import"
"""What the history says of changes by an import."""

CREATED = "id"
"""The field whose change from nothing says that a record was created, where it has no `batch_id`."""

VERSION = "version"
"""The field whose change says how far an import, or taking it back, took a record: nobody else had a hand in that."""


def add_all(
    work: UnitOfWork,
    records: Sequence[Noun],
    effective_at: Sequence[datetime] | None = None,
    times: Sequence[Mapping[str, datetime]] = (),
) -> tuple[Noun, ...]:
    """Store new records of one noun, effective as `UnitOfWork.add_many()` says, and return them with their ids."""
    stored = work.add_many(records, effective_at=effective_at, times=times)
    if stored and not is_kept(noun_of(stored[0])):
        work.note(work.entry(noun_of(record), record.id, CREATED, None, record.id) for record in stored)  # type: ignore[attr-defined]  # a noun
    return stored


def add_values(
    work: UnitOfWork,
    noun: type[Any],
    rows: Sequence[Mapping[str, Any]],
    effective_at: Sequence[datetime] | None = None,
    times: Sequence[Mapping[str, datetime]] = (),
) -> Sequence[int]:
    """Store new records of one noun, given as clean values, as `add_all()` does, and return their ids."""
    ids = work.add_rows(noun, rows, effective_at=effective_at, times=times)
    name = noun_of(noun)
    if ids and not is_kept(name):
        work.note(work.entry(name, number, CREATED, None, number) for number in ids)
    return ids


def change_all(work: UnitOfWork, edits: Sequence[Edit[Noun]]) -> list[Noun]:
    """Give records, each of them once, the values that differ from their own, and return them; the same where none does."""
    found = [edit.record for edit in edits]
    news = [(place, attrs.evolve(edit, values=news)) for place, edit in enumerate(edits) if (news := _news(edit))]
    for (place, edit), new in zip(news, work.update_many([edit for _, edit in news]), strict=True):
        if new is not edit.record:
            found[place] = new
            _note_untracked(work, edit.record, new, edit.values)
    return found


def _news(edit: Edit[Any]) -> dict[str, Any]:
    record, given = edit.record, edit.values
    news = {name: value for name, value in given.items() if name != "ext" and getattr(record, name) != value}
    extensions = {name: value for name, value in given.get("ext", {}).items() if record.ext.get(name) != value}
    return news | {"ext": extensions} if extensions else news


def _note_untracked(work: UnitOfWork, old: Any, new: Any, changed: Mapping[str, Any]) -> None:
    fields, declared = fields_of(type(old)), work.vocabulary.extensions.get(noun_of(old), {})
    entries = [
        work.entry(noun_of(old), old.id, name, getattr(old, name), getattr(new, name))
        for name in changed
        if name != "ext" and not fields[name].tracked
    ]
    entries += [
        work.entry(noun_of(old), old.id, name, old.ext.get(name), new.ext.get(name))
        for name in changed.get("ext", {})
        if name not in declared or not declared[name].tracked
    ]
    work.note(entries)
    note_version(work, old, new)


def note_version(work: UnitOfWork, old: Any, new: Any) -> None:
    """Note that a record was changed by the import that the work belongs to, or set back with it."""
    work.note([work.entry(noun_of(old), old.id, VERSION, old.version, new.version)])
