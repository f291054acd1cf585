"""
What a scoring on a cluster takes, stage by stage: python benchmarks/cluster.py LINES OUT --workers N.

LINES is a folder of order lines (customer_id, ordered_at, amount, order_id). Printed are the seconds of every stage, the bytes
that the client sent and received meanwhile, the processor time of the client and of the busiest worker, which other work on the
machine hardly changes, and the most memory that they held. Scheduler and workers are processes of this machine, started before
the clock.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import distributed.comm.tcp
from distributed import Client
from distributed.comm.tcp import TCP

from patron.core.scoring import ScoreCommand
from patron.core.scoring.capacity import keep_freed_memory
from patron.core.scoring.cluster.dask_crew import DaskCrew
from patron.core.scoring.cluster.dataset import open_dataset
from patron.core.scoring.cluster.run import score_on_cluster
from patron.core.scoring.cluster.storage import Storage
from patron.testing import app

STAGES = {
    "add_lines": "lines are added up",
    "tell_merged": "customers are merged",
    "describe": "customers are described",
    "divide": "customers go to their ranks",
    "reply": "borders are counted",
    "tell": "the run is told",
    "write_range": "scores are written",
}


class Wire:
    """Counts the bytes that this process says and hears."""

    def __init__(self) -> None:
        self.sent = self.received = 0
        write, read = TCP.write, distributed.comm.tcp.read_bytes_rw

        async def counted_write(comm: Any, *arguments: Any, **options: Any) -> Any:
            size = await write(comm, *arguments, **options)
            self.sent += int(size or 0)
            return size

        async def counted_read(stream: Any, size: int) -> Any:
            self.received += size
            return await read(stream, size)

        TCP.write, distributed.comm.tcp.read_bytes_rw = counted_write, counted_read  # type: ignore[method-assign, assignment]


class WatchedCrew(DaskCrew):
    """Takes down what every stage takes."""

    def watch(self, wire: Wire, stages: dict[str, list[float]]) -> None:
        """Begin."""
        object.__setattr__(self, "wire", wire)
        object.__setattr__(self, "stages", stages)

    def run(self, function: Callable[[Any], Any], jobs: Sequence[Any], what: str) -> list[Any]:
        """Run a function for each job."""
        return list(self._watched(function, super().run, function, jobs, what))

    def ask(self, function: Callable[..., Any], held: Sequence[Any], *shared: Any) -> Any:
        """Run a function for each that is held."""
        return self._watched(function, super().ask, function, held, *shared)

    def each(self, function: Callable[..., Any], held: Sequence[Any], *shared: Any, what: str) -> list[Any]:
        """Run a function for each that is held and its number."""
        return list(self._watched(function, super().each, function, held, *shared, what=what))

    def _watched(self, function: Callable[..., Any], work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        wire: Wire = self.wire  # type: ignore[attr-defined]
        before = time.perf_counter(), wire.sent, wire.received
        result = work(*arguments, **options)
        after = time.perf_counter(), wire.sent, wire.received
        stage = self.stages[STAGES[function.__name__]]  # type: ignore[attr-defined]
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            stage[place] += other - one
        stage[3] += 1
        return result


def most_memory() -> int:
    """Return the most bytes that this process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def cluster(workers: int) -> Iterator[Client]:
    """Start a scheduler and workers as processes of their own, so that the client's wire is the client's alone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "scheduler.json")
        common = ("--scheduler-file", str(file), "--no-dashboard")
        program = Path(sys.executable).with_name("dask")
        started = [
            subprocess.Popen([program, "scheduler", "--port", "0", *common], stderr=subprocess.DEVNULL),
            subprocess.Popen(
                [program, "worker", "--nworkers", str(workers), "--nthreads", "1", *common], stderr=subprocess.DEVNULL
            ),
        ]
        try:
            while not file.exists():
                time.sleep(0.1)
            with Client(scheduler_file=str(file)) as client:
                client.wait_for_workers(workers)
                client.run(keep_freed_memory)
                yield client
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()


def measure(lines: Path, out: Path, workers: int) -> dict[str, Any]:
    """Score, and return what it took."""
    wire = Wire()
    stages: dict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    command = ScoreCommand(
        inputs=(), customer="customer_id", time="ordered_at", amount="amount", order="order_id", as_of=date(2025, 12, 31)
    )
    with cluster(workers) as client, app().session() as session:
        crew = WatchedCrew(client, session, workers, 2**31)
        crew.watch(wire, stages)
        idle = max(client.run(most_memory).values())
        busy = client.run(time.process_time)
        before = time.perf_counter(), wire.sent, wire.received, time.process_time()
        run = score_on_cluster(session, command, open_dataset([lines]), Storage.of(out), crew)
        whole = [time.perf_counter() - before[0], wire.sent - before[1], wire.received - before[2], 0]
        return {
            "rows": run.rows.read,
            "customers": run.customers,
            "workers": workers,
            "stages": {**stages, "all": whole},
            "memory": {"client": most_memory(), "worker": max(client.run(most_memory).values()), "idle worker": idle},
            "busy": {
                "client": time.process_time() - before[3],
                "busiest worker": max(after - busy[name] for name, after in client.run(time.process_time).items()),
            },
            "load": os.getloadavg()[0],
        }


def main() -> None:
    """Print the measurement as a table, or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.lines, given.out, given.workers)
    if given.json:
        print(json.dumps(found))
        return
    print(f"{found['rows']:,} lines, {found['customers']:,} customers, {found['workers']} workers, load {found['load']:.1f}")
    for stage, (seconds, sent, received, times) in found["stages"].items():
        print(f"{stage:30} {seconds:8.2f} s {sent / 1000:9.1f} KB out {received / 1000:9.1f} KB in {times or '':4}")
    for who, seconds in found["busy"].items():
        print(f"{who:30} {seconds:8.2f} s of a processor")
    for who, size in found["memory"].items():
        print(f"{who:30} {size / 2**20:8.0f} MB")


if __name__ == "__main__":
    main()
