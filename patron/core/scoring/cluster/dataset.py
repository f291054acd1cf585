"""
What a cluster reads: Parquet files, in folders that every worker sees, or behind a URL.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import fsspec
from pyarrow.fs import FSSpecHandler, PyFileSystem

from patron.core.errors import InputError, UsageError
from patron.core.scoring.cluster.adding import Unit
from patron.core.scoring.cluster.storage import is_url
from patron.core.scoring.source import Source
from patron.core.scoring.source.kinds import PARQUET
from patron.core.scoring.source.opening import input_files
from patron.core.scoring.source.parquet import ParquetData

_HIDDEN = (".", "_")


@attrs.frozen
class Dataset:
    """
    The input.

    Attributes:
        files: in order.
        source: the same as one input.
    """

    files: tuple[ParquetData, ...]
    source: Source

    def units(self) -> list[Unit]:
        """Return what is read on its own."""
        return [
            Unit(
                file=number,
                name=file.name,
                path=file.path,
                size=file.size,
                filesystem=file.filesystem,
                groups=groups,
                first_row=first_row,
                rows=rows,
            )
            for number, file in enumerate(self.files)
            for groups, first_row, rows in file.units()
        ]


def open_dataset(inputs: Sequence[str | Path]) -> Dataset:
    """
    Open files and folders, by path or URL.

    Args:
        inputs: at least one.

    Raises:
        InputError: one of them can't be read, is damaged, or is named twice.
        UsageError: one of them is no Parquet file.
    """
    files = []
    for given in inputs:
        files += list(_at_url(str(given)) if is_url(given) else _at_path(given))
    names = [file.name for file in files]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise InputError("source.named_twice", file=name, other=name)
    return Dataset(tuple(files), Source(files))


def _at_path(given: str | Path) -> Iterator[ParquetData]:
    for path in input_files([given]):
        with path.open("rb") as stream:
            if not stream.read(len(PARQUET)) == PARQUET:
                raise UsageError("cluster.not_parquet", file=str(path))
            size = stream.seek(0, 2)
        # Workers may run in other folders.
        yield ParquetData(path.absolute(), size, name=str(path))


def _at_url(url: str) -> Iterator[ParquetData]:
    try:
        system, root = fsspec.core.url_to_fs(url)
        found = [root] if system.isfile(root) else sorted(system.find(root), key=lambda path: path.split("/"))
    except (ImportError, ValueError, OSError) as error:
        raise InputError("cluster.unreachable_url", url=url[:200], reason=str(error)[:200]) from error
    paths = [path for path in found if path == root or _counts(path[len(root) :])]
    if not paths:
        raise InputError("source.empty_folder", folder=url, example="", count=0)
    filesystem: Any = PyFileSystem(FSSpecHandler(system))
    for path in paths:
        yield ParquetData(path, int(system.size(path)), name=system.unstrip_protocol(path), filesystem=filesystem)


def _counts(below: str) -> bool:
    return below.lower().endswith(".parquet") and not any(part.startswith(_HIDDEN) for part in below.split("/"))
