"""What make hands on to the command, word by word."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    ("given", "words"),
    [("my file.csv", ["my file.csv"]), ("a.csv b.csv", ["a.csv", "b.csv"]), ("'my file.csv' a.csv", ["my file.csv", "a.csv"])],
)
def test_make_demo_takes_a_name_with_spaces_or_several(tmp_path, given, words):
    """A file that is there is one word, whatever its name; anything else is read as the shell does."""
    (tmp_path / "my file.csv").write_text("a\n1\n")
    for stamp in (".made", ".installed-demo"):
        (tmp_path / stamp).touch()
    (tmp_path / "patron").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "patron").chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(ROOT / name, tmp_path / name)
    command = ["make", "-s", "demo", f"BIN={tmp_path}", "VENV=.", f"INPUT={given}", 'ARGS=--amount "a * 2"']
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert ["score", *words, "--amount", "a * 2"] == ended.stdout.splitlines()
