"""
Rows of a sheet that are no records: sums, notes and signatures below a table, its headings once more where pages were joined.

They are known by their first words, which are configured, and by their shape: beside such words a row has numbers and days alone,
and nothing by which somebody could be reached or found again. Whatever says more is a record; a customer who is really called
合计 comes in with a phone number.
"""

import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import attrs

from patron.core.config.sheets import ImportSettings
from patron.core.exchange.cells import shown
from patron.core.exchange.column import PLACES, Role
from patron.core.exchange.mapping import ColumnMap
from patron.core.exchange.source import Cell, SourceRow
from patron.core.nouns import FieldError
from patron.core.nouns.schemes import identities_of

_KEYS = frozenset({"patron_id", "source_key", "lead", "number", "code", "login"})
"""Columns beside identities by which a record is found again."""

_BEHIND = ":()[]【】-–—=,、;./"
"""Signs that stand behind a word, folded."""

_FULL_WIDTH = "\uff00"
_BEFORE = string.punctuation + string.digits + string.whitespace + "年月日号季度、。《》【】「」—…·※★"
"""What stands before the first word of a cell: signs, and the day in 11月合计."""

_LONGEST = 40
_RAGGED = "exchange.ragged"


class AsideKind(StrEnum):
    """What a row is that is no record."""

    TOTAL = "total"
    NOTE = "note"
    HEADINGS = "headings"


@attrs.frozen(kw_only=True)
class Aside:
    """
    A row that is no record, and was left out.

    Attributes:
        row: where it begins in the file.
        kind: what it is.
        text: how what it says begins.
    """

    row: int
    kind: AsideKind
    text: str


class Asides:
    """
    Tells rows that are no records from those that are.

    Args:
        header: the headings.
        column_map: what they mean.
        words: by which words such rows are known.
    """

    def __init__(self, header: Sequence[str], column_map: ColumnMap, words: ImportSettings) -> None:
        self._header = header
        self._totals = tuple(sorted(map(_folded, filter(None, words.total_words)), key=len, reverse=True))
        self._notes = tuple(sorted(map(_folded, filter(None, words.note_words)), key=len, reverse=True))
        self._words = (*self._totals, *self._notes, *(word for word in map(_folded, map(_opening, header)) if word))
        begins = {word[0] for word in (*self._totals, *self._notes)} | {name[0] for name in header if name}
        self._begins = begins | {one.upper() for one in begins}
        self._passed = frozenset(place for place, column in column_map.places if column.name in PLACES)
        self._schemes = {place: column.target or "" for place, column in column_map.places if column.role is Role.IDENTITY} | {
            place: "" for place, column in column_map.places if column.name in _KEYS
        }

    def kind(self, row: SourceRow) -> AsideKind | None:
        """Return what a row is that is no record; None for one that is."""
        for place, cell in enumerate(row.cells):
            if cell.__class__ is not str or not (text := _opening(cell)):
                continue
            # Nearly always the first word of a row begins as none of these does.
            if text[0] not in self._begins or place in self._passed or not _folded(text).startswith(self._words):
                return None
            return self._kind(row, place)
        return None

    def _kind(self, row: SourceRow, first: int) -> AsideKind | None:
        if row.problem is not None and row.problem.key != _RAGGED:
            return None
        filled = [(place, text) for place, cell in enumerate(row.cells) if (text := str("" if cell is None else cell).strip())]
        if len(filled) > 1 and all(self._header[place : place + 1] == (text,) for place, text in filled):
            return AsideKind.HEADINGS
        kind, _ = self._word(dict(filled)[first], alone=len(filled) == 1)
        if kind is None or any(self._is_proof(place, text) for place, text in filled if place != first):
            return None
        named = False
        for _, text in filled:
            found, bare = self._word(text, alone=len(filled) == 1)
            # 制表人 | 张三: a name behind the word that says whose it is.
            if found is None and not named and not _is_figure(text):
                return None
            named = found is AsideKind.NOTE and bare
        return kind

    def _word(self, text: str, *, alone: bool) -> tuple[AsideKind | None, bool]:
        """Return by what words a cell begins, and whether it says nothing else."""
        said = _folded(_opening(text))
        for kind, words in ((AsideKind.TOTAL, self._totals), (AsideKind.NOTE, self._notes)):
            for word in words:
                if said.startswith(word) and _goes_on(said[len(word) :], digits=alone or kind is AsideKind.TOTAL):
                    return kind, not said[len(word) :].strip(_BEHIND)
        return None, False

    def _is_proof(self, place: int, text: str) -> bool:
        """Say whether a cell says who or what the row is about."""
        scheme = self._schemes.get(place)
        if not scheme:
            return scheme is not None
        try:
            return bool(identities_of(scheme, text))
        except FieldError:
            return False


class Sifted:
    """
    The rows of a file, without those that are no records.

    Args:
        rows: all of them.
        asides: tells them apart.

    Attributes:
        found: those that were left out so far.
    """

    def __init__(self, rows: Iterable[SourceRow], asides: Asides) -> None:
        self._rows = rows
        self._asides = asides
        self.found: list[Aside] = []

    def __iter__(self) -> Iterator[SourceRow]:
        kind_of = self._asides.kind
        for row in self._rows:
            kind = kind_of(row)
            if kind is None:
                yield row
            else:
                self.found.append(Aside(row=row.line, kind=kind, text=_told(row.cells)))


def _told(cells: Iterable[Cell]) -> str:
    told = " ".join(text for cell in cells if (text := shown(cell).strip()))
    return " ".join(told.split())[:_LONGEST]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _goes_on(rest: str, *, digits: bool) -> bool:
    """Say whether what follows a word says that it was the whole word: nothing, a sign, or a number."""
    return not rest or rest[0] in _BEHIND or (digits and rest[0].isdigit())


def _opening(text: str) -> str:
    """Return a text from its first word on: without signs and days before it; nothing where it is a number."""
    if text[:1].isalpha() and text[:1] < _FULL_WIDTH:
        return text
    plain = text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()
    if plain.isascii() and plain[:1].isdigit():
        return ""
    rest = plain.lstrip(_BEFORE)
    return rest if rest[:1].isalpha() else ""


def _is_figure(text: str) -> bool:
    """Say whether a text is a number, 58 人 or a day, or signs alone, such as a line to write on."""
    return any(map(str.isdigit, text)) or not any(map(str.isalnum, text))
