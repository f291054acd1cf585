"""The start is cheap: what `patron --help` imports, and what sixty plugins add to it."""

import json
import subprocess
import sys

HEAVY = {"numpy", "pyarrow", "numba", "rich", "attr", "attrs", "jinja2", "decimal", "zoneinfo", "sqlite3", "asyncio"}

PROBE = """
import builtins, io, json, sys
opened = []
for owner in (builtins, io):
    owner.open = lambda file, *rest, _open=owner.open, **keys: opened.append(str(file)) or _open(file, *rest, **keys)
from patron.cli import run
code = run(json.loads(sys.argv[1]))
manifests = sum(file.endswith("manifest.toml") for file in opened)
sys.stderr.write(json.dumps({"code": code, "modules": sorted(sys.modules), "manifests": manifests}))
"""


def probe(*words):
    """Run `patron` in a fresh interpreter; return its exit code, what it imported, and how many manifests it opened."""
    command = [sys.executable, "-c", PROBE, json.dumps(words)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(result.stderr.splitlines()[-1])


def test_help_imports_nothing_heavy():
    modules = set(probe("--help")["modules"])

    assert set() == HEAVY & modules
    assert [] == [name for name in modules if name.startswith(("patron.plugins", "patron.kernel", "patron.core.records"))]


def test_help_imports_of_ours():
    """The list may grow only on purpose: each module here is paid for by every start."""
    ours = {name for name in probe("--help")["modules"] if name.partition(".")[0] == "patron"}

    assert {
        "patron",
        "patron.app",
        "patron.cli",
        "patron.cli.formatting",
        "patron.cli.launch",
        "patron.cli.process",
        "patron.cli.reporter",
        "patron.cli.root",
        "patron.cli.wording",
        "patron.core",
        "patron.core.config",
        "patron.core.config.factors",
        "patron.core.config.matching",
        "patron.core.config.settings",
        "patron.core.config.sheets",
        "patron.core.config.sizes",
        "patron.core.config.source",
        "patron.core.errors",
        "patron.core.hookspecs",
        "patron.core.host",
        "patron.core.host.answers",
        "patron.core.host.cache",
        "patron.core.host.calls",
        "patron.core.host.checks",
        "patron.core.host.discovery",
        "patron.core.host.host",
        "patron.core.host.manifest",
        "patron.core.host.plugin",
        "patron.core.host.selection",
        "patron.core.i18n",
        "patron.core.names",
    } == ours


def test_scoring_a_small_file_loads_neither_the_database_nor_the_nouns(tmp_path):
    """What a file of orders has no need of would take longer to load than a million of them to score."""
    (tmp_path / "orders.csv").write_text("c,t,a\n1,2026-01-01,5\n2,2026-01-02,7\n")
    output = str(tmp_path / "scores.parquet")
    options = ("--customer", "c", "--time", "t", "--amount", "a", "--as-of", "2026-02-01", "-o", output, "--format", "json")
    run = probe("score", str(tmp_path / "orders.csv"), *options)

    assert run["code"] == 0
    needless = ("sqlalchemy", "numba", "pandas", "rich", "asyncio", "patron.core.nouns", "patron.core.store", "patron.core.crm")
    assert [] == [name for name in run["modules"] if name.startswith(needless)]


def test_sixty_plugins_cost_the_start_nothing(install):
    """None of sixty plugins is imported by help or by the list of plugins, and the second start opens no manifest."""
    for number in range(60):
        install(
            f"number{number}",
            "raise RuntimeError('imported')",
            hooks='["cli_commands", "report_sections"]',
            commands=f'{{go{number} = {{en = "Go", zh = "走"}}}}',
        )
    first, second, listed = probe("--help"), probe("--help"), probe("plugins", "list")

    assert [0, 0, 0] == [run["code"] for run in (first, second, listed)]
    assert 64 <= first["manifests"]
    assert [0, 0] == [run["manifests"] for run in (second, listed)]
    imported = {name for run in (first, second, listed) for name in run["modules"]}
    assert [] == [name for name in imported if name.startswith(("patron_number", "patron.plugins"))]
