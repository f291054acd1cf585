"""
From paths to a source: what each file is, told by its first bytes rather than by its name.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from patron.core.errors import InputError
from patron.core.scoring.source import kinds
from patron.core.scoring.source.batch import DataFile, SourceOptions
from patron.core.scoring.source.delimited import open_delimited
from patron.core.scoring.source.feather import FeatherFile
from patron.core.scoring.source.parquet import ParquetData
from patron.core.scoring.source.source import Source

_HIDDEN = (".", "_")
_OTHER_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".txt", ".feather", ".arrow")


def open_source(paths: Sequence[str | Path], options: SourceOptions) -> Source:
    """
    Open files and folders as one input.

    A folder stands for all files below it that end in `.parquet`, in the order of their names.

    Args:
        paths: files and folders, at least one.
        options: how text files are written.

    Raises:
        InputError: a path can't be read, is damaged, empty, of a kind that is no table, or named twice.
        UsageError: an option can't be used.
    """
    return Source([_open(path, options) for path in input_files(paths)])


def input_files(paths: Sequence[str | Path]) -> list[Path]:
    """
    Return the files that paths stand for, in the order in which they are read.

    Raises:
        InputError: a path can't be read, or a file is named twice.
    """
    names: dict[Path, Path] = {}
    for path in (file for given in paths for file in _files(Path(given))):
        # A file that is named twice would count twice.
        same = names.setdefault(_resolved(path), path)
        if same is not path:
            raise InputError("source.named_twice", file=str(path), other=str(same))
    return list(names.values())


def _files(path: Path) -> Iterator[Path]:
    try:
        if not path.is_dir():
            yield path
            return
        below = sorted(_below(path))
    except OSError as error:
        raise _unreadable(Path(error.filename or path), error) from error
    parquet = [found for found in below if found.name.lower().endswith(".parquet")]
    if not parquet:
        others = [found.name for found in below if found.name.lower().endswith(_OTHER_SUFFIXES)]
        key = "source.folder_of_others" if others else "source.empty_folder"
        raise InputError(key, folder=str(path), example=others[0] if others else "", count=len(others))
    yield from parquet


def _below(folder: Path) -> Iterator[Path]:
    """Return all that is no folder below one, links followed, without what programs hide or keep for themselves."""

    def refuse(error: OSError) -> None:
        raise error  # a part that can't be read must not be missing in silence

    seen: set[Path] = set()
    for root, folders, files in os.walk(folder, onerror=refuse, followlinks=True):
        here = Path(root).resolve()
        if here in seen:
            folders.clear()  # a link back into the folder
            continue
        seen.add(here)
        folders[:] = [name for name in sorted(folders) if not name.startswith(_HIDDEN)]
        yield from (Path(root, name) for name in files if not name.startswith(_HIDDEN))


def _resolved(path: Path) -> Path:
    try:
        if path.exists() and not path.is_file():
            raise InputError("source.not_a_file", file=str(path))
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, error) from error


def _open(path: Path, options: SourceOptions) -> DataFile:
    try:
        with path.open("rb") as stream:
            head = stream.read(kinds.HEAD)
            size = stream.seek(0, 2)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not head:
        raise InputError("source.empty_file", file=str(path))
    if head.startswith(kinds.PARQUET):
        return ParquetData(path, size)
    if head.startswith(kinds.FEATHER):
        return FeatherFile(path, size)
    key = kinds.foreign(head)
    if key:
        raise InputError(key, file=str(path))
    return open_delimited(path, size, options, gzipped=head.startswith(kinds.GZIP))


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError("source.no_file", file=str(path))
    if isinstance(error, PermissionError):
        return InputError("source.no_permission", file=str(path))
    reason = getattr(error, "strerror", None) or str(error)
    return InputError("source.unreadable", file=str(path), reason=str(reason)[:200])
