"""A server as a process of its own, with real sockets, real signals and a real end."""

import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Event
from typing import Any

import attrs
import pytest

from patron.core.intake import settle_waiting
from patron.core.nouns import Lead, Receipt
from patron.core.store.tables import DELIVERIES

pytestmark = pytest.mark.slow
SECONDS = 60
CONNECTIONS = 32
FULL = os.environ.get("PATRON_FAULTS") == "full"
SETTINGS = """
[store]
database = "{address}"

[serve]
port = 0
header_seconds = {seconds}
body_seconds = {seconds}
answer_seconds = 30
memory_mb = 8

[intake.shop]
channel = "webhook"
scheme = "token"
secret_file = "secret"

[intake.shop.fields]
native_id = "native_id"
name = "name"
"""


@attrs.define
class Running:
    """A server that runs, or ran."""

    folder: Path
    process: "subprocess.Popen[str]"
    port: int = 0

    def connect(self) -> closing[http.client.HTTPConnection]:
        return closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS))

    def post(self, connection: http.client.HTTPConnection, row: Any) -> tuple[int, bytes]:
        connection.request("POST", "/intake/shop", json.dumps(row).encode(), {"authorization": "Bearer s3cret"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=SECONDS)
        return self.process.returncode


@pytest.fixture(name="start")
def _start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Return a function that starts a server over a database."""
    running: list[Running] = []

    # Nobody who means well is to be too slow, however busy the machine.
    def start(address: str, *, seconds: int = SECONDS) -> Running:
        (tmp_path / "patron.toml").write_text(SETTINGS.format(address=address, seconds=seconds))
        secret = tmp_path / "secret"
        secret.touch(mode=0o600)
        secret.write_text("s3cret")
        command = [sys.executable, "-m", "patron", "serve", "--intake"]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        running.append(Running(tmp_path, process))
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/intake", said)
        assert found, said + process.stderr.read()
        running[-1].port = int(found[1])
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def _row(number: str) -> dict[str, str]:
    return {"native_id": number, "name": f"Person {number}"}


def leads_of(installed: Any) -> list[str]:
    """Read what waits, and return the providers' numbers of all leads."""
    with installed.session() as session:
        settle_waiting(session)
        with session.read() as reader:
            return [lead.source_key for lead in reader.find(Lead, order=["id"])]


def test_one_delivery_a_thousand_times_is_one_lead(start: Callable[..., Running], installed: Any, address: str) -> None:
    """Over 32 connections at once; each answer is the same. The server is told to end, and ends well."""
    running = start(address)
    times = 1_000 if FULL or address.startswith("sqlite") else 200

    def post(count: int) -> set[tuple[int, bytes]]:
        with running.connect() as connection:
            return {running.post(connection, _row("7")) for _ in range(count)}

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = set().union(*pool.map(post, [times // CONNECTIONS + 1] * CONNECTIONS))
    ended = running.end()

    assert answers == {(200, b"")}
    assert ended == 0
    assert leads_of(installed) == ["7"]
    with installed.session() as session, session.read() as reader:
        assert reader.count(Receipt) == 1


def test_what_was_acknowledged_survives_a_kill(start: Callable[..., Running], installed: Any, address: str) -> None:
    """At any moment: those who got an answer find their lead, once; the others may send again."""
    running, enough = start(address), Event()

    def post(worker: int) -> list[str]:
        acknowledged: list[str] = []
        with suppress(OSError, http.client.HTTPException), running.connect() as connection:
            for number in range(1_000):
                key = f"{worker}-{number}"
                assert running.post(connection, _row(key)) == (200, b"")
                acknowledged.append(key)
                if number == 3:
                    enough.set()
        return acknowledged

    with ThreadPoolExecutor(8) as pool:
        posting = [pool.submit(post, worker) for worker in range(8)]
        assert enough.wait(SECONDS)
        running.end(signal.SIGKILL)
        acknowledged = [key for one in posting for key in one.result()]

    found = leads_of(installed)
    assert len(acknowledged) >= 4
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_who_abuses_the_server_is_refused_and_others_go_on(start: Callable[..., Running], installed: Any, address: str) -> None:
    """Wrong signatures, too much, packed bombs, bodies that never end, heads that never come: no memory, no waiting."""
    running = start(address, seconds=4)
    memory = _resident(running)
    head = b"POST /intake/shop HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    bomb = gzip.compress(b"\0" * (64 << 20))
    packed = head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(bomb), bomb)
    abuses = {
        "wrong": (head.replace(b"s3cret", b"guess") + b"Content-Length: 2\r\n\r\n{}", b"401"),
        "declares a gigabyte": (head + b"Content-Length: 1000000000\r\n\r\n" + chunk, b"413"),
        "sends in chunks without end": (head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 30, b"413"),
        "packed": (packed, b"413"),
        "declares more than it sends": (head + b"Content-Length: 100\r\n\r\n{}", b"408"),
        "sends nothing in chunks": (head + b"Transfer-Encoding: chunked\r\n\r\n", b"408"),
        "two lengths": (head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", b"400"),
        "a large head": (head + b"X: " + b"x" * 700_000 + b"\r\n\r\n", b"400"),
        "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
        "deep": (head + b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000, b"200"),
        "half a head": (b"POST /intake/shop HT", b""),
        "nothing": (b"", b""),
    }
    with ThreadPoolExecutor(len(abuses)) as pool, running.connect() as honest:
        assert running.post(honest, _row("first"))[0] == 200
        answers = pool.map(lambda sent: _abuse(running.port, sent), [sent for sent, _ in abuses.values()])
        meanwhile = [running.post(honest, _row(str(number)))[0] for number in range(20)]
        assert dict(zip(abuses, answers, strict=True)) == {name: expected for name, (_, expected) in abuses.items()}

    assert meanwhile == [200] * 20
    assert _resident(running) - memory < 50 << 20
    assert running.end(signal.SIGINT) == 0
    assert len(leads_of(installed)) == 21


def _abuse(port: int, sent: bytes) -> bytes:
    """Send bytes and return the status that is answered before the connection is closed; "" for none."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        got = b""
        with suppress(OSError):
            connection.sendall(sent)
            while b"\r\n\r\n" not in got and (part := connection.recv(65_536)):
                got += part
    return got.split(b" ", 2)[1] if got else b""


def _resident(running: Running) -> int:
    """Return how much memory a process has, in bytes."""
    text = Path(f"/proc/{running.process.pid}/statm").read_text()
    return int(text.split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_who_is_in_is_answered_when_the_server_ends(start: Callable[..., Running], installed: Any, address: str) -> None:
    """A request whose body is still on its way when the signal comes; nobody new comes in."""
    running = start(address)
    with socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS) as connection:
        body = json.dumps(_row("last")).encode()
        connection.sendall(b"POST /intake/shop HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n")
        connection.sendall(b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(body))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")  # the server waits for the body
        running.process.send_signal(signal.SIGTERM)
        connection.sendall(body)
        answer = connection.recv(1_000)
    running.process.communicate(timeout=SECONDS)

    assert answer.startswith(b"HTTP/1.1 200")
    assert running.process.returncode == 0
    assert leads_of(installed) == ["last"]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_second_signal_ends_it_at_once(start: Callable[..., Running], installed: Any, address: str) -> None:
    """Whoever is in: one line says so, and nothing else is printed."""
    running = start(address)
    with socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS) as connection:
        connection.sendall(b"POST /intake/shop HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n")
        connection.sendall(b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100")  # the server waits for the body
        for number in (signal.SIGTERM, signal.SIGINT):
            running.process.send_signal(number)
        _, said = running.process.communicate(timeout=SECONDS)

    assert running.process.returncode in {-signal.SIGTERM, -signal.SIGINT}
    assert said.splitlines() == ["Ended at once; what was acknowledged is kept, and what waits is read after the next start."]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_server_takes_what_another_left(start: Callable[..., Running], installed: Any, database: Any, address: str) -> None:
    """What was kept and not read is read after the next start, without anybody asking."""
    running = start(address)
    with running.connect() as connection:
        for number in range(5):
            assert running.post(connection, _row(str(number)))[0] == 200
    running.end(signal.SIGKILL)
    with database.writing() as writing:
        writing.execute(DELIVERIES.update().values(waits=True))
    again = start(address)
    while _waiting(again):
        pass
    assert again.end() == 0


def _waiting(running: Running) -> int:
    with running.connect() as connection:
        connection.request("GET", "/ready")
        found = re.search(r"(\d+) waiting", connection.getresponse().read().decode())
    return int(found[1]) if found else -1
