"""
The history: appended at the end of a transaction, read with two times, verified link by link.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import attrs
from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from patron.core.access import Actor
from patron.core.nouns import Change
from patron.core.store.appending import append_columns
from patron.core.store.chain import GENESIS, commitment_of, decode, digest_of, encode, framed, microseconds, word, words
from patron.core.store.kinds import EPOCH
from patron.core.store.parts import parts_of
from patron.core.store.tables import CHANGES, HEAD

SALT_BYTES = 16

_Text = tuple[str | None, bytes]
"""A value as the history keeps it, and as it enters a commitment."""

_Words = tuple[int, str, str]
"""Since when a change is true, and what its link says before and behind the id of the subject."""

_NOTHING: _Text = (None, framed(None))
_RECURRING = (str, int, tuple, type(None))
_SEEN = 1_000
"""Values whose form in the history is kept while many are written."""

ROWS_AT_ONCE = 2_000
"""Changes written by one statement: enough to be quick, few enough to keep memory small."""


class Entry(NamedTuple):
    """
    A change that has no place in the chain yet.

    Attributes:
        noun, subject_id, field, old, new, effective_at, cause, reason, batch_id: as in `Change`.
    """

    noun: str
    subject_id: int
    field: str
    old: object
    new: object
    effective_at: datetime
    cause: str
    reason: str | None = None
    batch_id: int | None = None


class Known(Protocol):
    """A change, whether it is in the history already or waits for the end of the work."""

    @property
    def field(self) -> str:
        """The field."""

    @property
    def new(self) -> object:
        """The value since then."""

    @property
    def effective_at(self) -> datetime:
        """Since when it is true."""


@attrs.frozen
class Anchor:
    """
    The end of the chain at some time; kept elsewhere, it proves that no tail was cut off.

    Attributes:
        sequence: the last change.
        digest: its digest.
    """

    sequence: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest.hex()}"


@attrs.frozen
class Verdict:
    """
    What a verification found.

    Attributes:
        checked: how many changes hold.
        head: the end of the chain as far as it holds.
        broken_at: the first sequence that does not hold; None when all do.
        reason: a code: `edited`, `values`, `gap`, `head`, `anchor`; empty when all hold.
    """

    checked: int
    head: Anchor
    broken_at: int | None = None
    reason: str = ""


def append(
    connection: Connection,
    entries: Sequence[Entry],
    *,
    clock: Callable[[], datetime],
    actor: Actor,
    random: Callable[[int], bytes] = os.urandom,
) -> None:
    """
    Append changes in the given order, at the end of a writing transaction.

    From here to the commit no other transaction can append: the head's row is held. `recorded_at` is the time at which it is
    held, so that what was known at a time stays the same answer; it never runs backwards, whatever the clock does.
    """
    if not entries:
        return
    head = _held_head(connection)
    recorded_at = max(clock(), head.recorded_at)
    appended = _Appended(head.sequence, head.digest, recorded_at, actor)
    for part in (entries[start : start + ROWS_AT_ONCE] for start in range(0, len(entries), ROWS_AT_ONCE)):
        append_columns(connection, CHANGES, appended.columns(part, random(SALT_BYTES * len(part))))
    connection.execute(update(HEAD).values(sequence=appended.sequence, digest=appended.digest, recorded_at=recorded_at))


class _Appended:
    """
    Makes rows of entries, each linked to the one before.

    A million rows of a file make eight million changes: what `link()` and `commitment_of()` do is done here for many at once,
    with all that changes have in common put together once.

    Args:
        sequence: the last change that is there.
        digest: its digest.
        recorded_at: when the entries are recorded.
        actor: who made the changes.
    """

    def __init__(self, sequence: int, digest: bytes, recorded_at: datetime, actor: Actor) -> None:
        self.sequence = sequence
        self.digest = digest
        self._recorded_at = microseconds(recorded_at)
        self._actor = {"actor_id": actor.user_id, "actor_kind": actor.kind.value, "actor_name": actor.name}

    def columns(self, entries: Sequence[Entry], salts: bytes) -> Mapping[str, Sequence[Any]]:
        """Return column → values of the rows, as drivers take them."""
        nouns, subjects, fields, befores, afters, begins, causes, reasons, batches = zip(*entries, strict=True)
        olds, news = _texts(befores), _texts(afters)
        cut = [salts[start : start + SALT_BYTES] for start in range(0, len(salts), SALT_BYTES)]
        whys = {reason: framed(reason) for reason in set(reasons)}
        committed = zip(cut, olds, news, map(whys.__getitem__, reasons), strict=True)
        commitments = [hashlib.sha256(salt + old[1] + new[1] + reason).digest() for salt, old, new, reason in committed]
        alike = list(zip(nouns, fields, begins, causes, batches, strict=True))
        links = {said: self._words(*said) for said in set(alike)}
        numbers = range(self.sequence + 1, self.sequence + 1 + len(entries))
        digests = self._linked(numbers, subjects, commitments, map(links.__getitem__, alike))
        self.sequence, self.digest = numbers[-1], digests[-1]
        return {
            "sequence": numbers,
            "noun": nouns,
            "subject_id": subjects,
            "field": fields,
            "old": [text for text, _ in olds],
            "new": [text for text, _ in news],
            "effective_at": [links[said][0] for said in alike],
            "recorded_at": [self._recorded_at] * len(entries),
            **{name: [value] * len(entries) for name, value in self._actor.items()},
            "cause": causes,
            "reason": reasons,
            "batch_id": batches,
            "salt": cut,
            "commitment": commitments,
            "digest": digests,
        }

    def _linked(
        self, numbers: Iterable[int], subjects: Iterable[int], commitments: Iterable[bytes], words: Iterable[_Words]
    ) -> list[bytes]:
        """Return the digests of changes, each with that before it in it."""
        digest, digests = self.digest, list[bytes]()
        for number, subject, commitment, (_, head, tail) in zip(numbers, subjects, commitments, words, strict=True):
            digest = hashlib.sha256(digest + commitment + f"[{number}{head}{subject}{tail}".encode()).digest()
            digests.append(digest)
        return digests

    def _words(self, noun: str, field: str, at: datetime, cause: str, batch_id: int | None) -> _Words:
        """Return what changes have in common that differ in the subject alone."""
        begins = microseconds(at)
        others = words((*self._actor.values(), cause, batch_id))
        return begins, f",{word(noun)},", f",{word(field)},{begins},{self._recorded_at},{others}]"


def _texts(values: Sequence[object]) -> list[_Text]:
    """Return what becomes of values in the history."""
    if values.count(None) == len(values):
        return [_NOTHING] * len(values)
    found, seen = list[_Text](), dict[object, _Text]()
    for value in values:
        # Codes and names of few come again and again; what is equal may be another text where the type is another one.
        recurs = value.__class__ in _RECURRING
        text = seen.get(value) if recurs else None
        if text is None:
            said = encode(value)
            text = (said, framed(said))
            if recurs and len(seen) < _SEEN:
                seen[value] = text
        found.append(text)
    return found


def _held_head(connection: Connection) -> Row[Any]:
    """Return the head's row, which is ours until the commit; made by whoever comes first, one of several at once."""
    held = select(HEAD).with_for_update()
    head = connection.execute(held).one_or_none()
    if head is not None:
        return head
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = {"id": 1, "sequence": 0, "digest": GENESIS, "recorded_at": EPOCH}
    connection.execute(dialect.insert(HEAD).values(first).on_conflict_do_nothing())
    return connection.execute(held).one()


def changes_of(
    connection: Connection, noun: str, subject_id: int, field: str | None = None, *, known_at: datetime | None = None
) -> tuple[Change, ...]:
    """
    Return the changes of one record, in order of their effective time, then of their sequence.

    Args:
        connection: a transaction.
        noun: the kind of the record.
        subject_id: the record's id.
        field: that field alone.
        known_at: as the database knew them then.
    """
    query = select(CHANGES).where(CHANGES.c.noun == noun, CHANGES.c.subject_id == subject_id)
    if field is not None:
        query = query.where(CHANGES.c.field == field)
    if known_at is not None:
        query = query.where(CHANGES.c.recorded_at <= known_at)
    rows = connection.execute(query.order_by(CHANGES.c.effective_at, CHANGES.c.sequence))
    return tuple(_change(row) for row in rows)


def changes_of_many(connection: Connection, noun: str, subject_ids: Iterable[int]) -> Mapping[int, tuple[Change, ...]]:
    """Return the changes of many records by id, each in the order of `changes_of()`."""
    found: dict[int, list[Change]] = {}
    query = select(CHANGES).where(CHANGES.c.noun == noun).order_by(CHANGES.c.effective_at, CHANGES.c.sequence)
    for part in parts_of(subject_ids):
        for row in connection.execute(query.where(CHANGES.c.subject_id.in_(part))):
            found.setdefault(row.subject_id, []).append(_change(row))
    return {subject_id: tuple(changes) for subject_id, changes in found.items()}


def latest_changes(connection: Connection, limit: int, **by: object) -> tuple[Change, ...]:
    """Return the changes that were recorded last, of all records; those of one actor where columns of the actor are given."""
    query = select(CHANGES).where(*(CHANGES.c[name] == value for name, value in by.items() if value is not None))
    return tuple(_change(row) for row in connection.execute(query.order_by(CHANGES.c.sequence.desc()).limit(limit)))


def value_at(changes: Sequence[Known], at: datetime) -> object:
    """Return the value that was true at a time, among the changes of one field in their order; None before the first."""
    value: object = None
    for change in changes:
        if change.effective_at > at:
            break
        value = change.new
    return value


def head_of(connection: Connection) -> Anchor:
    """Return the end of the chain, to be kept elsewhere."""
    head = connection.execute(select(HEAD)).one_or_none()
    return Anchor(0, GENESIS) if head is None else Anchor(head.sequence, head.digest)


def origin_of(connection: Connection) -> str:
    """Return what tells this database from every other, for as long as there is one: the begin of its history, in 12 signs."""
    digest = connection.execute(select(CHANGES.c.digest).order_by(CHANGES.c.sequence).limit(1)).scalar_one_or_none()
    return "new" if digest is None else bytes(digest).hex()[:12]


def verify(connection: Connection, anchor: Anchor | None = None) -> Verdict:
    """
    Walk the chain from its beginning and say how far it holds.

    Args:
        connection: a transaction.
        anchor: a head that was kept elsewhere; the chain must still have it.
    """
    reached, anchored = Anchor(0, GENESIS), anchor is None or anchor.sequence == 0
    # A server's cursor must be closed when a fault ends the walk.
    with connection.execute(select(CHANGES).order_by(CHANGES.c.sequence), execution_options={"yield_per": 10_000}) as rows:
        for row in rows:
            mapping = dict(row._mapping)  # noqa: SLF001  # the documented name of a row's mapping
            link = Anchor(reached.sequence + 1, mapping["digest"])
            at_anchor = anchor is not None and anchor.sequence == link.sequence
            fault = _fault(mapping, reached) or ("anchor" if at_anchor and anchor != link else "")
            if fault:
                return Verdict(reached.sequence, reached, link.sequence, fault)
            reached, anchored = link, anchored or at_anchor
    fault = "head" if head_of(connection) != reached else "" if anchored else "anchor"
    return Verdict(reached.sequence, reached, reached.sequence + 1 if fault else None, fault)


def _fault(row: dict[str, Any], before: Anchor) -> str:
    """Return what is wrong with the change behind *before*, a code; empty for nothing."""
    if row["sequence"] != before.sequence + 1:
        return "gap"
    erased = row["salt"] is None
    if erased and any(row[name] is not None for name in ("old", "new", "reason")):
        return "values"
    if not erased and commitment_of(row["salt"], row["old"], row["new"], row["reason"]) != row["commitment"]:
        return "values"
    return "" if digest_of(before.digest, row) == row["digest"] else "edited"


def _change(row: Row[Any]) -> Change:
    return Change(
        sequence=row.sequence,
        noun=row.noun,
        subject_id=row.subject_id,
        field=row.field,
        old=decode(row.old),
        new=decode(row.new),
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
        actor_id=row.actor_id,
        actor_kind=row.actor_kind,
        actor_name=row.actor_name,
        cause=row.cause,
        reason=row.reason,
        batch_id=row.batch_id,
        erased=row.salt is None,
    )
