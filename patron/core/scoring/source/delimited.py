"""
CSV and its kin: blocks of whole records, each decoded by Arrow in whatever thread takes it.

The file is read once, in order. Each block is cut behind its last complete record, so that a quoted line break never falls
between two blocks; that costs a fraction of the decoding, which then runs in parallel. Values stay text: only the columns asked
for are kept, and nothing is guessed about their types. An apostrophe that keeps spreadsheets from taking a cell for a formula is
taken away. Rows with too many or too few fields are left out and counted.
"""

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from patron.core.errors import InputError
from patron.core.records import Place, Skipped
from patron.core.scoring.formulas import APOSTROPHE, unguard_column
from patron.core.scoring.source.batch import SourceBatch, SourceOptions, Task
from patron.core.scoring.source.blocks import LARGE, LARGE_SIZE, SIZE, Block, Blocks, UnclosedQuoteError
from patron.core.scoring.source.header import Header, read_header, suggested_encoding
from patron.core.scoring.source.records import Records, count_lines, find_records
from patron.core.scoring.source.streams import ByteStream, first_line, open_stream

_PACKED = 5
"""How many times a packed file is taken to grow when it is unpacked."""

_ASCII = 127
"""Text of such bytes alone is UTF-8 without a check."""


def open_delimited(path: Path, size: int, options: SourceOptions, *, gzipped: bool) -> "DelimitedFile":
    """
    Open a text file of delimited records.

    Raises:
        InputError: it is no such file.
        UsageError: an option can't be used.
    """
    return DelimitedFile(path, size, read_header(path, options, gzipped=gzipped), gzipped=gzipped, decimal=options.decimal)


@attrs.frozen
class _Decoded:
    """What is remembered of a block: its bytes, its lines, and the rows that it lost."""

    length: int
    lines: int
    wrong: int


class DelimitedFile:
    """One delimited file."""

    def __init__(self, path: Path, size: int, header: Header, *, gzipped: bool, decimal: str) -> None:
        self.name = str(path)
        self.size = size
        self.columns = header.names
        self.header = header
        self.decimal = decimal
        unpacked = size * (_PACKED if gzipped else 1)
        self.rows_estimate = max(0, round((unpacked - header.data_start) / header.row_bytes)) if header.row_bytes else 0
        self._path = path
        self._gzipped = gzipped
        self._decoded: dict[int, _Decoded] = {}
        self._lock = threading.Lock()

    def type_of(self, column: str) -> pa.DataType | None:
        """Return None: text has no types."""

    def tasks(self, columns: Sequence[str]) -> Iterator[Task]:
        """Return a task for each block; drawing one reads it."""
        fields = {name: self.columns.index(name) for name in columns}
        header = self.header
        with closing(self._stream()) as stream:
            stream.skip_to(header.data_start)
            size = LARGE_SIZE if self.size >= LARGE else SIZE
            blocks = Blocks(stream, header.data_start, ord(header.delimiter), header.line_break, size)
            try:
                for block in blocks:
                    yield _BlockTask(self, blocks, block, fields)
            except UnclosedQuoteError as error:
                raise InputError("source.unclosed_quote", file=self.name, line=self._lines_before(error.start) + 1) from error

    def locate(self, positions: Iterable[int]) -> dict[int, int]:
        """Return the lines on which rows begin, counted from 1."""
        found: dict[int, int] = {}
        starts = sorted(self._decoded)
        by_block: dict[int, list[int]] = {}
        for position in sorted(set(positions)):
            by_block.setdefault(starts[bisect_right(starts, position) - 1], []).append(position)
        for start, records, lines in self._revisit(sorted(by_block)):
            good = records.lines[records.fields == len(self.columns)]
            for position in by_block[start]:
                found[position] = lines + int(good[position - start]) + 1
        return found

    def wrong_fields(self, limit: int) -> Skipped | None:
        """Return the rows left out for their number of fields; None where there are none."""
        bad = sorted(start for start, block in self._decoded.items() if block.wrong)
        if not bad:
            return None
        first: list[Place] = []
        for _, records, lines in self._revisit(bad[:limit]):
            wrong = records.lines[records.fields != len(self.columns)]
            first.extend(Place(file=self.name, line=lines + int(line) + 1) for line in wrong[: limit - len(first)])
        return Skipped(count=sum(self._decoded[start].wrong for start in bad), first=tuple(first))

    def remember(self, block: Block, wrong: int) -> None:
        """Keep what is needed to find the lines of a block again."""
        lines = count_lines(block.bytes(), self.header.line_break)
        with self._lock:
            self._decoded[block.start] = _Decoded(block.length, lines, wrong)

    def not_utf8(self, block: Block, name: str) -> InputError:
        """Return the error that a column of a block holds bytes that are not UTF-8."""
        data = bytes(block.bytes())
        line = self._lines_before(block.start) + 1
        try:
            data.decode()
        except UnicodeDecodeError as error:
            line += count_lines(data[: error.start], self.header.line_break)
        return InputError("source.not_utf8", file=self.name, line=line, column=name, encoding=suggested_encoding(data))

    def _stream(self) -> ByteStream:
        return open_stream(self._path, gzipped=self._gzipped, encoding=self.header.encoding)

    def _revisit(self, starts: Sequence[int]) -> Iterator[tuple[int, Records, int]]:
        """Read some blocks again: where each begins, its records, and the lines before it."""
        with closing(self._stream()) as stream:
            for start in starts:
                stream.skip_to(start)
                block = bytearray(self._decoded[start].length)
                stream.readinto(memoryview(block))
                records = find_records(block, ord(self.header.delimiter), self.header.line_break)
                yield start, records, self._lines_before(start)

    def _lines_before(self, position: int) -> int:
        """Return how many lines end before *position*, the beginning of a record."""
        place, lines = self.header.data_start, self.header.lines
        while (block := self._decoded.get(place)) and place + block.length <= position:
            place, lines = place + block.length, lines + block.lines
        if place < position:
            with closing(self._stream()) as stream:
                stream.skip_to(place)
                piece = bytearray(2**20)
                while place < position and (count := stream.readinto(memoryview(piece)[: position - place])):
                    lines += count_lines(piece[:count], self.header.line_break)
                    place += count
        return lines


@attrs.frozen(eq=False)
class _BlockTask(Task):
    """A block to be decoded."""

    file: DelimitedFile
    blocks: Blocks
    block: Block
    fields: Mapping[str, int]

    def read(self) -> SourceBatch:
        wrong = _Counter()
        try:
            table = _decode(self.block.bytes(), self.file.header, self.fields, wrong)
        except pa.ArrowInvalid as error:
            raise self._refused(error) from error
        guarded = self.block.buffer.find(APOSTROPHE, 0, self.block.length) >= 0
        self.file.remember(self.block, wrong.count)
        self.blocks.give_back(self.block)
        columns = {name: _single(table.column(_field(number))) for name, number in self.fields.items()}
        if guarded:
            columns = {name: unguard_column(column) for name, column in columns.items()}
        return SourceBatch(
            file=self.file.name,
            first_row=self.block.start,
            rows=table.num_rows,
            columns=columns,
            decimal=self.file.decimal,
        )

    def _refused(self, error: pa.ArrowInvalid) -> InputError:
        for name, number in self.fields.items():
            if f"column #{number}:" in str(error) and "UTF8" in str(error):
                return self.file.not_utf8(self.block, name)
        return InputError("source.damaged_text", file=self.file.name, reason=first_line(error))


class _Counter:
    """Counts the rows that have the wrong number of fields, and lets Arrow go on without them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        self.count += 1
        return "skip"


def _decode(block: memoryview, header: Header, fields: Mapping[str, int], wrong: _Counter) -> pa.Table:
    names = [_field(number) for number in fields.values()]
    return arrow_csv.read_csv(
        pa.BufferReader(pa.py_buffer(block)),
        read_options=arrow_csv.ReadOptions(
            column_names=[_field(number) for number in range(len(header.names))], use_threads=False, block_size=len(block) + 1
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True, invalid_row_handler=wrong),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=names,
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            check_utf8=bool(np.frombuffer(block, dtype=np.uint8).max(initial=0) > _ASCII),
        ),
    )


def _single(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _field(number: int) -> str:
    """Return a name for a column by its place: names in files may be empty, or occur twice."""
    return f"f{number}"
