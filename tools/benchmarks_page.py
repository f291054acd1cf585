"""
Writes docs/benchmarks.md from what pytest-benchmark measured: python tools/benchmarks_page.py RESULTS.json.

Every benchmark says in `extra_info` which work it does, on how many rows, and which engine does it (ours is `patron`). The page
shows medians and how many times as long, or as much memory, the others take.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PEERS = ROOT / "benchmarks" / "peers"
OURS = "patron"
PACKAGES = (
    *("numpy", "numba", "pyarrow", "duckdb", "polars", "pandas", "scikit-learn", "lifelines", "mlxtend", "efficient-apriori"),
    "click",
)
NAMES = {"sklearn": "scikit-learn", "efficient_apriori": "efficient-apriori"}
"""Engines that go by another name than the module that one imports."""

READ_ONLY = "read only "
SCORE = "score "

INTRODUCTION = """\
<!-- Written by tools/benchmarks_page.py from a run of the benchmarks: make bench, or make bench-full for all sizes -->

# Benchmarks

Ours beside the tools one would take instead, on equal work: the same rows in, the same figures out (tests compare them). All of
them run in turn, round after round, with two threads; figures are medians. *×* says how many times as long, or as much memory,
as ours; *busy* is the time of all processors together, which another job on the machine hardly changes. Whole jobs are processes
of their own, from start to exit; their files lie in the page cache. [benchmarks/README.md](../benchmarks/README.md) says what is
measured, how to add to it, and where the time goes.
"""

NET = "The median of the whole job less the median of only reading the same file."


@attrs.frozen(kw_only=True)
class Result:
    """
    What one engine took for one work.

    Attributes:
        work: what was done.
        engine: who did it.
        rows: on how much.
        seconds: median.
        fastest: the shortest lap.
        slowest: the longest.
        laps: how many.
        processor: median of the time for which processors were busy; None where that is not known.
        peak_mb: the most memory of its process; None where it had none of its own.
        absent: engines that were asked and could not be run, and why.
    """

    work: str
    engine: str
    rows: int
    seconds: float
    fastest: float
    slowest: float
    laps: int
    processor: float | None = None
    peak_mb: float | None = None
    absent: Mapping[str, str] = attrs.field(factory=dict)


def main(path: str) -> None:
    """Write the page from a file of results."""
    measured = json.loads(Path(path).read_text("utf-8"))
    results = [_result(benchmark) for benchmark in measured["benchmarks"] if "work" in benchmark["extra_info"]]
    PAGE.write_text(render(results, describe_machine(measured), Path(path).stem), "utf-8")


def describe_machine(measured: dict[str, Any]) -> list[str]:
    """Return the lines that say where and with what the figures were measured."""
    machine = measured["machine_info"]
    cpu = machine["cpu"]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"Python {machine['python_version']}", *_versions()]
    model = cpu.get("brand_raw", machine["machine"])
    return [
        f"Machine: {model}, {cpu['count']} cores, {memory:.0f} GiB memory, {machine['system']}.",
        "",
        f"Versions: {', '.join(versions)}.",
    ]


def render(results: Sequence[Result], machine: Sequence[str], tier: str) -> str:
    """Return the page."""
    lines = [INTRODUCTION, *machine, "", f"Tier: {tier}."]
    for work in dict.fromkeys(result.work for result in results):
        lines += ["", f"## {work[:1].upper()}{work[1:]}", "", *_table([result for result in results if result.work == work])]
    net = list(_without_reading(results))
    for work in dict.fromkeys(result.work for result in net):
        lines += ["", f"## {work}", "", *_table([result for result in net if result.work == work]), "", NET]
    return "\n".join(lines) + "\n"


def _result(benchmark: dict[str, Any]) -> Result:
    about, stats = benchmark["extra_info"], benchmark["stats"]
    return Result(
        work=about["work"],
        engine=about["engine"],
        rows=about["rows"],
        seconds=stats["median"],
        fastest=stats["min"],
        slowest=stats["max"],
        laps=stats["rounds"],
        processor=about.get("processor"),
        peak_mb=about.get("peak_mb"),
        absent=about.get("absent", {}),
    )


def _versions() -> Iterator[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
    for needs in sorted(PEERS.glob("*.txt")):
        peer, *others = (line.replace("==", " ") for line in needs.read_text("utf-8").splitlines() if "==" in line)
        yield f"{peer} (in an environment of its own, with {', '.join(others)})"


def _table(results: Sequence[Result]) -> list[str]:
    lines = ["| rows | engine | median | × | busy | fastest – slowest | laps | memory | × |", f"| ---: | --- |{' ---: |' * 7}"]
    for rows in sorted({result.rows for result in results}):
        group = [result for result in results if result.rows == rows]
        group.sort(key=lambda result: (result.engine != OURS, result.seconds))
        ours = group[0] if group[0].engine == OURS else None
        lines += [_row(result, ours) for result in group]
    absent = {NAMES.get(name, name): reason for result in results for name, reason in result.absent.items()}
    missing = "; ".join(f"{name} ({reason})" for name, reason in sorted(absent.items()))
    return [*lines, *(["", f"Could not be run: {missing}."] if missing else [])]


def _row(result: Result, ours: Result | None) -> str:
    name = f"**{result.engine}**" if result.engine == OURS else NAMES.get(result.engine, result.engine)
    cells = (
        f"{result.rows:,}",
        name,
        _time(result.seconds),
        _times(result.seconds, ours.seconds if ours else None),
        "–" if result.processor is None else _time(result.processor),
        f"{_time(result.fastest)} – {_time(result.slowest)}",
        str(result.laps),
        "–" if result.peak_mb is None else f"{result.peak_mb:,.0f} MB",
        _times(result.peak_mb, ours.peak_mb if ours else None),
    )
    return f"| {' | '.join(cells)} |"


def _without_reading(results: Sequence[Result]) -> Iterator[Result]:
    """Yield, for every whole job whose reading was measured too, what it takes beyond reading."""
    reading = {
        (result.work.removeprefix(READ_ONLY), result.engine, result.rows): result
        for result in results
        if result.work.startswith(READ_ONLY)
    }
    for result in results:
        read = reading.get((result.work.removeprefix(SCORE), result.engine, result.rows))
        if read is not None and result.work.startswith(SCORE):
            rest = [max(0.0, getattr(result, name) - read.seconds) for name in ("seconds", "fastest", "slowest")]
            work = f"Score {result.work.removeprefix(SCORE)}, reading subtracted"
            yield attrs.evolve(result, work=work, seconds=rest[0], fastest=rest[1], slowest=rest[2], processor=None, peak_mb=None)


def _times(value: float | None, ours: float | None) -> str:
    return f"{value / ours:.2f}" if value and ours else "–"


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


if __name__ == "__main__":
    main(sys.argv[1])
