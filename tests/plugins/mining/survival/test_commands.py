"""`patron analyse survival`: the result as JSON, as a page, as a table, and what is said when it can't be."""

import json

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from patron.core.errors import InputError, UsageError
from patron.kernel.twins import survival as twin

LEADS = "days,status,source,reason\n" + "".join(
    f"{days},{status},{source},{reason}\n"
    for days, status, source, reason, times in [
        (3, "lost", "web", "price", 4),
        (3, "won", "web", "", 6),
        (9, "lost", "web", "rival", 12),
        (9, "lost", "web", "price", 3),
        (12, "open", "web", "", 15),
        (20, "lost", "web", "price", 10),
        (4, "won", "shop", "", 10),
        (15, "lost", "shop", "rival", 20),
        (30, "open", "shop", "", 5),
    ]
    for _ in range(times)
)


@pytest.fixture(name="leads")
def _leads(text_file):
    """Return a function that writes a file of leads and returns its path."""
    return lambda text=LEADS, name="leads.csv": text_file(text, name)


@pytest.fixture(name="run")
def _run(printed):
    return lambda *args, **options: printed("survival", *args, **options)


@pytest.fixture(name="found")
def _found(run):
    """Return a function that runs the command and returns its JSON."""
    return lambda *args: json.loads(run(*args, "--format", "json").stdout)


COLUMNS = ("--duration", "days", "--event", "status")


@pytest.mark.requirement("R039")
def test_the_result_as_json(leads, found):
    """Groups by name, curves at the durations asked for, the log-rank test; every number from its definition."""
    result = found(leads(), *COLUMNS, "--by", "source", "--at", "1,9,20.5")
    rows = [
        (int(line.split(",")[0]), {"lost": 1, "won": 2, "open": 0}[line.split(",")[1]], line) for line in LEADS.splitlines()[1:]
    ]
    web = [(days, ending) for days, ending, line in rows if ",web," in line]
    shop = [(days, ending) for days, ending, line in rows if ",shop," in line]

    assert ["shop", "web"] == [group["name"] for group in result["groups"]]
    first = result["groups"][1]
    assert (50, 29, 6, 15, 20) == tuple(first[key] for key in ("n", "events", "won", "open", "median"))
    assert ["1", "9", "20.5"] == list(first["survival"]) == list(first["hazard"])
    for time, share in first["survival"].items():
        assert share == pytest.approx(float(twin.survival(web, {1}, float(time))), abs=1e-12)
    assert {"1": 4 / 50, "9": 15 / 40, "20.5": 1.0} == first["hazard"]
    chi2, df = twin.log_rank([shop, web], {1})
    assert df == result["log_rank"]["df"]
    assert result["log_rank"]["chi2"] == pytest.approx(float(chi2), rel=1e-9)
    assert {"read": 85, "used": 85, "skipped": {}} == result["rows"]


@pytest.mark.requirement("R039")
def test_the_most_dangerous_bin(leads, found):
    """The second week loses 15 of 40; the third all of its 10, which are too few by default."""
    path = leads()
    web = ("--where", "source == 'web'")
    group = found(path, *COLUMNS, *web)["groups"][0]
    assert "all" == group["name"]
    assert {"from": 7, "until": 14, "at_risk": 40, "lost": 15, "won": 0, "open": 15, "hazard": 0.375} == group["most_dangerous"]
    assert [4 / 50, 15 / 40, 1.0] == [each["hazard"] for each in group["bins"]] == list(group["hazard"].values())
    assert 14 == found(path, *COLUMNS, *web, "--min-at-risk", 10)["groups"][0]["most_dangerous"]["from"]
    assert 5 == found(path, *COLUMNS, *web, "--bin", 5, "--min-at-risk", 20)["groups"][0]["most_dangerous"]["from"]
    assert found(path, *COLUMNS, *web, "--min-at-risk", 100)["groups"][0]["most_dangerous"] is None


@pytest.mark.requirement("R040")
def test_reasons_inside_the_most_dangerous_bin(leads, run, found):
    """Why they are lost, by bin, the most frequent reason first; on the page, too."""
    args = (leads(), *COLUMNS, "--reason", "reason", "--where", "source == 'web'")
    group = found(*args)["groups"][0]

    assert {"rival": 12, "price": 3} == group["most_dangerous"]["reasons"]
    assert ["rival", "price"] == list(group["most_dangerous"]["reasons"])
    assert [{"price": 4}, {"rival": 12, "price": 3}, {"price": 10}] == [each["reasons"] for each in group["bins"]]
    page = run(*args).stdout
    assert "Why they are lost: 7 to under 14" in page
    assert "80.0%" in page


def test_the_same_from_csv_and_parquet_in_any_pieces(leads, tmp_path, found):
    """Types of columns and cuts of the input change no bit of the result."""
    path = leads()
    table = pacsv.read_csv(path)
    whole, parts = tmp_path / "leads.parquet", tmp_path / "parts"
    pq.write_table(table.set_column(0, "days", table["days"].cast(pa.float64())), whole)
    parts.mkdir()
    for number, start in enumerate(range(0, len(table), 30)):
        pq.write_table(table.slice(start, 30), parts / f"{9 - number}.parquet")
    args = (*COLUMNS, "--by", "source", "--reason", "reason")

    assert found(path, *args) == found(whole, *args) == found(parts, *args)


def test_durations_with_fractions_fall_into_the_bins_that_they_are_written_in(leads, found):
    """0.3 belongs to the bin that begins at 0.3, though 3 · 0.1 is more as a float."""
    path = leads("days,status\n0.1,1\n0.3,1\n0.30,0\n0.7000000000000001,1\n")
    bins = found(path, *COLUMNS, "--bin", "0.1")["groups"][0]["bins"]
    assert [0, 1, 0, 1, 0, 0, 0, 1] == [each["lost"] for each in bins]
    assert 1 == bins[3]["open"]


def test_rows_that_do_not_count_are_told(leads, run):
    """Missing, negative and non-numeric durations, missing endings and groups: each under its reason, with its place."""
    path = leads("days,status,source\n5,1,a\n,1,a\n-2,1,a\nsoon,1,a\n6,,a\n7,0,\n8,0,a\n1e99,0,a\n")
    result = run(path, *COLUMNS, "--by", "source", "--format", "json")
    counts = json.loads(result.stdout)["rows"]

    expected = {"missing_duration": 1, "bad_duration": 2, "negative_duration": 1, "missing_event": 1, "missing_group": 1}
    assert {"read": 8, "used": 2, "skipped": expected} == counts
    assert "Rows left out: 1, negative duration (first: " in result.notices
    assert "leads.csv:4), for example days='-2'" in result.notices


@pytest.mark.parametrize(
    ("codes", "options"),
    [
        (("lost", "Won", "OPEN"), ()),
        (("1", "2", "0"), ()),
        (("战败", "成交", "跟进中"), ()),
        (("true", "2", "false"), ()),
        (("dead", "sold", "x"), ("--lost", "dead", "--won", "sold", "--open", "x")),
        (("0", "2", "1"), ("--lost", "0", "--open", "1")),
    ],
)
def test_codes_of_endings(leads, codes, options, found):
    """Letter case does not count; what is given goes before what is understood."""
    lost, won, still_open = codes
    text = f"days,status\n1,{lost}\n2,{won}\n3,{still_open}\n4,{lost}\n"
    group = found(leads(text), *COLUMNS, *options)["groups"][0]
    assert (2, 1, 1) == (group["events"], group["won"], group["open"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_refused_is_said_in_both_languages(leads, tmp_path, lang, refused):
    """Each message names the column or file, what was found and what to do."""
    path = leads("days,status,id\n5,lost,1\n6,gone,2\n7,gone,3\n")
    message = refused(UsageError, "survival", path, *COLUMNS, lang=lang)
    assert all(word in message for word in ("gone", "leads.csv:3", "--lost", "status"))
    assert "days" in refused(UsageError, "survival", path, "--duration", "day", "--event", "status", lang=lang)
    assert "--won" in refused(UsageError, "survival", path, *COLUMNS, "--lost", "gone", "--won", "gone", lang=lang)
    assert ".csv" in refused(UsageError, "survival", path, *COLUMNS, "--lost", "gone", "-o", tmp_path / "x.doc", lang=lang)
    assert "leads.csv" in refused(UsageError, "survival", path, *COLUMNS, "--lost", "gone", "-o", path, lang=lang)
    far = leads("days,status\n90000000,1\n", "far.csv")
    assert "--bin" in refused(UsageError, "survival", far, *COLUMNS, lang=lang)
    many = leads("days,status,id\n" + "".join(f"1,0,{number}\n" for number in range(201)), "many.csv")
    assert "200" in refused(UsageError, "survival", many, *COLUMNS, "--by", "id", lang=lang)
    nothing = leads("days,status\n,1\nsoon,0\n", "nothing.csv")
    assert all(
        word in refused(InputError, "survival", nothing, *COLUMNS, lang=lang) for word in ("nothing.csv:2", "nothing.csv:3")
    )
    assert "empty.csv" in refused(InputError, "survival", leads("days,status\n", "empty.csv"), *COLUMNS, lang=lang)


@pytest.mark.parametrize("times", ["1,,2", "soon", "-1", "1e400", "nan"])
def test_times_that_are_none_are_a_slip_of_the_command_line(leads, times, run):
    result = run(leads(), *COLUMNS, f"--at={times}")
    assert 2 == result.exit_code
    assert "write numbers with commas" in result.stdout


def test_a_curve_is_not_followed_further_than_the_rows_were_in_silence(leads, run):
    result = run(leads(), *COLUMNS, "--by", "source", "--at", "5,25", "--format", "json")
    assert "was observed as long as 25: web. " in result.notices
    web = json.loads(result.stdout)["groups"][1]
    assert web["survival"]["25"] == 0
    assert web["hazard"]["25"] is None


def test_the_curves_are_written(leads, tmp_path, run):
    """A row for each duration that occurs; the same from CSV and Parquet."""
    args = (leads(), *COLUMNS, "--by", "source")
    assert f"Written: {tmp_path / 'c.csv'}" in run(*args, "-o", tmp_path / "c.csv").notices
    run(*args, "-o", tmp_path / "c.parquet")
    table = pq.read_table(tmp_path / "c.parquet")

    assert [4, 15, 30, 3, 9, 12, 20] == table["duration"].to_pylist()
    assert [35, 25, 5, 50, 40, 25, 10] == table["at_risk"].to_pylist()
    assert table["survival_lower"].null_count == 1
    assert table["survival"].to_pylist() == pacsv.read_csv(tmp_path / "c.csv")["survival"].cast(pa.float64()).to_pylist()


def test_the_page_speaks_both_languages(leads, run):
    args = (leads(), *COLUMNS, "--by", "source")
    english, chinese = run(*args).stdout, run(*args, lang="zh").stdout
    assert english.startswith("Survival and hazard")
    assert "The most dangerous time is 7 to under 14: 15 of 40 at risk are lost (37.5%)." in english
    assert chinese.startswith("留存与流失风险")
    assert "最危险的时候是 7 至 14 以下：在险 40 行中流失 15 行（37.5%）。" in chinese
    assert "survival." not in english + chinese
