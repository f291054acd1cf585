"""`patron match`."""

import csv
import json
import tomllib
from pathlib import Path

import pytest

from patron.testing.chinese_people import records_of_households

PEOPLE = """编号,姓名,手机,地址
1,张三,13800138000,西湖区文三路90号
2,张三先生,138-0013-8000,西湖区文三路九十号
3,李芳,13800138000,
4,王五,12,
"""


@pytest.fixture(name="run")
def _run(patron, tmp_path: Path):
    """Return the function that runs `patron`, in a folder with a file of people."""
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "map.toml").write_text('[columns]\n"手机" = "-"\n', "utf-8")
    return patron


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(name).read_text("utf-8-sig").splitlines()))


def test_a_scan_of_a_file_needs_no_database_and_tells_whom_to_ask_about(run) -> None:
    found = run("match", "scan", "people.csv", "-o", "clusters.csv", "--pairs", "pairs.csv")

    assert 0 == found.code
    assert "4 records: 3 persons. 1 record goes together with another one." in found.out
    assert "1 (张三) – 3 (李芳)" in found.out
    rows = rows_of("clusters.csv")
    assert ["1", "1", "3", "4"] == [row["cluster"] for row in rows]
    pairs = rows_of("pairs.csv")
    assert ["join", "ask", "ask"] == [row["verdict"] for row in pairs]
    assert "phone equal" in pairs[0]["why"]


def test_a_map_says_what_columns_are(run) -> None:
    found = json.loads(run("match", "scan", "people.csv", "--map", "map.toml", "--format", "json").out)

    assert [] == found["asked"]
    assert ["1", "1", "3", "4"] == [one["cluster"] for one in found["clusters"]]


def test_a_pair_is_explained_in_chinese(run) -> None:
    found = run("--lang", "zh", "match", "explain", "people.csv", "1", "3")

    assert "电话" in found.out
    assert "姓名" in found.out
    assert "需要核对" in found.out


def test_what_cannot_be_scanned_is_said(run) -> None:
    Path("colours.csv").write_text("red,blue\n1,2\n", "utf-8")
    Path("wrong.toml").write_text('[columns]\n"手机" = "phone"\n', "utf-8")

    assert "no column that tells who somebody is" in run("match", "scan", "colours.csv").err
    assert "'phone'" in run("match", "scan", "people.csv", "--map", "wrong.toml").err
    assert "no record '9'" in run("match", "explain", "people.csv", "1", "9").err


def test_a_scan_without_a_file_is_one_of_the_database(run) -> None:
    assert 0 == run("init").code
    for name in ("张三", "张三先生"):
        assert 0 == run("customer", "add", "--name", name, "--set", "address=西湖区文三路90号").code

    found = run("match", "scan")

    assert "2 records: 1 person. 1 record goes together with another one." in found.out
    assert "1 (张三) – 2 (张三)" in found.out


def test_a_model_is_learned_from_a_file_and_used(run) -> None:
    """What fields weigh that the file has not stays, and is said."""
    pytest.importorskip("splink", reason="learning needs the extra `matching`")
    lines = [
        f"{one['record'].partition('-')[0]},{one['name']},{one['tel']},{one['born']}"
        for one in records_of_households(200, seed=2)
    ]
    Path("many.csv").write_text("who,name,tel,born\n" + "\n".join(lines) + "\n", "utf-8")

    told = run("match", "train", "many.csv", "--truth", "who", "-o", "model.toml")
    found = json.loads(run("--lang", "zh", "match", "train", "many.csv", "--truth", "who", "--format", "json").out)
    scanned = json.loads(run("match", "scan", "many.csv", "--model", "model.toml", "--format", "json").out)

    assert 0 == told.code
    assert "Nothing could be learned about: email, number, address, place, postcode, region. Their weights stay." in told.out
    assert "model.toml is written." in told.out
    assert found["after"]["f1"] >= found["before"]["f1"]
    assert found["name"] == tomllib.loads(Path("model.toml").read_text("utf-8"))["name"]
    assert {"join"} == {pair["verdict"] for pair in scanned["sure"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["people.csv"], "4 records with values in 2 fields that can be compared teach nothing"),
        (["people.csv", "-o", "model.csv"], "its name must end in .toml"),
        (["--truth", "who"], "--truth names a column of a file"),
        (["people.csv", "--truth", "who"], "has no column 'who'"),
    ],
)
def test_what_cannot_be_learned_from_is_said(run, options, said) -> None:
    found = run("match", "train", *options)

    assert 0 != found.code
    assert said in found.err
    assert not Path("model.csv").exists()
