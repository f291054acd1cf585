"""
The pages run: every code block of README and docs is executed, page by page, in a folder with an example shop.

A block in `console` is a session: lines after `$ ` are commands (`> ` goes on with one), the others what they print, `…` standing
for anything, on a line of its own for any lines. A block in `python` is a script. A comment before a block says what is special:

    <!-- not run: needs a network -->     the block is not executed
    <!-- fails: 2 -->                     its last command ends with this exit code
    <!-- file: patron.toml -->            the block is the content of this file, which is made
    <!-- shows: src/mine.py -->           this file is there, made by a command before, and the block stands in it
    <!-- installs: patron-mine -->        the folder is installed for the rest of the page, in place of what the block says
"""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parent.parent.parent
GENERATED = {"requirements.md", "benchmarks.md", "data-model.md"}
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.name not in GENERATED)]
BLOCK = re.compile(r"(?:^<!-- (?P<note>[^>]*?) -->\n+)?^```(?P<lang>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = {"console", "csv", "json", "mermaid", "python", "text", "toml"}
SECONDS = 120


@attrs.frozen(kw_only=True)
class Block:
    """A code block: its language, its text, the line where it begins, and the note before it."""

    lang: str
    text: str
    line: int
    note: str


def blocks(page):
    text = page.read_text("utf-8")
    return [
        Block(lang=found["lang"], text=found["text"], line=text[: found.start("text")].count("\n"), note=found["note"] or "")
        for found in BLOCK.finditer(text)
    ]


def steps(session):
    """Return (command, expected output) of a console block."""
    found = []
    for line in session.splitlines():
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif line.startswith("> ") and not found[-1][1]:
            found[-1][0].append(line[2:])
        else:
            found[-1][1].append(line.rstrip())
    return [("\n".join(command), output) for command, output in found]


def matches(expected, printed):
    pattern = "\n".join(r".*" if line.strip() == "…" else ".*".join(map(re.escape, line.split("…"))) for line in expected)
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in printed.strip("\n").splitlines()), re.DOTALL) is not None


@pytest.fixture(name="run")
def _run(tmp_path):
    """Return a function that runs a command in the folder of the page, where an example shop lies ready."""
    programs = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100"}

    def run(*command):
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=env,
            timeout=SECONDS,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    run.env = env
    for name in ("shop.parquet", "orders.parquet", "orders.csv"):
        made = run("patron", "demo", "shop", "--lines", "20000", "-o", name)
        assert made.returncode == 0, made.stdout
    return run


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_runs(page, run, tmp_path):
    for block in blocks(page):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        kind, _, detail = block.note.partition(": ")
        if kind == "not run":
            assert detail, f"{where}: say why the block is not run"
        elif kind == "file":
            target = tmp_path / detail
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, "utf-8")
        elif kind == "shows":
            assert block.text in (tmp_path / detail).read_text("utf-8"), f"{where}: {detail} is written otherwise"
        elif kind == "installs":
            install(tmp_path / detail, tmp_path, run)
        else:
            check(block, where, run, int(detail) if kind == "fails" else 0)


def install(source, folder, run):
    """Install a distribution, without a network, where the commands of the page alone find it."""
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    made = run(sys.executable, "-m", "pip", "install", "--quiet", *offline, "--target", str(folder / "site"), str(source))
    assert made.returncode == 0, made.stdout
    run.env |= {"PYTHONPATH": str(folder / "site"), "PATRON_CACHE_DIR": str(folder / "cache")}


def check(block, where, run, exit_code):
    assert block.lang in LANGUAGES, f"{where}: a block is in one of {sorted(LANGUAGES)}, or marked"
    if block.lang == "json":
        json.loads(block.text)
    elif block.lang == "toml":
        tomllib.loads(block.text)
    elif block.lang == "python":
        result = run(sys.executable, "-c", block.text)
        assert result.returncode == exit_code, f"{where}\n{result.stdout}"
    elif block.lang == "console":
        check_session(block, where, run, exit_code)


def check_session(block, where, run, exit_code):
    commands = steps(block.text)
    for number, (command, expected) in enumerate(commands, 1):
        result = run("sh", "-c", command)
        wanted = exit_code if number == len(commands) else 0
        assert result.returncode == wanted, f"{where}\n$ {command}\n{result.stdout}"
        if any(expected):
            assert matches(expected, result.stdout), f"{where}\n$ {command}\n{result.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    """Links to files of the repository name files that are there."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:|#", target)]

    assert [] == [target for target in targets if target and not (page.parent / target).exists()]


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.py")), ids=lambda path: path.name)
def test_example_runs(path, run):
    """Every program in examples/ runs in a folder with an example shop."""
    result = run(sys.executable, str(path))

    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert 0 == result.returncode, result.stdout
