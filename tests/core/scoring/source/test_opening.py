"""Files and folders as one input."""

import gzip
import os
import threading
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from patron.core.errors import InputError, UsageError
from patron.core.scoring.source import SourceOptions, open_source, parquet


@pytest.fixture
def table():
    """Return a table of three rows."""
    return pa.table({"b": [1, 2, 3], "a": ["x", None, "z"], "nested": [[1], [2], [3]]})


def test_files_of_several_formats_and_column_orders_are_one_input(write, rows_of, tmp_path, table):
    pq.write_table(table, tmp_path / "t.parquet")
    feather.write_feather(table.select(["a", "b"]), tmp_path / "t.feather")
    paths = [write("t.csv", "a,b\nq,9\n"), tmp_path / "t.parquet", tmp_path / "t.feather"]
    assert [("q", "9"), ("x", 1), (None, 2), ("z", 3), ("x", 1), (None, 2), ("z", 3)] == rows_of(*paths, columns=["a", "b"])


def test_a_folder_is_all_its_parquet_files(tmp_path, rows_of, table):
    for name in ("y=2/part.parquet", "y=1/part.PARQUET", "y=1/_part.parquet", ".hidden.parquet"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / name)
    (tmp_path / "_SUCCESS").write_text("")
    source = open_source([tmp_path], SourceOptions())
    assert (str(tmp_path / "y=1/part.PARQUET"), str(tmp_path / "y=2/part.parquet")) == source.files
    assert 6 == source.rows_estimate
    assert 6 == len(rows_of(tmp_path, columns=["b"]))


@pytest.mark.parametrize("groups", [1, 2, 1000])
@pytest.mark.parametrize(("task_rows", "turn_rows"), [(3, 3), (100, 100), (300, 150), (5000, 64), (5000, 5000)])
def test_row_groups_of_any_size_give_every_row_once(tmp_path, monkeypatch, groups, task_rows, turn_rows):
    """Small groups go together, large ones and few tasks are streamed; positions are rows however the tasks are taken."""
    monkeypatch.setattr(parquet, "TASK_ROWS", task_rows)
    monkeypatch.setattr(parquet, "_TURN_ROWS", turn_rows)
    monkeypatch.setattr(parquet, "_LARGE_GROUP", 2 * task_rows)
    pq.write_table(pa.table({"n": range(1000)}), tmp_path / "t.parquet", row_group_size=groups)
    source = open_source([tmp_path / "t.parquet"], SourceOptions())
    found = {}
    lock = threading.Lock()
    tasks = source.tasks(["n"])

    def work():
        while True:
            with lock:
                task = next(tasks, None)
            if task is None:
                return
            batch = task.read()
            with lock:
                found.update((batch.first_row + row, value) for row, value in enumerate(batch.columns["n"].to_pylist()))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {row: row for row in range(1000)} == found
    assert {0: 1, 999: 1000} == source.locate(source.files[0], [0, 999])


@pytest.mark.parametrize("compression", ["uncompressed", "lz4"])
def test_feather_files_of_many_batches_give_every_row_once(tmp_path, rows_of, monkeypatch, compression):
    monkeypatch.setattr("patron.core.scoring.source.feather.TASK_ROWS", 64)
    table = pa.table({"text": [str(number) for number in range(500)], "n": range(500)})
    feather.write_feather(table, tmp_path / "t.feather", compression=compression, chunksize=10)
    assert [(number,) for number in range(500)] == rows_of(tmp_path / "t.feather", columns=["n"])
    assert 500 == open_source([tmp_path / "t.feather"], SourceOptions()).rows_estimate


def test_a_file_of_one_row_group_is_work_for_all_threads(tmp_path):
    """One thread decodes while the others judge: a million rows in one group are eight tasks, and no single one."""
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"n": pa.repeat(pa.scalar(1, pa.int8()), 1_000_000)}), path, row_group_size=1_000_000)
    rows = [task.read().rows for task in open_source([path], SourceOptions()).tasks(["n"])]

    assert len(rows) == 8
    assert max(rows) == 2**17
    assert sum(rows) == 1_000_000


def test_an_empty_parquet_file_has_no_rows(tmp_path, rows_of, table):
    pq.write_table(table.slice(0, 0), tmp_path / "t.parquet")
    assert [] == rows_of(tmp_path / "t.parquet", columns=["a"])


def test_dictionaries_become_plain_values(tmp_path):
    feather.write_feather(pa.table({"a": pa.array(["x", "y", "x"]).dictionary_encode()}), tmp_path / "t.feather")
    (task,) = open_source([tmp_path / "t.feather"], SourceOptions()).tasks(["a"])
    assert pa.string() == task.read().columns["a"].type


def test_text_that_is_no_text_is_told(tmp_path, rows_of):
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    pq.write_table(pa.table({"a": broken, "b": [1]}), tmp_path / "t.parquet")
    assert [(1,)] == rows_of(tmp_path / "t.parquet", columns=["b"])
    with pytest.raises(InputError, match=r"'a'.*row 1"):
        rows_of(tmp_path / "t.parquet", columns=["a"])


def test_a_batch_reads_a_column_once_and_goes_to_pieces(batch_of):
    batch = batch_of(a=["1.5", "2", "x"])
    assert batch.decimals("a") is batch.decimals("a")
    pieces = list(batch.pieces(2))
    assert [(0, 2), (2, 1)] == [(piece.first_row, piece.rows) for piece in pieces]
    assert [2] == pieces[1].decimals("a").status.tolist()


def test_the_decimal_mark_reaches_the_numbers(write):
    (task,) = open_source([write("t.csv", "a;b\n1,5;x\n")], SourceOptions(decimal=",")).tasks(["a"])
    column = task.read().decimals("a")
    assert Decimal("1.5") == Decimal(int(column.mantissa[0])).scaleb(-column.scale)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("book.xlsx", b"PK\x03\x04....", "spreadsheet"),
        ("book.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "spreadsheet"),
        ("t.csv.bz2", b"BZh91AY&SY", "packed"),
        ("t.csv.zst", b"\x28\xb5\x2f\xfd....", "packed"),
        ("t.db", b"SQLite format 3\x00", "database"),
        ("t.pdf", b"%PDF-1.7", "not a table"),
        ("t.feather", b"FEA1....", "version 1"),
        ("t.arrows", b"\xff\xff\xff\xff\x10\x00", "stream"),
        ("t.bin", b"\x00\x01\x02\x03", "neither text"),
        ("t.parquet", b"PAR1....", "damaged"),
        ("t.feather", b"ARROW1\0\0....", "damaged"),
        ("t.parquet", b"PARE....PARE", "Parquet"),
    ],
)
def test_what_can_t_be_read_is_told_with_what_to_do(write, rows_of, name, content, said):
    path = write(name, content)
    with pytest.raises(InputError, match=said) as caught:
        rows_of(path)
    assert str(path) in caught.value.message("zh")


@pytest.mark.parametrize(("name", "cut"), [("t.parquet", 9), ("t.parquet", 200), ("t.feather", 20), ("t.feather", 300)])
def test_files_that_are_cut_off_are_told(tmp_path, write, rows_of, table, name, cut):
    pq.write_table(table, tmp_path / "whole.parquet")
    feather.write_feather(table, tmp_path / "whole.feather")
    whole = (tmp_path / f"whole.{name[2:]}").read_bytes()
    with pytest.raises(InputError, match="damaged or cut off"):
        rows_of(write(name, whole[:-cut]), columns=["a"])


@pytest.mark.parametrize("name", ["t.parquet", "t.feather"])
def test_damage_inside_a_file_is_told(tmp_path, write, rows_of, name):
    table = pa.table({"a": [f"text {number}" for number in range(10_000)]})
    pq.write_table(table, tmp_path / "whole.parquet", compression="gzip", use_dictionary=False)
    feather.write_feather(table, tmp_path / "whole.feather", compression="lz4")
    data = bytearray((tmp_path / f"whole.{name[2:]}").read_bytes())
    data[2000:6000] = bytes(4000)
    with pytest.raises(InputError, match=r"damaged|not UTF-8"):
        rows_of(write(name, bytes(data)), columns=["a"])


def test_paths_that_lead_nowhere_are_told(tmp_path, write, rows_of):
    with pytest.raises(InputError, match=r"no file .*gone.csv"):
        rows_of(tmp_path / "gone.csv")
    with pytest.raises(InputError, match=r"no \.parquet files"):
        rows_of(tmp_path)
    write("t.csv", "a\n1\n")
    with pytest.raises(InputError, match=r"1 file of other kinds, such as t.csv"):
        rows_of(tmp_path)


def test_a_file_without_permission_is_told(write, rows_of, monkeypatch):
    path = write("t.csv", "a\n1\n")

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(InputError, match="permission"):
        rows_of(path)


def test_a_device_is_no_file(rows_of):
    with pytest.raises(InputError, match="regular file"):
        rows_of("/dev/null")


def test_a_pipe_is_no_file(tmp_path, rows_of):
    """It is told at once instead of waiting for someone to write, in a folder as well as alone, and read through a link."""
    os.mkfifo(tmp_path / "t.parquet")
    reading, writing = os.pipe()
    for path in (tmp_path / "t.parquet", tmp_path, Path(f"/dev/fd/{reading}")):
        with pytest.raises(InputError) as error:
            rows_of(path)
        assert "source.not_a_file" == error.value.key
    os.close(reading)
    os.close(writing)


def test_links_in_a_folder_are_followed_once(tmp_path, table):
    """Also to other folders; one that leads back is no endless way, and one that leads nowhere is told."""
    folder, other = tmp_path / "folder", tmp_path / "other"
    for made in (folder, other, folder / "_temporary"):
        made.mkdir()
        pq.write_table(table, made / "t.parquet")
    (folder / "back").symlink_to(folder)
    (folder / "more").symlink_to(other)
    source = open_source([folder], SourceOptions())
    assert (str(folder / "more/t.parquet"), str(folder / "t.parquet")) == source.files
    (folder / "lost.parquet").symlink_to(tmp_path / "nowhere.parquet")
    with pytest.raises(InputError) as error:
        open_source([folder], SourceOptions())
    assert "source.no_file" == error.value.key


def test_a_part_of_a_folder_that_can_t_be_read_is_told(tmp_path, monkeypatch, table):
    """Its rows would else be missing in silence."""
    (tmp_path / "sub").mkdir()
    pq.write_table(table, tmp_path / "t.parquet")
    listing = os.scandir

    def scandir(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(InputError) as error:
        open_source([tmp_path], SourceOptions())
    assert ("source.no_permission", str(tmp_path / "sub")) == (error.value.key, error.value.details["file"])


def test_a_file_named_twice_would_count_twice(write, rows_of, tmp_path):
    path = write("t.csv", "a\n1\n")
    (tmp_path / "link.csv").symlink_to(path)
    for again in (path, tmp_path / "link.csv"):
        with pytest.raises(InputError, match="twice"):
            rows_of(path, again)


def test_a_missing_column_names_its_file_and_the_nearest(write, rows_of):
    paths = [write("one.csv", "customer_id,b\n1,2\n"), write("two.csv.gz", gzip.compress(b"CustomerID,b\n1,2\n"))]
    with pytest.raises(UsageError, match=r"two.csv.gz has no column 'customer_id'; did you mean 'CustomerID'\? .*CustomerID, b"):
        rows_of(*paths, columns=["customer_id"])
    with pytest.raises(UsageError, match=r"one.csv has no column 'zzz'\. Its columns are: customer_id, b"):
        rows_of(*paths, columns=["zzz"])


@pytest.mark.parametrize(
    ("head", "options", "said"),
    [
        ("who;when", {"delimiter": ","}, "single column, 'who;when'.* say --delimiter \";\""),
        ("who\twhen", {"delimiter": ","}, "say --delimiter tab"),
        ('"who;when"', {}, '--delimiter ";"'),
        ("who~when~what:not", {}, '--delimiter "~"'),
        ("amount", {}, r"no column 'who'\. Its columns are: amount\."),
        ("a,,,b", {}, r'Its columns are: a, "", "", b\.'),
    ],
)
def test_a_missing_column_may_be_a_delimiter_overlooked(write, rows_of, head, options, said):
    with pytest.raises(UsageError, match=said):
        rows_of(write("t.csv", f"{head}\n1\n"), columns=["who"], **options)


def test_columns_without_any_name_are_told(write, rows_of):
    with pytest.raises(InputError, match=r"No column of .*t.csv has a name \(3 columns\)"):
        rows_of(write("t.csv", ",,\n1,2,3\n"), columns=["who"])


def test_a_column_holds_numbers_where_every_file_says_so(tmp_path, write, table):
    pq.write_table(table, tmp_path / "t.parquet")
    alone, mixed = ([tmp_path / "t.parquet"], [tmp_path / "t.parquet", write("t.csv", "a,b\n1,2\n")])

    assert [True, False, False] == [open_source(alone, SourceOptions()).holds_numbers(name) for name in ("b", "a", "nested")]
    assert not open_source(mixed, SourceOptions()).holds_numbers("b")


def test_a_nested_column_can_t_be_asked_for(tmp_path, rows_of, table):
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(UsageError, match=r"'nested' .*list"):
        rows_of(tmp_path / "t.parquet", columns=["nested"])


def test_rows_of_the_wrong_length_are_told_over_all_files(write):
    source = open_source([write(f"{name}.csv", "a,b\n1\n1,2\n1,2,3\n") for name in "xyz"], SourceOptions())
    for task in source.tasks(["a"]):
        task.read()
    wrong = source.wrong_fields(5)
    assert 6 == wrong.count
    assert [2, 4, 2, 4, 2] == [place.line for place in wrong.first]
