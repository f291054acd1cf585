"""
docs/promises.md: a promise without a test is not made.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text("utf-8")


def test_every_promise_names_tests_that_exist():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| ---"))]
    wrong = []
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", row.split("|")[3])
        if not named:
            wrong.append(row)
        for path, test in named:
            source = ROOT / "tests" / path
            if not source.is_file() or (test and f"def {test}(" not in source.read_text("utf-8")):
                wrong.append(f"{path}::{test}")

    assert [] == wrong
    assert len(rows) > 10
