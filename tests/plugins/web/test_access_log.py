"""A line a request, whatever is in it."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest

from patron.plugins.web.access_log import AccessLog, line_of

AT = datetime(2026, 1, 2, 3, 4, 5, 678_901, UTC)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("a b", '"a b"'),
        ('a"\n\x1b[31m张', '"a\\"\\n\\u001b[31m\\u5f20"'),
        ("", '""'),
        (1.26, "1.3"),
        ("a=b", '"a=b"'),
    ],
)
def test_a_value_can_not_end_its_line(value: Any, written: str) -> None:
    assert line_of(AT, {"x": value}) == f"at=2026-01-02T03:04:05.678Z x={written}"


def test_lines_are_written_before_the_end() -> None:
    stream = StringIO()
    log = AccessLog(stream)
    with log.writing():
        log.add(AT, {"x": 1})
        log.add(AT, {"x": 2})

    assert [line.rpartition("=")[2] for line in stream.getvalue().splitlines()] == ["1", "2"]


def test_whom_nobody_reads_writes_on() -> None:
    """A full queue and a stream that is gone cost lines, and no request."""
    stream = StringIO()
    log = AccessLog(stream)
    for _ in range(10_003):
        log.add(AT, {})
    stream.close()
    with_thread = log.writing()
    assert log.lost == 3
    log._lines.get()  # room for the end
    with with_thread:
        pass

    assert log.lost == 3 + 9_999
