"""
The history: appended at the end of a transaction, read with two times, verified link by link.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import attrs
from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from patron.core.access import Actor
from patron.core.nouns import Change
from patron.core.store.appending import append_values
from patron.core.store.chain import GENESIS, commitment_of, decode, digest_of, encode, framed, microseconds, word, words
from patron.core.store.kinds import EPOCH
from patron.core.store.parts import parts_of
from patron.core.store.tables import CHANGES, HEAD

SALT_BYTES = 16

_RECURRING = (str, int, tuple)
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
        append_values(connection, CHANGES, appended.rows(part, random(SALT_BYTES * len(part))))
    connection.execute(update(HEAD).values(sequence=appended.sequence, digest=appended.digest, recorded_at=recorded_at))


class _Appended:
    """
    Makes rows of entries, each linked to the one before.

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
        self._actor = (actor.user_id, actor.kind.value, actor.name)
        self._times: dict[datetime, int] = {}

    def rows(self, entries: Sequence[Entry], salts: bytes) -> Iterator[tuple[Any, ...]]:
        """Yield the values of rows, in the order of the columns, as drivers take them."""
        # A million rows of a file make eight million changes: what `link()` and `commitment_of()` do is done here with all that
        # changes have in common put together once.
        recorded_at, who, times, sha = self._recorded_at, self._actor, self._times, hashlib.sha256
        kind, name, user = who
        nothing, digest, sequence = framed(None), self.digest, self.sequence
        ends: dict[tuple[str, int | None], str] = {}
        seen: dict[object, tuple[str | None, bytes]] = {}
        for place, (noun, subject, field, before, after, at, cause, reason, batch) in enumerate(entries):
            effective_at = times.get(at)
            if effective_at is None:
                effective_at = times[at] = microseconds(at)
            end = ends.get((cause, batch))
            if end is None:
                end = ends[cause, batch] = words((*who, cause, batch))
            salt = salts[place * SALT_BYTES : (place + 1) * SALT_BYTES]
            old, began = (None, nothing) if before is None else (text := encode(before), framed(text))
            # Codes and names of few come again and again.
            said = seen.get(after) if after.__class__ in _RECURRING else None
            if said is None:
                said = (text := encode(after), framed(text))
                if after.__class__ in _RECURRING and len(seen) < _SEEN:
                    seen[after] = said
            new, became = said
            commitment = sha(salt + began + became + (nothing if reason is None else framed(reason))).digest()
            sequence += 1
            text = f"[{sequence},{word(noun)},{subject},{word(field)},{effective_at},{recorded_at},{end}]"
            digest = sha(digest + commitment + text.encode()).digest()
            yield (
                *(sequence, noun, subject, field, old, new, effective_at, recorded_at, kind, name, user, cause, reason, batch),
                *(salt, commitment, digest),
            )
        self.digest, self.sequence = digest, sequence


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
