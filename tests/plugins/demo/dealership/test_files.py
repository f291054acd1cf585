"""The files: each in its own form, the same bytes for the same plan."""

import csv
import hashlib
import io

import pytest

from patron.core.errors import OutputError
from patron.plugins.demo.dealership import files
from patron.plugins.demo.dealership.faults import FAULTS
from patron.plugins.demo.dealership.files import files_of, write_file
from patron.plugins.demo.dealership.plan import Dealership

PLAN = Dealership(leads=400)


def written(folder, plan=PLAN):
    folder.mkdir()
    return {file.name: write_file(file, folder) for file in files_of(plan)}


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_plan_gives_the_same_bytes(tmp_path):
    for name, plan in (("one", PLAN), ("two", PLAN), ("other", Dealership(leads=400, seed=8))):
        written(tmp_path / name, plan)
    one, other = digests(tmp_path / "one"), digests(tmp_path / "other")

    assert one == digests(tmp_path / "two")
    assert {"products.csv", "campaigns.csv"} == {name for name in one if one[name] == other[name]}


def test_every_form_is_there(tmp_path):
    """UTF-8 with its mark, GB18030 with Chinese headers, and a workbook."""
    written(tmp_path / "made")
    desk = (tmp_path / "made" / "leads-desk.csv").read_bytes()
    reception = (tmp_path / "made" / "leads-reception.csv").read_bytes().decode("gb18030")
    events = (tmp_path / "made" / "leads-events.xlsx").read_bytes()

    assert desk.startswith(b"\xef\xbb\xbf")
    assert reception.startswith('"线索编号","来店时间","渠道"')
    assert events.startswith(b"PK")


def test_rows_are_counted_with_the_mistakes(tmp_path):
    counts = written(tmp_path / "made")
    rows = list(csv.reader(io.StringIO((tmp_path / "made" / "orders.csv").read_text("utf-8-sig"))))

    assert counts["orders.csv"] == len(rows) - 1
    assert len(FAULTS["orders"]) == sum("-X" in row[0] for row in rows)


def test_without_the_extra_there_is_csv_instead(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    counts = written(tmp_path / "made")

    assert not [name for name in counts if not name.endswith(".csv")]
    assert (tmp_path / "made" / "leads-events.csv").read_text("utf-8-sig").startswith('"Lead no","Date"')


def test_pieces_make_one_file(tmp_path, monkeypatch):
    """What is written piece by piece has one header and all rows."""
    counts = written(tmp_path / "whole")
    monkeypatch.setattr(files, "_BATCH", 50)
    written(tmp_path / "pieces")

    assert counts["customers.csv"] > 100
    assert digests(tmp_path / "whole") == digests(tmp_path / "pieces")


def test_a_place_that_can_not_be_written_is_named(tmp_path):
    with pytest.raises(OutputError, match="nowhere"):
        write_file(files_of(PLAN)[0], tmp_path / "nowhere")
