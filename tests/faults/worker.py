"""
What the processes do that the tests of faults start, and kill: `worker.py TASK ADDRESS ARGUMENT…`.
"""

import os
import random
import sys
from pathlib import Path

from patron.app import App
from patron.core.config import Settings
from patron.core.config.settings import StoreSettings
from patron.core.exchange import ImportCommand, import_file
from patron.core.nouns import Customer, Lead, Team, User
from patron.core.nouns.criterion import equal
from patron.core.session import Session
from patron.core.store import ConflictError
from patron.testing import app

TURNS = "rota.turns"
"""An extension field of users: how many turns each has had."""


def open_app(address: str) -> App:
    """Return an application with a fixed clock on the database at *address*."""
    return app(
        settings=Settings(store=StoreSettings(database=address, busy_seconds=60), fields={"user": {TURNS: {"kind": "integer"}}})
    )


def rotate(session: Session, times: str) -> None:
    """Give a new customer to whoever had the fewest turns, then has the smallest id, *times* times."""
    for number in range(int(times)):
        with session.write(cause="rotate") as work:
            work.lock(Team, 1)  # the team's row is the queue: who holds it decides alone
            chosen = min(work.find(User, [equal("on_duty", True)]), key=lambda user: (turns_of(user), user.id))
            work.update(chosen, ext={TURNS: turns_of(chosen) + 1})
            work.add(Customer(name=f"Customer {number}", owner_user_id=chosen.id))
            work.commit()


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


def turns_of(user: User) -> int:
    """Return how many turns a user has had."""
    turns = user.ext.get(TURNS, 0)
    assert isinstance(turns, int)
    return turns


if __name__ == "__main__":
    _, task, at, *arguments = sys.argv
    with open_app(at).session() as opened:
        tasks = (rotate, raise_likelihood, add_customers, bring_customers)
        {one.__name__: one for one in tasks}[task](opened, *arguments)
