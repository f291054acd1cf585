"""
A line for each request, on standard output: when, its id, what was asked for, what was answered, how long it took.

No address of a client, no query and no header stands in it, for these are secrets or of a person; names that aren't ours don't
either. Lines are written by a thread of their own, so that a reader who pauses stops no request: what doesn't fit into the queue
meanwhile is lost, and counted.
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import Full, Queue
from threading import Thread
from typing import TextIO

LOG = logging.getLogger("patron.serve")
_MOST = 10_000
"""Lines that wait to be written."""


def line_of(at: datetime, values: Mapping[str, object]) -> str:
    """Return a line of the form `at=… name=value`, whatever signs a value has."""
    said = {"at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), **values}
    return " ".join(f"{name}={_plain(value)}" for name, value in said.items())


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    text = str(value)
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "=\\')
    return text if text and plain else json.dumps(text)


class AccessLog:
    """
    Writes lines without letting anybody wait.

    Args:
        stream: where to.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lines: Queue[str | None] = Queue(_MOST)
        self.lost = 0

    def add(self, at: datetime, values: Mapping[str, object]) -> None:
        """Write a line, soon."""
        try:
            self._lines.put_nowait(line_of(at, values))
        except Full:
            self.lost += 1

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write, until the block ends and everything is written."""
        thread = Thread(target=self._write, name="patron-access-log", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._lines.put(None)
            thread.join()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._stream.write(line + "\n")
                if self._lines.empty():
                    self._stream.flush()
            except (OSError, ValueError):  # nobody reads any more; requests are answered all the same
                self.lost += 1
