"""The habits of the house: docstrings, names, sizes, a test tree that can be guessed, nothing of one machine in any file."""

import ast
import doctest
import importlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "patron"
SOURCES = sorted(PACKAGE.rglob("*.py"))
LARGEST = 600
"""Lines of a file. A file that outgrows it holds two things."""
GENERATED = {"v0001_baseline"}
"""Modules that a tool writes, as long as what they are written from."""

VAGUE = {"utils", "util", "common", "helpers", "helper", "misc", "base"}
# Put together here so that this file does not contain what it looks for.
UNWANTED = re.compile(
    "|".join(
        ["/wor" + "k/", "/roo" + "t/", "/hom" + "e/", "pypi" + r"\.org", "python" + "hosted", r"(?<!V)TO" + "DO", "FIX" + "ME"]
    )
)


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def public_definitions(tree):
    """Yield (qualified name, node) of the module's public functions and classes, and of the public methods of these."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                yield from ((f"{node.name}.{name}", inner) for name, inner in public_definitions(node))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_everything_public_has_a_docstring(path):
    tree = ast.parse(path.read_text("utf-8"))
    bare = [name for name, node in public_definitions(tree) if ast.get_docstring(node) is None and not _overloads(node)]
    if tree.body and ast.get_docstring(tree) is None:
        bare.insert(0, "the module")

    assert [] == bare


def _overloads(node):
    return any(isinstance(item, ast.Name) and item.id == "overload" for item in node.decorator_list)


def test_names_say_what_a_module_holds():
    assert [] == [name_of(path) for path in SOURCES if path.stem.strip("_") in VAGUE]


def test_files_are_of_a_size_that_can_be_read():
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCES if path.stem not in GENERATED}

    assert [] == [name_of(path) for path, lines in sizes.items() if lines > LARGEST]


def test_every_test_module_stands_where_its_source_stands():
    """tests/core/test_money.py, and test_money_…, belong to patron/core/money.py; a folder may stand for a module too."""
    strays = [name_of(path) for path in sorted((ROOT / "tests").rglob("test_*.py")) if not _has_source(path)]

    assert [] == strays


def _has_source(path):
    folders = path.parent.relative_to(ROOT / "tests").parts
    if folders[:1] in {("meta",), ("data",), ("faults",)}:
        return True
    words = path.stem.removeprefix("test_").split("_")
    stems = {"_".join(words[: end + 1]) for end in range(len(words))}
    source = PACKAGE.joinpath(*folders)
    candidates = [source, *(source / f"{prefix}{stem}" for stem in stems for prefix in ("", "_")), source.parent / source.name]
    return any(candidate.with_suffix(".py").is_file() or (candidate != source and candidate.is_dir()) for candidate in candidates)


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry_or_is_unfinished():
    found = []
    for path in tracked_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match[0]}" for match in UNWANTED.finditer(text)]

    assert [] == found


def test_no_file_is_both_generated_and_large():
    """The repository holds sources, not data."""
    assert [] == [name_of(path) for path in tracked_files() if path.stat().st_size > 1_000_000]


def test_examples_in_docstrings_are_true():
    failed = []
    for path in SOURCES:
        if ">>>" in path.read_text("utf-8"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if doctest.testmod(importlib.import_module(name)).failed:
                failed.append(name)

    assert [] == failed
