"""`patron score` as its user meets it: results, files, and every kind of bad input."""

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

HEAD = "who,when,money,order"
ROWS = ["a,2025-01-05,10.00,1", "a,2025-02-05,5.50,2", "b,2025-03-01,3,3", "b,2025-03-02,-1,4", "c,2025-01-01,-2,5"]
COLUMNS = ("--customer", "who", "--time", "when", "--amount", "money", "--as-of", "2025-12-31")


def write(path: str, rows: list[str] = ROWS, head: str = HEAD, encoding: str = "utf-8") -> str:
    Path(path).write_text("\n".join([head, *rows]) + "\n", encoding)
    return path


def names(folder: Path = Path()) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(name="score")
def _score(patron):
    """Return a function that scores files and returns the parsed JSON."""

    def score(*words: str) -> dict:
        result = patron("score", *words, *(() if "--customer" in words else COLUMNS), "--format", "json")
        assert result.code == 0, result.err
        return json.loads(result.out)

    return score


def test_json_is_one_object_with_every_figure(score) -> None:
    """The promised keys are there, money is exact decimal text, and stdout is nothing but JSON."""
    found = score(write("in.csv"), "--order", "order")
    assert found["rows"]["read"] == found["rows"]["used"] == 5
    assert found["rows"]["skipped"] == {}
    assert found["customers"] == 3
    assert found["as_of"] == "2025-12-31"
    assert found["totals"]["monetary"] == "15.50"
    assert found["totals"]["margin"] is None
    assert {"decile", "customers", "monetary", "share", "cumulative_share"} <= set(found["deciles"][0])
    assert [row["percent"] for row in found["purchase_deciles"]] == list(range(10, 101, 10))
    assert found["pareto"] == {"0.2": 1.0}
    assert {"id", "model", "version", "input_digest", "seconds"} <= set(found["run"])


@pytest.mark.requirement("R168")
def test_scores_are_written_best_first(patron) -> None:
    """Parquet, CSV and XLSX hold the same customers, best first, dates as dates and money as numbers."""
    write("in.csv")
    for name in ("out.parquet", "out.csv", "out.xlsx"):
        assert patron("score", "in.csv", *COLUMNS, "--order", "order", "-o", name).code == 0
    table = pq.read_table("out.parquet")
    assert table["customer"].to_pylist() == ["a", "b", "c"]
    assert table["monetary"].to_pylist() == [Decimal("15.5000"), Decimal("2.0000"), Decimal("-2.0000")]
    assert table["orders"].to_pylist() == [2, 1, 0]
    assert table["first_purchase"].to_pylist() == [date(2025, 1, 5), date(2025, 3, 1), None]
    assert table["recency"].to_pylist() == [329, 305, None]
    assert Path("out.csv").read_text().splitlines()[1].startswith('"a",2025-01-05,2025-02-05,329,360,2,2,15.5000')
    rows = list(openpyxl.load_workbook("out.xlsx").active.iter_rows(values_only=True))
    assert rows[0][:3] == ("customer", "first_purchase", "last_purchase")
    assert (rows[1][0], rows[1][1].date(), rows[1][rows[0].index("monetary")]) == ("a", date(2025, 1, 5), 15.5)
    assert rows[3][1] is None


def test_the_same_rows_in_any_format_and_split_are_the_same_run(score) -> None:
    """CSV, gzip, Parquet, Feather, a folder and several files at once: one digest, one id, the same figures."""
    write("in.csv")
    Path("in.csv.gz").write_bytes(gzip.compress(Path("in.csv").read_bytes()))
    table = pa.table(
        {
            "who": ["a", "a", "b", "b", "c"],
            "when": [date(2025, 1, 5), date(2025, 2, 5), date(2025, 3, 1), date(2025, 3, 2), date(2025, 1, 1)],
            "money": [10.0, 5.5, 3.0, -1.0, -2.0],
            "order": [1, 2, 3, 4, 5],
        }
    )
    pq.write_table(table, "in.parquet", row_group_size=2)
    feather.write_feather(table, "in.feather")
    Path("folder/deep").mkdir(parents=True)
    pq.write_table(table.slice(0, 2), "folder/one.parquet")
    pq.write_table(table.slice(2).select(["order", "money", "when", "who"]), "folder/deep/two.parquet")
    write("first.csv", ROWS[:3])
    write("second.csv", [";".join(row.split(",")) for row in ROWS[3:]], HEAD.replace(",", ";"))
    inputs = [["in.csv"], ["in.csv.gz"], ["in.parquet"], ["in.feather"], ["folder"], ["second.csv", "first.csv"]]
    runs = [score(*names, "--order", "order") for names in inputs]
    assert len({run["run"]["id"] for run in runs}) == 1
    for run in runs:
        assert run["deciles"] == runs[0]["deciles"]
        assert run["totals"] == runs[0]["totals"]


def test_the_same_run_writes_the_same_bytes(patron) -> None:
    """Nothing of the clock or of chance gets into the scores or the report."""
    write("in.csv")
    for name in ("one", "two"):
        assert patron("score", "in.csv", *COLUMNS, "-o", f"{name}.parquet", "--report", f"{name}.html").code == 0
    assert Path("one.parquet").read_bytes() == Path("two.parquet").read_bytes()
    assert Path("one.html").read_bytes() == Path("two.html").read_bytes()


def test_expressions_are_exact_and_rounding_is_counted(score) -> None:
    """0.1 × 3 is 0.3, and a third of a count of 1/10,000 is rounded half to even and counted."""
    write("in.csv", ["a,2025-01-01,0.1,3", "a,2025-01-01,0.00005,1", "a,2025-01-01,0.00015,1"])
    found = score("in.csv", "--customer", "who", "--time", "when", "--amount", "money*order", "--as-of", "2025-12-31")
    assert found["totals"]["monetary"] == "0.3002"
    assert found["rows"]["rounded"] == 2


def test_the_as_of_day_counts_whole_in_the_zone(score) -> None:
    """The last second of the day is in, the next is out with its reason; a zoned time is taken to the zone's day."""
    write("in.csv", ["a,2025-12-31 23:59:59,1,1", "a,2026-01-01 00:00:00,2,2"])
    assert score("in.csv")["rows"]["skipped"] == {"after_as_of": 1}
    write("zoned.csv", ["a,2025-12-31T15:59:59Z,1,1", "a,2025-12-31T16:00:00Z,2,2"])
    assert score("zoned.csv", "--tz", "Asia/Shanghai")["rows"]["skipped"] == {"after_as_of": 1}
    assert score("zoned.csv")["rows"]["skipped"] == {}


def test_ranking_by_margin_and_by_orders(score) -> None:
    """Unknown margins get no decile and are counted; orders rank by their number."""
    write("in.csv", ["a,2025-01-01,10,9", "b,2025-01-01,5,1", "c,2025-01-01,7,"], "who,when,money,cost")
    found = score("in.csv", "--cost", "cost", "--by", "margin", "--groups", "2")
    assert [row["margin"] for row in found["deciles"]] == ["4.00", "1.00"]
    assert (found["ranked"], found["customers"], found["totals"]["margin"], found["totals"]["margin_missing"]) == (
        2,
        3,
        "5.00",
        1,
    )
    assert [row["customers"] for row in score(write("in2.csv"), "--by", "orders", "--groups", "3")["deciles"]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("option", "expected"), [((), [2, 1, 1]), (("--ties", "together"), [4, 0, 0]), (("--groups", "6"), [1, 1, 1, 1, 0, 0])]
)
def test_ties(score, option: tuple[str, ...], expected: list[int]) -> None:
    """Equal values split by id into groups whose sizes differ by one, or stay together; groups may outnumber customers."""
    write("in.csv", [f"{who},2025-01-01,7,1" for who in "dbca"])
    words = ("in.csv", *(("--groups", "3") if "--groups" not in option else ()), *option)
    assert [row["customers"] for row in score(*words)["deciles"]] == expected


def test_zero_lines_are_purchases_unless_ignored(patron) -> None:
    """A line of zero is a purchase with a date; with --ignore-zero it is not."""
    write("in.csv", ["a,2025-01-01,0,1"])
    for option, orders in (((), 1), (("--ignore-zero",), 0)):
        assert patron("score", "in.csv", *COLUMNS, *option, "-o", "out.parquet").code == 0
        assert pq.read_table("out.parquet")["orders"].to_pylist() == [orders]


def test_where_leaves_rows_out(score) -> None:
    """Rows for which the filter does not hold are counted under their reason."""
    found = score(write("in.csv"), "--where", "who != 'b' and money > 0")
    assert (found["rows"]["used"], found["rows"]["skipped"]) == (2, {"where": 3})


def test_rows_that_do_not_count_are_named(patron) -> None:
    """Each reason is counted with the lines of its first rows; the rest is scored."""
    rows = [
        "a,2025-01-01,1,1",
        ",2025-01-01,1,1",
        "a,,1,1",
        "a,31.12.2025,1,1",
        "a,2026-01-01,1,1",
        "a,2025-01-01,,1",
        "a,2025-01-01,abc,1",
        "a,2025-01-01,inf,1",
        "a,2025-01-01,nan,1",
        "a,2025-01-01,1e30,1",
        "a,2025-01-01,1",
    ]
    result = patron("score", write("in.csv", rows), *COLUMNS, "--format", "json")
    assert result.code == 0
    found = json.loads(result.out)["rows"]
    assert found["used"] == 1
    assert found["read"] == len(rows) == 1 + sum(found["skipped"].values())
    lines = {reason: [place["line"] for place in where["first"]] for reason, where in found["skipped_at"].items()}
    assert lines["missing_customer"] == [3]
    assert lines["missing_time"] == [4]
    assert lines["bad_time"] == [5]
    assert lines["after_as_of"] == [6]
    assert lines["amount_too_large"] == [11]
    assert lines["wrong_fields"] == [12]
    assert sorted(lines["bad_amount"] + lines["missing_amount"]) == [7, 8, 9, 10]
    assert "in.csv:5" in result.err
    assert "--time-format" in result.err


BAD = {
    "missing column": (ROWS, HEAD.replace("who", "Kunde"), (), 2, ["who", "Kunde", "when, money, order"]),
    "near name": (ROWS, HEAD.replace("money", "monye"), (), 2, ["monye"]),
    "missing order": (ROWS, HEAD, ("--order", "ordr"), 2, ["did you mean 'order'"]),
    "words for numbers": (
        ROWS,
        HEAD,
        ("--where", "money > 'a'"),
        1,
        ["compares money with the text 'a'"],
    ),
    "header only": ([], HEAD, (), 1, ["no rows", "in.csv"]),
    "all rows bad": (["a,yesterday,x,1"], HEAD, (), 1, ["1 row was read", "time not understood", "in.csv:2"]),
    "mixed currencies": (["a,2025-01-01,¥1,1", "a,2025-01-01,$1,1"], HEAD, (), 1, ["mixes currencies", "an input of their own"]),
    "currency column": (
        ["a,2025-01-01,1,EUR", "a,2025-01-01,1,USD"],
        "who,when,money,Currency",
        (),
        1,
        ["EUR, USD", "Currency =="],
    ),
    "expression": (ROWS, HEAD, ("--cost", "money/2"), 2, ["/"]),
    "margin without cost": (ROWS, HEAD, ("--by", "margin"), 2, ["--cost"]),
    "zone": (ROWS, HEAD, ("--tz", "Mars/Base"), 2, ["Mars/Base", "Asia/Shanghai"]),
    "day": (ROWS, HEAD, ("--as-of", "31.12.2025"), 2, ["YYYY-MM-DD"]),
    "little memory": (ROWS, HEAD, ("--memory", "1KB"), 2, ["1KB", "200MB"]),
    "size": (ROWS, HEAD, ("--memory", "much"), 2, ["500MB"]),
    "output ending": (ROWS, HEAD, ("-o", "out.doc"), 2, [".parquet, .csv, .xlsx"]),
    "output folder": (ROWS, HEAD, ("-o", "nowhere/out.csv"), 1, ["nowhere"]),
    "report ending": (ROWS, HEAD, ("--report", "out.doc"), 2, ["out.doc"]),
    "output is the input": (ROWS, HEAD, ("-o", "in.csv"), 2, ["in.csv"]),
    "report is the output": (ROWS, HEAD, ("-o", "out.xlsx", "--report", "./out.xlsx"), 2, ["out.xlsx"]),
    "time format": (ROWS, HEAD, ("--time-format", "nonsense"), 2, ["nonsense", "%d/%m/%Y"]),
    "delimiter": (ROWS, HEAD, ("--delimiter", "ab"), 2, ["ab"]),
    "no delimiter": (ROWS, HEAD, ("--delimiter", ""), 2, ["one character"]),
    "encoding": (ROWS, HEAD, ("--encoding", "nope"), 2, ["nope", "gb18030"]),
    "no groups": (ROWS, HEAD, ("--groups", "0"), 2, ["--groups"]),
    "no threads": (ROWS, HEAD, ("--threads", "0"), 2, ["--threads"]),
    "no memory": (ROWS, HEAD, ("--memory", "0"), 2, ["--memory"]),
    "first of all days": (ROWS, HEAD, ("--as-of", "0001-01-01"), 1, ["in.csv:2"]),
    "too much money": (["a,2025-01-01,900000000000000,1"] * 2, HEAD, (), 1, ["922337203685477.5807"]),
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_ends_with_a_clear_message_and_nothing_written(patron, case: str, lang: str) -> None:
    """What is wrong, where, and what to do; the promised exit code; no traceback; no file beside the input."""
    rows, head, words, code, said = BAD[case]
    write("in.csv", rows, head)
    options = COLUMNS if "--as-of" not in words else COLUMNS[:-2]
    result = patron("--lang", lang, "score", "in.csv", *options, *words)
    assert result.code == code, result.err
    assert "Traceback" not in result.err
    assert result.out == ""
    if lang == "en":
        for part in said:
            assert part in result.err
    assert names() == ["in.csv"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("cut.parquet", b"PAR1" + bytes(100)),
        ("cut.csv.gz", gzip.compress(b"who,when,money\n" * 1000, mtime=0)[:50]),
        ("cut.feather", b"ARROW1" + bytes(50)),
        ("book.xlsx", b"PK\x03\x04" + bytes(50)),
        ("latin.csv", "who,when,money\nM\xfcller,2025-01-01,1\n".encode("latin-1")),
    ],
)
def test_files_that_cannot_be_read(patron, name: str, content: bytes) -> None:
    """An empty, cut, foreign or wrongly encoded file is named with what is wrong."""
    Path(name).write_bytes(content)
    result = patron("score", name, *COLUMNS)
    assert result.code == 1
    assert name in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(("target", "module"), [("out.html", "jinja2"), ("out.html", "vl_convert"), ("out.xlsx", "xlsxwriter")])
def test_a_report_that_cannot_be_drawn_is_refused_before_the_work(
    patron, monkeypatch: pytest.MonkeyPatch, target: str, module: str
) -> None:
    """Without the extra nothing is read, and the message says how to install it."""
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("patron.core.scoring.score", None)
    result = patron("score", write("in.csv"), *COLUMNS, "--report", target)
    assert result.code == 1
    assert module in result.err
    assert 'pip install "patron[report]"' in result.err
    assert names() == ["in.csv"]


def test_links_in_a_circle(patron) -> None:
    """As input, scores or report they are named, and no bug."""
    write("in.csv")
    for name in ("circle.csv", "circle.html"):
        Path(name).symlink_to(name)
    for words in (["circle.csv"], ["in.csv", "-o", "circle.csv"], ["in.csv", "--report", "circle.html"]):
        result = patron("score", *words, *COLUMNS)
        assert result.code == 1
        assert words[-1] in result.err


def test_paths_that_are_no_files(patron) -> None:
    """A missing file, and a folder without data, are named."""
    Path("empty").mkdir()
    for name in ("missing.csv", "empty"):
        result = patron("score", name, *COLUMNS)
        assert result.code == 1
        assert name in result.err


def test_chinese_columns_and_values(score) -> None:
    """A GB18030 file with Chinese headers is read when its encoding is named."""
    write("订单.csv", ["张三,2025-01-01,10", "李四,2025-01-02,5"], "客户,日期,金额", "gb18030")
    found = score("订单.csv", "--customer", "客户", "--time", "日期", "--amount", "金额", "--encoding", "gb18030")
    assert found["totals"]["monetary"] == "15.00"


def process(*words: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "patron", "score", *words, *COLUMNS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


@pytest.mark.parametrize("name", ["out.parquet", "out.xlsx"])
def test_a_full_disk_leaves_no_file(tmp_path: Path, name: str) -> None:
    """When the output outgrows what may be written, the message names it, not the hidden draft, and nothing is left."""
    source = write(str(tmp_path / "in.csv"), [f"c{number},2025-01-01,1,1" for number in range(20_000)])
    target = tmp_path / name

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    ended = process(source, "-o", str(target), preexec_fn=limit)
    _, said = ended.communicate(timeout=120)
    assert ended.returncode == 1
    assert f"{target} can't be written".encode() in said
    assert b"Traceback" not in said
    assert names(tmp_path) == ["in.csv"]


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    """`patron score … | head` prints no traceback."""
    source = write(str(tmp_path / "in.csv"))
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.Popen(
        [sys.executable, "-m", "patron", "score", source, *COLUMNS], stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path
    )
    os.close(writing)
    _, said = ended.communicate(timeout=120)
    assert ended.returncode == 141
    assert b"Traceback" not in said
    assert b"BrokenPipe" not in said


@pytest.mark.parametrize("stage", ["prepare", "blocks", "write"])
def test_an_interrupt_leaves_no_file(patron, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """Ctrl-C while rows are read, columns are made or the file is written ends with 130, a word, and nothing beside the input."""
    from patron.core.scoring import output, result, run

    waiting = [signal.SIGINT]

    def interrupt(*_args, **_options) -> None:
        # Once: a helping thread that goes on when nobody waits for it any more would interrupt the tests themselves.
        if waiting:
            signal.raise_signal(waiting.pop())

    place = {"prepare": (run, "feature_table"), "blocks": (result, "to_arrow"), "write": (output, "_parquet_writer")}
    monkeypatch.setattr(*place[stage], interrupt)
    result = patron("score", write("in.csv"), *COLUMNS, "-o", "out.parquet")
    assert result.code == 130
    assert "Interrupted" in result.err
    assert names() == ["in.csv"]


def test_an_interrupt_leaves_no_parts_of_an_excel_file(patron, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet grows in the temporary folder, which is the folder of the input here, before the book is put together."""
    from patron.core.scoring import output

    monkeypatch.setattr(output, "_write_cell", lambda *_: signal.raise_signal(signal.SIGINT))
    assert patron("score", write("in.csv"), *COLUMNS, "-o", "out.xlsx").code == 130
    assert names() == ["in.csv"]


@pytest.mark.parametrize("stage", ["prepare", "blocks", "write"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_being_told_to_end_leaves_no_file(patron, monkeypatch: pytest.MonkeyPatch, stage: str, number: int, code: int) -> None:
    """`kill`, `timeout` and a closed terminal unwind as Ctrl-C does, with a code of their own; a second one doesn't disturb."""
    from patron.core.scoring import output, result, run

    waiting = [number]

    def tell(*_args, **_options) -> None:
        # Once, and a second time where the main thread is told: a helping thread that nobody waits for any more could come after
        # the end, and would end the tests themselves.
        if waiting:
            try:
                signal.raise_signal(waiting.pop())
            finally:
                if threading.current_thread() is threading.main_thread():
                    signal.raise_signal(signal.SIGTERM)

    place = {"prepare": (run, "feature_table"), "blocks": (result, "to_arrow"), "write": (output, "_parquet_writer")}
    monkeypatch.setattr(*place[stage], tell)
    ended = patron("score", write("in.csv"), *COLUMNS, "-o", "out.parquet")
    assert ended.code == code
    assert f"Ended by {signal.Signals(number).name}" in ended.err
    assert names() == ["in.csv"]
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_file_of_the_past_is_said_to_be_one(patron) -> None:
    """Where no day is given and nobody bought in the recent period before today, the day to give is named, in both languages."""
    write("in.csv", ["a,2005-12-30,9,1", "b,2005-11-15,6,2"])
    result = patron("score", "in.csv", *COLUMNS[:-2])
    assert (result.code, "say --as-of 2005-12-30" in result.err) == (0, True)
    assert "请加 --as-of 2005-12-30" in patron("--lang", "zh", "score", "in.csv", *COLUMNS[:-2]).err
    assert "--as-of" not in patron("score", "in.csv", *COLUMNS[:-1], "2005-12-31").err


@pytest.mark.requirement("R132", "R293")
def test_what_is_recent_and_what_is_top_are_configuration(patron, score) -> None:
    """The best half instead of the best fifth, and a month instead of a year, are two lines of patron.toml."""
    write("in.csv", ["a,2025-12-30,9,1", "b,2025-11-15,6,2", "b,2025-12-15,5,3"])
    assert score("in.csv")["pareto"] == {"0.2": 0.55}
    Path("patron.toml").write_text("[score]\ntop_percent = 100\nrecent_months = 1\n")
    assert patron("score", "in.csv", *COLUMNS, "-o", "out.csv").code == 0
    found = score("in.csv")
    assert found["pareto"] == {"1": 1.0}
    assert [(row["value"], row["customers"]) for row in found["tallies"]["declining"]] == [("no", 1), ("yes", 1)]
    Path("patron.toml").write_text("[score]\ntop_percent = 200\n")
    result = patron("score", "in.csv", *COLUMNS)
    assert (result.code, "patron.toml:2" in result.err, "top_percent" in result.err) == (2, True, True)
