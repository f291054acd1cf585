"""The tools that write pages: where they find proofs, and what they make of measurements."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent.parent.parent / "tools"


def load(name):
    spec = importlib.util.spec_from_file_location(f"tools_{name}", TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="requirements", scope="module")
def _requirements():
    return load("requirements_page")


@pytest.fixture(name="benchmarks", scope="module")
def _benchmarks():
    return load("benchmarks_page")


def test_marks_are_found_on_functions_classes_cases_and_modules(requirements):
    source = """
pytestmark = pytest.mark.requirement("R001")

@pytest.mark.requirement("R002", "R003")
def test_one(): ...

@pytest.mark.requirement("R004")
class TestTwo: ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("R005"))])
def test_three(x): ...
"""
    found = sorted(requirements._marks(ast.parse(source)))

    assert [("", "R001"), ("TestTwo", "R004"), ("test_one", "R002"), ("test_one", "R003"), ("test_three", "R005")] == found


def test_the_page_says_which_rows_are_proven(requirements):
    group = requirements.Group(letter="A", title="Leads, and more", rows={"R001": "One.", "R002": "Two."})
    page = requirements.render([group], {"R002": [("core/test_x.py", "test_y")]})

    assert "**1 of 2** rows" in page
    assert "| R001 | One. | – |" in page
    assert "| R002 | Two. | [test_y](../tests/core/test_x.py) |" in page
    assert "(#a-leads-and-more)" in page


def measured(benchmarks, engine, work, seconds, **more):
    values = {"fastest": seconds, "slowest": seconds, "laps": 3, **more}
    return benchmarks.Result(work=work, engine=engine, rows=1_000_000, seconds=seconds, **values)


def test_ratios_are_to_ours(benchmarks):
    results = [
        measured(benchmarks, "duckdb", "score csv", 3.0, peak_mb=400.0, absent={"polars": "not installed"}),
        measured(benchmarks, "patron", "score csv", 1.5, processor=2.5, peak_mb=200.0),
    ]
    page = benchmarks.render(results, ["Machine: M."], "quick")

    assert "| 1,000,000 | **patron** | 1.50 s | 1.00 | 2.50 s | 1.50 s – 1.50 s | 3 | 200 MB | 1.00 |" in page
    assert "| 1,000,000 | duckdb | 3.00 s | 2.00 | – | 3.00 s – 3.00 s | 3 | 400 MB | 2.00 |" in page
    assert "Could not be run: polars (not installed)." in page


def test_reading_is_subtracted(benchmarks):
    results = [
        measured(benchmarks, engine, work, seconds)
        for engine, work, seconds in [
            ("patron", "score csv", 1.5),
            ("duckdb", "score csv", 3.0),
            ("patron", "read only csv", 1.0),
            ("duckdb", "read only csv", 1.5),
        ]
    ]
    page = benchmarks.render(results, ["Machine: M."], "quick")

    assert "## Score csv, reading subtracted" in page
    assert "| 1,000,000 | duckdb | 1.50 s | 3.00 |" in page
