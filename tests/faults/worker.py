"""
What the processes do that the tests of faults start, and kill: `worker.py TASK ADDRESS ARGUMENT…`.
"""

import os
import random
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import event

from patron.app import App
from patron.core.config import Settings
from patron.core.config.settings import AssignmentSettings, StoreSettings
from patron.core.crm import AddLead, add_lead
from patron.core.exchange import ImportCommand, import_file
from patron.core.intake import open_connection, settle_together, waiting
from patron.core.nouns import Customer, Lead
from patron.core.session import Session
from patron.core.store import ConflictError
from patron.testing import app


def open_app(address: str) -> App:
    """Return an application with a fixed clock on the database at *address*."""
    assignment = AssignmentSettings(rules={"all": {"rotation": "floor"}}, rotations={"floor": {"team": "sales"}})
    return app(settings=Settings(store=StoreSettings(database=address, busy_seconds=60), assignment=assignment))


def rotate(session: Session, times: str) -> None:
    """Enter a lead of a new customer, whom the rotation gives to whose turn it is, *times* times."""
    for number in range(int(times)):
        add_lead(session, AddLead(values={"source": "store"}, customer={"name": f"Customer {number}"}))


def raise_likelihood(session: Session, times: str) -> None:
    """Add one to the likelihood of lead 1, *times* times; begin anew when somebody else was faster."""
    done = 0
    while done < int(times):
        with session.read() as reader:
            lead = reader.get(Lead, 1)
        try:
            with session.write() as work:
                work.update(lead, likelihood=(lead.likelihood or 0) + 1)
                work.commit()
        except ConflictError:
            continue
        done += 1


def add_customers(session: Session, times: str) -> None:
    """Add a customer of this process, *times* times, each in a transaction of its own."""
    for number in range(int(times)):
        with session.write(cause="add") as work:
            work.add(Customer(name=f"{os.getpid()}-{number}"))
            work.commit()


def bring_customers(session: Session, folder: str, rows: str) -> None:
    """Import a file of this process: the phones that all processes have, in an order of its own."""
    path, numbers = Path(folder) / f"{os.getpid()}.csv", list(range(int(rows)))
    random.Random(os.getpid()).shuffle(numbers)
    lines = [f"Customer {number},1380013{number:04}\n" for number in numbers]
    path.write_text("name,tel\n" + "".join(lines), "utf-8")
    import_file(session, ImportCommand(kind="customers", path=path, chunk=17))


def drain(session: Session, some: str, last: str = "0") -> None:
    """Read deliveries that wait, *some* at a time, until none is left; die before the *last* statement, if one is named."""
    dice, statements = random.Random(os.getpid()), count(1)

    def step(*_: object) -> None:
        if next(statements) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(session.records.database.engine, "before_cursor_execute", step)
    while found := waiting(session, 100):
        numbers = [one.id for one in dice.sample(found, min(len(found), int(some)))]
        settle_together(session, open_connection(session, found[0].connection), numbers)


if __name__ == "__main__":
    _, task, at, *arguments = sys.argv
    with open_app(at).session() as opened:
        tasks = (rotate, raise_likelihood, add_customers, bring_customers, drain)
        {one.__name__: one for one in tasks}[task](opened, *arguments)
