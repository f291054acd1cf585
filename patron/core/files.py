"""
Writing a file whole or not at all.

What is written goes to a hidden file in the target's folder and takes the target's name only when it is complete, so that nobody
ever reads half a result and a failed job leaves the earlier result as it was. A link is followed: the file it points to is
replaced, the link stays. A device or a pipe (`/dev/stdout`) can't be replaced; it is sent the finished bytes. The file is not
forced to disk: this guards against failing jobs, not against a power cut.
"""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from patron.core.errors import OutputError

_REASONS = {
    errno.EACCES: "files.denied",
    errno.EPERM: "files.denied",
    errno.ENOSPC: "files.full",
    errno.EDQUOT: "files.full",
    errno.EFBIG: "files.too_large",
    errno.EROFS: "files.read_only",
    errno.ENOENT: "files.no_folder",
    errno.ENOTDIR: "files.no_folder",
    errno.EISDIR: "files.is_folder",
    errno.ENAMETOOLONG: "files.long_name",
    errno.ELOOP: "files.link_loop",
}
_LONGEST = 200


@contextmanager
def atomic_target(path: Path) -> Iterator[Path]:
    """
    Give a new empty file to write to, and put it in the place of *path* when the block ends well.

    Whatever ends the block otherwise, an interrupt included, removes the new file and leaves *path* alone. The block should do
    nothing but write: every `OSError` that leaves it is taken as one of writing to *path*; only `BrokenPipeError` stays itself.

    Args:
        path: what is to be written.

    Yields:
        The file to write to; it has the ending of *path*, and exists.

    Raises:
        OutputError: the file can't be made, filled or put in its place.
    """
    try:
        target = _followed(path)
        replaced = not target.exists() or target.is_file()
        draft = _new_file(target if replaced else Path(tempfile.gettempdir()) / path.name)
    except OSError as error:
        raise output_error(path, error) from error
    try:
        yield draft
        if replaced:
            _keep_mode(target, draft)
            draft.replace(target)
        else:
            _send(draft, target)
    except BrokenPipeError:
        raise  # nobody reads any more: no fault of the place, and the command line ends quietly
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """
    Write *content* to *path*, whole or not at all.

    Raises:
        OutputError: it can't be written.
    """
    with atomic_target(path) as draft:
        draft.write_bytes(content)


def check_target(path: Path) -> None:
    """
    Make sure, before long work, that *path* can be written; nothing is left behind.

    Raises:
        OutputError: its folder is missing or can't be written to, *path* is a folder, or it is a file that must not be changed.
    """
    try:
        target = _followed(path)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if not target.exists() or target.is_file():
            _new_file(target).unlink()
    except OSError as error:
        raise output_error(path, error) from error


def output_error(path: Path, error: OSError) -> OutputError:
    """Return the error that says in plain words why *path* could not be written."""
    key = _REASONS.get(error.errno or 0, "files.failed")
    folder = Path(os.path.realpath(path)).parent
    if key == "files.no_folder" and folder.is_dir():
        key = "files.no_new_files"  # what a folder of the system's own says, such as /proc
    shown = path.parent if folder == Path(os.path.realpath(path.parent)) else folder
    return OutputError(key, path=_shortened(str(path)), folder=_shortened(str(shown)), reason=_shortened(_reason(error)))


def same_place(one: Path, other: Path) -> bool:
    """Say whether two paths lead to the same place, whether or not anything is there."""
    return os.path.realpath(one) == os.path.realpath(other)


def _followed(path: Path) -> Path:
    """Return where the links of *path* lead; OSError where they lead round in a circle."""
    target = Path(
        os.path.realpath(path)
    )  # Path.resolve() raises RuntimeError for a circle, or not, as the version of Python will
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def _new_file(target: Path) -> Path:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    draft = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix[:20]}")
    # Mode 0o666 lets the user's umask decide, as for any other file; tempfile would make it private.
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return draft


def _keep_mode(target: Path, draft: Path) -> None:
    if target.exists():
        shutil.copymode(target, draft)


def _send(draft: Path, target: Path) -> None:
    with draft.open("rb") as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}"
