"""
A crew of Dask workers: those of a scheduler that is running, or processes of this machine that end with the work.

What is shared goes out once, as a task of its own, and from worker to worker; replies are merged by workers, a few at a time.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import attrs

from patron.core.errors import InputError, OutputError, PatronError
from patron.core.scoring.capacity import keep_freed_memory
from patron.core.scoring.cluster.storage import Storage
from patron.core.session import ProgressTask, Session

if TYPE_CHECKING:
    from distributed import Client, Future

MERGED_AT_A_TIME = 8
"""Replies that one worker merges."""

_SAME = ("patron", "numpy", "pyarrow", "numba")
"""Distributions whose versions must be the same everywhere, so that the same code does the same."""

_SECONDS = 20
"""How long an answer of the scheduler is waited for."""

_SHARE = 0.5
"""The part of a worker's memory that one piece of work may take; what is held between pieces needs the rest."""

_UNLIMITED = 2**33
"""Bytes for a worker that has no limit."""

_SHOWN = 3


class Failure:
    """What a function ended with instead of a result: it travels as a result, for running it again would not help."""

    def __init__(self, error: PatronError) -> None:
        self.error = error


def require_dask() -> None:
    """
    Make sure that Dask is installed.

    Raises:
        OutputError: it is not.
    """
    if find_spec("distributed") is None or find_spec("fsspec") is None:
        raise OutputError("cluster.needs_dask")


@attrs.frozen
class DaskCrew:
    """
    Dask's workers, as `patron.core.scoring.cluster.crew.Crew`.

    Attributes:
        client: the connection to the scheduler.
        session: reports how far the work is.
        hands: how many functions can run at once.
        memory: bytes of memory that one of them may take.
    """

    client: "Client"
    session: Session
    hands: int
    memory: int

    def run(self, function: Callable[[Any], Any], jobs: Sequence[Any], what: str) -> list[Any]:
        """Run a function for each job and bring the results here."""
        return self._gathered(self._submit_all(function, jobs), what)

    def hold(self, function: Callable[..., Any], *arguments: Sequence[Any]) -> list[Any]:
        """Run a function for each set of arguments, and leave the results where they are."""
        return self._submit_all(function, *arguments)

    def ask(self, function: Callable[..., Any], held: Sequence[Any], *shared: Any) -> Any:
        """Run a function for each that is held, merge the results where they are, and bring the one that is left here."""
        return self._gathered([self._asked(function, held, shared)], "")[0]

    def ask_and_finish(
        self, function: Callable[..., Any], held: Sequence[Any], finish: Callable[[Any], Any], *shared: Any
    ) -> Any:
        """Do as `ask`, and let a worker finish the result that is left before it is brought here."""
        return self._gathered([self._submit(finish, self._asked(function, held, shared))], "")[0]

    def each(self, function: Callable[..., Any], held: Sequence[Any], *shared: Any, what: str) -> list[Any]:
        """Run a function for each that is held and its number, and bring the results here."""
        common = self._submit(_kept, shared)
        return self._gathered([self._submit(_numbered, function, each, number, common) for number, each in enumerate(held)], what)

    def _asked(self, function: Callable[..., Any], held: Sequence[Any], shared: tuple[Any, ...]) -> "Future[Any]":
        common = self._submit(_kept, shared)
        replies = self._submit_all(_applied, [function] * len(held), held, [common] * len(held))
        while len(replies) > 1:
            starts = range(0, len(replies), MERGED_AT_A_TIME)
            replies = [self._submit(_merged, replies[start : start + MERGED_AT_A_TIME]) for start in starts]
        return replies[0]

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        # What ran before may be different now, or be lost: nothing is taken for known because it has the same name.
        return self.client.submit(_guarded, function, *arguments, pure=False)

    def _submit_all(self, function: Callable[..., Any], *arguments: Sequence[Any]) -> "list[Future[Any]]":
        # One message for all of them: each on its own takes half a kilobyte.
        return list(self.client.map(_guarded, [function] * len(arguments[0]), *arguments, pure=False))

    def _gathered(self, futures: "Sequence[Future[Any]]", what: str) -> list[Any]:
        with self._progress(what, len(futures)) as progress:
            return [self._result(future, progress) for future in futures]

    @contextmanager
    def _progress(self, what: str, total: int) -> Iterator[ProgressTask | None]:
        if not what:
            yield None
            return
        with self.session.reporter.progress(what, total) as progress:
            yield progress

    def _result(self, future: "Future[Any]", progress: ProgressTask | None) -> Any:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            result = future.result()
        except KilledWorker as error:
            raise OutputError("cluster.workers_died", times=error.allowed_failures + 1) from error
        except (FutureCancelledError, OSError) as error:
            raise OutputError("cluster.connection_lost", scheduler=_address(self.client)) from error
        if isinstance(result, Failure):
            raise result.error
        if progress is not None:
            progress.advance(1)
        return result


def _guarded(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function; errors of ours are results, and one among the arguments is the result."""
    for failure in _failures(arguments):
        return failure
    try:
        return function(*arguments)
    except PatronError as error:
        return Failure(error)


def _failures(arguments: Sequence[Any]) -> Iterator[Failure]:
    for argument in arguments:
        if isinstance(argument, Failure):
            yield argument
        elif isinstance(argument, list):
            yield from _failures(argument)


def _kept(shared: tuple[Any, ...]) -> tuple[Any, ...]:
    return shared


def _applied(function: Callable[..., Any], held: Any, shared: tuple[Any, ...]) -> Any:
    return function(held, *shared)


def _numbered(function: Callable[..., Any], held: Any, number: int, shared: tuple[Any, ...]) -> Any:
    return function(held, number, *shared)


def _merged(replies: Sequence[Any]) -> Any:
    return reduce(lambda one, other: one.merge(other), replies)


@contextmanager
def dask_crew(session: Session, *, scheduler: str | None, workers: int | None, memory: int) -> Iterator[DaskCrew]:
    """
    Open a crew.

    Args:
        session: reports how far the work is.
        scheduler: the address of one that is running; None: processes of this machine.
        workers: how many processes of this machine; with a scheduler, how many workers to wait for. None: one a processor; one.
        memory: bytes that a process of this machine may take.

    Raises:
        OutputError: Dask is not installed, the scheduler can't be reached, or its workers can't do the work.
    """
    require_dask()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    opened = _local(workers or 1, memory) if scheduler is None else _remote(scheduler, workers or 1)
    with opened as client:
        check_versions(client)
        there: Mapping[str, Mapping[str, Any]] = client.scheduler_info(n_workers=-1)["workers"]
        limits = [worker["memory_limit"] / worker["nthreads"] for worker in there.values() if worker["memory_limit"]]
        hands = sum(worker["nthreads"] for worker in there.values())
        yield DaskCrew(client, session, hands, int(min(limits, default=_UNLIMITED) * _SHARE))


@contextmanager
def _local(workers: int, memory: int) -> Iterator["Client"]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            memory_limit=memory,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        client.run(keep_freed_memory)
        yield client


@contextmanager
def _remote(scheduler: str, workers: int) -> Iterator["Client"]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise OutputError("cluster.no_scheduler", address=scheduler[:100], seconds=_SECONDS) from error
    with client:
        try:
            client.wait_for_workers(workers, timeout=_SECONDS)
        except TimeoutError as error:
            there = len(client.nthreads())
            raise OutputError(
                "cluster.no_workers", address=scheduler[:100], there=there, wanted=workers, seconds=_SECONDS
            ) from error
        yield client


def check_versions(client: "Client") -> None:
    """
    Make sure that all workers have what this process has.

    Raises:
        OutputError: one lacks patron, or has another version of something.
    """
    for name in _SAME:
        ours = version(name)
        found = client.run(version, name, on_error="return")
        lacking = [worker for worker, theirs in found.items() if not isinstance(theirs, str)]
        if lacking:
            raise OutputError("cluster.worker_lacks", worker=_few(lacking), name=name, version=ours)
        others = {worker: theirs for worker, theirs in found.items() if theirs != ours}
        if others:
            there = ", ".join(sorted(set(others.values())))
            raise OutputError("cluster.other_version", worker=_few(list(others)), name=name, theirs=there, ours=ours)


def check_places(crew: DaskCrew, probe: Storage, token: bytes, inputs: Sequence[tuple[str, str, int, Any]]) -> None:
    """
    Make sure that every worker sees what this process sees.

    Args:
        crew: the workers.
        probe: a folder in which the file `probe` holds *token*.
        token: what nobody else would write.
        inputs: some of the inputs: name, path, size, file system.

    Raises:
        OutputError: a worker does not see the folder of the output.
        InputError: a worker does not see an input.
    """
    for worker, problem in crew.client.run(_sees, probe, token, inputs).items():
        if problem == "":
            raise OutputError("cluster.output_not_seen", path=probe.name, worker=worker)
        if problem is not None:
            raise InputError("cluster.input_not_seen", file=problem, worker=worker)


def _sees(probe: Storage, token: bytes, inputs: Sequence[tuple[str, str, int, Any]]) -> str | None:
    """Return the name of an input that this worker does not see as it is, nothing for the output; None where all is well."""
    import pyarrow.fs

    try:
        if probe.read("probe") != token:
            return ""
    except OSError:
        return ""
    for name, path, size, filesystem in inputs:
        found = (filesystem or pyarrow.fs.LocalFileSystem()).get_file_info(path)
        if found.size != size:
            return name
    return None


def _address(client: "Client") -> str:
    return str(getattr(getattr(client, "scheduler", None), "address", "?"))


def _few(workers: Sequence[str]) -> str:
    return ", ".join(workers[:_SHOWN]) + (" …" if len(workers) > _SHOWN else "")
