"""
An upgrade that kills itself: `upgrading.py ADDRESS FOLDER STATEMENT`, to the revisions in FOLDER, before the given statement.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from patron.core.store import Database
from patron.core.store.migrations import CORE
from patron.core.store.migrations.upgrade import upgrade

if __name__ == "__main__":
    _, address, folder, last = sys.argv
    vars(CORE)["folder"] = Path(folder)
    database, statements = Database.at(address, Path()), 0

    def count(*about: object) -> None:
        """Kill this process when its time has come."""
        global statements  # noqa: PLW0603  # the script is this one count
        statements += 1
        if statements == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    upgrade(database)
    sys.stdout.write(str(statements))
