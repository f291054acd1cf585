"""
What a scoring on a cluster is asked, and how it is carried out: from options to the run.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from patron.core.errors import UsageError
from patron.core.scoring.capacity import memory_for, threads_for
from patron.core.scoring.cluster.dask_crew import check_places, dask_crew, require_dask
from patron.core.scoring.command import ScoreCommand
from patron.core.session import Session

if TYPE_CHECKING:
    from patron.core.scoring.cluster.output import ClusterScores

_LOOKED_AT = 3
"""Inputs that every worker has to see before the work begins."""


@attrs.frozen(kw_only=True)
class ClusterCommand:
    """
    One scoring on a cluster.

    Attributes:
        inputs: files, folders and URLs of Parquet.
        output: the folder or URL that takes the scores.
        scheduler: the address of a Dask scheduler; None: processes of this machine.
        workers: how many processes, or how many workers of the scheduler to wait for; None: one a processor, one.
    """

    inputs: Sequence[str | Path]
    output: str | Path
    scheduler: str | None = None
    workers: int | None = None


def score_with_dask(session: Session, command: ScoreCommand, cluster: ClusterCommand) -> "ClusterScores":
    """
    Score every customer of a dataset with the workers of Dask.

    Args:
        session: the clock, the settings, the plugins.
        command: what to read and how; the inputs that it names are not looked at.
        cluster: where, and who does it.

    Raises:
        PatronError: as `score_on_cluster`; or Dask is not installed, or its workers can't do the work.
    """
    require_dask()
    from patron.core.scoring.cluster.dataset import open_dataset
    from patron.core.scoring.cluster.output import ClusterScores, check_dataset
    from patron.core.scoring.cluster.run import check_plan, score_on_cluster
    from patron.core.scoring.cluster.storage import Storage
    from patron.core.scoring.factors import plan_factors
    from patron.core.scoring.reading import Reading

    if not cluster.inputs:
        raise UsageError("cluster.no_input")
    # What is wrong with the question itself is said before processes are started.
    dataset, output = open_dataset(cluster.inputs), Storage.of(cluster.output)
    check_plan(plan_factors(session.host, session.settings, command.extras))
    Reading(session, command, dataset.source)
    check_dataset(output)
    workers = cluster.workers
    if cluster.scheduler is None and workers is None:
        workers = threads_for(command.threads, session.settings)
    memory = memory_for(command.memory, session.settings) // (workers or 1)
    with dask_crew(session, scheduler=cluster.scheduler, workers=workers, memory=memory) as crew, output.made():
        with output.for_work() as probe:
            token = secrets.token_bytes(16)
            probe.write("probe", token)
            some = dataset.files[:: max(1, len(dataset.files) // _LOOKED_AT)][:_LOOKED_AT]
            check_places(crew, probe, token, [(file.name, file.path, file.size, file.filesystem) for file in some])
        return ClusterScores(score_on_cluster(session, command, dataset, output, crew), output)
