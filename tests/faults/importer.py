"""
Imports a file of orders and kills itself on the way: `importer.py ADDRESS FILE CHUNK [STEP]`.

A step is whatever a process may die before: each statement, each commit, each time that refused rows are written.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.exchange import ImportCommand, import_file
from patron.core.exchange.rejects import Rejects
from patron.testing import app


def die_at(last: int) -> None:
    """Count the steps from now on, and die at the *last*."""
    steps = count(1)

    def step(*_: object) -> None:
        if next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    write = Rejects.write

    def stepping(self: Rejects, rows: object) -> None:
        step()
        write(self, rows)
        step()

    Rejects.write = stepping
    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)


def main(address: str, path: str, chunk: str, last: str | None = None) -> None:
    """Import the file."""
    with app(settings=Settings(store=StoreSettings(database=address, busy_seconds=60))).session() as session:
        session.records.database  # noqa: B018  # opening it is none of the steps
        if last is not None:
            die_at(int(last))
        import_file(session, ImportCommand(kind="orders", path=Path(path), chunk=int(chunk)))


if __name__ == "__main__":
    main(*sys.argv[1:])
