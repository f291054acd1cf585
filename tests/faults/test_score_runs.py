"""
F02: whoever is killed while scores are written back leaves the run before, whole, and nothing that the next run can't clear away.
"""

import random
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect

from patron.core.scoring.stored import stored_table
from patron.core.store.scores import published_run, runs_of

KEEPER = Path(__file__).with_name("keeper.py")
CUSTOMERS = 20_000


def keep(address, *arguments):
    command = [sys.executable, str(KEEPER), address, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def marks(session):
    """Return the marks of the rows that readers see, of which there must be as many as customers."""
    run = _published(session)
    table = stored_table(session, run, ["mark"])
    assert CUSTOMERS == run.customers == table.num_rows
    return table["mark"].unique().to_pylist()


@pytest.mark.slow
def test_f02_readers_see_one_whole_run_whenever_the_writer_is_killed(patron, address, database, sound, full):
    """Killed at seeded moments, among them the first and the last; then the same scores are kept by who is not killed."""
    scores = runpy.run_path(str(KEEPER))["scores"]
    with patron.session() as session:
        steps = int(keep(address, 1).stdout)
        chosen = random.Random(2).sample(range(2, steps), 18 if full else 1)
        mark = 1
        for last in [1, *chosen, steps]:
            killed = keep(address, mark + 1, last)
            assert -signal.SIGKILL == killed.returncode, killed.stderr

            assert marks(session) in ([mark], [mark + 1])

            mark += 1
            assert 0 == keep(address, mark).returncode
            stored = stored_table(session, _published(session))
            assert scores(mark).table().cast(stored.schema).equals(stored)
        with session.read() as reader:
            runs = runs_of(reader)
        with database.reading() as connection:
            tables = [name for name in inspect(connection).get_table_names() if name.startswith("scores_")]
        assert all(run.published_at for run in runs)
        assert sorted(f"scores_{run.number}" for run in runs) == sorted(tables)
        assert 3 == len(runs)
    sound()


def _published(session):
    with session.read() as reader:
        return published_run(reader)
