"""
Moving what hangs on some records to another one of their noun, and back.

The database itself says what refers to what, so that a plugin's rows move like those of the core. A row that the other record has
already, by a rule that lets it have one only (one link to a phone number, one row a customer), stays where it is.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Inspector,
    TableClause,
    UniqueConstraint,
    column,
    inspect,
    select,
    table,
    update,
)
from sqlalchemy.exc import SAWarning

from patron.core.nouns import NOUNS, noun_of
from patron.core.store.parts import parts_of
from patron.core.store.tables import METADATA, TABLES

_NOUNS: Mapping[str, str] = {rows.name: noun for noun, rows in TABLES.items()}
_ORDER = tuple(NOUNS)
_VERSION = "version"


@attrs.frozen(kw_only=True)
class Link:
    """
    A column that refers to records of a noun.

    Attributes:
        noun: the noun of its rows; the name of the table where they are of none.
        table: the table.
        key: the column that says which row it is.
        column: the column that refers.
        single: for each rule that lets a record have one such row only, the other columns of that rule.
        pairs: columns that refer to the same noun within such a rule: a row never refers to one record twice.
        others: other columns that refer to something → its noun.
    """

    noun: str
    table: TableClause
    key: str
    column: str
    single: tuple[tuple[str, ...], ...]
    pairs: tuple[str, ...]
    others: Mapping[str, str]

    @property
    def versioned(self) -> bool:
        """Its rows count their changes."""
        return self.noun in TABLES


class Moved(NamedTuple):
    """
    A row that refers to another record than before.

    Attributes:
        noun: the noun of the row, or its table.
        id: which row.
        field: the column.
        old: to what it referred.
        new: to what it refers.
        version: which version of the row it was before; None where it counts none.
    """

    noun: str
    id: int
    field: str
    old: int
    new: int
    version: int | None = None


def links_to(connection: Connection, target: str) -> tuple[Link, ...]:
    """
    Return the columns that refer to records of a noun: those of nouns first, each behind those that it refers to itself.

    A table of which no single column says which row it is has no place in the history, and is none of them.
    """
    inspector = inspect(connection)
    keys = inspector.get_multi_foreign_keys()
    found: list[Link] = []
    for (_, name), references in keys.items():
        targets = {one["constrained_columns"][0]: one["referred_table"] for one in references}
        wanted = [place for place, referred in targets.items() if referred == TABLES[target].name]
        primary = inspector.get_pk_constraint(str(name))["constrained_columns"] if wanted else ()
        if len(primary) == 1:
            found += (_link(inspector, str(name), primary[0], place, targets) for place in wanted)
    places = {noun: place for place, noun in enumerate(_ORDER)}
    return tuple(sorted(found, key=lambda link: (places.get(link.noun, len(places)), link.noun, link.column)))


def _link(inspector: Inspector, name: str, key: str, place: str, targets: Mapping[str, str]) -> Link:
    rules = [[key], *_rules(inspector, name)]
    single = {tuple(one for one in rule if one != place) for rule in rules if place in rule}
    within = {one for rule in single for one in rule}
    return Link(
        noun=_NOUNS.get(name, name),
        table=table(name, *(column(one["name"]) for one in inspector.get_columns(name))),
        key=key,
        column=place,
        single=tuple(sorted(single)),
        pairs=tuple(sorted(one for one in within if targets.get(one) == targets[place])),
        others={one: _NOUNS[referred] for one, referred in targets.items() if one != place and referred in _NOUNS},
    )


def _rules(inspector: Inspector, name: str) -> list[list[str]]:
    """Return the columns of each rule by which no two rows of a table are alike."""
    if name in METADATA.tables:
        own = (one for one in METADATA.tables[name].constraints if isinstance(one, UniqueConstraint))
        return [[place.name for place in rule.columns] for rule in own]
    with warnings.catch_warnings():
        # An index of an expression, which can't be read, is no rule about a column.
        warnings.simplefilter("ignore", SAWarning)
        rules = [[str(one) for one in rule["column_names"]] for rule in inspector.get_unique_constraints(name)]
        return rules + [[str(one) for one in index["column_names"]] for index in inspector.get_indexes(name) if index["unique"]]


def keys_of(noun: str) -> frozenset[str]:
    """Return the fields of a noun of which no two records have the same: what one is called elsewhere can't be another's, too."""
    rules = (one for one in TABLES[noun].constraints if isinstance(one, UniqueConstraint))
    return frozenset(place.name for rule in rules for place in rule.columns)


def would_move(connection: Connection, link: Link, ids: Sequence[int], to: int) -> list[Moved]:
    """Return what `move()` would do, and do nothing."""
    found = _rows(connection, link, link.table.c[link.column].in_(ids), held=False)
    return _chosen(connection, link, [(row, to) for row in found])


def referred(connection: Connection, link: Link, ids: Iterable[int]) -> frozenset[int]:
    """
    Return to which of some records rows refer by a column.

    Whoever holds the records may go by it until the work ends: nobody else can let a row refer to them.
    """
    found: set[int] = set()
    place = link.table.c[link.column]
    for part in parts_of(sorted(ids)):
        found.update(connection.execute(select(place).where(place.in_(part)).distinct()).scalars())
    return frozenset(found)


def move(connection: Connection, link: Link, ids: Sequence[int], to: int) -> list[Moved]:
    """Let rows that refer to some records refer to another one, as far as that may have them."""
    found = _rows(connection, link, link.table.c[link.column].in_(ids))
    return _write(connection, link, [(row, to) for row in found])


def move_back(connection: Connection, link: Link, moved: Iterable[Moved]) -> tuple[list[Moved], list[Moved]]:
    """
    Let rows refer again to what they referred to before they were moved.

    Returns:
        the rows that were moved back, as they were moved now, and those of the moves that somebody has changed since; of a row
        that is gone nothing is said.
    """
    # Of a table with one row a record, the record says which row it is.
    where = {(one.new if link.key == link.column else one.id): one for one in moved}
    back: list[tuple[Any, int]] = []
    changed: list[Moved] = []
    for part in parts_of(sorted(where)):
        for row in _rows(connection, link, link.table.c[link.key].in_(part)):
            one = where[_value(row, link.key)]
            if _value(row, link.column) == one.new:
                back.append((row, one.old))
            else:
                changed.append(one)
    return _write(connection, link, back), changed


def follow(connection: Connection, link: Link, gone: Mapping[str, Mapping[int, int]], left: int) -> list[Moved]:
    """
    Let rows that refer to a record, and hang on something that went from it to another one, go with that.

    Args:
        connection: a writing transaction.
        link: the column that refers to the record.
        gone: noun → id of what went → to which record.
        left: the record.
    """
    found: dict[int, tuple[Any, int]] = {}
    for place, noun in link.others.items():
        for part in parts_of(sorted(gone.get(noun, ()))):
            here = link.table.c[place].in_(part) & (link.table.c[link.column] == left)
            for row in _rows(connection, link, here):
                found.setdefault(_value(row, link.key), (row, gone[noun][_value(row, place)]))
    return _write(connection, link, [found[key] for key in sorted(found)])


def overwrite(connection: Connection, record: Any, values: Mapping[str, Any]) -> None:
    """Write values of a record that is held, which nobody typed; its version counts on."""
    rows = TABLES[noun_of(record)]
    counted = {**values, _VERSION: record.version + 1}
    connection.execute(update(rows).where(rows.c.id == record.id).values(counted))


def _rows(connection: Connection, link: Link, where: ColumnElement[bool], *, held: bool = True) -> Sequence[Any]:
    rules = (one for rule in link.single for one in rule)
    version = (_VERSION,) if link.versioned else ()
    names = dict.fromkeys((link.key, link.column, *version, *link.others, *link.pairs, *rules))
    query = select(*(link.table.c[name] for name in names)).where(where).order_by(link.table.c[link.key])
    return connection.execute(query.with_for_update() if held else query).all()


def _chosen(connection: Connection, link: Link, wanted: Sequence[tuple[Any, int]]) -> list[Moved]:
    """Return which rows can refer to other records: not those of which these have one already."""
    taken = _taken(connection, link, sorted({to for _, to in wanted}))
    moved: list[Moved] = []
    for row, to in wanted:
        own = [(rule, (to, *(_value(row, name) for name in rule))) for rule in link.single]
        twice = any(_value(row, name) == to for name in link.pairs)
        if twice or any(None not in place and place in taken[rule] for rule, place in own):
            continue
        for rule, place in own:
            taken[rule].add(place)
        version = _value(row, _VERSION) if link.versioned else None
        moved.append(Moved(link.noun, _value(row, link.key), link.column, _value(row, link.column), to, version))
    return moved


def _write(connection: Connection, link: Link, wanted: Sequence[tuple[Any, int]]) -> list[Moved]:
    """Let rows refer to other records, as far as these may have them."""
    moved = _chosen(connection, link, wanted)
    by_target: dict[int, list[int]] = {}
    for one in moved:
        by_target.setdefault(one.new, []).append(one.id)
    for to, keys in by_target.items():
        values: dict[str, Any] = {link.column: to}
        if link.versioned:
            values[_VERSION] = link.table.c[_VERSION] + 1
        for part in parts_of(keys):
            connection.execute(update(link.table).where(link.table.c[link.key].in_(part)).values(values))
    return moved


def _taken(connection: Connection, link: Link, ids: Sequence[int]) -> Mapping[tuple[str, ...], set[tuple[Any, ...]]]:
    """Return for each rule what the records have by it already."""
    found: dict[tuple[str, ...], set[tuple[Any, ...]]] = {rule: set() for rule in link.single}
    for rule, taken in found.items():
        for part in parts_of(ids):
            query = select(*(link.table.c[name] for name in (link.column, *rule))).where(link.table.c[link.column].in_(part))
            taken.update(tuple(row) for row in connection.execute(query))
    return found


def _value(row: Any, name: str) -> Any:
    return row._mapping[name]  # noqa: SLF001  # the documented name of a row's mapping
