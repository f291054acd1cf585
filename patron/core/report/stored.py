"""
Reading a score run and its scores back from the file that `patron score -o` wrote.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from patron.core.errors import InputError
from patron.core.records.run_json import METADATA_KEY, run_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patron.core.records import ScoreRun


_MAGIC = b"PAR1"
"""The first bytes of every Parquet file."""

PARTS = "part-*.parquet"
"""The files of a dataset of scores."""


@attrs.frozen(kw_only=True)
class StoredScores:
    """
    A scores file that was opened and checked.

    Attributes:
        path: where it is.
        run: the run that it holds.
        files: what it consists of, best customers first: itself, or the files of a folder that a cluster wrote.
    """

    path: Path
    run: ScoreRun
    files: tuple[Path, ...]

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(pq.read_schema(self.path).names)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """
        Return the scores, one row a customer, best first; with names, only these columns.

        Raises:
            InputError: the file can't be read, or lacks one of the columns.
        """
        try:
            return pa.concat_tables([self._part(path, columns) for path in self.files])
        except (OSError, pa.ArrowException) as error:
            raise InputError("stored.unreadable", path=self.path, reason=_first_line(error)) from error

    def _part(self, path: Path, columns: Sequence[str] | None) -> pa.Table:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            for column in columns or ():
                if column not in names:
                    raise InputError("stored.no_column", path=self.path, column=column[:60])
            return file.read(columns=None if columns is None else list(columns))


def open_scores(path: Path) -> StoredScores:
    """
    Open a scores file, or the folder of them that a cluster wrote.

    Raises:
        InputError: it is not there, is no Parquet file, holds no score run, or one of another version of Patron.
    """
    if not path.exists():
        raise InputError("stored.missing", path=path)
    files = tuple(sorted(path.glob(PARTS))) if path.is_dir() else (path,)
    if not files:
        raise InputError("stored.folder", path=path)
    try:
        with files[0].open("rb") as file:
            is_parquet = file.read(len(_MAGIC)) == _MAGIC
        metadata = pq.read_schema(files[0]).metadata or {} if is_parquet else None
    except (OSError, pa.ArrowException) as error:
        raise InputError("stored.unreadable", path=path, reason=_first_line(error)) from error
    if metadata is None:
        raise InputError("stored.not_parquet", path=path)
    if METADATA_KEY not in metadata:
        raise InputError("stored.no_run", path=path)
    try:
        return StoredScores(path=path, run=run_from_json(json.loads(metadata[METADATA_KEY])), files=files)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise InputError("stored.other_version", path=path, reason=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200].rstrip(".")
