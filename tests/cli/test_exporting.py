"""`patron export`."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

LEADS = "姓名,手机,渠道,来店日期,客户备注\n张三,13800138000,店面,2026-03-02,=1+1\n"


@pytest.fixture(name="shop")
def _shop(patron, tmp_path: Path):
    """Return the function that runs `patron`, in a folder with a database that has a lead."""
    assert patron("init").code == 0
    (tmp_path / "leads.csv").write_text(LEADS, "utf-8")
    assert patron("import", "leads", "leads.csv").code == 0
    return patron


def test_what_is_exported_is_there_to_be_imported(shop) -> None:
    found = shop("export", "leads", "-o", "out.xlsx", "--columns", "all")
    assert (0, "Wrote 1 row to out.xlsx.\n") == (found.code, found.err)
    assert "1 unchanged" in shop("import", "leads", "out.xlsx").out
    sheet = load_workbook("out.xlsx").active
    assert ("leads", "A2", "A1:") == (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref[:3])
    assert any(cell.is_date for cell in sheet[2])


def test_files_are_for_spreadsheets_and_names_for_programs(shop) -> None:
    shop("--lang", "zh", "export", "customers", "-o", "out.csv", "--columns", "name,tel,note")
    assert b"\xef\xbb\xbf" == Path("out.csv").read_bytes()[:3]
    assert ["姓名,电话,备注", "张三,'+8613800138000,'=1+1"] == Path("out.csv").read_text("utf-8-sig").splitlines()
    shop("export", "customers", "-o", "names.csv", "--header", "names", "--columns", "name,tel", "--where", "name == 'nobody'")
    assert ["name,tel"] == Path("names.csv").read_text("utf-8-sig").splitlines()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("leads", "-o", "out.pdf"), ".csv or .xlsx"),
        (("leads", "--columns", "nothing", "-o", "out.csv"), "no field 'nothing'"),
        (("leads", "--where", "nothing == 1", "-o", "out.csv"), "nothing"),
        (("leads", "-o", "no/folder/out.csv"), "no/folder"),
    ],
)
def test_mistakes_are_told_and_leave_nothing(shop, words, said: str) -> None:
    found = shop("export", *words)
    assert found.code in (1, 2)
    assert said in found.err
    assert ["leads.csv", "patron.db", "patron.toml"] == sorted(path.name for path in Path().iterdir() if "-" not in path.name)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--where", "nothing == 1"), "no column 'nothing'"),
        (("--columns", "nothing"), "no field 'nothing'"),
        (("--tz", "Nowhere"), "no time zone Nowhere"),
        (("--encoding", "base64"), "no text encoding 'base64'"),
    ],
)
def test_mistakes_are_found_before_anything_is_printed(shop, words, said: str) -> None:
    found = shop("export", "leads", *words)
    assert (2, "") == (found.code, found.out)
    assert said in found.err


def test_a_file_that_is_there_is_replaced_whole_or_not_at_all(shop) -> None:
    Path("out.csv").write_text("before", "utf-8")
    assert 2 == shop("export", "leads", "-o", "out.csv", "--lang", "zh", "--encoding", "ascii").code
    assert "before" == Path("out.csv").read_text("utf-8")
    assert 0 == shop("export", "leads", "-o", "out.csv", "--columns", "name").code
    assert "name\n张三\n" == Path("out.csv").read_text("utf-8-sig")


def test_standard_output_stays_open_for_our_last_words(tmp_path):
    """In a process of its own: an export that breaks off says why, in one line."""
    import subprocess
    import sys

    def patron(*words):
        return subprocess.run([sys.executable, "-m", "patron", *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert 0 == patron("init").returncode
    done = patron("--lang", "zh", "export", "customers", "--encoding", "ascii")

    assert (2, "") == (done.returncode, done.stdout)
    assert 1 == len(done.stderr.splitlines())
