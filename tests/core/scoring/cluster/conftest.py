"""A crew in the test's own process: everything travels as it would, in any order, and workers forget what they held."""

import functools
import pickle
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cloudpickle import dumps

from patron.core.records import ScoreRun
from patron.core.scoring import ScoreCommand, score
from patron.core.session import Session


class Handle:
    """What a worker holds, and how to make it again."""

    def __init__(self, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
        self.function, self.arguments = function, arguments
        self.value: Any = None

    def get(self, crew: "HereCrew") -> Any:
        """Return it; what was lost is made again."""
        if self.value is None or crew.draw.random() < crew.losses:
            self.value = self.function(*(each.get(crew) if isinstance(each, Handle) else sent(each) for each in self.arguments))
        return self.value


def sent(thing: Any) -> Any:
    """Return a thing as it arrives elsewhere."""
    return pickle.loads(dumps(thing))


class HereCrew:
    """Runs everything here; some things twice, and in an order that a seed decides."""

    def __init__(self, hands: int, seed: int = 0, losses: float = 0.0) -> None:
        self.hands, self.losses, self.draw = hands, losses, Random(seed)
        self.memory = 2**30
        self.sent = self.received = self.asked = 0

    def run(self, function: Callable[..., Any], jobs: Sequence[Any], what: str) -> list[Any]:
        return self._in_any_order([functools.partial(self._done, function, job) for job in jobs])

    def hold(self, function: Callable[..., Any], *arguments: Sequence[Any]) -> list[Handle]:
        return [Handle(sent(function), each) for each in zip(*arguments, strict=True)]

    def ask(self, function: Callable[..., Any], held: Sequence[Handle], *shared: Any) -> Any:
        return self.ask_and_finish(function, held, lambda reply: reply, *shared)

    def ask_and_finish(self, function: Callable[..., Any], held: Sequence[Handle], finish: Any, *shared: Any) -> Any:
        self.asked += 1
        self.sent += len(dumps(shared))
        replies = self._in_any_order([functools.partial(self._asked, function, each, shared) for each in held])
        self.draw.shuffle(replies)
        reply = sent(finish(functools.reduce(lambda one, other: one.merge(other), replies)))
        self.received += len(dumps(reply))
        return reply

    def each(self, function: Callable[..., Any], held: Sequence[Handle], *shared: Any, what: str) -> list[Any]:
        jobs = [functools.partial(self._asked, function, each, (number, *shared)) for number, each in enumerate(held)]
        return self._in_any_order(jobs)

    def _done(self, function: Callable[..., Any], job: Any) -> Any:
        result = sent(function(sent(job)))
        if self.draw.random() < self.losses:
            result = sent(function(sent(job)))
        self.sent += len(dumps(job))
        self.received += len(dumps(result))
        return result

    def _asked(self, function: Callable[..., Any], held: Handle, shared: tuple[Any, ...]) -> Any:
        result = sent(function)(held.get(self), *sent(shared))
        if self.draw.random() < self.losses:
            held.value = None
            result = function(held.get(self), *sent(shared))
        return sent(result)

    def _in_any_order(self, jobs: list[Callable[[], Any]]) -> list[Any]:
        results = {}
        for number in self.draw.sample(range(len(jobs)), len(jobs)):
            results[number] = jobs[number]()
        return [results[number] for number in range(len(jobs))]


COLUMNS = {"customer": "c", "time": "t", "amount": "a", "order": "o", "cost": "cost", "discount": "disc"}


def lines(rows: int, customers: int, ids: str, seed: int) -> pa.Table:
    """Return order lines of all sorts: refunds, zeros, ties, unknown costs, blank ids."""
    draw = np.random.default_rng(seed)
    numbers = draw.integers(0, customers, rows)
    spelled = {
        "integers": pa.array(numbers - customers // 2),
        "digits": pa.array([str(number) for number in numbers.tolist()]),
        "texts": pa.array([f"customer number {number}" if number % 3 else f"C{number}" for number in numbers.tolist()]),
    }
    return pa.table(
        {
            "c": spelled[ids],
            "t": np.datetime64("2024-01-01") + draw.integers(0, 800, rows),
            "a": draw.integers(-3, 9, rows) * draw.integers(0, 500, rows) / 100,
            "o": pa.array(draw.integers(0, rows // 2 + 1, rows), mask=draw.random(rows) < 0.02),
            "cost": pa.array(draw.integers(0, 900, rows) / 100, mask=draw.random(rows) < 0.01),
            "disc": np.maximum(draw.integers(-100, 50, rows), 0) / 10,
        }
    )


def write_dataset(folder: Path, table: pa.Table, files: int) -> Path:
    """Write a table as a dataset of so many files."""
    folder.mkdir(parents=True, exist_ok=True)
    edges = np.linspace(0, len(table), files + 1).astype(int).tolist()
    for number, (start, stop) in enumerate(pairwise(edges)):
        pq.write_table(table[start:stop], folder / f"lines-{number}.parquet", row_group_size=max(1, (stop - start) // 3))
    return folder


@pytest.fixture(name="dataset_of")
def _dataset_of(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes order lines as a dataset, and returns its folder."""

    def dataset(rows: int = 600, customers: int = 90, ids: str = "integers", files: int = 3, seed: int = 1) -> Path:
        return write_dataset(tmp_path / f"lines-{ids}-{seed}", lines(rows, customers, ids, seed), files)

    return dataset


@pytest.fixture(name="command_of")
def _command_of() -> Callable[..., ScoreCommand]:
    """Return a function that makes the command to score a dataset."""

    def command(*inputs: Path, **chosen: Any) -> ScoreCommand:
        return ScoreCommand(inputs=inputs, as_of=date(2025, 12, 31), **{**COLUMNS, **chosen})

    return command


@pytest.fixture(name="same_as_local")
def _same_as_local() -> Callable[..., None]:
    """Return a function that compares what a cluster wrote and told with what one process makes of the same."""

    def compare(session: Session, command: ScoreCommand, run: ScoreRun, output: Path) -> None:
        local = score(session, command)
        files = sorted(output.iterdir())
        assert [file.name for file in files] == [f"part-{number:05}.parquet" for number in range(len(files))]
        written = pa.concat_tables([pq.read_table(file) for file in files])
        assert written.schema.equals(local.table().schema)
        assert written.equals(local.table())
        assert attrs.evolve(run, seconds=0.0) == attrs.evolve(local.run, seconds=0.0)

    return compare


@pytest.fixture(name="crew_of")
def _crew_of() -> type[HereCrew]:
    """Return what makes a crew of so many hands."""
    return HereCrew
