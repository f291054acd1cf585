"""
Holding identities: whoever decides whom a phone number stands for decides alone until the commit.

Two who meet the same number at once must not make two customers of one. In PostgreSQL the rows of the identities are held: those
that are new are made first, then all are locked, each time in the order of scheme and value. So nobody waits in a circle, and all
that was waited for is seen. In SQLite a transaction that writes is alone anyway.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs
from sqlalchemy import Connection, delete, exists, select
from sqlalchemy.dialects import postgresql

from patron.core.nouns import Identity
from patron.core.store.appending import append_records
from patron.core.store.identifiers import take_identifiers
from patron.core.store.keys import Key, Known, known_identities
from patron.core.store.parts import parts_of
from patron.core.store.rows import stamped, to_row
from patron.core.store.tables import TABLES

_IDENTITIES, _LINKS = TABLES["identity"], TABLES["identity_link"]


@attrs.frozen
class Held:
    """
    What came of holding identities.

    Attributes:
        known: whom each of them stands for.
        made: the ids of those that were not stored before.
    """

    known: Mapping[Key, Known]
    made: Collection[int] = ()


def hold(connection: Connection, identities: Iterable[Identity], *, make: bool = True, alone: bool = True) -> Held:
    """
    Hold identities until the transaction ends, and return whom they stand for.

    Who holds twice in one transaction may wait in a circle with somebody else, which PostgreSQL ends: hold all at once.

    Args:
        connection: a writing transaction.
        identities: whatever their order.
        make: store those that are not stored yet; else they can't be held.
        alone: nobody else shall hold them; not needed for what will be undone.
    """
    wanted = {(one.scheme, one.value): one for one in identities}
    ordered = {key: wanted[key] for key in sorted(wanted)}
    known = known_identities(connection, ordered.values())
    missing = [one for key, one in ordered.items() if key not in known]
    made = _made(connection, missing) if make and missing else {}
    # Nobody else sees those that were made here, and whom they stand for is decided here.
    others = [one for key, one in ordered.items() if key not in made]
    if alone and others and connection.dialect.name == "postgresql":
        _lock(connection, others)
        known = known_identities(connection, others)
    elif make and len(made) < len(missing):
        known |= known_identities(connection, others)
    return Held(known | {key: Known(identifier, ()) for key, identifier in made.items()}, made.values())


def drop_unlinked(connection: Connection, ids: Collection[int]) -> None:
    """Delete those of the identities that stand for nobody."""
    lone = ~exists().where(_LINKS.c.identity_id == _IDENTITIES.c.id)
    for part in parts_of(sorted(ids)):
        connection.execute(delete(_IDENTITIES).where(_IDENTITIES.c.id.in_(part), lone))


def _made(connection: Connection, identities: Sequence[Identity]) -> Mapping[Key, int]:
    """Store identities, and return the ids of those that nobody else stored meanwhile."""
    if connection.dialect.name != "postgresql":
        ids = take_identifiers(connection, _IDENTITIES, len(identities))
        stored = [stamped(one, {"id": identifier}) for one, identifier in zip(identities, ids, strict=True)]
        append_records(connection, _IDENTITIES, stored)
        return {(one.scheme, one.value): one.id for one in stored}
    insert = postgresql.insert(_IDENTITIES).on_conflict_do_nothing(index_elements=["scheme", "value"])
    returned = insert.returning(_IDENTITIES.c.id, _IDENTITIES.c.scheme, _IDENTITIES.c.value)
    rows = connection.execute(returned, [to_row(identity) for identity in identities])
    return {(scheme, value): identifier for identifier, scheme, value in rows}


def _lock(connection: Connection, identities: Iterable[Identity]) -> None:
    """Hold stored identities, which are given in order."""
    by_scheme: dict[str, list[str]] = {}
    for one in identities:
        by_scheme.setdefault(one.scheme, []).append(one.value)
    for scheme, values in by_scheme.items():
        for part in parts_of(values):
            named = select(_IDENTITIES.c.id).where(_IDENTITIES.c.scheme == scheme, _IDENTITIES.c.value.in_(part))
            connection.execute(named.order_by(_IDENTITIES.c.value).with_for_update())
