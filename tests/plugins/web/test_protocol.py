"""Nobody keeps a connection who says nothing, or doesn't take what it is answered."""

from collections.abc import Callable
from typing import Any

import h11
import pytest
import uvicorn
from uvicorn.server import ServerState

from patron.plugins.web.protocol import SPARE, protocol_within

HEAD, READING, CONNECTIONS = 10, 20, 3
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Loop:
    """A loop whose timers wait until a test lets them go off."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> "Timer":
        self.timers.append(Timer(seconds, call))
        return self.timers[-1]

    def create_task(self, work: Any) -> "Task":
        work.close()
        return Task()

    def waiting(self) -> list[float]:
        return [one.seconds for one in self.timers if not one.cancelled]


class Task:
    """What answers a request, and is never done."""

    def add_done_callback(self, _: Any) -> None:
        """Forget it."""


class Timer:
    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self.seconds, self.call, self.cancelled = seconds, call, False

    def cancel(self) -> None:
        self.cancelled = True


class Transport:
    """The end of a connection, which notes what is done with it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.high: int | None = None
        self.sent = b""

    def set_write_buffer_limits(self, high: int) -> None:
        self.high = high

    def get_extra_info(self, _: str) -> None:
        """Know nothing of who is at the other end."""

    def pause_reading(self) -> None:
        """Read nothing for a while."""

    def is_closing(self) -> bool:
        return bool(self.done)

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.done.append("closed")

    def abort(self) -> None:
        self.done.append("aborted")


@pytest.fixture(name="state")
def _state() -> ServerState:
    return ServerState()


@pytest.fixture(name="connect")
def _connect(state: ServerState) -> Callable[[], tuple[Any, Loop, Transport]]:
    """Return a function that opens a connection."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        """Answer nobody."""

    config = uvicorn.Config(application, ws="none", log_config=None)

    def give() -> tuple[Any, Loop, Transport]:
        loop, transport = Loop(), Transport()
        made = protocol_within(HEAD, READING, CONNECTIONS)(config, state, {}, loop)  # type: ignore[arg-type]
        made.connection_made(transport)
        return made, loop, transport

    return give


Connect = Callable[[], tuple[Any, Loop, Transport]]


def test_a_head_that_does_not_come_is_not_waited_for(connect: Connect) -> None:
    """However often a byte of it comes."""
    protocol, loop, transport = connect()
    protocol.data_received(REQUEST[:5])
    protocol.data_received(REQUEST[5:9])
    assert loop.waiting() == [HEAD]

    loop.timers[0].call()
    assert transport.done == ["closed"]


def test_who_does_not_take_an_answer_gets_no_more(connect: Connect) -> None:
    """Not a byte may wait for ever; to close the connection would wait for the client."""
    protocol, loop, transport = connect()
    assert transport.high == 0
    protocol.pause_writing()
    protocol.pause_writing()
    reading = [one for one in loop.timers if one.seconds == READING]
    assert len(reading) == 1

    reading[0].call()
    assert transport.done == ["aborted"]


def test_who_takes_it_in_time_goes_on(connect: Connect) -> None:
    protocol, loop, transport = connect()
    protocol.pause_writing()
    protocol.resume_writing()

    assert loop.waiting() == [HEAD]
    assert transport.done == []


def test_what_is_lost_waits_for_nothing(connect: Connect) -> None:
    protocol, loop, _ = connect()
    protocol.pause_writing()
    protocol.connection_lost(None)

    assert loop.waiting() == []


def test_too_many_are_closed_unheard(connect: Connect, state: ServerState) -> None:
    """Those a few beyond the limit are heard, to be told so; files are left for the database."""
    opened = [connect() for _ in range(CONNECTIONS + SPARE + 1)]

    assert [transport.done for _, _, transport in opened] == [[]] * (CONNECTIONS + SPARE) + [["aborted"]]
    assert opened[-1][1].waiting() == []


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 2_001,
        b"Transfer-Encoding: chunked\r\n\r\nnone\r\n",
    ],
    ids=["two lengths", "a chunk a byte", "no chunk"],
)
def test_what_nobody_says_who_means_well_is_refused(connect: Connect, sent: bytes) -> None:
    protocol, _, transport = connect()
    protocol.data_received(REQUEST[:-2] + sent)

    assert transport.sent.startswith(b"HTTP/1.1 400")
    assert transport.done == ["closed"]


def test_a_long_address_is_refused(connect: Connect) -> None:
    """Nothing here is that far, and what is asked for is remembered for a while."""
    protocol, _, transport = connect()
    protocol.data_received(REQUEST.replace(b"/ ", b"/" + b"a" * 8_000 + b" "))

    assert transport.sent.startswith(b"HTTP/1.1 400")


def test_small_chunks_are_taken_among_larger_ones(connect: Connect) -> None:
    protocol, _, transport = connect()
    protocol.data_received(REQUEST[:-2] + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n20\r\n" + b"y" * 32 + b"\r\n")
    protocol.data_received((b"1\r\nx\r\n" + b"20\r\n" + b"y" * 32 + b"\r\n") * 2_000)

    assert transport.done == []
    assert len(protocol.cycle.body) == 2_001 * 33


def test_what_is_no_http_behind_an_answer_ends_the_connection(connect: Connect) -> None:
    """Without a second answer, and without a word in the log."""
    protocol, _, transport = connect()
    protocol.data_received(REQUEST[:-2] + b"Transfer-Encoding: chunked\r\n\r\n")
    protocol.conn.send(h11.Response(status_code=413, headers=[]))
    protocol.data_received(b"none\r\n")

    assert (transport.sent, transport.done) == (b"", ["closed"])


def test_who_is_done_with_sending_is_answered(connect: Connect) -> None:
    """Who is not done and has left is gone."""
    protocol, _, _ = connect()
    assert not protocol.eof_received()
    protocol.data_received(REQUEST)
    assert protocol.eof_received()
    assert not protocol.cycle.keep_alive

    other, _, _ = connect()
    other.data_received(REQUEST[:-2] + b"Content-Length: 9\r\n\r\nabc")
    assert not other.eof_received()
