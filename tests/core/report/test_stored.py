"""A scores file is read back exactly, and anything else is refused with words that help."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patron import testing
from patron.core.errors import InputError
from patron.core.records.run_json import METADATA_KEY, run_to_json
from patron.core.report.stored import open_scores


def write(path: Path, metadata: bytes | None) -> Path:
    table = testing.sample_scores()
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: metadata} if metadata is not None else None), path)
    return path


@pytest.fixture
def scores(tmp_path) -> Path:
    return write(tmp_path / "scores.parquet", json.dumps(run_to_json(testing.sample_run())).encode())


def test_run_and_scores_come_back(scores) -> None:
    stored = open_scores(scores)

    assert testing.sample_run() == stored.run
    assert testing.sample_scores().to_pylist() == stored.read().to_pylist()
    assert ["abc", "rank"] == stored.read(["abc", "rank"]).column_names


def test_a_column_that_is_not_there_is_named(scores) -> None:
    with pytest.raises(InputError, match="no column churn"):
        open_scores(scores).read(["rank", "churn"])


def test_a_file_that_is_gone_by_the_time_it_is_read(scores) -> None:
    stored = open_scores(scores)
    scores.unlink()
    with pytest.raises(InputError, match="can't be read as a Parquet file"):
        stored.read()


def test_a_missing_file_says_how_to_make_one(tmp_path) -> None:
    with pytest.raises(InputError, match=r"no file .*Score a file first: patron score"):
        open_scores(tmp_path / "scores.parquet")


def test_a_folder_is_refused(tmp_path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        open_scores(tmp_path)


@pytest.mark.parametrize("content", [b"", b"customer,amount\n1,2\n", b"PK\x03\x04"])
def test_scores_in_another_format_are_to_be_written_as_parquet(tmp_path, content) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"not a Parquet file.*score the input again with -o scores\.parquet"):
        open_scores(path)


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"\0" * 64 + b"PAR1"])
def test_what_is_no_sound_parquet_is_refused(tmp_path, content) -> None:
    path = tmp_path / "scores.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match="can't be read as a Parquet file"):
        open_scores(path)


def test_a_truncated_file_is_refused(scores) -> None:
    scores.write_bytes(scores.read_bytes()[:-20])
    with pytest.raises(InputError, match="can't be read as a Parquet file"):
        open_scores(scores)


def test_a_parquet_file_without_a_run_says_how_to_score_it(tmp_path) -> None:
    with pytest.raises(InputError, match=r"not one of scores\. Make one of it: patron score .*--customer"):
        open_scores(write(tmp_path / "orders.parquet", None))


@pytest.mark.parametrize(
    "metadata", [b"", b"{", b"[]", b"{}", b"7", b'{"layout": 1}', b'{"layout": 99}', b'{"layout": 1, "run": 3}']
)
def test_a_run_that_cannot_be_understood_is_refused(tmp_path, metadata) -> None:
    with pytest.raises(InputError, match="another version of Patron"):
        open_scores(write(tmp_path / "scores.parquet", metadata))


def test_messages_are_there_in_chinese(tmp_path) -> None:
    with pytest.raises(InputError) as caught:
        open_scores(tmp_path / "scores.parquet")

    assert "不存在" in caught.value.message("zh")


def test_reading_gives_arrow_tables(scores) -> None:
    assert isinstance(open_scores(scores).read([]), pa.Table)
