"""`patron import`."""

import json
from pathlib import Path

import pytest

LEADS = "姓名,手机,渠道,来店日期,颜色\n张三,13800138000,店面,2026-03-02,red\n李四,12,店面,2026-03-02,blue\n"


@pytest.fixture(name="shop")
def _shop(patron, tmp_path: Path):
    """Return the function that runs `patron`, in a folder with a database and a file of leads."""
    assert patron("init").code == 0
    (tmp_path / "leads.csv").write_text(LEADS, "utf-8")
    return patron


def test_an_import_tells_what_came_of_it_and_what_to_do(shop) -> None:
    found = shop("import", "leads", "leads.csv")

    assert 0 == found.code
    assert "2 rows: 1 created, 0 updated, 0 unchanged, 1 rejected." in found.out
    assert "1 × '12' is no phone number." in found.out
    assert "leads.rejects.csv" in found.out
    assert "patron import revert 1" in found.out
    assert "颜色" in found.err
    assert "nothing was done" in shop("import", "leads", "leads.csv").out


def test_it_speaks_chinese(shop) -> None:
    found = shop("--lang", "zh", "import", "leads", "leads.csv")
    assert "共 2 行：新建 1，更新 0，不变 0，拒绝 1。" in found.out
    assert "不是电话号码" in Path("leads.rejects.csv").read_text("utf-8-sig")


def test_rows_that_say_nothing_are_told_apart(shop, tmp_path: Path) -> None:
    (tmp_path / "gaps.csv").write_text("姓名,手机,渠道\n张三,13800138000,店面\n,,\n李四,13900139000,店面\n,,\n", "utf-8")
    assert "0 rejected. Nothing was changed.\n1 blank row between them, left alone." in (
        shop("import", "leads", "gaps.csv", "--dry-run").out
    )
    assert (
        "共 2 行：新建 2，更新 0，不变 0，拒绝 0。\n其间有 1 个空行，已略过。"
        in shop("--lang", "zh", "import", "leads", "gaps.csv").out
    )


def test_a_dry_run_says_a_verdict_a_row(shop) -> None:
    found = shop("import", "leads", "leads.csv", "--dry-run")
    assert ["2\tcreate", "3\treject\t'12' is no phone number."] == [
        line.split(" Write")[0] for line in found.out.splitlines()[:2]
    ]
    assert "Nothing was changed." in found.out
    assert not Path("leads.rejects.csv").exists()
    verdicts = json.loads(shop("import", "leads", "leads.csv", "--dry-run", "--format", "json").out)["verdicts"]
    assert [(2, "create"), (3, "reject")] == [(one["row"], one["outcome"]) for one in verdicts]


def test_json_has_every_figure(shop) -> None:
    found = json.loads(shop("import", "leads", "leads.csv", "--format", "json").out)
    assert (2, 1, 1, 1, "utf-8") == tuple(found[name] for name in ("rows", "created", "rejected", "batch_id", "encoding"))
    assert {"code": "identity.no_tel", "count": 1, "row": 3}.items() <= found["reasons"][0].items()


def test_columns_are_named_by_options_and_by_a_file(shop, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("a,b=c,d\n张三,13800138000,x\n", "utf-8")
    (tmp_path / "map.toml").write_text('[columns]\na = "name"\n[set]\nsource = "qq"\n', "utf-8")
    found = shop("import", "leads", "odd.csv", "--map-file", "map.toml", "--map", "b=c=tel", "--map", "d=-", "--set", "stage=new")
    assert (0, "") == (found.code, found.err)
    assert "1 created" in found.out


def test_an_import_of_which_every_row_is_refused_failed(shop, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("姓名,手机,渠道\n李四,12,店面\n", "utf-8")
    for words in (("--dry-run",), (), ("--format", "json")):
        assert 1 == shop("import", "leads", "bad.csv", *words).code


def test_imports_are_listed(shop) -> None:
    shop("import", "leads", "leads.csv")
    (found,) = json.loads(shop("import", "list", "--format", "json").out)
    assert {"kind": "lead", "file": "leads.csv", "created": 1, "rejected": 1, "status": "done"}.items() <= found.items()
    assert "leads.csv" in shop("import", "list", "--where", "rejected > 0").out
    assert shop("import", "list", "--format", "csv").out.startswith("id,")


def test_an_import_is_shown_in_the_language_of_who_looks(shop) -> None:
    """Whoever brought it in spoke another one; programs get the same by name."""
    shop("import", "leads", "leads.csv")
    shown = shop("--lang", "zh", "import", "show", "1").out
    assert "1 × “12”不是电话号码" in shown
    assert shown.endswith("（列“手机”；第 3 行“12”）。\n")
    (refused,) = json.loads(shop("import", "show", "1", "--format", "json").out)["refused"]
    assert ("identity.no_tel", "手机", [{"row": 3, "value": "12"}]) == tuple(
        refused[name] for name in ("code", "column", "examples")
    )
    assert "'12' is no phone number" in shop("import", "list", "--format", "csv").out


def test_an_import_is_reverted(shop) -> None:
    shop("import", "leads", "leads.csv")
    found = shop("import", "revert", "1")
    assert ["Deleted: 1 customer, 1 lead, 1 identity link.", "Batch 1 was taken back."] == found.out.splitlines()
    assert "1 created" in shop("import", "leads", "leads.csv").out
    shown = json.loads(shop("import", "revert", "2", "--format", "json").out)
    assert {"batch": 2, "deleted": {"customer": 1, "lead": 1, "identity_link": 1}, "restored": {}} == shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("leads", "missing.csv"), "There is no file missing.csv"),
        (("leads", "leads.csv", "--map", "x"), "--map takes"),
        (("leads", "leads.csv", "--map", "x=tel"), "no column 'x'"),
        (("leads", "leads.csv", "--map", "颜色=color"), "no field 'color'"),
        (("leads", "leads.csv", "--encoding", "klingon"), "klingon"),
        (("revert", "9"), "no import batch 9"),
    ],
)
def test_mistakes_are_told_without_a_traceback(shop, words, said: str) -> None:
    found = shop("import", *words)
    assert found.code in (1, 2)
    assert said in found.err
    assert "Traceback" not in found.err


def test_f13_files_and_commands_mean_the_same_by_a_time_that_never_came(shop, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATRON_TIMEZONE", "Europe/Berlin")
    (tmp_path / "gap.csv").write_text("姓名,渠道,建档时间\n张三,店面,2026-03-29 02:30\n", "utf-8")
    assert 0 == shop("import", "leads", "gap.csv").code
    assert 0 == shop("lead", "add", "--name", "李四", "--source", "store", "--set", "filed_at=2026-03-29T02:30").code
    leads = json.loads(shop("lead", "list", "--format", "json").out)
    assert ["2026-03-29T01:30:00+00:00"] * 2 == [lead["filed_at"] for lead in leads]


def test_who_may_not_look_at_what_waits_is_told_who_may(shop, tmp_path: Path) -> None:
    """An assistant is not sent to a list that she may not see."""
    assert 0 == shop("user", "add", "--login", "ma", "--name", "马丽", "--roles", "assistant", "--team", "sales").code
    (tmp_path / "leads.csv").write_text("姓名,手机,渠道\n张三,13800138000,店面\n李芳,13800138000,店面\n", "utf-8")
    dry, found = (
        shop("--as", "ma", "import", "leads", "leads.csv", "--dry-run"),
        shop("--as", "ma", "import", "leads", "leads.csv"),
    )

    assert (0, 0) == (dry.code, found.code), found.err
    assert "2 rows: 1 created, 0 updated, 0 unchanged, 0 rejected, 1 waiting for somebody to decide." in found.out
    assert "1 row waits for somebody to say whom they mean: a manager or an administrator" in found.out


def test_who_is_said_to_be_another_is_brought_in(shop, tmp_path: Path) -> None:
    """The advice of the refusal works: a customer who is alike one who is known comes in without likeness."""
    home, near = "浙江省杭州市西湖区文三路90号2栋301室", "浙江省杭州市西湖区文三路90号3栋302室"
    (tmp_path / "known.csv").write_text(f"name,tel,address\n濮阳慧琳,13800138000,{home}\n", "utf-8")
    (tmp_path / "near.csv").write_text(f"name,address\n濮阳慧琳,{near}\n", "utf-8")
    shop("import", "customers", "known.csv")

    assert "--no-likeness" in shop("import", "customers", "near.csv", "--dry-run").out
    assert "1 created" in shop("import", "customers", "near.csv", "--no-likeness").out
