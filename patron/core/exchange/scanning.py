"""
Scanning for records that are of one person: in a file, for which no database is needed, or among the customers of the database.

Nothing is stored, and nothing is merged.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import attrs

from patron.core.errors import UsageError
from patron.core.exchange.mapping import NOTHING, Wishes, aliases_of, fold_header
from patron.core.exchange.source import Cell, SourceOptions, open_rows
from patron.core.matching import Model, Person
from patron.core.matching.names import is_han
from patron.core.matching.person import WRITTEN, person_of
from patron.core.matching.scanning import Pair, Scan, compare, scan
from patron.core.names import listed, shorten
from patron.core.session import Session

TELLING = ("name", "family", "given", "tel", "email", "id")
"""Of these columns a file must have one; the rest tells nobody apart."""


@attrs.frozen(kw_only=True)
class FileScan:
    """
    What a scan found.

    Attributes:
        persons: the records, in their order; `key` is a customer's id, what a file calls a record, or the number of its line.
        found: the clusters and the pairs to look at; places are those of `persons`.
        unread: how many rows could not be read.
    """

    persons: tuple[Person, ...]
    found: Scan
    unread: int

    def called(self, place: int) -> str:
        """Return what a record is called, with the name in it."""
        person = self.persons[place]
        name = f"{person.family}{person.given}" if is_han(person.family) else f"{person.given} {person.family}".strip()
        return f"{person.key} ({name})" if name else person.key

    @property
    def names(self) -> Mapping[int, str]:
        """Cluster → the smallest key in it, short ones first, so that numbers are in the order of numbers."""
        found: dict[int, str] = {}
        for place, number in enumerate(self.found.clusters):
            key = self.persons[place].key
            if number not in found or (len(key), key) < (len(found[number]), found[number]):
                found[number] = key
        return found


def scan_file(session: Session, path: Path, model: Model, wishes: Wishes, options: SourceOptions) -> FileScan:
    """
    Find the records of a file that are of one person.

    Args:
        session: the session.
        path: the file.
        model: who is who.
        wishes: what its columns are, as far as their names don't say it.
        options: how to read it.

    Raises:
        InputError: it can't be read.
        UsageError: a column is unknown, or none tells who somebody is.
    """
    persons, unread = read_persons(path, wishes, options)
    return FileScan(persons=tuple(persons), found=scan(persons, model), unread=unread)


def scan_customers(session: Session, model: Model) -> FileScan:
    """
    Find the customers that are of one person, among those whom the actor may see; who was told apart is not asked about.

    Raises:
        DeniedError: the actor may see no customers.
    """
    from patron.core.crm.doubles import persons_of
    from patron.core.store.telling import distinctions

    with session.read() as reader:
        persons = persons_of(reader)
        decided = distinctions(reader.connection)
    places = {int(person.key): place for place, person in enumerate(persons)}
    apart = [(places[one.one_id], places[one.other_id]) for one in decided if {one.one_id, one.other_id} <= places.keys()]
    return FileScan(persons=tuple(persons), found=scan(persons, model, apart=apart), unread=0)


def explain_in_file(path: Path, model: Model, wishes: Wishes, options: SourceOptions, one: str, other: str) -> Pair:
    """
    Return what speaks for two records of a file being of one person.

    Raises:
        InputError, UsageError: as `scan_file()`; or there is no record of that name.
    """
    persons, _ = read_persons(path, wishes, options)
    by_key = {person.key: person for person in reversed(persons)}
    for key in (one, other):
        if key not in by_key:
            raise UsageError("matching.no_record", file=str(path), key=shorten(key))
    return compare(model, by_key[one], [by_key[other]])[0]


def read_persons(path: Path, wishes: Wishes, options: SourceOptions) -> tuple[list[Person], int]:
    """
    Return the persons of a file, and how many of its rows could not be read.

    Raises:
        InputError, UsageError: as `scan_file()`.
    """
    persons, unread, _ = _read(path, wishes, options, None)
    return persons, unread


def read_labelled(path: Path, wishes: Wishes, options: SourceOptions, column: str) -> tuple[list[Person], int, list[str]]:
    """
    Return the persons of a file, how many of its rows could not be read, and what each of the others has in a column.

    That column says nothing else of the person.

    Raises:
        InputError, UsageError: as `scan_file()`.
    """
    return _read(path, wishes, options, column)


def _read(path: Path, wishes: Wishes, options: SourceOptions, column: str | None) -> tuple[list[Person], int, list[str]]:
    called = aliases_of("person", WRITTEN)
    wished = set(map(fold_header, wishes.columns))
    source = open_rows(path, options, lambda name: (folded := fold_header(name)) in called or folded in wished)
    try:
        label = None if column is None else source.header.index(_header(str(path), column, source.header))
        places = [(place, name) for place, name in _places(str(path), source.header, wishes) if place != label]
        persons: list[Person] = []
        labels: list[str] = []
        unread = 0
        for row in source.rows():
            if row.problem is not None:
                unread += 1
                continue
            cells: dict[str, list[str]] = {name: [text] for name, text in wishes.constants.items()}
            for place, name in places:
                cells.setdefault(name, []).append(_text(row.cells[place]))
            person = person_of(cells)
            persons.append(person if person.key else attrs.evolve(person, key=str(row.line)))
            labels.append("" if label is None else _text(row.cells[label]).strip())
        return persons, unread, labels
    finally:
        source.close()


def _places(file: str, header: Sequence[str], wishes: Wishes) -> list[tuple[int, str]]:
    wished = {_header(file, name, header): _known(target) for name, target in wishes.columns.items()}
    called = aliases_of("person", WRITTEN)
    found = []
    for place, name in enumerate(header):
        target = wished[name] if name in wished else called.get(fold_header(name), "")
        if target:
            found.append((place, target))
    if not {name for _, name in found} & set(TELLING):
        raise UsageError("matching.no_columns", file=file, header=listed(header), known=listed(WRITTEN))
    return found


def _header(file: str, name: str, header: Iterable[str]) -> str:
    found = [one for one in header if fold_header(one) == fold_header(name)]
    if not found:
        raise UsageError("exchange.no_column", file=file, column=shorten(name), known=listed(header))
    return found[0]


def _known(target: str) -> str:
    if target in NOTHING:
        return ""
    if target not in WRITTEN:
        raise UsageError("matching.no_field", column=shorten(target), known=listed(WRITTEN))
    return target


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
