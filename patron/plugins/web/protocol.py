"""
HTTP/1.1 within limits that uvicorn has not: on how long a head may take, on how long a client may take to read what it is
answered, and on connections that say nothing. Without them whoever sends a byte a minute, or reads none, keeps a connection for
ever, and whoever opens many leaves none to the files of the database.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

SPARE = 50
"""Connections beyond the limit that are still told so, by 503; further ones are closed unheard."""


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
