"""Dask's workers: real processes do what one process does, also when one of them is killed; and what they lack is said."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from distributed import Client, LocalCluster

from patron import testing
from patron.core.errors import InputError, OutputError
from patron.core.scoring.cluster import dask_crew
from patron.core.scoring.cluster.command import ClusterCommand, score_with_dask
from patron.core.scoring.cluster.dask_crew import DaskCrew, check_places, check_versions
from patron.core.scoring.cluster.dataset import open_dataset
from patron.core.scoring.cluster.run import Sizes, score_on_cluster
from patron.core.scoring.cluster.storage import Storage
from patron.core.session import Session

pytestmark = [
    pytest.mark.slow,
    # A worker that was killed leaves its sockets to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

SMALL = Sizes(group_rows=150, part_customers=30, range_customers=30)


@pytest.fixture(name="session")
def _session() -> Iterator[Session]:
    with testing.app().session() as session:
        yield session


@pytest.fixture(name="address", scope="module")
def _address() -> Iterator[str]:
    """Start a scheduler with two worker processes, and return its address."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(name="client")
def _client(address: str) -> Iterator[Client]:
    with Client(address, set_as_default=False) as client:
        yield client


@attrs.frozen
class MurderousCrew(DaskCrew):
    """Kills a worker when the customers stand together by rank: what it held has to be made again."""

    killed: list[int] = attrs.field(factory=list)

    def ask(self, function: Any, held: Sequence[Any], *shared: Any) -> Any:
        reply = super().ask(function, held, *shared)
        if function.__name__ == "tell":
            pids = self.client.run(os.getpid)
            address = self.client.who_has([held[0]])[held[0].key][0]
            self.killed.append(pids[address])
            os.kill(pids[address], signal.SIGKILL)
        return reply


def test_two_processes_do_what_one_does(
    session: Session, address: str, dataset_of: Any, command_of: Any, same_as_local: Any, tmp_path: Path
) -> None:
    """By way of a scheduler that is running: bit for bit the same, with models that are fitted to everybody."""
    dataset, output = dataset_of(ids="texts"), tmp_path / "scores"
    cluster = ClusterCommand(inputs=(dataset,), output=output, scheduler=address, workers=2)
    found = score_with_dask(session, command_of(extras=("value",)), cluster)
    same_as_local(session, command_of(dataset, extras=("value",)), found.run, output)
    assert found.table(["rank"])["rank"].to_pylist() == list(range(1, found.run.customers + 1))


def test_a_worker_that_is_killed_changes_nothing(
    session: Session, client: Client, dataset_of: Any, command_of: Any, same_as_local: Any, tmp_path: Path
) -> None:
    """What it held is made again by the others, from what stands in files."""
    dataset, output = dataset_of(), tmp_path / "scores"
    crew = MurderousCrew(client, session, 2, 2**30)
    run = score_on_cluster(session, command_of(dataset), open_dataset([dataset]), Storage.of(output), crew, SMALL)
    assert len(crew.killed) == 1
    same_as_local(session, command_of(dataset), run, output)


def test_errors_of_workers_arrive_as_they_were(session: Session, client: Client) -> None:
    """Not as failures of the worker: with key and details, and without a second try."""
    crew = DaskCrew(client, session, 2, 2**30)
    with pytest.raises(InputError) as caught:
        crew.run(refuse, ["a.parquet"], "")
    assert (caught.value.key, caught.value.details) == ("source.no_file", {"file": "a.parquet"})
    held = crew.hold(refuse, ["b.parquet"])
    with pytest.raises(InputError):
        crew.ask(len, held)


def refuse(name: str) -> None:
    raise InputError("source.no_file", file=name)


def test_places_that_workers_do_not_see(session: Session, client: Client, tmp_path: Path) -> None:
    """The folder of the scores, or an input; the message names place and worker."""
    crew, seen = DaskCrew(client, session, 2, 2**30), Storage.of(tmp_path)
    seen.write("probe", b"token")
    check_places(crew, seen, b"token", [("probe", str(tmp_path / "probe"), 5, None)])
    with pytest.raises(OutputError) as caught:
        check_places(crew, seen, b"other", [])
    assert caught.value.key == "cluster.output_not_seen"
    with pytest.raises(InputError) as refused:
        check_places(crew, seen, b"token", [("lines", str(tmp_path / "nothing"), 5, None)])
    assert (refused.value.key, refused.value.details["file"]) == ("cluster.input_not_seen", "lines")


def test_versions_that_differ(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers have what this process has, or the work does not begin."""
    check_versions(client)
    monkeypatch.setattr(dask_crew, "_SAME", ("no-such-distribution",))
    monkeypatch.setattr(dask_crew, "version", version_here)
    with pytest.raises(OutputError) as caught:
        check_versions(client)
    assert caught.value.key == "cluster.other_version"


def version_here(name: str) -> str:
    return f"{name} of process {os.getpid()}"


def test_a_scheduler_that_does_not_answer(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is named, after a time that is bounded."""
    monkeypatch.setattr(dask_crew, "_SECONDS", 1)
    with (
        pytest.raises(OutputError) as caught,
        dask_crew.dask_crew(session, scheduler="tcp://127.0.0.1:9", workers=None, memory=2**30),
    ):
        pass
    assert caught.value.key == "cluster.no_scheduler"


def test_a_scheduler_with_too_few_workers(session: Session, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_crew, "_SECONDS", 1)
    with (
        pytest.raises(OutputError) as caught,
        dask_crew.dask_crew(session, scheduler=address, workers=9, memory=2**30),
    ):
        pass
    assert caught.value.key == "cluster.no_workers"
