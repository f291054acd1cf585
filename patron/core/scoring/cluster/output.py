"""
The scores as a dataset: one Parquet file for each range of ranks, best customers first, in the order of their names.
"""

import re
from collections.abc import Sequence

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from patron.core.errors import OutputError
from patron.core.records import FeatureTable, ScoreRun
from patron.core.scoring.cluster.storage import Storage
from patron.core.scoring.cluster.talk import Answers, Part, ScoreScript
from patron.core.scoring.output import write_parquet
from patron.core.scoring.result import Scores
from patron.kernel.layout import Int64s

_OURS = re.compile(r"part-\d{5,}\.parquet")
_SHOWN = 3


@attrs.frozen
class ClusterScores:
    """
    What a scoring on a cluster gives.

    Attributes:
        run: the record of the run.
        output: the folder of the scores.
    """

    run: ScoreRun
    output: Storage

    def table(self, names: Sequence[str] | None = None) -> pa.Table:
        """Return one row a customer, best first, those without a rank last; with names, only these columns."""
        parts = []
        for name in self.output.names():
            if _OURS.fullmatch(name):
                with self.output.system.open(f"{self.output.root}/{name}", "rb") as file:
                    parts.append(pq.read_table(file, columns=None if names is None else list(names)))
        return pa.concat_tables(parts)


def file_of(number: int) -> str:
    """Return the name of the file of a range."""
    return f"part-{number:05}.parquet"


def write_range(part: Part, number: int, script: ScoreScript, answers: Answers, run: ScoreRun, work: Storage) -> int:
    """
    Write the customers of a range with all their scores, and return how many they are.

    Raises:
        OutputError: they can't be written.
    """
    table = part.scored(script, answers)
    with work.writing(file_of(number)) as file:
        write_parquet(Scores(run=run, customers=table, order=_by_rank(table)).blocks(), run, file)
    return len(table)


def check_dataset(output: Storage) -> None:
    """
    Refuse, before the work begins, a folder that holds something else than scores of ours.

    Raises:
        OutputError: it does, or is no folder.
    """
    if output.exists() and not output.system.isdir(output.root):
        raise OutputError("cluster.no_folder", path=output.name)
    strangers = [name for name in output.names() if not _OURS.fullmatch(name) and not name.startswith(("_", "."))]
    if strangers:
        raise OutputError("cluster.folder_in_use", path=output.name, names=", ".join(strangers[:_SHOWN]))


def publish(work: Storage, output: Storage) -> None:
    """
    Put the files of a finished scoring in the place of those of the one before.

    Raises:
        OutputError: they can't be moved.
    """
    names = [name for name in work.names() if _OURS.fullmatch(name)]
    for name in names:
        work.move(name, output)
    for name in output.names():
        if _OURS.fullmatch(name) and name not in names:
            output.remove(name)


def _by_rank(table: FeatureTable) -> Int64s:
    """Return the rows of the customers that have a rank, best first."""
    rank = table["rank"]
    rows = np.arange(len(table)) if rank.missing is None else np.flatnonzero(~rank.missing)
    return rows[np.argsort(rank.integers()[rows], kind="stable")]
