"""`patron analyse sequence`: rules in time and what comes next, and what is said when there are none."""

import json
from datetime import date, timedelta

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from patron.core.errors import InputError, UsageError

COLUMNS = ("--customer", "who", "--time", "day", "--item", "thing")
LOW = ("--min-support", "0.1", "--min-confidence", "0.3")
START = date(2024, 1, 1)
TELEVISIONS = "who,day,thing\n" + "".join(
    [f"{number},{START},large television\n" for number in range(10)]
    + [f"{number},{START + timedelta(day)},stereo\n" for number, day in enumerate((1, 45, 90, 91))]
)


@pytest.fixture(name="run")
def _run(printed):
    return lambda *args, **options: printed("sequence", *args, **options)


@pytest.fixture(name="found")
def _found(run):
    """Return a function that runs the command and returns its JSON."""
    return lambda *args: json.loads(run(*args, "--format", "json").stdout)


@pytest.mark.requirement("R309")
def test_W21_30_percent_within_90_days(text_file, found):
    """Ten buy a large television; three upgrade the stereo by day 90, which counts, and one on day 91."""
    result = found(text_file(TELEVISIONS), *COLUMNS, "--within", "90", *LOW)
    rule = {"antecedent": ["large television"], "consequent": ["stereo"], "count": 3, "antecedent_count": 10}
    measures = {"consequent_count": 4, "support": 0.3, "confidence": 0.3, "lift": 0.75, "leverage": (3 * 10 - 10 * 4) / 100}
    assert [{**rule, **measures}] == result["rules"]
    assert (10, 90, 1) == tuple(result[key] for key in ("customers", "within", "min_count"))
    assert 0.4 == found(text_file(TELEVISIONS), *COLUMNS, "--within", "91", *LOW)["rules"][0]["confidence"]


@pytest.mark.requirement("R309")
def test_the_same_day_counts_when_asked_for(text_file, found):
    """In the zone that is given: an evening in London is the next day in Shanghai."""
    path = text_file("who,day,thing\n1,2024-05-01T08:00Z,tv\n1,2024-05-01T20:00Z,stereo\n")
    args = (path, *COLUMNS, "--within", "9", *LOW)
    assert [] == found(*args)["rules"]
    assert 2 == len(found(*args, "--same-day")["rules"])
    assert 1 == len(found(*args, "--tz", "Asia/Shanghai")["rules"])


@pytest.mark.requirement("R302")
def test_who_is_about_to_buy(text_file, tmp_path, run):
    """The time of a rule runs from the last purchase of its first item; who bought the second since is left in peace."""
    path, target = text_file(TELEVISIONS), tmp_path / "next.parquet"
    args = (path, *COLUMNS, "--within", "90", *LOW, "--recommend", target)
    run(*args, "--as-of", START + timedelta(89))
    rows = pq.read_table(target).to_pylist()
    # What lies behind the day of the suggestions is no secret of the future: 2 and 3 bought later, and were about to.
    assert [4, 5, 6, 7, 8, 9] == [row["who"] for row in rows]
    assert {("stereo", START + timedelta(90), 0.3, 1)} == {
        (row["item"], row["until"], row["confidence"], row["rank"]) for row in rows
    }
    run(*args)
    assert 0 == pq.read_table(target).num_rows
    run(*args[:-1], tmp_path / "next.csv", "--as-of", START + timedelta(89))
    assert ["large television"] * 6 == pacsv.read_csv(tmp_path / "next.csv")["because"].to_pylist()


def test_rows_that_do_not_count_are_told(text_file, run):
    path = text_file("who,day,thing\n1,2024-01-01,a\n1,2024-01-05,a\n,2024-01-01,a\n2,,a\n2,32.13.2024,a\n2,2024-01-01,\n")
    result = run(path, *COLUMNS, "--within", "9", *LOW, "--format", "json")
    expected = {"missing_owner": 1, "missing_moment": 1, "bad_moment": 1, "missing_item": 1}
    assert expected == json.loads(result.stdout)["rows"]["skipped"]
    assert "rows.csv:6), for example day='32.13.2024'" in result.notices


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_refused_is_said_in_both_languages(text_file, tmp_path, refused, lang):
    path = text_file(TELEVISIONS)
    args = ("sequence", path, *COLUMNS, "--within", "9")
    assert "Mars" in refused(UsageError, *args, *LOW, "--tz", "Mars/Base", lang=lang)
    assert "thing" in refused(UsageError, "sequence", path, *COLUMNS[:-1], "thong", "--within", "9", *LOW, lang=lang)
    alone = text_file("who,day,thing\n1,2024-01-01,a\n2,2024-01-01,b\n", "alone.csv")
    rare = ("sequence", alone, *COLUMNS, "--within", "9", "--min-support", "1", "--min-confidence", "0")
    assert "--min-support" in refused(InputError, *rare, lang=lang)
    assert ".parquet" in refused(UsageError, *args, *LOW, "-o", tmp_path / "x.txt", lang=lang)


@pytest.mark.parametrize("option", ["--within=0", "--as-of=20240101", "--min-support=2"])
def test_slips_of_the_command_line(text_file, run, option):
    assert 2 == run(text_file(TELEVISIONS), *COLUMNS, "--within", "9", *LOW, option).exit_code


def test_the_page_speaks_both_languages(text_file, run):
    args = (text_file(TELEVISIONS), *COLUMNS, "--within", "90", *LOW)
    english, chinese = run(*args).stdout, run(*args, lang="zh").stdout
    assert "large television" in english
    assert english.startswith("What is bought after what")
    assert chinese.startswith("什么之后购买什么")
    assert "sequence." not in english + chinese
    assert "There is no rule" in run(*args[:-1], "1").stdout
