"""
The bytes of a text file as UTF-8, whatever its compression and encoding.
"""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from patron.core.errors import InputError, UsageError

_PIECE = 2**20


class ByteStream(Protocol):
    """Bytes to be read once, from the beginning."""

    def readinto(self, target: memoryview) -> int:
        """Fill *target* from the front and return how many bytes came; fewer than asked for only at the end."""

    def skip_to(self, position: int) -> None:
        """Go forward to *position*, counted in bytes of what is read."""

    def close(self) -> None:
        """Let go of the file."""


def open_stream(path: Path, *, gzipped: bool, encoding: str | None) -> ByteStream:
    """
    Open a text file.

    Args:
        path: where it is.
        gzipped: whether it is compressed.
        encoding: a codec to decode with; None where the bytes are UTF-8 already.
    """
    stream: ByteStream = _Plain(path, gzipped=gzipped)
    return stream if encoding is None else _Transcoded(stream, encoding, str(path))


def first_line(error: Exception) -> str:
    """Return what a library says of an error, fit for the middle of a sentence."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200].rstrip(". ")


def check_encoding(name: str) -> str | None:
    """
    Return the codec to decode with, None for UTF-8.

    Raises:
        UsageError: there is no such codec, or it is none for text.
    """
    try:
        codec = codecs.lookup(name)
        "a".encode(name)  # refuses codecs such as base64, which turn bytes into bytes
    except (LookupError, TypeError, ValueError, UnicodeError):
        raise UsageError("source.unknown_encoding", encoding=name[:40]) from None
    return None if codec.name in ("utf-8", "utf-8-sig") else codec.name


class _Plain:
    """A file as it is, or unpacked."""

    def __init__(self, path: Path, *, gzipped: bool) -> None:
        self._name = str(path)
        with _readable(self._name):
            file = pa.OSFile(self._name)
            self._stream = pa.CompressedInputStream(file, "gzip") if gzipped else file
        self._seekable = not gzipped
        self._position = 0

    def readinto(self, target: memoryview) -> int:
        filled = 0
        with _readable(self._name):
            while filled < len(target):
                count = self._stream.readinto(target[filled:])
                if not count:
                    break
                filled += count
        self._position += filled
        return filled

    def skip_to(self, position: int) -> None:
        if self._seekable:
            self._stream.seek(position)
            self._position = position
        else:
            _read_away(self, position - self._position)

    def close(self) -> None:
        self._stream.close()


class _Transcoded:
    """A stream of another encoding, decoded piece by piece."""

    def __init__(self, stream: ByteStream, encoding: str, name: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._encoding = encoding
        self._name = name
        self._read = 0
        self._rest = b""
        self._position = 0
        self._piece = memoryview(bytearray(_PIECE))

    def readinto(self, target: memoryview) -> int:
        filled = 0
        while filled < len(target):
            if not self._rest and not self._decode():
                break
            part = self._rest[: len(target) - filled]
            target[filled : filled + len(part)] = part
            self._rest = self._rest[len(part) :]
            filled += len(part)
        self._position += filled
        return filled

    def skip_to(self, position: int) -> None:
        _read_away(self, position - self._position)

    def close(self) -> None:
        self._stream.close()

    def _decode(self) -> bool:
        """Decode the next piece into `_rest`; say whether there was one."""
        while not self._rest:
            count = self._stream.readinto(self._piece)
            try:
                text = self._decoder.decode(bytes(self._piece[:count]), final=count == 0)
                self._rest = text.encode()
            except UnicodeError as error:
                at = self._read + (error.start if isinstance(error, UnicodeDecodeError) else 0)
                raise InputError("source.not_encoded", file=self._name, encoding=self._encoding, byte=at) from error
            self._read += count
            if not count:
                break
        return bool(self._rest)


def _read_away(stream: ByteStream, count: int) -> None:
    waste = memoryview(bytearray(min(count, _PIECE)))
    while count > 0 and (read := stream.readinto(waste[:count])):
        count -= read


@contextmanager
def _readable(file: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError("source.damaged_text", file=file, reason=first_line(error)) from error
