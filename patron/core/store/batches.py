"""
Imports among each other, and what one did, looked up when it is to be taken back.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, and_, column, delete, exists, func, inspect, select, table, update

from patron.core.nouns import NOUNS, fields_of
from patron.core.store.chain import decode
from patron.core.store.parts import parts_of
from patron.core.store.tables import CHANGES, TABLES

MOST_NAMED = 20
"""Rows that are named as the reason why an import can't be taken back."""

_NOUNS = {rows.name: noun for noun, rows in TABLES.items()}


class BatchChange(NamedTuple):
    """
    What a batch did to one field of one record, first and last taken together.

    Attributes:
        noun: the kind of the record.
        subject_id: its id.
        field: the field.
        old: the value before the batch.
        new: the value behind it.
    """

    noun: str
    subject_id: int
    field: str
    old: object
    new: object


def hold_import(connection: Connection, kind: str, digest: str) -> None:
    """
    Let nobody else begin an import of the same file until the transaction ends.

    There may be no row yet that could be locked. In SQLite a transaction that writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        number = hashlib.blake2b(f"import {kind} {digest}".encode(), digest_size=8).digest()
        connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(number, signed=True))))


def changes_of_batch(connection: Connection, batch_id: int, cause: str = "import") -> list[BatchChange]:
    """Return the changes that were recorded by an import or a merge, one a field, in the order in which they began."""
    query = select(CHANGES).where(CHANGES.c.batch_id == batch_id, CHANGES.c.cause == cause).order_by(CHANGES.c.sequence)
    found: dict[tuple[str, int, str], BatchChange] = {}
    for row in connection.execute(query, execution_options={"yield_per": 10_000}):
        key = (row.noun, row.subject_id, row.field)
        before = found.get(key)
        old = decode(row.old) if before is None else before.old
        found[key] = BatchChange(*key, old, decode(row.new))
    return list(found.values())


def hold_made(connection: Connection, noun: str, batch_id: int) -> Mapping[int, int]:
    """
    Return id → version of the records that an import made, of a noun that keeps it.

    Until the transaction ends nobody else can change them, nor let anything refer to them.
    """
    rows = TABLES[noun]
    query = select(rows.c.id, rows.c.version).where(rows.c.batch_id == batch_id).order_by(rows.c.id).with_for_update()
    return {row.id: row.version for row in connection.execute(query)}


def hold(connection: Connection, noun: str, ids: Iterable[int]) -> Mapping[int, int]:
    """Return id → version of those of the records that are there, held as by `hold_made()`."""
    rows = TABLES[noun]
    found: dict[int, int] = {}
    for some in parts_of(sorted(ids)):
        query = select(rows.c.id, rows.c.version).where(rows.c.id.in_(some)).order_by(rows.c.id).with_for_update()
        found |= {row.id: row.version for row in connection.execute(query)}
    return found


def referring(connection: Connection, made: Mapping[str, Iterable[int]]) -> list[tuple[str, int, str, int]]:
    """
    Return (noun, id, noun, id) of rows that refer to some of those that were made and are not made with them; a few.

    The database itself says what refers to what: of a plugin's rows, which it would delete with the record, or cut from it, the
    nouns know nothing. These are named by their table.
    """
    found: list[tuple[str, int, str, int]] = []
    own = {noun: set(ids) for noun, ids in made.items() if ids}
    for name, key, link, target in _links(connection, own):
        rows = table(name, column(key), column(link))
        noun = _NOUNS.get(name, name)
        for some in parts_of(sorted(own[target])):
            for number, to in connection.execute(select(rows.c[key], rows.c[link]).where(rows.c[link].in_(some))):
                if number not in own.get(noun, ()):
                    found.append((noun, number, target, to))
                    if len(found) >= MOST_NAMED:
                        return found
    return found


def _links(connection: Connection, nouns: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (table, its key, column, noun) of everything in the database that refers to records of some nouns."""
    targets = {TABLES[noun].name: noun for noun in nouns}
    inspector = inspect(connection)
    for (_, name), links in sorted(inspector.get_multi_foreign_keys().items()):
        for link in links:
            target = targets.get(link["referred_table"])
            if target is not None and name is not None:
                place = link["constrained_columns"][0]
                keys = inspector.get_pk_constraint(name)["constrained_columns"]
                yield name, keys[0] if keys else place, place, target


def batches_behind(connection: Connection, batch_id: int, places: Iterable[tuple[str, int, str]], *causes: str) -> list[int]:
    """
    Return the later batches that changed again what a batch changed and that were not taken back, the latest first.

    Args:
        connection: a transaction.
        batch_id: the batch.
        places: noun, id, field of what is asked about.
        causes: what the history says of such a batch, and of taking it back.
    """
    done, undone = causes
    wanted: dict[str, dict[int, set[str]]] = {}
    for noun, number, field in places:
        wanted.setdefault(noun, {}).setdefault(number, set()).add(field)
    found: dict[tuple[int, str, int, str], bool] = {}
    query = select(CHANGES.c.batch_id, CHANGES.c.subject_id, CHANGES.c.field, CHANGES.c.cause)
    query = query.where(CHANGES.c.batch_id > batch_id, CHANGES.c.cause.in_((done, undone))).order_by(CHANGES.c.sequence)
    for noun, fields in wanted.items():
        for some in parts_of(sorted(fields)):
            for later, number, field, cause in connection.execute(
                query.where(CHANGES.c.noun == noun, CHANGES.c.subject_id.in_(some))
            ):
                if field in fields[number]:
                    found[later, noun, number, field] = cause == done
    return sorted({later for (later, *_), stands in found.items() if stands}, reverse=True)


def version_behind(connection: Connection, noun: str, record_id: int, version: int) -> int:
    """Return the version of a record that is *version* but for imports which changed it and were taken back."""
    undone = select(TABLES["batch"].c.id).where(TABLES["batch"].c.status == "reverted")
    steps = select(CHANGES.c.old, CHANGES.c.new).where(
        CHANGES.c.noun == noun, CHANGES.c.subject_id == record_id, CHANGES.c.field == "version", CHANGES.c.batch_id.in_(undone)
    )
    for old, new in connection.execute(steps.order_by(CHANGES.c.sequence)):
        if decode(old) == version:
            version = int(str(decode(new)))
    return version


def standing_on(connection: Connection, batch_id: int) -> list[int]:
    """
    Return the later imports that changed what an import brought, or hung something on it, and those that stand on them.

    The latest stands first, which is the order in which they can be taken back.
    """
    found, asked = set[int](), {batch_id}
    while asked:
        new = {later for one in asked for later in _directly_on(connection, one)} - found
        found |= new
        asked = new
    return sorted(found, reverse=True)


def _directly_on(connection: Connection, batch_id: int) -> set[int]:
    ours, theirs, batches = CHANGES.alias(), CHANGES.alias(), TABLES["batch"]
    later = select(batches.c.id).where(batches.c.id > batch_id, batches.c.status != "reverted")
    same = and_(theirs.c.noun == ours.c.noun, theirs.c.subject_id == ours.c.subject_id)
    query = select(theirs.c.batch_id).distinct().join(ours, same)
    found = set(connection.execute(query.where(ours.c.batch_id == batch_id, theirs.c.batch_id.in_(later))).scalars())
    for noun, rows in TABLES.items():
        if "batch_id" not in rows.c:
            continue
        touched = select(theirs.c.batch_id).distinct().join(rows, and_(theirs.c.noun == noun, theirs.c.subject_id == rows.c.id))
        found |= set(connection.execute(touched.where(rows.c.batch_id == batch_id, theirs.c.batch_id.in_(later))).scalars())
        for name, field in fields_of(NOUNS[noun]).items():
            target = TABLES.get(field.target or "")
            if target is None or "batch_id" not in target.c or name == "batch_id":
                continue
            made = target.alias()
            hanging = select(rows.c.batch_id).distinct().join(made, made.c.id == rows.c[name])
            found |= set(connection.execute(hanging.where(made.c.batch_id == batch_id, rows.c.batch_id.in_(later))).scalars())
    return found


def hold_lone_identities(connection: Connection, batch_id: int) -> Mapping[int, int]:
    """Return id → version of the identities that stand for somebody through an import's links alone, held as by `hold()`."""
    links, others = TABLES["identity_link"], TABLES["identity_link"].alias()
    ours = select(links.c.identity_id).where(links.c.batch_id == batch_id)
    held = hold(connection, "identity", set(connection.execute(ours).scalars()))
    elsewhere = exists().where(others.c.identity_id == links.c.identity_id, others.c.batch_id.is_distinct_from(batch_id))
    lone = set(connection.execute(ours.where(~elsewhere)).scalars())
    return {number: version for number, version in held.items() if number in lone}


def delete_rows(connection: Connection, noun: str, versions: Mapping[int, int]) -> bool:
    """Delete rows, given as id → version, and say whether all were there in that version."""
    rows = TABLES[noun]
    # Rows of one table may refer to each other, and are deleted in no order that minds that.
    own = [name for name, field in fields_of(NOUNS[noun]).items() if field.target == noun]
    for name in own:
        for some in parts_of(sorted(versions)):
            connection.execute(update(rows).where(rows.c.id.in_(some), rows.c[name].is_not(None)).values({name: None}))
    by_version: dict[int, list[int]] = {}
    for number, version in versions.items():
        by_version.setdefault(version, []).append(number)
    gone = 0
    for version, ids in by_version.items():
        for some in parts_of(sorted(ids)):
            gone += connection.execute(delete(rows).where(rows.c.id.in_(some), rows.c.version == version)).rowcount
    return gone == len(versions)
