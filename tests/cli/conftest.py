"""
Running the command line in the test's own process.
"""

import os
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from patron.cli import run


@attrs.frozen
class Result:
    """How a run ended and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture(name="patron")
def _patron(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return a function that runs `patron` with the given words in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setenv("TMPDIR", os.fspath(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def patron(*words: str) -> Result:
        code = run(words)
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return patron
