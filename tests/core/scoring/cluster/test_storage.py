"""Where a cluster reads and writes: files are there whole or not at all, by path and by URL."""

from pathlib import Path
from typing import Any

import pytest

from patron.core.errors import InputError, OutputError, UsageError
from patron.core.scoring.cluster.dataset import open_dataset
from patron.core.scoring.cluster.output import check_dataset
from patron.core.scoring.cluster.storage import Storage


@pytest.mark.parametrize("kind", ["path", "file", "memory"])
def test_what_is_written_can_be_read(kind: str, tmp_path: Path) -> None:
    """Parts of files, names in order, moves and removals: alike on this machine and behind a URL."""
    place = {"path": str(tmp_path / "a"), "file": f"file://{tmp_path}/a", "memory": "memory://patron-test"}[kind]
    storage = Storage.of(place)
    with storage.made():
        with storage.for_work() as work:
            work.write("b", b"0123456789")
            work.write("a", b"x")
            assert (work.names(), work.read("b", 2, 5)) == (["a", "b"], b"234")
            work.move("b", storage)
        assert (storage.names(), storage.read("b")) == (["b"], b"0123456789")
        storage.remove("b")
    assert not storage.exists()


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    storage = Storage.of(tmp_path)
    with pytest.raises(KeyboardInterrupt), storage.writing("a") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_others_is_not_written_to(tmp_path: Path) -> None:
    """Scores of ours may be replaced; other files are named."""
    (tmp_path / "part-00000.parquet").touch()
    check_dataset(Storage.of(tmp_path))
    (tmp_path / "notes.txt").touch()
    with pytest.raises(OutputError) as caught:
        check_dataset(Storage.of(tmp_path))
    assert (caught.value.key, caught.value.details["names"]) == ("cluster.folder_in_use", "notes.txt")
    with pytest.raises(OutputError) as refused:
        check_dataset(Storage.of(tmp_path / "notes.txt"))
    assert refused.value.key == "cluster.no_folder"


def test_urls_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        Storage.of("nobody://knows/this")
    assert caught.value.key == "cluster.unknown_url"
    with pytest.raises(InputError) as refused:
        open_dataset(["nobody://knows/this"])
    assert refused.value.key == "cluster.unreachable_url"


def test_a_dataset_by_path_and_by_url(dataset_of: Any, tmp_path: Path) -> None:
    """The same files and row groups; only their names differ. Text is refused by name."""
    folder = dataset_of()
    (folder / "_hidden.parquet").write_bytes(b"no table")
    by_path, by_url = open_dataset([folder]), open_dataset([f"file://{folder}"])
    assert [Path(file.name).name for file in by_path.files] == ["lines-0.parquet", "lines-1.parquet", "lines-2.parquet"]
    assert [(unit.groups, unit.rows) for unit in by_path.units()] == [(unit.groups, unit.rows) for unit in by_url.units()]
    assert by_url.files[0].name == f"file://{folder}/lines-0.parquet"
    with pytest.raises(InputError):
        open_dataset([folder, folder / "lines-0.parquet"])
    (tmp_path / "lines.csv").write_text("c,t,a\n")
    with pytest.raises(UsageError) as caught:
        open_dataset([tmp_path / "lines.csv"])
    assert caught.value.key == "cluster.not_parquet"
