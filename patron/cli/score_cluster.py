"""
What `patron score --engine dask` does: which options it takes, and how the dataset that it writes is read again.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from patron.core.errors import UsageError
from patron.core.session import Session

if TYPE_CHECKING:
    from patron.core.scoring.cluster.output import ClusterScores

DASK = "dask"
_OF_TEXT = ("encoding", "delimiter", "decimal")
_OTHER_ENDINGS = (".csv", ".xlsx", ".feather")


class Engine(NamedTuple):
    """
    Who does the work.

    Attributes:
        name: `local` or `dask`.
        scheduler: the address of a Dask scheduler.
        workers: how many.
    """

    name: str
    scheduler: str | None
    workers: int | None

    @property
    def is_cluster(self) -> bool:
        """Whether it is a cluster."""
        return self.name == DASK


def check_engine(ctx: click.Context, engine: Engine, inputs: tuple[Path | str, ...], output: Path | str | None) -> None:
    """
    Refuse options that do not go with the engine.

    Raises:
        UsageError: there is one too many, or one too few.
    """
    if not engine.is_cluster:
        if engine.scheduler is not None or engine.workers is not None:
            raise UsageError("cluster.no_engine", option="--workers" if engine.scheduler is None else "--scheduler")
        for place in (*inputs, output):
            if isinstance(place, str):
                raise UsageError("cluster.url_needs_engine", url=place[:200])
        return
    if not inputs:
        raise UsageError("cluster.no_input")
    given = [name for name in _OF_TEXT if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        raise UsageError("cluster.option_of_text", options=", ".join(f"--{name}" for name in given))
    if ctx.params.get("previous") is not None:
        raise UsageError("cluster.no_previous")
    if output is None:
        raise UsageError("cluster.no_output")
    if str(output).lower().endswith(_OTHER_ENDINGS):
        raise UsageError("cluster.other_format", path=str(output)[:200])


def scored_on_cluster(session: Session, options: dict[str, Any], engine: Engine, output: Path | str) -> "ClusterScores":
    """Score the dataset that the options name, and write the scores as a dataset."""
    from patron.core.scoring import ScoreCommand
    from patron.core.scoring.cluster.command import ClusterCommand, score_with_dask

    cluster = ClusterCommand(inputs=options["inputs"], output=output, scheduler=engine.scheduler, workers=engine.workers)
    return score_with_dask(session, ScoreCommand(**{**options, "inputs": ()}), cluster)
