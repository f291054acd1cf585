"""
Delimited text, row by row, strictly: what can't be read for certain is refused, and the next row stands for itself.

A quote that is never closed would swallow the rest of the file: here a row may go on over some lines, and when it does not end,
its first line is refused and reading goes on behind that.
"""

import csv
from collections import deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from patron.core.errors import InputError, PatronError, UsageError
from patron.core.exchange.source.encoding import detect_encoding
from patron.core.exchange.source.headings import ANY, Located, Wanted, locate
from patron.core.exchange.source.inflating import Pieces
from patron.core.exchange.source.lines import LONGEST, lines_of
from patron.core.exchange.source.memory import Place, size_of
from patron.core.exchange.source.row import Cell, SourceRow
from patron.core.formulas import unguard

DELIMITERS = ",;\t|，"
"""Tried in this order where the header does not say more clearly."""

LONGEST_CELL = 100_000
"""Characters of a cell; what is longer is no value of any field."""

_MOST_LINES = 500
_MOST_CHARACTERS = 2**18
_SHOWN = 500

_Line = tuple[int, int, bytes]
"""Number, place in bytes, content."""


class _UnfinishedError(Exception):
    """A row goes on beyond what it may."""


class DelimitedFile:
    """
    One text file.

    Args:
        path: where it is.
        encoding: what the user says it is written in.
        delimiter: what separates its cells; None to find out.
        wanted: which headings are looked for, and where.

    Attributes:
        sheet, sheets, others: none, for text has none.
        header: the headings.
        heading_row: their row.
        above: the rows above it that say something.
        untitled: columns without a heading in which something stands.
        blank: how many rows said nothing among those that were read.

    Raises:
        InputError: it is empty, or its encoding can't be told.
        UsageError: the encoding, the delimiter or the row of headings can't be used.
    """

    sheet = None
    sheets = ()
    others: Mapping[str, int] = MappingProxyType({})

    def __init__(self, path: Place, *, encoding: str | None = None, delimiter: str | None = None, wanted: Wanted = ANY) -> None:
        self._path = path
        self.blank = 0
        self.untitled: set[int] = set()
        self._pieces = Pieces(path)
        self.size = size_of(path)
        self.encoding = detect_encoding(str(path), self._pieces, encoding)
        # Text of UTF-16 arrives as UTF-8.
        self._codec = "utf-8" if self.encoding.startswith("utf") else self.encoding
        self._waiting: deque[_Line] = deque()
        self._lines = self._numbered()
        found, self.delimiter = self._locate(wanted, _checked(delimiter))
        self.header, self.heading_row, self.above = found.names, found.line, found.above
        self._nameless = [place for place, name in enumerate(self.header) if not name]

    @property
    def position(self) -> int:
        """How much of the file was read, in bytes of the file itself."""
        return self._pieces.position

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()  # type: ignore[attr-defined]  # a generator

    def rows(self) -> Iterator[SourceRow]:
        """Return the rows below the header."""
        width, delimiter, blank = len(self.header), self.delimiter, 0
        while (line := self._next()) is not None:
            odd = b'"' in line[2] or len(line[2]) > LONGEST_CELL
            row = self._careful(line, []) if odd else self._plain(line, delimiter)
            # Nearly always the first cell says something, and no other is looked at.
            if row.problem is None and not any(map(str.strip, row.cells)):  # type: ignore[arg-type]  # text files have text
                blank += 1
                continue
            if row.problem is None:
                if len(row.cells) != width:
                    row = _fitted(row, width)
                for place in self._nameless:
                    if place < len(row.cells) and row.cells[place]:
                        self.untitled.add(place)
            self.blank, blank = self.blank + blank, 0
            yield row

    def _plain(self, line: _Line, delimiter: str) -> SourceRow:
        number, _, raw = line
        text = self._decode(line)
        if not isinstance(text, str):
            return _refused(number, raw, text)
        cells: list[Cell] = list(text.split(delimiter))
        if "'" in text:
            cells = [unguard(cell) for cell in cells]  # type: ignore[arg-type]  # text files have text
        return SourceRow(number, cells)

    def _careful(self, first: _Line, taken: list[_Line]) -> SourceRow:
        """Read a row that has quotes, over several lines if need be; *taken* notes those behind the first."""
        number, _, raw = first
        try:
            cells = next(csv.reader(self._pull(first, taken), delimiter=self.delimiter, strict=True))
        except _UnfinishedError:
            problem = PatronError("exchange.unclosed_quote")
        except csv.Error as error:
            said = str(error).split(" (")[0][:80]
            problem = PatronError("exchange.long_cell" if "limit" in said else "exchange.bad_quote", reason=said)
        except PatronError as error:
            problem = error
        else:
            return SourceRow(number, [unguard(cell) for cell in cells])
        self._waiting.extendleft(reversed(taken))
        taken.clear()
        return _refused(number, raw, problem)

    def _pull(self, first: _Line, taken: list[_Line]) -> Iterator[str]:
        """Hand out lines as the row asks for them, and note those behind the first."""
        line, characters = first, 0
        while True:
            text = self._decode(line)
            if not isinstance(text, str):
                raise text
            yield f"{text}\n"
            characters += len(text)
            following = self._next() if len(taken) < _MOST_LINES and characters < _MOST_CHARACTERS else None
            if following is None:
                raise _UnfinishedError
            taken.append(following)
            line = following

    def _decode(self, line: _Line) -> str | PatronError:
        """Return the text of a line, or why it has none."""
        _, start, raw = line
        if len(raw) > LONGEST:
            return PatronError("exchange.long_cell", reason="")
        try:
            text = raw.decode(self._codec)
        except UnicodeDecodeError as error:
            return PatronError("exchange.not_encoded", encoding=self.encoding, byte=start + error.start)
        text = text.removesuffix("\r")
        if not text.isprintable() or "\ufffd" in text:
            for sign in "\0\r\ufffd":
                if sign in text and not (sign == "\r" and '"' in text):
                    return PatronError("exchange.control", code=f"U+{ord(sign):04X}")
        if self._codec == "gb18030" and not raw.isascii() and _is_utf8(raw):
            return PatronError("exchange.mixed", byte=start)
        return text

    def _next(self) -> _Line | None:
        return self._waiting.popleft() if self._waiting else next(self._lines, None)

    def _numbered(self) -> Iterator[_Line]:
        for number, (start, raw) in enumerate(lines_of(self._pieces, self.encoding), 1):
            yield number, start, raw

    def _locate(self, wanted: Wanted, delimiter: str | None) -> tuple[Located, str]:
        """Read down to the headings, and return them with what separates them; what was read beyond them is read again."""
        drawn: list[tuple[str, list[_Line]]] = []
        found = locate(self._candidates(delimiter, drawn), wanted)
        if found is None and wanted.row is not None and drawn:
            raise UsageError("exchange.no_header_row", file=str(self._path), row=wanted.row)
        if found is None:
            raise InputError("source.empty_file", file=str(self._path))
        if found.problem is not None:
            raise InputError("exchange.bad_header", file=str(self._path), reason=found.problem)
        beyond = [line for _, lines in drawn[found.taken :] for line in lines]
        self._waiting.extendleft(reversed(beyond))
        return found, drawn[found.taken - 1][0]

    def _candidates(self, delimiter: str | None, drawn: list[tuple[str, list[_Line]]]) -> Iterator[SourceRow]:
        """Yield the rows from the first, each with the delimiter that it seems to have, and note the lines that they take."""
        while (line := self._next()) is not None:
            text = self._decode(line)
            if not isinstance(text, str):
                drawn.append((delimiter or ",", [line]))
                yield _refused(line[0], line[2], text)
                continue
            if text.lower().startswith("sep=") and len(text.strip()) == len("sep=") + 1:
                # A line for Excel alone, which names the delimiter.
                delimiter = delimiter or text.strip()[-1]
                continue
            self.delimiter, more = delimiter or _sniffed(text), list[_Line]()
            row = self._careful(line, more) if '"' in text else self._plain(line, self.delimiter)
            drawn.append((self.delimiter, [line, *more]))
            yield row


def _fitted(row: SourceRow, width: int) -> SourceRow:
    """Return the row without empty cells beyond the header, or refused for its number of cells."""
    if len(row.cells) > width and not any(row.cells[width:]):
        return row._replace(cells=row.cells[:width])
    return row._replace(problem=PatronError("exchange.ragged", has=len(row.cells), expected=width))


def _refused(line: int, raw: bytes, problem: PatronError) -> SourceRow:
    shown: list[Cell] = [raw[:_SHOWN].decode("utf-8", "backslashreplace").replace("\0", "\\x00").strip("\r")]
    return SourceRow(line, shown, problem)


def _is_utf8(raw: bytes) -> bool:
    try:
        return any(one > "\u07ff" for one in raw.decode())
    except UnicodeDecodeError:
        return False


def _checked(delimiter: str | None) -> str | None:
    if delimiter in ("\\t", "tab"):
        return "\t"
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise UsageError("source.bad_delimiter", delimiter=delimiter[:20])
    return delimiter


def _sniffed(header: str) -> str:
    """Return the delimiter that occurs most often outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
