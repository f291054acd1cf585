"""
The harness: workers as processes of their own, and what must hold after whatever happened to them.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import exists, select, text

from patron.core.store import Database
from patron.core.store.history import verify
from patron.core.store.tables import METADATA

FULL = os.environ.get("PATRON_FAULTS") == "full"
WORKER = Path(__file__).parent / "worker.py"


@pytest.fixture(scope="session")
def full() -> bool:
    """Say whether the full tier was asked for."""
    return FULL


@pytest.fixture(scope="session")
def worker() -> ModuleType:
    """Return the module of the workers, for what a test does in its own process."""
    spec = spec_from_file_location("patron_faults_worker", WORKER)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def at_once(address: str) -> Callable[..., None]:
    """Return a function that runs a worker in several processes at once and waits until all have ended well."""

    def run(processes: int, task: str, *arguments: object) -> None:
        command = [sys.executable, str(WORKER), task, address, *map(str, arguments)]
        running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(processes)]
        complaints = [process.communicate()[1] for process in running]
        assert [process.returncode for process in running] == [0] * processes, complaints

    return run


@pytest.fixture
def sound(database: Database) -> Callable[[], None]:
    """Return a function that checks what must hold after every case."""

    def check() -> None:
        with database.reading() as connection:
            if connection.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            for table in METADATA.sorted_tables:
                for column in table.columns:
                    for key in column.foreign_keys:
                        target = key.column.table.alias()
                        lost = select(column).where(column.is_not(None), ~exists().where(target.c.id == column))
                        assert connection.execute(lost).scalars().all() == [], f"{column} points nowhere"
            verdict = verify(connection)
            assert (verdict.broken_at, verdict.reason) == (None, "")

    return check
