"""
Keeps scores in a database and kills itself on the way: `keeper.py ADDRESS MARK [STEP]` prints how many steps there were.

A step is whatever a process may die before: each statement, each commit, each chunk of scores.
"""

import os
import signal
import sys
from datetime import date
from itertools import count

import attrs
import numpy as np
from sqlalchemy import Engine, event

from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.records import Column, FeatureTable, Kind
from patron.core.scoring import keeping
from patron.core.scoring.result import Scores
from patron.testing import app
from patron.testing.samples import sample_run

CUSTOMERS = 20_000
CHUNK_ROWS = 1_000


def scores(mark: int) -> Scores:
    """Return scores that are told apart from others by a mark in every row."""
    numbers = np.arange(CUSTOMERS)
    columns = {
        "monetary": Column(numbers + mark * CUSTOMERS, Kind.MONEY),
        "rank": Column(numbers + 1, Kind.COUNT),
        "decile": Column((numbers * 10 // CUSTOMERS + 1).astype(np.uint8), Kind.SCORE),
        "mark": Column(np.full(CUSTOMERS, mark), Kind.COUNT),
    }
    run = attrs.evolve(sample_run(), customers=CUSTOMERS, by="monetary", id=f"mark-{mark}")
    return Scores(run=run, customers=FeatureTable(numbers + 1, columns, date(2026, 1, 1)), order=numbers)


def count_steps(last: int | None) -> "count[int]":
    """Count the steps from now on, and die at the *last*."""
    steps = count(1)

    def step(*_: object) -> None:
        if next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    chunks = keeping.chunks_of

    def stepping(*arguments: object) -> object:
        for chunk in chunks(*arguments):
            step()
            yield chunk

    keeping.chunks_of = stepping
    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    return steps


def main(address: str, mark: str, last: str | None = None) -> None:
    """Keep the scores."""
    keeping.CHUNK_ROWS = CHUNK_ROWS
    with app(settings=Settings(store=StoreSettings(database=address, busy_seconds=60))).session() as session:
        session.records.database  # noqa: B018  # opening it is none of the steps
        steps = count_steps(None if last is None else int(last))
        keeping.keep_scores(session, scores(int(mark)))
        sys.stdout.write(f"{next(steps) - 1}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
