"""
The harness: sizes by tier, example shops by size, whole processes by the stopwatch, environments of peers, and contests.

A contest runs ours and the peers in turn, round after round, so that a disturbance of the machine hits all of them; the laps are
then told to pytest-benchmark one engine at a time. As tests (without `PATRON_BENCH`) benchmarks run once, on few rows.
"""

import json
import os
import subprocess
import sys
import time
import venv
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from patron.core.i18n import CORE
from patron.plugins.demo.shop import Shop
from patron.plugins.demo.writing import write_shop

TIER = os.environ.get("PATRON_BENCH", "smoke")
FEW = 20_000
"""Rows of a benchmark that runs as a test."""

STOPWATCH = Path(__file__).parent / "stopwatch.py"
PEERS = Path(__file__).parent / "peers"
KEPT = Path(__file__).parent.parent / ".benchmarks"
"""What is kept from run to run."""

CSV_COLUMNS = ["customer_id", "order_id", "ordered_at", "product", "quantity", "unit_price", "amount"]
ROUNDS = {"smoke": 1, "quick": 5, "full": 5}
SHORT, LONG = 0.5, 5.0
"""Seconds of the first lap below which there are three times as many rounds, and above which three have to do."""

LONGEST_REASON = 160
"""Characters of what the page says about an engine that can't be run."""


@attrs.frozen(kw_only=True)
class Lap:
    """
    One run of one contestant.

    Attributes:
        seconds: how long it took.
        processor: seconds for which processors were busy with it, of all threads together; None where that is not known.
        peak_mb: the most memory the process had, where it had one of its own.
    """

    seconds: float
    processor: float | None = None
    peak_mb: float | None = None


Contestant = Callable[[], Lap]
Result = list[Lap] | Exception


class Watch:
    """A clock that only moves when it is told how long something took: how laps measured elsewhere reach pytest-benchmark."""

    def __init__(self) -> None:
        self.now = 0.0
        self.laps: deque[Lap] = deque()

    def read(self) -> float:
        """Return the time."""
        return self.now

    def spend(self) -> None:
        """Let the time of the next lap pass."""
        self.now += self.laps.popleft().seconds


WATCH = Watch()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a benchmark marked `sizes` its rows: those of the tier, or few."""
    mark = metafunc.definition.get_closest_marker("sizes")
    if mark is not None:
        sizes: Sequence[int] = mark.kwargs.get(TIER, [FEW])
        metafunc.parametrize("rows", sizes, ids=lambda rows: f"{rows:_}", scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let contests be timed by their own laps."""
    for item in items:
        if "contest" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.benchmark(timer=WATCH.read))


@pytest.fixture(scope="session")
def contests() -> dict[tuple[str, int], dict[str, Result]]:
    """Return the results of all contests held so far, by work and rows, then by engine."""
    return {}


@pytest.fixture
def contest(benchmark: Any, contests: dict[tuple[str, int], dict[str, Result]]) -> Callable[..., list[Lap]]:
    """
    Return a function that reports one engine of a contest.

    Its arguments, all by name: `work` and `rows`, which say what is measured; `engine`, whom this test reports; `contestants`, a
    function for each engine that runs once and returns its lap; `absent`, engines that can't be run, and why. The first test of a
    contest holds it. An engine that fails drops out, and fails in its own test.
    """

    def report(
        *, work: str, rows: int, engine: str, contestants: Mapping[str, Contestant], absent: Mapping[str, str] | None = None
    ) -> list[Lap]:
        missing = dict(absent or {})
        if engine in missing:
            pytest.skip(f"{engine}: {missing[engine]}")
        results = contests.get((work, rows))
        if results is None:
            results = contests[work, rows] = hold(contestants)
        mine = results[engine]
        if isinstance(mine, Exception):
            raise mine
        peaks = [lap.peak_mb for lap in mine if lap.peak_mb is not None]
        missing |= {name: _reason(result) for name, result in results.items() if isinstance(result, Exception)}
        benchmark.extra_info.update(work=work, engine=engine, rows=rows, absent=missing)
        busy = [lap.processor for lap in mine if lap.processor is not None]
        if peaks:
            benchmark.extra_info["peak_mb"] = max(peaks)
        if busy:
            benchmark.extra_info["processor"] = median(busy)
        WATCH.laps = deque(mine)
        benchmark.pedantic(WATCH.spend, rounds=len(mine))
        return mine

    return report


def hold(contestants: Mapping[str, Contestant]) -> dict[str, Result]:
    """Run all contestants in turn, as many rounds as the tier asks for, and return their laps, or why one dropped out."""
    failed: dict[str, Exception] = {}
    laps: dict[str, list[Lap]] = {engine: [] for engine in contestants}

    def run_all() -> None:
        for engine, run in contestants.items():
            if engine not in failed:
                try:
                    laps[engine].append(run())
                except Exception as error:  # noqa: BLE001  # whatever it is, the others go on
                    failed[engine] = error

    rounds = ROUNDS[TIER]
    if rounds > 1:
        run_all()  # warms caches, compiles; not counted
        longest = max((done.pop().seconds for done in laps.values() if done), default=0.0)
        rounds = 3 if longest > LONG else 3 * rounds if longest < SHORT else rounds
    for _ in range(rounds):
        run_all()
    return {engine: failed.get(engine, done) for engine, done in laps.items()}


def _reason(error: Exception) -> str:
    """Return in a few words why an engine dropped out."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"[:LONGEST_REASON]


def in_process(function: Callable[[], object]) -> Contestant:
    """Return a contestant that calls *function* in this process."""

    def run() -> Lap:
        start, busy = time.perf_counter(), time.process_time()
        function()
        return Lap(seconds=time.perf_counter() - start, processor=time.process_time() - busy)

    return run


def process(*command: object) -> Contestant:
    """
    Return a contestant that runs Python on the given arguments as a process of its own, and fails where that fails.

    It may keep the bytecode of what it loads, whatever the environment says: what is installed has it, and so have the peers.
    """
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> Lap:
        started = [sys.executable, "-S", str(STOPWATCH), sys.executable, *map(str, command)]
        result = subprocess.run(started, capture_output=True, text=True, check=True, env=variables)
        told = json.loads(result.stdout)
        if told.pop("exit_code"):
            raise RuntimeError(f"{' '.join(started)}\n{result.stderr}")
        return Lap(**told)

    return run


@pytest.fixture(scope="session")
def run_in_process() -> Callable[[Callable[[], object]], Contestant]:
    """Return `in_process`, for test modules."""
    return in_process


@pytest.fixture(scope="session")
def run_told() -> Callable[[Callable[[], Mapping[str, Any]]], Contestant]:
    """Return what makes a contestant of a function that measures its work itself: it returns what a `Lap` has, and maybe more."""
    known = {field.name for field in attrs.fields(Lap)}
    return lambda function: lambda: Lap(**{name: value for name, value in function().items() if name in known})


@pytest.fixture(scope="session")
def run_process() -> Callable[..., Contestant]:
    """Return `process`, for test modules."""
    return process


@pytest.fixture(scope="session")
def environment() -> Callable[[str], str]:
    """
    Return a function that gives the interpreter of a peer that can't live with what we need.

    `peers/NAME.txt` says what it needs. A measuring run installs that once, in `.benchmarks/NAME`; a run as tests takes what is
    there. Where there is no such environment, and none can be made, a LookupError says why.
    """
    known: dict[str, str | LookupError] = {}

    def give(name: str) -> str:
        if name not in known:
            known[name] = make_environment(name)
        found = known[name]
        if isinstance(found, LookupError):
            raise found
        return found

    return give


def make_environment(name: str) -> str | LookupError:
    """Return the interpreter of an environment, made if need be, or why there is none."""
    needs, home = PEERS / f"{name}.txt", KEPT / name
    python, installed = home / "bin" / "python", home / "installed.txt"
    if installed.is_file() and installed.read_bytes() == needs.read_bytes():
        return str(python)
    if TIER == "smoke":
        return LookupError("not installed: make bench does it")
    venv.create(home, clear=True, with_pip=True)
    pip = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--only-binary=:all:", "-r", str(needs)]
    done = subprocess.run([str(python), *pip], capture_output=True, text=True, check=False)
    if done.returncode:
        return LookupError(done.stderr.strip().rpartition("\n")[2][:LONGEST_REASON])
    installed.write_bytes(needs.read_bytes())
    return str(python)


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, str], Path]:
    """
    Return a function that gives the example shop of that many lines as a Parquet or CSV file.

    Files of a million lines and more are kept in `.benchmarks/shops` from run to run. CSV has the columns of an ordinary export:
    customer, order, time, product, quantity, price, amount.
    """
    kept = KEPT / "shops"
    fleeting = tmp_path_factory.mktemp("shops")

    def give(rows: int, kind: str) -> Path:
        folder = kept if rows >= 1_000_000 else fleeting
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"shop-{rows}.{kind}"
        if not path.is_file():
            if kind == "parquet":
                write_shop(Shop(lines=rows), path, words=CORE)
            else:
                write_csv(give(rows, "parquet"), path)
        return path

    return give


def write_csv(source: Path, path: Path) -> None:
    """Write the usual columns of a shop in Parquet as CSV, a row group at a time."""
    draft = path.with_suffix(".part")
    with pq.ParquetFile(source) as file:
        plain = pa.schema([_plain(file.schema_arrow.field(name)) for name in CSV_COLUMNS])
        with pa.csv.CSVWriter(draft, plain, write_options=pa.csv.WriteOptions(quoting_style="needed")) as writer:
            for group in range(file.num_row_groups):
                writer.write_table(file.read_row_group(group, columns=CSV_COLUMNS).select(CSV_COLUMNS).cast(plain))
    draft.rename(path)


def _plain(field: pa.Field) -> pa.Field:
    if pa.types.is_dictionary(field.type):
        return field.with_type(field.type.value_type)
    return field.with_type(pa.timestamp("s")) if pa.types.is_timestamp(field.type) else field
