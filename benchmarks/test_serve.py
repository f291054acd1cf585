"""
Deliveries over HTTP: a server as a process of its own, 32 connections that send one request behind the other, a tenth of them
repetitions, into each database.

A load is run once for each lap, and told four times: how long all answers took together, the median answer, the one that only a
hundredth waits longer for, and how long it took until everything was read. Workers read meanwhile, as they do at work. There is
no peer: what is compared is one database with the other, and a run with the run before.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from patron.core.store import Database
from patron.core.store.migrations.upgrade import upgrade
from patron.testing.postgresql import find_program, private_cluster

DATABASES = ("sqlite", "postgresql")
PRESENT = [name for name in DATABASES if name == "sqlite" or find_program("initdb") is not None]
ABSENT = {name: "not on this machine" for name in DATABASES if name not in PRESENT}
CONNECTIONS = 32
LAPS = 3 if os.environ.get("PATRON_BENCH") else 1
TOLD = {
    "answered": "answer requests from 32 connections",
    "median": "answer one of 32 connections, median",
    "slow": "answer one of 32 connections, 99th percentile",
    "read": "answer requests from 32 connections, and read them",
}
SETTINGS = """
[store]
database = "{address}"

[serve]
port = 0
answer_seconds = 60
access_log = false

[intake.shop]
channel = "webhook"
scheme = "token"
secret_env = "SHOP_TOKEN"

[intake.shop.fields]
native_id = "id"
name = "name"
tel = "phone"
note = "note"
"""


@pytest.fixture(scope="session", name="server")
def _server():
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session", name="loads")
def _loads(request, tmp_path_factory):
    """Return a function that gives the figures of the loads of so many requests into a database of a kind; they are run once."""
    known = {}

    def run(kind, rows):
        folder = tmp_path_factory.mktemp("serve")
        address = request.getfixturevalue("server").new_database() if kind == "postgresql" else "sqlite:///patron.db"
        (folder / "patron.toml").write_text(SETTINGS.format(address=address), "utf-8")
        database = Database.at(address, folder, create=True)
        upgrade(database)
        database.close()
        subprocess.run([sys.executable, "-m", "patron", "init"], cwd=folder, check=True, capture_output=True)
        with serving(folder) as (process, port):
            return load(process, port, rows)

    def give(kind, rows):
        if (kind, rows) not in known:
            known[kind, rows] = [run(kind, rows) for _ in range(LAPS)]
        return known[kind, rows]

    return give


@contextmanager
def serving(folder):
    """Serve from a folder, on a port that is free."""
    command = [sys.executable, "-m", "patron", "serve", "--intake"]
    env = {**os.environ, "SHOP_TOKEN": "s3cret"}
    process = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    try:
        yield process, int(re.search(r":(\d+)/intake", process.stderr.readline())[1])
    finally:
        process.terminate()
        process.communicate(timeout=60)


def load(process, port, rows):
    """Return the figures of a load."""
    busy, began = processor_of(process), time.perf_counter()
    waits = sorted(asyncio.run(send_all(port, rows)))
    answered = time.perf_counter() - began
    busy_answered = processor_of(process) - busy
    while asyncio.run(waiting(port)):
        time.sleep(0.01)
    read = time.perf_counter() - began
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1024
    whole = {"peak_mb": peak}
    return {
        "answered": {"seconds": answered, "processor": busy_answered, **whole},
        "median": {"seconds": waits[len(waits) // 2]},
        "slow": {"seconds": waits[len(waits) * 99 // 100]},
        "read": {"seconds": read, "processor": processor_of(process) - busy, **whole},
    }


def processor_of(process):
    """Return for how many seconds a process kept processors busy."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def send_all(port, rows):
    """Send all requests and return how long each waited for its answer."""
    numbers, waits = iter(range(rows)), []
    await asyncio.gather(*(send(port, numbers, waits) for _ in range(CONNECTIONS)))
    return waits


async def send(port, numbers, waits):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in numbers:
        # Every tenth says again what another said a while before.
        person = max(0, number - 50) if number % 10 == 9 else number
        said = {"id": str(person), "name": f"Person {person}", "phone": f"138{person:08}", "note": "How much is it?"}
        body = json.dumps(said).encode()
        began = time.perf_counter()
        writer.write(
            b"POST /intake/shop HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer s3cret\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        waits.append(time.perf_counter() - began)
        assert head.startswith(b"HTTP/1.1 200"), head
    writer.close()
    await writer.wait_closed()


async def waiting(port):
    """Return how many deliveries wait to be read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /ready HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
    found = re.search(rb"(\d+) waiting", await reader.read())
    writer.close()
    await writer.wait_closed()
    return int(found[1])


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="how busy a process is, Linux tells")
@pytest.mark.sizes(smoke=[64], quick=[500], full=[5_000])
@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("kind", DATABASES)
def test_requests(contest, loads, run_told, kind, told, rows):
    """All are answered, and each person is one lead."""
    if kind in ABSENT:
        pytest.skip("PostgreSQL is not on this machine")
    figures = {name: cycle([lap[told] for lap in loads(name, rows)]) for name in PRESENT}
    contestants = {name: run_told(laps.__next__) for name, laps in figures.items()}
    assert contest(work=TOLD[told], rows=rows, engine=kind, contestants=contestants, absent=ABSENT)
