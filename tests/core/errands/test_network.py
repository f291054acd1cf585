"""The network that channels are given: encrypted, bounded, and never led elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from patron.core.errands import network as networks
from patron.core.errands.network import DirectNetwork
from patron.core.records import Unavailable

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)


class Answers(BaseHTTPRequestHandler):
    """Answers by the path; tells what it was sent."""

    def do_GET(self) -> None:
        status = {"/moved": 302, "/lacking": 404}.get(self.path, 200)
        body = b"x" * 5_000 if self.path == "/large" else f"{self.command} {self.headers['x-token']}".encode()
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}"
        finally:
            running.shutdown()
            thread.join()


@pytest.fixture(name="address", scope="module")
def _address() -> Iterator[str]:
    with server() as address:
        yield address


@pytest.fixture(name="network")
def _network() -> DirectNetwork:
    return DirectNetwork(NOW, 10)


def test_an_answer_comes_whatever_its_status(network: DirectNetwork, address: str) -> None:
    """A request that moves is not followed: its token is for nobody else."""
    found = network.request(f"{address}/list", headers={"x-token": "t"})
    posted = network.request(f"{address}/list", body=b"{}", headers={"x-token": "t"})

    assert (found.status, found.body, found.headers["content-length"]) == (200, b"GET t", "5")
    assert posted.body == b"POST t"
    assert network.request(f"{address}/lacking").status == 404
    assert network.request(f"{address}/moved").status == 302


def test_what_is_too_large_is_not_read(network: DirectNetwork, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "MOST_BYTES", 4_000)

    with pytest.raises(Unavailable, match="most=4000"):
        network.request(f"{address}/large")


@pytest.mark.parametrize("url", ["http://shop.example/", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher:x", "//x"])
def test_only_encrypted_addresses_are_asked(network: DirectNetwork, url: str) -> None:
    with pytest.raises(Unavailable, match="https"):
        network.request(url)


def test_nobody_at_home_is_said(network: DirectNetwork) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        network.connect("127.0.0.1", 9)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
        network.request("http://127.0.0.1:9/")


def test_nothing_is_asked_when_the_time_is_up(address: str) -> None:
    with pytest.raises(Unavailable, match="time_up"):
        DirectNetwork(NOW, 0).request(address)


def test_who_has_no_certificate_is_nobody(network: DirectNetwork, address: str) -> None:
    """One that speaks no TLS, too."""
    with pytest.raises(Unavailable):
        network.connect("127.0.0.1", int(address.rpartition(":")[2]))


def test_time_that_somebody_else_took_is_given_back(address: str) -> None:
    network = DirectNetwork(NOW, 0)
    with pytest.raises(Unavailable, match="time_up"):
        network.request(address)

    network.grant(600)

    assert network.request(address).status == 200
