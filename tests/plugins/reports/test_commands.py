"""`patron report`: listing, showing and writing, and what is said when it can't be."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from patron import testing
from patron.core.errors import InputError, OutputError, UsageError
from patron.core.records.run_json import METADATA_KEY, run_to_json
from patron.core.scoring import ScoreCommand
from patron.core.scoring.keeping import keep_scores
from patron.core.scoring.orders import score_orders
from patron.plugins.reports.commands import report


@pytest.fixture
def scores(tmp_path) -> Path:
    """Return a scores file of the sample shop."""
    path = tmp_path / "scores.parquet"
    run = json.dumps(run_to_json(testing.sample_run()))
    pq.write_table(testing.sample_scores().replace_schema_metadata({METADATA_KEY: run.encode()}), path)
    return path


def run(*args: object, lang: str = "en"):
    return CliRunner().invoke(report, [str(arg) for arg in args], obj=testing.app(lang=lang), catch_exceptions=False)


def refused(error: type[Exception], *args: object) -> str:
    """Return the message that the command ends with."""
    with pytest.raises(error) as caught:
        CliRunner().invoke(report, [str(arg) for arg in args], obj=testing.app(), catch_exceptions=False, standalone_mode=False)
    return str(caught.value)


def test_reports_are_listed() -> None:
    line = next(line for line in run("list").stdout.splitlines() if line.startswith("deciles"))

    assert "deciles      Which customers bring the sales and the margin?  [score_run]" == line


def test_reports_are_listed_as_json_in_the_language_of_the_session() -> None:
    entries = {entry["name"]: entry for entry in json.loads(run("list", "--format", "json", lang="zh").stdout)}

    assert "谁带来销售额" == entries["deciles"]["title"]
    assert "reports" in entries["deciles"]["plugins"]


def test_a_report_is_shown_in_the_terminal(scores, lang) -> None:
    shown = run("show", "deciles", "--scores", scores, lang=lang).stdout

    assert shown.startswith({"en": "Who brings the sales", "zh": "谁带来销售额"}[lang])
    assert "\x1b" not in shown


@pytest.mark.parametrize("ending", ["html", "xlsx", "csv", "json", "svg", "txt"])
def test_a_report_is_written_in_the_format_of_the_ending(scores, tmp_path, ending) -> None:
    target = tmp_path / f"out.{ending}"
    result = run("show", "deciles", "--scores", scores, "-o", target)

    assert 0 == result.exit_code
    assert "" == result.stdout
    begins = {"html": b"<!DOCTYPE", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "json": b"{", "svg": b"<svg", "txt": b"Who"}
    assert target.read_bytes().startswith(begins[ending])
    assert {"scores.parquet", target.name} == {path.name for path in tmp_path.iterdir()}


def test_a_format_goes_before_the_ending(scores, tmp_path) -> None:
    target = tmp_path / "out.html"
    run("show", "deciles", "--scores", scores, "-o", target, "--format", "json")

    assert "deciles" == json.loads(target.read_bytes())["code"]


def test_text_formats_and_piped_binary_ones_go_to_standard_output(scores) -> None:
    assert "deciles" == json.loads(run("show", "deciles", "--scores", scores, "--format", "json").stdout_bytes)["code"]
    assert run("show", "deciles", "--scores", scores, "--format", "xlsx").stdout_bytes.startswith(b"PK")


def test_one_section_alone(scores) -> None:
    document = json.loads(run("show", "deciles", "--scores", scores, "--format", "json", "--section", "pareto").stdout_bytes)

    assert ["pareto"] == [section["code"] for section in document["sections"]]


def test_the_same_command_writes_the_same_bytes(scores) -> None:
    first, second = (run("show", "deciles", "--scores", scores, "--format", "xlsx").stdout_bytes for _ in range(2))

    assert first == second


def test_what_can_not_be_done_is_said_before_the_scores_are_read(tmp_path) -> None:
    missing = tmp_path / "scores.parquet"

    assert "there is no folder" in refused(OutputError, "show", "deciles", "--scores", missing, "-o", tmp_path / "no" / "x.html")
    assert "no format 'pdf'" in refused(UsageError, "show", "deciles", "--scores", missing, "--format", "pdf")
    assert "Known endings" in refused(UsageError, "show", "deciles", "--scores", missing, "-o", tmp_path / "x.pdf")
    assert "Score a file first" in refused(InputError, "show", "deciles", "--scores", missing)


def test_an_unknown_report_leaves_no_file(scores, tmp_path) -> None:
    assert "nearest is deciles" in refused(UsageError, "show", "decils", "--scores", scores, "-o", tmp_path / "x.html")
    assert ["scores.parquet"] == [path.name for path in tmp_path.iterdir()]


def test_a_report_without_charts_is_no_picture(scores, tmp_path) -> None:
    message = refused(OutputError, "show", "deciles", "--scores", scores, "--section", "reading", "-o", tmp_path / "x.svg")

    assert "no chart" in message
    assert ["scores.parquet"] == [path.name for path in tmp_path.iterdir()]


def test_a_report_on_scores_without_a_scores_file_says_how_to_get_one() -> None:
    assert "--scores scores.parquet" in refused(UsageError, "show", "deciles")


def test_without_a_file_the_published_run_of_the_database_is_shown(tmp_path) -> None:
    app = testing.app_with_database(tmp_path)
    asked = {"obj": app, "catch_exceptions": False, "standalone_mode": False}
    with app.session() as session:
        testing.sample_dealer(session)
        with pytest.raises(UsageError, match=r"speaks of scores, .* patron score"):
            CliRunner().invoke(report, ["show", "deciles"], **asked)
        keep_scores(session, score_orders(session, ScoreCommand(inputs=(), customer="", time="", amount="")))
    assert "Deciles" in CliRunner().invoke(report, ["show", "deciles"], **asked).output
