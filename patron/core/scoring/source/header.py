"""
The first record of a delimited file: encoding, delimiter, column names, and where the data begin.
"""

import csv
import io
from pathlib import Path

import attrs

from patron.core.errors import InputError, UsageError
from patron.core.scoring.source import kinds
from patron.core.scoring.source.batch import SourceOptions
from patron.core.scoring.source.records import count_lines, record_end
from patron.core.scoring.source.streams import ByteStream, check_encoding, open_stream

DELIMITERS = ",;\t|"
"""Tried in this order where the header does not say more clearly."""

LONGEST_RECORD = 2**26
"""Bytes after which a record that does not end is a quote that was never closed."""

_SAMPLE = 2**18
_UTF8_MARK = b"\xef\xbb\xbf"
_MOSTLY = 0.8


@attrs.frozen(kw_only=True)
class Header:
    """
    How a delimited file is to be read.

    Attributes:
        names: the columns.
        encoding: to decode with; None for UTF-8.
        delimiter: between fields.
        line_break: the byte that ends lines.
        data_start: where the data begin, in bytes of UTF-8.
        lines: how many lines come before them.
        row_bytes: the mean length of a row, from a sample.
    """

    names: tuple[str, ...]
    encoding: str | None
    delimiter: str
    line_break: bytes
    data_start: int
    lines: int
    row_bytes: float


def read_header(path: Path, options: SourceOptions, *, gzipped: bool) -> Header:
    """
    Read the header of a delimited file.

    Raises:
        InputError: the file is empty, is no text, or not in the encoding that it should be in.
        UsageError: the encoding or delimiter can't be used.
    """
    asked = check_encoding(options.encoding) if options.encoding else None
    encoding = _looked_at(path, gzipped=gzipped, named=options.encoding is not None) or asked
    stream = open_stream(path, gzipped=gzipped, encoding=encoding)
    try:
        return _read(str(path), stream, encoding, _checked(options.delimiter))
    finally:
        stream.close()


def _checked(delimiter: str | None) -> str | None:
    if delimiter in ("\\t", "tab"):
        return "\t"
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'):
        raise UsageError("source.bad_delimiter", delimiter=delimiter[:20])
    return delimiter


def suggested_encoding(data: bytes) -> str:
    """Return the encoding that bytes which are not UTF-8 are probably in."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        if error.end < len(data) - 4:
            return "cp1252"
        text = data[: error.start].decode("gb18030", "ignore")
    # In Chinese both bytes of a character are high; a western letter is one high byte among low ones.
    pairs = sum(character > "\x7f" for character in text)
    high = sum(byte > 0x7F for byte in data)
    return "gb18030" if pairs and high >= 2 * _MOSTLY * pairs else "cp1252"


def _looked_at(path: Path, *, gzipped: bool, named: bool) -> str | None:
    """
    Return the encoding that a byte order mark says, unless one was *named*; None without a mark.

    Raises:
        InputError: the first bytes are no text.
    """
    stream = open_stream(path, gzipped=gzipped, encoding=None)
    try:
        data = bytearray(kinds.HEAD)
        count = stream.readinto(memoryview(data))
    finally:
        stream.close()
    head = bytes(data[:count])
    marked = head.startswith(kinds.UTF16_MARKS)
    key = kinds.packed(head) if gzipped else None
    if key is None and not (named or marked):
        key = kinds.no_text(head)
    if key:
        raise InputError(key, file=str(path))
    return "utf-16" if marked and not named else None


def _read(file: str, stream: ByteStream, encoding: str | None, delimiter: str | None) -> Header:
    data, end, start, line_break = _first_record(file, stream, delimiter)
    try:
        text = bytes(data[start:end]).decode()
    except UnicodeDecodeError as error:
        suggestion = suggested_encoding(bytes(data[start:end]))
        raise InputError("source.header_not_utf8", file=file, encoding=suggestion) from error
    if "\x00" in text:
        raise InputError("source.no_text", file=file)
    if text.lower().startswith("sep=") and len(text.strip()) == len("sep=") + 1:
        # A first line for Excel alone: it names the delimiter, and the header follows.
        delimiter = delimiter or text.strip()[-1]
        start = end
        end = _first_end(data, start, delimiter, line_break) or len(data)
        text = bytes(data[start:end]).decode(errors="replace")
    delimiter = delimiter or _sniffed(text)
    names = next(csv.reader(io.StringIO(text.strip("\r\n"), newline=""), delimiter=delimiter, skipinitialspace=True))
    sample = data[end:]
    return Header(
        names=tuple(name.strip() for name in names),
        encoding=encoding,
        delimiter=delimiter,
        line_break=line_break,
        data_start=end,
        lines=count_lines(data[:end], line_break),
        row_bytes=len(sample) / max(1, sample.count(line_break)),
    )


def _first_record(file: str, stream: ByteStream, delimiter: str | None) -> tuple[bytearray, int, int, bytes]:
    """Return the first bytes, the end and the start of the first record, and the line break."""
    data = bytearray()
    while len(data) < LONGEST_RECORD:
        more = bytearray(max(_SAMPLE, len(data)))
        count = stream.readinto(memoryview(more))
        data += more[:count]
        start = 3 if data.startswith(_UTF8_MARK) else 0
        start += len(data) - start - len(bytes(data[start:]).lstrip(b" \t\r\n" if delimiter != "\t" else b" \r\n"))
        line_break = b"\n" if b"\n" in data or b"\r" not in data else b"\r"
        end = _first_end(data, start, delimiter, line_break)
        if end:
            return data, end, start, line_break
        if not count or count < len(more):
            if start == len(data):
                raise InputError("source.empty_file", file=file)
            return data, len(data), start, line_break
    raise InputError("source.no_text", file=file)


def _first_end(data: bytearray, start: int, delimiter: str | None, line_break: bytes) -> int:
    """Return the end of the record that begins at *start*; 0 where it is not complete."""
    end = start
    while True:
        end = data.find(line_break, end) + 1
        if end == 0:
            return 0
        record = data[start:end]
        separator = delimiter or _sniffed(record.decode(errors="replace"))
        if record_end(record, len(record), ord(separator), line_break) == len(record):
            return end


def _sniffed(header: str) -> str:
    """Return the delimiter that occurs most often outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
