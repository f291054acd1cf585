"""
The unit of work: a transaction in which a use case changes data, or doesn't at all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, repeat
from types import MappingProxyType
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Connection, delete, select

from patron.core.access import Action, Actor, Policy, Scope
from patron.core.nouns import OWNERS, Change, Identity, Vocabulary, fields_of, noun_of, value_of
from patron.core.store.appending import append_records, append_rows
from patron.core.store.backdating import Past, overtaken
from patron.core.store.changing import Edit, Planned, Writer
from patron.core.store.failures import ConflictError, NotFoundError, StoreError
from patron.core.store.history import Entry, append, changes_of_many
from patron.core.store.holding import drop_unlinked, hold
from patron.core.store.identifiers import take_identifiers
from patron.core.store.keys import Key, Known, known_identities
from patron.core.store.reader import Reader
from patron.core.store.references import Standing, references_of, referred_in, require_in_reach
from patron.core.store.rows import Noun, assembled, stamped, to_record
from patron.core.store.scope import within
from patron.core.store.tables import TABLES
from patron.core.store.tracking import moving_fields, tracked_fields


class UnitOfWork(Reader):
    """
    Reads and writes within the actor's rights; everything is undone unless `commit()` is called.

    Attributes:
        now: the time of the work, one for all of it.
        cause: what the work is part of, for the history: `edit`, `import`, …
        reason: why, in words.
        batch_id: the import that it belongs to.
        committed: it is to be kept.
        undone: an attempt failed because the database can't go on, its disk full, and has undone the whole transaction already,
            savepoints and all. Nothing may be written behind it: it would stay, without what was written before.
        rehearsal: nothing of it will stay.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        actor: Actor,
        policy: Policy,
        vocabulary: Vocabulary,
        clock: Callable[[], datetime],
        cause: str = "edit",
        reason: str | None = None,
        batch_id: int | None = None,
        rehearsal: bool = False,
    ) -> None:
        super().__init__(connection, actor=actor, policy=policy, vocabulary=vocabulary)
        self.now = clock()
        self._clock = clock
        self.cause = cause
        self.reason = reason
        self.batch_id = batch_id
        self.committed = False
        self.undone = False
        self._entries: list[Entry] = []
        self._by_subject: dict[tuple[str, int], list[Entry]] = {}
        self._indexed = 0
        self._histories: dict[tuple[str, int, int], _History] = {}
        self.rehearsal = rehearsal
        self._identities: set[int] = set()
        self._held: set[Key] = set()
        self._fresh: Mapping[Key, Known] = {}
        self._made: set[int] = set()
        self._standing = Standing(connection)

    def add(
        self, record: Noun, *, effective_at: datetime | None = None, times: Mapping[str, datetime] = MappingProxyType({})
    ) -> Noun:
        """
        Store a new record and return it with its id.

        Args:
            record: without an id.
            effective_at: since when its tracked fields have their values; now by default.
            times: field → since when it has its value, where that is another time; before it had its default.

        Raises:
            DeniedError: the actor may not create it, or not such a one.
            FieldError: a code or an extension field is unknown or doesn't fit.
            DuplicateError: a record with the same key is there already.
        """
        return self.add_many([record], effective_at=effective_at, times=[times])[0]

    def add_many(
        self,
        records: Sequence[Noun],
        *,
        effective_at: datetime | Sequence[datetime] | None = None,
        times: Sequence[Mapping[str, datetime]] = (),
    ) -> tuple[Noun, ...]:
        """Store new records of one noun, each perhaps with an effective time of its own, and return them with their ids."""
        if not records:
            return ()
        noun = noun_of(records[0])
        scope = self.policy.require(self.actor, Action.CREATE, noun)
        if noun in _PEOPLE:
            self.policy.require(self.actor, Action.ADMINISTER, noun)
        for name in self.concealed.hidden(noun):
            if any(value_of(record, name) is not None for record in records):
                self.concealed.require(noun, [name])
        references = list(chain.from_iterable(map(references_of, records)))
        self._require_in_reach(references)
        self._fresh = {}
        ids = take_identifiers(self.connection, TABLES[noun], len(records))
        stored = [self._completed(record, identifier) for record, identifier in zip(records, ids, strict=True)]
        append_records(self.connection, TABLES[noun], stored)
        self._standing.require(references)
        self._standing.add(noun, ids)
        if scope is not Scope.ALL:
            self._require(Action.CREATE, noun, ids)
        if noun == "identity_link":
            self._made.difference_update(record.identity_id for record in stored)  # type: ignore[attr-defined]  # the noun says so
        begins = repeat(effective_at) if effective_at is None or isinstance(effective_at, datetime) else effective_at
        for record, since, own in zip(stored, begins, times or repeat({}), strict=False):
            self._note_birth(noun, record, since or self.now, own)
        return tuple(stored)

    def add_rows(
        self,
        noun: type[Any],
        rows: Sequence[Mapping[str, Any]],
        *,
        effective_at: Sequence[datetime] | None = None,
        times: Sequence[Mapping[str, datetime]] = (),
    ) -> Sequence[int]:
        """
        Store new records of a noun, given as values that are clean, and return their ids; by the ten thousand, without records.

        Args:
            noun: their class.
            rows: field → value; what is missing has its default.
            effective_at: as `add_many()`.
            times: as `add_many()`.

        Raises:
            DeniedError: as for `add()`.
        """
        name = noun_of(noun)
        if not rows:
            return ()
        if name in _PEOPLE or self.policy.require(self.actor, Action.CREATE, name) is not Scope.ALL:
            records = [assembled(noun, row) for row in rows]
            return [one.id for one in self.add_many(records, effective_at=effective_at, times=times)]
        self.concealed.require(name, {field for row in rows for field in row} if self.concealed.hidden(name) else ())
        references = referred_in(noun, rows)
        self._require_in_reach((target, number) for target, numbers in references.items() for number in numbers)
        defaults = {one.name: one.default for one in attrs.fields(noun) if one.default is not attrs.NOTHING}
        defaults |= {"created_at": self.now} if "created_at" in defaults else {}
        defaults |= {"batch_id": self.batch_id} if self.batch_id is not None and "batch_id" in defaults else {}
        self._fresh = {}
        ids = take_identifiers(self.connection, TABLES[name], len(rows))
        append_rows(
            self.connection, TABLES[name], ({**row, "id": number} for number, row in zip(ids, rows, strict=True)), defaults
        )
        self._standing.require([(target, number) for target, numbers in references.items() for number in numbers])
        self._standing.add(name, ids)
        if name == "identity_link":
            self._made.difference_update(row["identity_id"] for row in rows)
        said, note = set[str]().union(*rows), self._entries.append
        every = ((field, defaults.get(field)) for field in tracked_fields(noun))
        tracked = [(field, default) for field, default in every if field in said or default not in _NOTHING]
        if tracked:
            for number, row, since, own in zip(ids, rows, effective_at or repeat(self.now), times or repeat({}), strict=False):
                if own or row.get("ext"):
                    self._note_birth(name, assembled(noun, {**defaults, **row, "id": number}), since, own)
                    continue
                for field, default in tracked:
                    value = row.get(field, default)
                    if value is not None and value != ():
                        note(Entry(name, number, field, None, value, since, self.cause, self.reason, self.batch_id))
        return ids

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo what the block did where it raises; the rest of the work stays."""
        entries, held, made, savepoint = len(self._entries), set(self._held), set(self._made), self.connection.begin_nested()
        try:
            yield
            savepoint.commit()
        except BaseException:
            del self._entries[entries:]
            self._by_subject, self._indexed, self._histories, self._fresh = {}, 0, {}, {}
            self._held, self._made = held, made
            self._standing.forget()
            try:
                savepoint.rollback()
            except StoreError:
                self.undone = True
            raise

    def lock(self, noun: type[Noun], record_id: int) -> Noun:
        """
        Return a record as it is now, which nobody else can change until the work ends; for what is read, reckoned and written.

        Raises:
            NotFoundError, DeniedError: as for `get()`.
        """
        table = TABLES[noun_of(noun)]
        self.connection.execute(select(table.c.id).where(table.c.id == record_id).with_for_update())
        return self.get(noun, record_id)

    def identity(self, identity: Identity) -> Identity:
        """
        Return the stored identity of this scheme and value, made now where there was none; several at once make one.

        It is found whoever may see it: equal values are the same identity, and what it stands for is seen through its links.

        Raises:
            DeniedError: the actor may not create identities.
        """
        self.policy.require(self.actor, Action.CREATE, "identity")
        (known,) = self.hold_identities([self.vocabulary.check(identity)]).values()
        self._made.discard(known.id)
        table = TABLES["identity"]
        return to_record(Identity, self.connection.execute(select(table).where(table.c.id == known.id)).one(), self.vocabulary)

    def hold_identities(self, identities: Iterable[Identity]) -> Mapping[Key, Known]:
        """
        Return whom identities stand for, which nobody else decides until the work ends; before anybody is made who may be known.

        They are stored where they were not, as far as the actor may; one that stands for nobody in the end goes again.
        Name all at once: who holds some, and then more, may wait in a circle with somebody else, of whom one is then refused.

        Raises:
            BusyError: somebody else held one of them for too long, or waited for one of ours.
        """
        wanted = {(one.scheme, one.value): one for one in identities}
        asked = [one for key, one in wanted.items() if key not in self._held]
        make = self.policy.scope(self.actor, Action.CREATE, "identity") is not Scope.NONE
        held = hold(self.connection, asked, make=make, alone=not self.rehearsal)
        self._made.update(held.made)
        again = [one for key, one in wanted.items() if key in self._held]
        known = {**held.known, **known_identities(self.connection, again)}
        self._held.update(held.known)
        self._identities.update(one.id for one in known.values())
        self._fresh = known
        return known

    def held_identities(self, identities: Iterable[Identity]) -> Mapping[Key, Known]:
        """Return what `hold_identities()` does, without asking again where it was asked last and nothing was written since."""
        wanted = {(one.scheme, one.value): one for one in identities}
        fresh = self._fresh if wanted.keys() <= self._fresh.keys() else self.hold_identities(wanted.values())
        return {key: fresh[key] for key in wanted if key in fresh}

    def update(self, record: Noun, *, effective_at: datetime | None = None, **values: Any) -> Noun:
        """
        Change fields of a record and return it as it is now.

        Another owner takes the right to assign, everything else the right to update; what the record hangs on can be changed only
        to what the actor may update, too. A value that something later has overtaken goes into the history alone.

        Args:
            record: as it was read; if somebody changed it since, the update is refused.
            effective_at: since when the new values are true; now by default, and at the latest.
            values: field → new value; an extension field is given in `ext`, which is merged.

        Raises:
            DeniedError: the actor may not change it, or not this field.
            ConflictError: it was changed since it was read.
            NotFoundError: it is gone, or the actor may not see it.
            FieldError: a value doesn't fit.
        """
        return self.update_many([Edit(record, values, effective_at)])[0]

    def update_many(self, edits: Sequence[Edit[Noun]]) -> tuple[Noun, ...]:
        """
        Change fields of many records, each of them once, and return them as they are now; see `update()`.

        What is read beforehand is read for all at once, and equal statements go to the database together.
        """
        self._fresh = {}
        self.load_histories(edit.record for edit in edits if edit.effective_at is not None and edit.effective_at < self.now)
        changes = [self._planned(edit) for edit in edits]
        wanted = [change for change in changes if change.new is not change.old]
        Writer(self.connection, self._reach_of, self.attempt, self._why_not).write(wanted)
        self._require_moved(wanted)
        for change in wanted:
            self._note(change.noun, change.old, change.new, change.at)
            for name, one in change.past.items():
                self._note_value(change.noun, change.old.id, name, one.old, one.new, change.at)
        return tuple(
            edit.record if change.new is change.old else self.concealed.of(change.new)
            for edit, change in zip(edits, changes, strict=True)
        )

    def _reach_of(self, noun: str, actions: Sequence[Action]) -> list[ColumnElement[bool]]:
        """Return the predicates of the rows on which the actor may do all of the actions; none where that is every row."""
        scopes = [self.policy.require(self.actor, action, noun) for action in actions]
        return [within(scope, self.actor, noun) for scope in scopes if scope is not Scope.ALL]

    def _require_moved(self, changes: Iterable[Planned]) -> None:
        """See that what records hang on now is in the actor's reach, and that they still are."""
        references: list[tuple[str, int]] = []
        moved: dict[str, list[int]] = {}
        for change in changes:
            own = list(references_of(change.new, change.moved))
            if own:
                references += own
                moved.setdefault(change.noun, []).append(change.new.id)
        self._require_in_reach(references)
        self._standing.require(references)
        for noun, ids in moved.items():
            self._require(Action.UPDATE, noun, ids)

    def _planned(self, edit: Edit[Any]) -> Planned:
        """Return what an edit comes to; the new record is the old one where nothing changes."""
        noun, old, values = noun_of(edit.record), edit.record, edit.values
        if noun == "customer" and old.merged_into_id is not None:
            raise ConflictError("store.merged", noun=noun, id=old.id, into=old.merged_into_id)
        self.concealed.require(noun, [*values, *values.get("ext", ())])
        if "ext" in values:
            old = self._whole(noun, old)
        cleaned = {name: self._cleaned(noun, old, name, value) for name, value in values.items()}
        at = self.now if edit.effective_at is None else min(edit.effective_at, self.now)
        past = self._overtaken(noun, old, cleaned, values.get("ext", {}), at) if at < self.now else {}
        present = _without(old, cleaned, past)
        same = all(getattr(old, name) == value for name, value in present.items())
        if same and all(one.old == one.new for one in past.values()):
            return Planned(noun=noun, old=old, new=old, at=at)
        new = stamped(old, {**present, "version": old.version + 1})
        columns = (*(name for name in cleaned if name not in past), "version")
        actions = tuple(_actions(noun, old, cleaned, past))
        return Planned(noun=noun, old=old, new=new, at=at, past=past, columns=columns, actions=actions)

    def remove(self, record: Any) -> None:
        """
        Delete a record; its history stays.

        Raises:
            DeniedError, ConflictError, NotFoundError: as for `update()`.
            DanglingError: other records still refer to it.
        """
        noun = noun_of(record)
        table, scope = TABLES[noun], self.policy.require(self.actor, Action.DELETE, noun)
        if noun in _PEOPLE:
            self.policy.require(self.actor, Action.ADMINISTER, noun)
        matching = (table.c.id == record.id, table.c.version == record.version, within(scope, self.actor, noun))
        if self.connection.execute(delete(table).where(*matching)).rowcount != 1:
            raise self._why_not(Action.DELETE, record)
        self._note(noun, record, None, None)

    def note_removal(self, record: Any) -> None:
        """Let the history say that a record goes that is deleted in bulk."""
        self._note(noun_of(record), record, None, None)

    def entry(
        self, noun: str, subject_id: int, field: str, old: object, new: object, effective_at: datetime | None = None
    ) -> Entry:
        """Return an entry of the history of a change by this work, true since now where no time is given; see `note()`."""
        since = effective_at or self.now
        return Entry(noun, subject_id, field, old, new, since, self.cause, self.reason, self.batch_id)

    def note(self, entries: Iterable[Entry]) -> None:
        """Append entries to the history when the work is committed, for changes that were written in bulk."""
        added = len(self._entries)
        self._entries.extend(entries)
        # What was written past this work may be a merge.
        self._standing.forget((entry.noun, entry.subject_id) for entry in self._entries[added:])

    def explain(self, noun: str, reasons: Mapping[int, str], *, fields: Collection[str], cause: str) -> None:
        """
        Let the history say why fields of records have the values that this work gave them, where its own cause doesn't.

        Args:
            noun: the kind of the records.
            reasons: id → why.
            fields: the fields that it is about.
            cause: the cause of their changes.
        """
        for place, entry in enumerate(self._entries):
            if entry.noun == noun and entry.field in fields and entry.subject_id in reasons:
                self._entries[place] = entry._replace(cause=cause, reason=reasons[entry.subject_id])
        self._by_subject, self._indexed = {}, 0

    def history(self, record: Any, field: str | None = None, *, known_at: datetime | None = None) -> tuple[Change, ...]:
        """Return the changes of a record; those of this work, which have no place in the chain yet, have the sequence 0."""
        known = self._known(record, field) if known_at is None else None
        if known is None:
            known = super().history(record, field, known_at=known_at)
        if known_at is not None and known_at < self.now:
            return known
        entries, hidden = self._pending(noun_of(record), record.id), self.concealed.hidden(noun_of(record))
        pending = [self._unwritten(one) for one in entries if field in {None, one.field} and one.field not in hidden]
        return tuple(sorted((*known, *pending), key=lambda change: change.effective_at))

    def load_histories(self, records: Iterable[Any]) -> None:
        """
        Read the histories of stored records together, before they are asked for one by one.

        They stay with the version that was read: whoever changes a record meanwhile makes another, and so a conflict of ours.
        """
        wanted: dict[str, dict[int, int]] = {}
        for record in records:
            noun = noun_of(record)
            if (noun, record.id, record.version) not in self._histories:
                wanted.setdefault(noun, {})[record.id] = record.version
        for noun, versions in wanted.items():
            found, seen = changes_of_many(self.connection, noun, versions), self.within_reach(Action.READ, noun, versions)
            for one, version in versions.items():
                self._histories[noun, one, version] = _History(found.get(one, ()), one in seen)

    def _known(self, record: Any, field: str | None) -> tuple[Change, ...] | None:
        """Return what `Reader.history()` does, where it was read before."""
        noun = noun_of(record)
        found = self._histories.get((noun, record.id, record.version))
        if found is None or not found.seen:
            return None
        self.concealed.require(noun, [] if field is None else [field])
        hidden = self.concealed.hidden(noun)
        return tuple(one for one in found.changes if field in {None, one.field} and one.field not in hidden)

    def _pending(self, noun: str, record_id: int) -> Sequence[Entry]:
        """Return the entries of a record that wait; they are indexed when somebody asks."""
        for entry in self._entries[self._indexed :]:
            self._by_subject.setdefault((entry.noun, entry.subject_id), []).append(entry)
        self._indexed = len(self._entries)
        return self._by_subject.get((noun, record_id), ())

    def _unwritten(self, entry: Entry) -> Change:
        said = {name: getattr(entry, name) for name in ("noun", "subject_id", "field", "old", "new", "effective_at", "cause")}
        return Change(
            sequence=0,
            recorded_at=self.now,
            actor_id=self.actor.user_id,
            actor_kind=self.actor.kind.value,
            actor_name=self.actor.name,
            reason=entry.reason,
            batch_id=entry.batch_id,
            **said,
        )

    def commit(self) -> None:
        """Keep everything, when the block ends."""
        self.committed = True

    def finish(self) -> None:
        """Write what waits for the end; called by the session when the work is committed."""
        drop_unlinked(self.connection, self._made)
        entries, self._entries = self._entries, []
        self._by_subject, self._indexed, self._histories = {}, 0, {}
        append(self.connection, entries, clock=self._clock, actor=self.actor)

    def _completed(self, record: Noun, identifier: int) -> Noun:
        given: dict[str, object] = {"id": identifier}
        names = fields_of(type(record))
        if "created_at" in names and getattr(record, "created_at") is None:  # noqa: B009  # not every noun has it
            given["created_at"] = self.now
        if self.batch_id is not None and "batch_id" in names:
            given["batch_id"] = self.batch_id
        completed: Noun = stamped(self.vocabulary.check(record), given)
        return completed

    def _cleaned(self, noun: str, old: Any, name: str, value: Any) -> Any:
        # Only what is given is checked: a record may have kept codes and fields of a plugin that was removed since.
        if name != "ext":
            cleaned = self.vocabulary.clean(noun, name, value)
            field = fields_of(type(old))[name]
            if field.fixed and cleaned != getattr(old, name):
                raise field.refuse("fixed", value)
            return cleaned
        return MappingProxyType({**old.ext, **{key: self.vocabulary.clean(noun, key, one) for key, one in value.items()}})

    def _whole(self, noun: str, record: Any) -> Any:
        """Return a record with the extension fields that are hidden from the actor, which a change of others must keep."""
        hidden = [name for name in self.concealed.hidden(noun) if "." in name]
        if not hidden:
            return record
        table = TABLES[noun]
        stored = self.connection.execute(select(table.c.ext).where(table.c.id == record.id)).scalar_one_or_none() or {}
        return stamped(record, {"ext": {**record.ext, **{name: stored[name] for name in hidden if name in stored}}})

    def _overtaken(
        self, noun: str, old: Any, values: Mapping[str, Any], given: Mapping[str, object], at: datetime
    ) -> Mapping[str, Past]:
        extensions = self.vocabulary.extensions.get(noun, {})
        known = {name: values[name] for name in tracked_fields(type(old)) if name in values}
        known |= {name: values["ext"][name] for name in given if name in extensions and extensions[name].tracked}
        self.load_histories([old])
        changes: list[Change | Entry] = [
            *self._histories[noun, old.id, old.version].changes,
            *self._pending(noun, old.id),
        ]
        return overtaken(changes, known, at)

    def _require_in_reach(self, references: Iterable[tuple[str, int]]) -> None:
        require_in_reach(self, references, {"identity": self._identities})

    def _require(self, action: Action, noun: str, ids: Collection[int]) -> None:
        if len(self.within_reach(action, noun, ids)) != len(ids):
            raise self.policy.denial(self.actor, action, noun)

    def _why_not(self, action: Action, record: Any) -> Exception:
        noun = noun_of(record)
        try:
            current: Any = self.get(type(record), record.id)
        except NotFoundError as error:
            return error
        if current.version != record.version:
            return ConflictError("store.conflict", noun=noun, id=record.id, had=record.version, has=current.version)
        return self.policy.denial(self.actor, action, noun)

    def _note(self, noun: str, old: Any, new: Any, effective_at: datetime | None) -> None:
        if old is None:
            self._note_values(noun, new, effective_at)
            return
        record = old if new is None else new
        for name in (*tracked_fields(type(record)), *moving_fields(type(record))):
            self._note_value(noun, record.id, name, _value(old, name), _value(new, name), effective_at)
        for name in sorted(_extensions(old).keys() | _extensions(new).keys()):
            extension = self.vocabulary.extensions.get(noun, {}).get(name)
            if extension is not None and extension.tracked:
                self._note_value(noun, record.id, name, _extensions(old).get(name), _extensions(new).get(name), effective_at)

    def _note_birth(self, noun: str, record: Any, since: datetime, times: Mapping[str, datetime]) -> None:
        if not times:
            self._note(noun, None, record, since)
            return
        defaults = {name: attrs.fields_dict(type(record))[name].default for name in times}
        self._note(noun, None, stamped(record, defaults), since)
        for name, at in times.items():
            # What has a default had that first.
            begins = at if defaults[name] is None else max(at, since)
            self._note_value(noun, record.id, name, defaults[name], getattr(record, name), min(begins, self.now))

    def _note_values(self, noun: str, new: Any, effective_at: datetime | None) -> None:
        """Note what a new record says."""
        for name in tracked_fields(type(new)):
            value = getattr(new, name)
            if value is not None and value != ():
                self._note_value(noun, new.id, name, None, value, effective_at)
        for name, value in sorted(_extensions(new).items()):
            extension = self.vocabulary.extensions.get(noun, {}).get(name)
            if extension is not None and extension.tracked:
                self._note_value(noun, new.id, name, None, value, effective_at)

    def _note_value(
        self, noun: str, subject_id: int, field: str, old: object, new: object, effective_at: datetime | None
    ) -> None:
        if old == new or (old in _NOTHING and new in _NOTHING):
            return
        self._entries.append(self.entry(noun, subject_id, field, old, new, effective_at))


@attrs.frozen
class _History:
    """
    The changes of a record as the database has them.

    Attributes:
        changes: all of them.
        seen: the actor may read the record.
    """

    changes: tuple[Change, ...]
    seen: bool


_NOTHING: tuple[object, ...] = (None, ())
_PEOPLE = ("user", "team")
"""Who may do what: whoever could change these could do anything."""


def _without(old: Any, values: Mapping[str, Any], past: Mapping[str, Past]) -> dict[str, Any]:
    """Return the values of fields and of extension fields that are true now."""
    present = {name: value for name, value in values.items() if name not in past}
    if "ext" in present and past:
        mine = {name: old.ext.get(name) if name in past else value for name, value in present["ext"].items()}
        present["ext"] = MappingProxyType(mine)
    return present


def _actions(noun: str, old: Any, values: Mapping[str, Any], past: Mapping[str, Past]) -> list[Action]:
    """Return the rights that a change of these values takes, now or in the past; at least one."""
    changed = {name for name, value in values.items() if getattr(old, name) != value} | set(past)
    assigned = changed.intersection(OWNERS)
    actions = [Action.ASSIGN] * bool(assigned) + [Action.UPDATE] * bool(changed - assigned or not assigned)
    return [Action.ADMINISTER, *actions] if noun in _PEOPLE else actions


def _value(record: Any, name: str) -> object:
    return None if record is None else getattr(record, name)


def _extensions(record: Any) -> dict[str, object]:
    return {} if record is None else dict(getattr(record, "ext", {}))
