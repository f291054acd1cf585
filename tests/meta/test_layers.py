"""The layer contracts of pyproject.toml hold, and each of them notices what it is there to forbid."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = Path(sys.executable).with_name("lint-imports")

# contract, file that breaks it when the line is added, the line
PLANTED = [
    ("rooms", "core/money.py", "import patron.plugins.demo.shop"),
    ("rooms", "kernel/layout.py", "import patron.core.money"),
    ("rooms", "plugins/demo/shop.py", "import patron.app"),
    ("core", "core/scoring/__init__.py", "import patron.core.report"),
    ("core", "core/report/__init__.py", "import patron.core.scoring"),
    ("core", "core/records/run.py", "import patron.core.config"),
    ("plugins", "plugins/demo/shop.py", "import patron.plugins.scores"),
    ("channels", "plugins/channels/adf/channel.py", "import patron.plugins.channels.webhook"),
    ("kernel", "kernel/layout.py", "import attrs"),
    ("click", "core/config/__init__.py", "import click"),
    ("click", "plugins/demo/shop.py", "import click"),
    ("bridge", "core/report/__init__.py", "import patron.kernel.layout"),
    ("machinery", "plugins/demo/shop.py", "import patron.core.host"),
]


def lint(folder, *options):
    command = [str(LINT), "--config", "pyproject.toml", "--no-cache", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def kept_and_broken(output):
    """Return the number of contracts kept and broken, as the linter sums up."""
    found = re.search(r"(\d+) kept, (\d+) broken", output)
    return (int(found[1]), int(found[2])) if found else None


@pytest.fixture(name="copy")
def _copy(root, tmp_path):
    """Return a copy of the package that a test may spoil; the linter finds it before the installed one."""
    shutil.copytree(root / "patron", tmp_path / "patron", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_hold(root):
    result = lint(root)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED, ids=[f"{contract}-{file}" for contract, file, _ in PLANTED])
def test_a_planted_violation_breaks_its_contract(copy, contract, file, line):
    path = copy / "patron" / file
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")

    assert (0, 1) == kept_and_broken(lint(copy, "--contract", contract).stdout)


def test_a_module_without_a_layer_breaks_the_contract(copy):
    """The contracts are exhaustive: a new room of the core has no place until it is given one."""
    (copy / "patron" / "core" / "attic.py").write_text("", "utf-8")
    result = lint(copy, "--contract", "core")

    assert 0 != result.returncode
    assert "attic" in result.stdout + result.stderr
