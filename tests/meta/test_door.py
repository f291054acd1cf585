"""The public door: what plugins import comes from `patron`, and what we show them imports nothing behind it."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import patron
from patron.core import records

ROOT = Path(__file__).parent.parent.parent
PUBLIC = (
    "patron",
    "patron.testing",
    "patron.app",
    "patron.core.access",
    "patron.core.crm",
    "patron.core.nouns",
    "patron.core.scoring",
    "patron.core.store.plugin_tables",
    "patron.kernel",
)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("plugin*.md")), *sorted((ROOT / "examples").glob("*.py"))]
SKELETONS = sorted((ROOT / "patron" / "cli" / "skeletons").rglob("*.py.txt"))


def programs(path):
    """Return the Python in a page, a skeleton or a program."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"<<(\w+)>>", r"\1", text)]


def imported(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


@pytest.mark.parametrize("path", [*PAGES, *SKELETONS], ids=lambda path: path.name)
def test_what_we_show_uses_the_door(path):
    """Built-in plugins may be shown; everything else of ours is public."""
    ours = {name for code in programs(path) for name in imported(code) if name.partition(".")[0] == "patron"}
    deeper = {name for name in ours if name not in PUBLIC and not name.startswith(("patron.kernel.", "patron.plugins."))}

    assert ours
    assert set() == deeper


def test_every_record_stands_at_the_door():
    assert set(records.__all__) <= set(patron.__all__)


@pytest.mark.parametrize("name", [name for name in patron.__all__ if name != "__version__"])
def test_a_name_is_the_thing_itself(name):
    """What the type checker is told and what is loaded are one: each name is imported from the same place for both."""
    tree = ast.parse(Path(patron.__file__).read_text("utf-8"))
    homes = {alias.name: node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}

    assert getattr(patron, name) is getattr(importlib.import_module(homes[name]), name)
    assert name in dir(patron)


def test_the_door_is_sorted():
    assert sorted(patron.__all__) == patron.__all__


def test_a_name_that_is_not_there_is_said():
    with pytest.raises(AttributeError, match="'patron' has no attribute 'Tabel'"):
        _ = patron.Tabel


def test_the_door_costs_nothing():
    """Importing it loads nothing else of ours, and nothing heavy."""
    code = "import sys, patron; print(*(name for name in sys.modules if name.partition('.')[0] in sys.argv))"
    result = subprocess.run(
        [sys.executable, "-c", code, "patron", "attr", "numpy", "pyarrow"], capture_output=True, text=True, check=True
    )

    assert ["patron"] == result.stdout.split()
