"""
Writes docs/requirements.md: every row that the software must fulfil, and the tests that prove it.

The rows stand in docs/requirements.toml; the proofs are the marks `@pytest.mark.requirement("R295")`, read from the sources of
the tests without running them. `--check` writes nothing and fails where the page is not what it would write.
"""

import argparse
import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "docs" / "requirements.toml"
PAGE = ROOT / "docs" / "requirements.md"
TESTS = ROOT / "tests"

Proofs = dict[str, list[tuple[str, str]]]
"""Row id → (path of the test file below tests/, name of the test)."""


@attrs.frozen(kw_only=True)
class Group:
    """
    A part of the requirements.

    Attributes:
        letter: its letter.
        title: its heading.
        rows: row id → what is asked.
    """

    letter: str
    title: str
    rows: dict[str, str]

    @property
    def anchor(self) -> str:
        """The link to the heading as code hosts make it."""
        title = f"{self.letter} {self.title}".lower()
        return "".join(char for char in title if char.isalnum() or char in " -").replace(" ", "-")


def main() -> int:
    """Write or check the page; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is out of date")
    check = parser.parse_args().check
    groups = [Group(**group) for group in tomllib.loads(ROWS.read_text("utf-8"))["group"]]
    proofs = find_proofs()
    known = {row for group in groups for row in group.rows}
    unknown = sorted(set(proofs) - known)
    if unknown:
        print(f"tests name rows that {ROWS.relative_to(ROOT)} does not have: {', '.join(unknown)}", file=sys.stderr)
        return 1
    page = render(groups, proofs)
    if not check:
        PAGE.write_text(page, "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != page:
        print(f"{PAGE.relative_to(ROOT)} is out of date; write it anew: make docs", file=sys.stderr)
        return 1
    return 0


def find_proofs() -> Proofs:
    """Return the tests that carry each row's mark, in the order of paths and names."""
    proofs: Proofs = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for name, row in _marks(tree):
            entry = (path.relative_to(TESTS).as_posix(), name)
            if entry not in proofs.setdefault(row, []):
                proofs[row].append(entry)
    return proofs


def render(groups: list[Group], proofs: Proofs) -> str:
    """Return the page."""
    rows = [row for group in groups for row in group.rows]
    lines = [
        "<!-- Written by tools/requirements_page.py from requirements.toml and the marks of the tests: make docs -->",
        "",
        "# Requirements",
        "",
        "What Patron has to do, and the tests that prove it: a test carries the ids of the rows that would be unfulfilled if it",
        "failed. A row without a test is not done. `pytest -m requirement` runs the proofs.",
        "",
        f"**{sum(row in proofs for row in rows)} of {len(rows)}** rows are proven.",
        "",
        "| part | | rows | proven |",
        "| --- | --- | ---: | ---: |",
    ]
    for group in groups:
        proven = sum(row in proofs for row in group.rows)
        lines.append(f"| {group.letter} | [{group.title}](#{group.anchor}) | {len(group.rows)} | {proven} |")
    for group in groups:
        lines += ["", f"## {group.letter}. {group.title}", "", "| row | what is asked | proven by |", "| --- | --- | --- |"]
        lines += [f"| {row} | {words} | {_links(proofs.get(row, []))} |" for row, words in group.rows.items()]
    return "\n".join(lines) + "\n"


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (name of the test, row id) of every mark: on a function, on a class, or on the whole module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                yield from ((node.name, row) for row in _row_ids(decorator))
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            yield from (("", row) for row in _row_ids(node.value))


def _row_ids(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requirement":
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def _links(tests: list[tuple[str, str]]) -> str:
    return "<br>".join(f"[{name or Path(path).stem}](../tests/{path})" for path, name in tests) or "–"


if __name__ == "__main__":
    sys.exit(main())
