"""
Which column of a file means what: told by the user, else by name, by alias and by label.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import attrs

from patron.core.errors import UsageError
from patron.core.exchange.column import PLACES, Column, Role, columns_of
from patron.core.exchange.source import Knows
from patron.core.i18n import CORE, LANGUAGES, Worded
from patron.core.names import listed, shorten
from patron.core.nouns import Labels, Vocabulary

NOTHING = ("-", "")
"""What a column is mapped to that is to be left alone."""

_TOLD = 40
"""How many of the columns that there are a complaint names."""


@attrs.frozen(kw_only=True)
class Wishes:
    """
    What the user says about columns.

    Attributes:
        columns: header → column, or one of `NOTHING`.
        constants: column → what every row has there, unless the file has it.
    """

    columns: Mapping[str, str] = attrs.field(factory=dict)
    constants: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class ColumnMap:
    """
    What the columns of a file mean.

    Attributes:
        places: (place in the row, column).
        constants: (column, cell) for every row.
        unknown: headers that nothing is known about.
    """

    places: tuple[tuple[int, Column], ...]
    constants: tuple[tuple[Column, str], ...]
    unknown: tuple[str, ...]

    def said(self) -> list[tuple[str, str]]:
        """Return the map as text, for the digest of an import."""
        return [(str(place), column.name) for place, column in self.places] + [
            (f"={cell}", column.name) for column, cell in self.constants
        ]

    def has(self, *names: str) -> bool:
        """Say whether one of the columns is there."""
        known = {column.name for _, column in self.places} | {column.name for column, _ in self.constants}
        return not known.isdisjoint(names)


def read_map_file(path: Path) -> Wishes:
    """
    Read a file of wishes: a table `[columns]` of header = "column", and one `[set]` of column = "constant".

    Raises:
        UsageError: it can't be read, or says something else.
    """
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("exchange.bad_map_file", file=str(path), reason=shorten(error, 200)) from error
    tables = {name: tree.pop(name, {}) for name in ("columns", "set")}
    wrong = [*tree, *(key for table in tables.values() for key, value in table.items() if not isinstance(value, str | int))]
    if wrong:
        raise UsageError("exchange.bad_map_key", file=str(path), key=listed(wrong))
    return Wishes(
        columns={key: str(value) for key, value in tables["columns"].items()},
        constants={key: str(value) for key, value in tables["set"].items()},
    )


def map_columns(file: str, header: Sequence[str], noun: str, vocabulary: Vocabulary, wishes: Wishes) -> ColumnMap:
    """
    Return what the columns of a file mean.

    Raises:
        UsageError: a wish names what isn't there, or two columns mean the same.
    """
    columns, called = _named(noun, vocabulary)
    wished = {
        _header(file, name, header): None if target in NOTHING else _column(target, columns, vocabulary)
        for name, target in wishes.columns.items()
    }
    refused_before = set(PLACES) <= {name.strip() for name in header}
    places: list[tuple[int, Column]] = []
    unknown: list[str] = []
    for place, name in enumerate(header):
        column = wished[name] if name in wished else called.get(fold_header(name))
        if column is not None and column.name in PLACES and not refused_before:
            column = None
        if column is not None:
            places.append((place, column))
        elif name and name not in wished:
            unknown.append(name)
    _refuse_twins(file, header, places, vocabulary)
    there = {column.name for _, column in places}
    constants = [(_column(name, columns, vocabulary), cell) for name, cell in wishes.constants.items()]
    return ColumnMap(
        places=tuple(places), constants=tuple(one for one in constants if one[0].name not in there), unknown=tuple(unknown)
    )


def known_headings(noun: str, vocabulary: Vocabulary, wishes: Wishes) -> Knows:
    """Return what says whether a text is a heading that is understood: what we know ourselves, and what the user names."""
    known = {*_named(noun, vocabulary)[1], *map(fold_header, wishes.columns), *PLACES} - {""}
    return lambda name: fold_header(name) in known


def _header(file: str, name: str, header: Sequence[str]) -> str:
    if name in header:
        return name
    found = [one for one in header if fold_header(one) == fold_header(name)]
    if len(found) == 1:
        return found[0]
    raise UsageError("exchange.no_column", file=file, column=shorten(name), known=listed(header))


def _column(name: str, columns: Mapping[str, Column], vocabulary: Vocabulary) -> Column:
    found = columns.get(name.strip())
    if found is None:
        raise UsageError("exchange.no_field", column=shorten(name), known=known_columns(columns, vocabulary))
    return found


def _refuse_twins(file: str, header: Sequence[str], places: Iterable[tuple[int, Column]], vocabulary: Vocabulary) -> None:
    """Refuse two columns of one meaning; of phones and other identities there may be several."""
    first: dict[str, int] = {}
    for place, column in places:
        if column.role is Role.IDENTITY and column.name != "external_id":
            continue
        other = first.setdefault(column.name, place)
        if other != place:
            one, two = shorten(header[other]), shorten(header[place])
            raise UsageError("exchange.two_columns", file=file, one=one, other=two, field=called(column, vocabulary))


def names_of(noun: str, columns: Mapping[str, Column], vocabulary: Vocabulary) -> dict[str, Column]:
    """Return everything that columns may be called, folded; what is called first by one and then by another stays the first's."""
    aliases = _aliases()
    found: dict[str, Column] = {fold_header(name): column for name, column in columns.items()}
    for group in (noun, "any"):
        for name, headers in aliases.get(group, {}).items():
            for header in headers if name in columns else ():
                found.setdefault(fold_header(header), columns[name])
    for column in columns.values():
        for label in labels_of(column, vocabulary):
            found.setdefault(fold_header(label), column)
    return found


def _named(noun: str, vocabulary: Vocabulary) -> tuple[Mapping[str, Column], Mapping[str, Column]]:
    """Return the columns of a file by name, and by everything that they may be called, folded."""
    if not vocabulary.extensions:
        return _named_in_the_core(noun)
    columns = columns_of(noun, vocabulary)
    return columns, names_of(noun, columns, vocabulary)


@cache
def _named_in_the_core(noun: str) -> tuple[Mapping[str, Column], Mapping[str, Column]]:
    # Many a list that comes by a channel has a few rows, and is read faster than this is made.
    columns = columns_of(noun, Vocabulary())
    return columns, names_of(noun, columns, Vocabulary())


def aliases_of(group: str, names: Iterable[str]) -> Mapping[str, str]:
    """Return what columns may be called, folded as `fold_header()` does → the column; a group has aliases of its own."""
    known = _aliases()
    found: dict[str, str] = {fold_header(name): name for name in names}
    for part in (group, "any"):
        for name in names:
            for header in known.get(part, {}).get(name, ()):
                found.setdefault(fold_header(header), name)
    return found


def labels_of(column: Column, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return what people call a column, language by language."""
    return tuple(label_of(column, vocabulary, lang) for lang in LANGUAGES)


def called(column: Column, vocabulary: Vocabulary) -> Worded:
    """Return the name of a column, with what people call it."""
    return Worded(column.name, partial(label_of, column, vocabulary))


def known_columns(columns: Mapping[str, Column], vocabulary: Vocabulary) -> str:
    """Return the columns that there are, for a complaint."""
    return listed(list(dict.fromkeys(called(column, vocabulary) for column in columns.values())), _TOLD)


def label_of(column: Column, vocabulary: Vocabulary, lang: str) -> str:
    """Return what people call a column in one language."""
    if column.role is Role.BESIDE and column.field is not None:
        return column.field.label(lang)
    own = CORE.find(lang, f"exchange.column.{column.name}")
    if own is not None or column.field is None:
        return own or column.name
    return Labels(vocabulary, lang).field(column.part, column.field.name)


@cache
def _aliases() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads((Path(__file__).parent / "aliases.toml").read_text("utf-8"))


def fold_header(text: str) -> str:
    """Return a header without letter case, spaces and punctuation, which don't count."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
