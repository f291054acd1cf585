"""
F01, F06: an import that is killed, or finds the disk full, goes on where it was: every row once, to the last digit.
"""

import random
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Engine, event, func, select, type_coerce

from patron.core.exchange import ImportCommand, import_file
from patron.core.nouns import Batch
from patron.core.store import StoreError
from patron.core.store.tables import TABLES

IMPORTER = Path(__file__).with_name("importer.py")
HEADER = "number,product,quantity,ordered_at,list_price,external_id\n"


def write_orders(path: Path, rows: int) -> tuple[int, Decimal]:
    """Write order lines, genuine duplicates and refused ones among them; return how many are sound, and what they come to."""
    dice, sound, total = random.Random(1), 0, Decimal(0)
    lines = [HEADER]
    for number in range(rows):
        order, price = number // 5, Decimal(dice.randrange(1, 10**6)).scaleb(-4)
        quantity = dice.choice([1, 2, -1, 1, 1])
        customer = "" if order % 20 == 7 else str(order % 997)
        same = number % 5 and dice.random() < 0.2
        if not same:
            line = f"A{order},tea,{quantity},2026-03-02 10:{order % 60:02d},{price},{customer}\n"
            worth, whose = quantity * price, customer
        lines.append(line)
        if whose:
            sound, total = sound + 1, total + worth
    path.write_text("".join(lines), "utf-8")
    return sound, total


def state(patron):
    with patron.session() as session, session.read() as reader:
        batches = reader.find(Batch)
        lines = TABLES["order_line"]
        amounts = func.sum(type_coerce(lines.c.amount, BigInteger))
        count, amount = reader.connection.execute(select(func.count(), amounts).select_from(lines)).one()
    return batches, count, Decimal(amount or 0).scaleb(-4)


@pytest.mark.slow
def test_f01_every_row_comes_in_once_whenever_the_import_is_killed(patron, address, sound, full, tmp_path):
    """At every kill the rows are those of the checkpoint; in the end all are there, exactly, and refused rows are told once."""
    path = tmp_path / "orders.csv"
    expected, total = write_orders(path, 500_000 if full else 4_000)
    chunk, dice = (10_000 if full else 250), random.Random(3)
    killed = 0
    while killed < (20 if full else 3):
        last = dice.randrange(2, 90 if not full else 60)
        done = subprocess.run(
            [sys.executable, str(IMPORTER), address, str(path), str(chunk), str(last)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            break
        assert -signal.SIGKILL == done.returncode, done.stderr
        killed += 1
        batches, lines, _ = state(patron)
        if batches:
            (batch,) = batches
            assert batch.checkpoint == lines + batch.rejected
    assert killed >= 3
    with patron.session() as session:
        result = import_file(session, ImportCommand(kind="orders", path=path, chunk=chunk))
        assert import_file(session, ImportCommand(kind="orders", path=path, chunk=chunk)).already
    batches, lines, amount = state(patron)
    assert (1, "done", expected, total) == (len(batches), batches[0].status, lines, amount)
    assert (expected, result.rows - expected) == (result.created, result.rejected)
    refused = (tmp_path / "orders.rejects.csv").read_text("utf-8-sig").splitlines()[1:]
    assert result.rejected == len(refused) == len(set(refused))
    sound()


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_f06_a_full_disk_costs_nothing_that_was_settled(patron, sound, tmp_path):
    path = tmp_path / "orders.csv"
    expected, total = write_orders(path, 3_000)
    command = ImportCommand(kind="orders", path=path, chunk=200)

    def fill(connection, record):
        connection.execute("PRAGMA max_page_count = 220")

    event.listen(Engine, "connect", fill)
    try:
        with patron.session() as session, pytest.raises(StoreError) as refused:
            import_file(session, command)
    finally:
        event.remove(Engine, "connect", fill)
    assert "store.full" == refused.value.key
    (batch,), lines, _ = state(patron)
    assert ("running", lines + batch.rejected) == (batch.status, batch.checkpoint)
    assert 0 < batch.checkpoint < 3_000
    sound()
    with patron.session() as session:
        result = import_file(session, command)
    assert batch.checkpoint == result.resumed_at
    assert (expected, total) == state(patron)[1:]
    sound()
