"""
Writing whole or not at all: what is left in the folder after success, failure, interrupt and refusal.
"""

import errno
import os
import threading
from pathlib import Path

import pytest

from patron.core.errors import OutputError
from patron.core.files import atomic_target, check_target, output_error, same_place, write_bytes


def names(folder: Path) -> list[str]:
    """Return everything that stands in *folder*."""
    return sorted(path.name for path in folder.iterdir())


def test_new_file_appears_whole(tmp_path: Path) -> None:
    """The target is not there while it is written, and alone in its folder afterwards."""
    target = tmp_path / "out.parquet"
    with atomic_target(target) as draft:
        assert draft.parent == tmp_path
        assert draft.suffix == ".parquet"
        draft.write_bytes(b"all of it")
        assert not target.exists()
    assert target.read_bytes() == b"all of it"
    assert names(tmp_path) == ["out.parquet"]


@pytest.mark.parametrize("failure", [ValueError("bug"), KeyboardInterrupt(), SystemExit(1)])
def test_failure_keeps_the_earlier_file(tmp_path: Path, failure: BaseException) -> None:
    """Whatever ends the block, the earlier result stays and the draft goes."""
    target = tmp_path / "out.csv"
    target.write_text("earlier")
    with pytest.raises(type(failure)), atomic_target(target) as draft:
        draft.write_text("half")
        raise failure
    assert target.read_text() == "earlier"
    assert names(tmp_path) == ["out.csv"]


def test_full_disk_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    """An OSError while writing becomes an OutputError that names the file and the cause."""
    target = tmp_path / "out.csv"
    with pytest.raises(OutputError, match="disk is full") as caught, atomic_target(target) as draft:
        draft.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert str(target) in caught.value.message()
    assert names(tmp_path) == []


def test_missing_folder_is_named(tmp_path: Path) -> None:
    """Both the check and the writing say which folder is missing."""
    target = tmp_path / "nowhere" / "out.csv"
    with pytest.raises(OutputError, match="there is no folder"):
        check_target(target)
    with pytest.raises(OutputError, match="nowhere"):
        write_bytes(target, b"")


def test_folder_that_takes_no_new_files_is_not_called_missing(tmp_path: Path) -> None:
    """A folder of the system's own answers as if it were not there; a link that leads to no folder names that folder."""
    said = output_error(tmp_path / "out.csv", OSError(errno.ENOENT, "No such file or directory"))
    assert (said.key, said.details["folder"]) == ("files.no_new_files", str(tmp_path))
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "nowhere" / "out.csv")
    with pytest.raises(OutputError, match=r"there is no folder .*nowhere"):
        check_target(link)


def test_folder_is_no_target(tmp_path: Path) -> None:
    """A folder is refused, not replaced."""
    for attempt in (check_target, lambda path: write_bytes(path, b"")):
        with pytest.raises(OutputError, match="it is a folder"):
            attempt(tmp_path)
    assert names(tmp_path) == []


def test_check_leaves_nothing(tmp_path: Path) -> None:
    """The check neither makes the file nor touches one that is there."""
    present = tmp_path / "present.csv"
    present.write_text("kept")
    check_target(present)
    check_target(tmp_path / "absent.csv")
    assert names(tmp_path) == ["present.csv"]
    assert present.read_text() == "kept"


def test_link_is_followed(tmp_path: Path) -> None:
    """Writing to a link replaces what it points to and leaves the link."""
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    link.symlink_to(real)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    """Links that lead round in a circle are said, as the target itself and as a folder on the way, and stay."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    for target in (one, one / "out.csv"):
        for attempt in (check_target, lambda path: write_bytes(path, b"")):
            with pytest.raises(OutputError, match="round in a circle"):
                attempt(target)
    assert names(tmp_path) == ["one", "other"]


def test_same_place_follows_links(tmp_path: Path) -> None:
    """Two names of one file are one place, whether it is there or not; links in a circle are no obstacle."""
    link, loop = tmp_path / "link.csv", tmp_path / "loop.csv"
    link.symlink_to(tmp_path / "real.csv")
    loop.symlink_to(loop)
    assert same_place(link, tmp_path / "inner" / ".." / "real.csv")
    assert not same_place(link, loop)


def test_mode_is_kept(tmp_path: Path) -> None:
    """A file that others may not read stays so when it is written anew; a new one follows the umask."""
    target = tmp_path / "private.csv"
    target.write_text("old")
    target.chmod(0o600)
    write_bytes(target, b"new")
    assert target.stat().st_mode & 0o777 == 0o600


def test_pipe_is_sent_the_bytes(tmp_path: Path) -> None:
    """A pipe stays a pipe and receives what was written."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    check_target(pipe)
    write_bytes(pipe, b"through")
    reader.join(timeout=10)
    assert received == [b"through"]
    assert pipe.is_fifo()


def test_message_is_bounded() -> None:
    """An endless path does not make an endless message, in either language."""
    error = output_error(Path("/x" * 5000), OSError(errno.EIO, "y" * 5000))
    assert len(error.message("en")) < 600
    assert len(error.message("zh")) < 600
