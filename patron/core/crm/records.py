"""
What all nouns have in common: to add a record, change it, show it, page through many, and read its history.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from patron.core.access import Action, Scope
from patron.core.clock import wall_time
from patron.core.crm.earlier import readable_time, record_then
from patron.core.crm.filters import parse_where
from patron.core.crm.further import besides, further_fields, named_further
from patron.core.crm.identities import reached_by
from patron.core.crm.makers import read_maker
from patron.core.crm.values import ValueReader
from patron.core.errors import UsageError
from patron.core.names import listed, shorten
from patron.core.nouns import NOUNS, OWNERS, Change, Customer, Field, FieldError, FieldKind, fields_of, noun_of
from patron.core.nouns.criterion import Condition, among, equal
from patron.core.nouns.systems import with_system
from patron.core.session import Session
from patron.core.store import Reader, UnitOfWork
from patron.core.store.customer_names import CUSTOMER_NAME
from patron.core.store.rows import Noun

_NAMED = ("user", "team", "customer", "campaign", "product")
"""Nouns whose records have a name; others are called by their id."""

_KEPT_BY_IMPORTS = ("id", "version")
"""What the history says for imports alone, so that they can be taken back."""

_CHUNK = 500

_NEVER_FILLED = frozenset({"source", "system", "source_key", "filed_at", "owner_user_id", "owner_team_id", "status", "stage"})
"""Fields that nobody fills in afterwards: they say where a record is from, and whose it is."""


@attrs.frozen(kw_only=True)
class AddRecord:
    """
    Add a record.

    Attributes:
        noun: of which kind.
        values: field → value, as people write them.
    """

    noun: str
    values: Mapping[str, object]


@attrs.frozen(kw_only=True)
class ChangeRecord:
    """
    Change fields of a record.

    Attributes:
        noun: of which kind.
        id: which one.
        values: field → value, as people write them; an empty text takes a value away.
        version: the version that the change was made for; None for whatever version there is.
        effective_at: since when the new values are true; now by default.
        reason: why, for the history.
    """

    noun: str
    id: int
    values: Mapping[str, object]
    version: int | None = None
    effective_at: datetime | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class Query:
    """
    Ask for a page of records.

    Attributes:
        noun: of which kind.
        where: a condition as people write it.
        criteria: further conditions.
        order: fields to sort by, `-` before one for descending.
        limit: at most so many.
        offset: leave out so many of the first.
    """

    noun: str
    where: str | None = None
    criteria: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0


@attrs.frozen(kw_only=True)
class Page:
    """
    Some of the records that a query is about.

    Attributes:
        noun: their kind.
        records: the records.
        total: how many there are in all.
        names: (noun, id) → what a referred record is called, of those that the actor may see.
        further: what the query named that is known of the records beyond their fields: scores, the last contact.
        values: id → these values, by the name of their field.
    """

    noun: str
    records: tuple[Any, ...]
    total: int
    names: Mapping[tuple[str, int], str] = MappingProxyType({})
    further: tuple[Field, ...] = ()
    values: Mapping[int, Mapping[str, object]] = MappingProxyType({})


def values_of(session: Session, reader: Reader) -> ValueReader:
    """Return what reads values that people write, in the zone of the session."""
    return ValueReader(reader, session.settings.timezone)


def made(noun: type[Noun], values: Mapping[str, Any]) -> Noun:
    """
    Return a new record.

    Raises:
        FieldError: a value is missing or doesn't fit.
    """
    for name, field in fields_of(noun).items():
        if field.required and values.get(name) is None:
            raise FieldError("field.required", field=field.called)
    return noun(**values)


def fill(work: UnitOfWork, record: Any, values: Mapping[str, Any]) -> Any:
    """
    Return a record with the values that it had none of, where the actor may change it.

    Args:
        work: the unit of work.
        record: the record.
        values: field → value.
    """
    lacking = {
        name: value
        for name, value in values.items()
        if name not in _NEVER_FILLED and name != "ext" and getattr(record, name) in (None, ())
    }
    extensions = {name: value for name, value in values.get("ext", {}).items() if name not in record.ext}
    if extensions:
        lacking["ext"] = extensions
    if not lacking or not work.may(Action.UPDATE, record):
        return record
    return work.update(record, **lacking)


def add_record(session: Session, command: AddRecord) -> Any:
    """
    Add a record of a noun without rules of its own, and return it.

    Raises:
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    with session.write(cause="add") as work:
        stored: Any = work.add(made(NOUNS[command.noun], values_of(session, work).values(command.noun, command.values)))
        work.commit()
    return stored


def change_record(session: Session, command: ChangeRecord) -> Any:
    """
    Change a record and return it as it is now.

    Raises:
        UsageError: another owner is given since a time before the one that it has; the time is still to come.
        FieldError, DeniedError, ConflictError, NotFoundError: as `UnitOfWork.update()`.
    """
    require_come(session, command.effective_at)
    with session.write(cause="edit", reason=command.reason) as work:
        changed = change_in(session, work, command)
        work.commit()
    return changed


def change_in(session: Session, work: UnitOfWork, command: ChangeRecord, read: Mapping[str, Any] | None = None) -> Any:
    """Change a record within a unit of work, to values that were *read* already or its own; see `change_record()`."""
    values = values_of(session, work).values(command.noun, command.values) if read is None else dict(read)
    if not values:
        raise UsageError("crm.nothing_to_change")
    record: Any = work.lock(NOUNS[command.noun], command.id)
    if command.version is not None:
        record = attrs.evolve(record, version=command.version)
    if values.get("source_key"):
        known = {"system": record.system, "source": record.source}
        values["system"] = with_system(known | values)["system"]
    if values.keys() & set(OWNERS):
        require_later_owner(session, work, record, command.effective_at)
    return work.update(record, effective_at=command.effective_at, **values)


def require_come(session: Session, at: datetime | None) -> None:
    """
    See that a time since which something is said to be true is not still to come: the present can't hold what is true later.

    Raises:
        UsageError: it is.
    """
    now = session.clock.now()
    if at is not None and at > now:
        zone = session.settings.timezone
        raise UsageError("crm.not_yet", at=wall_time(at, zone), now=wall_time(now.replace(microsecond=0), zone))


def owned_since(reader: Reader, record: Any) -> datetime | None:
    """Return since when a record has the owner that it has; None where the history tells of none."""
    return max((one.effective_at for one in reader.history(record) if one.field in OWNERS), default=None)


def require_later_owner(session: Session, reader: Reader, record: Any, at: datetime | None) -> None:
    """
    See that another owner comes after the one that a record has: a user and a team are one thing in two fields, of which the
    history of either can't tell by itself that it was overtaken.

    Raises:
        UsageError: the owner changed since *at*.
    """
    since = None if at is None else owned_since(reader, record)
    if at is not None and since is not None and at < since:
        raise UsageError("crm.owned_since", noun=noun_of(record), id=record.id, since=readable_time(session, since))


def list_records(session: Session, query: Query) -> Page:
    """
    Return a page of records that the actor may see.

    Raises:
        ExpressionError, FieldError: the condition or the order isn't understood.
        DeniedError: the actor may see none of this noun at all.
    """
    with session.read() as reader:
        return page_of(session, reader, query)


def page_of(session: Session, reader: Reader, query: Query) -> Page:
    """Return a page of records; see `list_records()`."""
    noun, values = NOUNS[query.noun], values_of(session, reader)
    beyond = further_fields(session, reader, query.noun) if query.where is not None or query.order else {}
    criteria = list(query.criteria)
    if query.where is not None:
        criteria.append(parse_where(query.where, query.noun, values, beyond))
    order = [_sorting(values, query.noun, one, beyond) for one in query.order]
    further = named_further(query.noun, criteria, order, beyond)
    beside = besides(session, reader, [field.name for field in further], query.noun)
    found: tuple[tuple[Any, Mapping[str, object]], ...] = reader.find_beside(
        noun, beside, criteria, order=order, limit=query.limit, offset=query.offset
    )
    records = tuple(record for record, _ in found)
    cut = query.limit is not None or query.offset
    return Page(
        noun=query.noun,
        records=records,
        total=reader.count(noun, criteria, beside) if cut else len(records),
        names=names_in(reader, records),
        # What the customer is called stands where the record refers to it.
        further=tuple(field for field in further if field.name != CUSTOMER_NAME),
        values={record.id: beyond for record, beyond in found} if further else MappingProxyType({}),
    )


def find_id(session: Session, noun: str, written: str, *, merged: bool = False) -> int:
    """
    Return the id of the record that is meant by its id (`#12`, `12`) or by what people call it: a login, a code, a name; of a
    customer also by a phone number or an email address.

    Args:
        session: the session, whose reporter is told where a record was merged.
        noun: the kind of the record.
        written: what people wrote.
        merged: return a merged record itself, in place of that into which it was merged.

    Raises:
        FieldError: none is called so, or several; or bare digits are what one is called and the id of another.
        UsageError: a phone number or an address stands for several.
    """
    with session.read() as reader:
        values = values_of(session, reader)
        try:
            found = values.meant(Field(name=noun, kind=FieldKind.REFERENCE, target=noun), written.strip())
        except FieldError as error:
            if error.key != "field.nothing_called":
                raise
            return _reached(reader, noun, written, error)
        # Digits that are no name are an id; such as are no customer's may be a phone number.
        if noun == "customer" and written.strip().isdigit() and not reader.find(Customer, [equal("id", found)], merged=True):
            return _reached(reader, noun, written, None) or found
        standing = found if merged else values.standing(noun, found)
        if standing != found:
            session.reporter.notice(session.t("merging.went", noun=session.t(f"noun.{noun}"), id=found, into=standing))
        return standing


def _reached(reader: Reader, noun: str, written: str, otherwise: FieldError | None) -> int:
    """Return the id of the one customer whom a phone number or an address stands for, 0 for nobody."""
    found = reached_by(reader, written.strip()) if noun == "customer" else ()
    if len(found) > 1:
        people = listed([f"#{one.id} {one.name}" for one in found], 10)
        raise UsageError("crm.several_reached", got=shorten(written), customers=people)
    if not found and otherwise is not None:
        raise otherwise
    return found[0].id if found else 0


def show_record(
    session: Session, noun: str, record_id: int, *, at: datetime | None = None, known_at: datetime | None = None
) -> Page:
    """
    Return one record, with the names of those that it refers to.

    Args:
        session: the session.
        noun: its kind.
        record_id: its id.
        at: its tracked fields as they were then.
        known_at: and as the database knew them then.

    Raises:
        NotFoundError: there is none, or none that the actor may see; or there was nothing of it then.
    """
    with session.read() as reader:
        record: Any = record_then(session, reader, reader.get(NOUNS[noun], record_id), at=at, known_at=known_at)
        return Page(noun=noun, records=(record,), total=1, names=names_in(reader, (record,)))


def history_of(
    session: Session,
    noun: str,
    record_id: int,
    *,
    field: str | None = None,
    known_at: datetime | None = None,
    by: str | None = None,
) -> tuple[Change, ...]:
    """
    Return the changes of a record in order of effective time.

    Args:
        session: whose actor must be allowed to see the record.
        noun: its kind.
        record_id: its id.
        field: that field alone, by name or label.
        known_at: as the database knew them then.
        by: those alone that somebody made; see `read_maker()`.
    """
    with session.read() as reader:
        values = values_of(session, reader)
        name = None if field is None else values.labels.field_called(noun, field).name
        maker = None if by is None else read_maker(by, values)
        changes = reader.history(reader.get(NOUNS[noun], record_id), name, known_at=known_at)
        return tuple(
            change for change in changes if change.field not in _KEPT_BY_IMPORTS and (maker is None or maker.made(change))
        )


def names_in(reader: Reader, records: Iterable[Any]) -> Mapping[tuple[str, int], str]:
    """Return what the records to which these refer are called, as far as the actor may see them."""
    wanted: dict[str, set[int]] = {}
    for record in records:
        for name, field in fields_of(type(record)).items():
            found = getattr(record, name) if field.target in _NAMED else None
            if found is not None:
                wanted.setdefault(str(field.target), set()).add(found)
    return called(reader, wanted)


def _chunks(ids: Sequence[int]) -> Iterable[tuple[int, ...]]:
    return (tuple(ids[start : start + _CHUNK]) for start in range(0, len(ids), _CHUNK))


def _sorting(values: ValueReader, noun: str, written: str, further: Mapping[str, Field]) -> str:
    name = written.removeprefix("-")
    field = name if name == "id" else (further.get(name) or values.labels.field_called(noun, name)).name
    return f"-{field}" if written.startswith("-") else field


def names_of_changes(session: Session, noun: str, changes: Iterable[Change]) -> Mapping[tuple[str, int], str]:
    """Return what the records are called that the changes speak of, and who made them."""
    with session.read() as reader:
        fields = reader.vocabulary.fields(noun)
        wanted: dict[str, set[int]] = {}
        for change in changes:
            if change.actor_id is not None:
                wanted.setdefault("user", set()).add(change.actor_id)
            target = fields[change.field].target if change.field in fields else None
            if target in _NAMED:
                wanted.setdefault(str(target), set()).update(one for one in (change.old, change.new) if isinstance(one, int))
        return called(reader, wanted)


def called(reader: Reader, wanted: Mapping[str, set[int]]) -> Mapping[tuple[str, int], str]:
    """Return what records, given as noun → ids, are called, as far as the actor may see them."""
    names: dict[tuple[str, int], str] = {}
    for noun, ids in wanted.items():
        if reader.policy.scope(reader.actor, Action.READ, noun) is Scope.NONE:
            continue
        for chunk in _chunks(sorted(ids)):
            named: tuple[Any, ...] = reader.find(NOUNS[noun], [among("id", chunk)], merged=True)
            names |= {(noun, one.id): one.name for one in named}
    return MappingProxyType(names)
