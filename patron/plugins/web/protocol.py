"""
HTTP/1.1 within limits that uvicorn has not: on how long a head may take, on how long a client may take to read what it is
answered, on connections that say nothing, and on chunks that are hardly any. Without them whoever sends a byte a minute, or reads
none, keeps a connection for ever, whoever opens many leaves none to the files of the database, and whoever sends each byte as a
chunk of its own keeps all others waiting.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SPARE = 50
"""Connections beyond the limit that are still told so, by 503; further ones are closed unheard."""

_LARGEST_HEAD = 32 << 10
_LONGEST_TARGET = 8_000
_CHUNKS, _CHUNK = 2_000, 16
"""Chunks of a body that may be as small as they like; of more the average has to be of so many bytes."""


class Conversation(h11.Connection):
    """What is said on a connection, which refuses what nobody says who means well."""

    _chunks = 0
    _bytes = 0

    def next_event(self) -> Any:
        """
        Return what is said next.

        Raises:
            RemoteProtocolError: it is no HTTP, or none that we hear.
        """
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = self._bytes = 0
            if len(event.target) > _LONGEST_TARGET:
                raise h11.RemoteProtocolError("a long address")
            if {b"content-length", b"transfer-encoding"} <= {name for name, _ in event.headers}:
                # One of the two is a lie, which a proxy may have believed: then what follows is somebody else's.
                raise h11.RemoteProtocolError("two lengths")
        elif isinstance(event, h11.Data):
            self._chunks += 1
            self._bytes += len(event.data)
            if self._chunks > _CHUNKS and self._bytes < self._chunks * _CHUNK:
                raise h11.RemoteProtocolError("hardly any chunks")
        return event


def protocol_within(head_seconds: float, reading_seconds: float, connections: int) -> type[H11Protocol]:
    """
    Return a protocol.

    Args:
        head_seconds: within which a request has to be begun, its head whole; else the connection ends.
        reading_seconds: within which a client has to take what it is answered; else it gets no more.
        connections: that are open at once, and `SPARE` more.
    """

    class Protocol(H11Protocol):
        _head: asyncio.TimerHandle | None = None
        _unread: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.conn = Conversation(h11.SERVER, _LARGEST_HEAD)
            if len(self.connections) > connections + SPARE:
                transport.abort()
                return
            # So that it is told of everything that a client doesn't take at once, be it a byte.
            transport.set_write_buffer_limits(high=0)
            self._wait_for_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._has_request():
                self._stop_waiting()
            else:
                self._wait_for_head()

        def send_400_response(self, msg: str) -> None:
            if self._has_request():
                self.cycle.disconnected = True  # nobody else is to answer
            # Behind an answer that has begun there is no room for another.
            if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                super().send_400_response(msg)
            else:
                self.transport.close()

        def eof_received(self) -> Any:  # a bool, as asyncio has it; uvicorn knows of none
            # Who is done with sending may still wait for the answer.
            if not self._has_request() or self.cycle.more_body:
                return False
            self.cycle.keep_alive = False
            return True

        def pause_writing(self) -> None:
            super().pause_writing()
            if self._unread is None:
                # To close it would wait for the client to take the rest.
                self._unread = self.loop.call_later(reading_seconds, self.transport.abort)

        def resume_writing(self) -> None:
            super().resume_writing()
            self._stop_reading()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            self._stop_reading()
            super().connection_lost(exc)

        def _wait_for_head(self) -> None:
            if self._head is None:
                self._head = self.loop.call_later(head_seconds, self._end)

        def _stop_waiting(self) -> None:
            if self._head is not None:
                self._head.cancel()
                self._head = None

        def _stop_reading(self) -> None:
            if self._unread is not None:
                self._unread.cancel()
                self._unread = None

        def _end(self) -> None:
            self._head = None
            if not self._has_request():
                self.transport.close()

        def _has_request(self) -> bool:
            cycle: Any = self.cycle  # None until the first request, whatever its annotation says
            return cycle is not None and not cycle.response_complete

    return Protocol
