"""What `patron score` says of its scores and its report, when one of them can't be had."""

from pathlib import Path

import pytest

from patron.core.errors import OutputError
from patron.core.report import write

COLUMNS = ("--customer", "who", "--time", "when", "--amount", "money", "--as-of", "2025-12-31")


def orders() -> str:
    Path("in.csv").write_text("who,when,money\na,2025-01-05,10\nb,2025-03-01,3\n,2025-03-02,1\n")
    return "in.csv"


def test_scores_that_stand_are_said_before_a_report_fails(patron, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that can't be written fails the command; that the scores are there is said all the same."""

    def full(*_: object) -> None:
        raise OutputError("files.full", path="out.html")

    monkeypatch.setattr(write, "write_bytes", full)
    result = patron("score", orders(), *COLUMNS, "-o", "out.csv", "--report", "out.html")

    assert result.code == 1
    assert result.err.index("Scores: out.csv") < result.err.index("out.html")
    assert "Report: " not in result.err
    assert Path("out.csv").exists()
    assert not Path("out.html").exists()


def test_what_was_left_out_and_where_the_results_are_is_said_in_order(patron) -> None:
    result = patron("score", orders(), *COLUMNS, "-o", "out.csv", "--report", "out.html")

    said = [line.partition(":")[0] for line in result.err.splitlines()]
    assert ["Rows left out", "Scores", "Report"] == said
