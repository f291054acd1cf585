"""Pages and files that are written by tools are what the tools would write now."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent


def pins():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_requirements_page_is_current():
    """docs/requirements.md says which rows are proven by the tests that there are."""
    command = [sys.executable, "tools/requirements_page.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == result.returncode, result.stderr


def test_data_model_page_is_current():
    """docs/data-model.md shows the nouns, fields and codes that there are."""
    command = [sys.executable, "tools/data_model_page.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == result.returncode, result.stderr


def test_roles_page_is_current():
    """docs/roles.md shows what every role may do, as the program asks for it."""
    command = [sys.executable, "tools/roles_page.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == result.returncode, result.stderr


def test_requirements_are_worded_in_a_line():
    groups = tomllib.loads((ROOT / "docs" / "requirements.toml").read_text("utf-8"))["group"]
    rows = {row: words for group in groups for row, words in group["rows"].items()}

    assert [f"R{number:03d}" for number in range(1, 337)] == list(rows)
    assert [] == [row for row, words in rows.items() if len(words) > 100 or not words.endswith(".")]


def test_benchmarks_page_says_where_and_what():
    """The figures change from run to run; the machine, the versions and a table for every work stand there."""
    page = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")

    assert re.search(r"^Machine: .+ cores.*memory", page, re.MULTILINE)
    assert re.search(r"^Versions: .*numpy \d.*duckdb \d.*polars \d", page, re.MULTILINE)
    assert len(re.findall(r"^## ", page, re.MULTILINE)) >= 2


def test_everything_that_is_installed_is_pinned():
    """The pins cover every package that a group of dependencies brings, directly or not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    names = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    names += [name for extra in project["project"]["optional-dependencies"].values() for name in extra]
    names += [name for name in project["dependency-groups"]["test"] if isinstance(name, str)]
    pinned = {canonicalize_name(name) for name in pins()}
    waiting, seen = [Requirement(name) for name in names], set()
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if name in seen or (needed.marker and not needed.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        waiting += [Requirement(text) for text in distribution(name).requires or ()]

    assert set() == seen - pinned


def test_pins_are_exact():
    assert [] == [name for name, version in pins().items() if not re.fullmatch(r"[0-9][0-9a-z.+]*", version)]
