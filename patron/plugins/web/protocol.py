"""
HTTP/1.1 with a limit on how long a head may take, which uvicorn has not: without it whoever sends a byte a minute keeps a
connection for ever.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


def protocol_within(seconds: float) -> type[H11Protocol]:
    """Return the protocol whose connections end where a request is not begun, its head whole, within *seconds*."""

    class Protocol(H11Protocol):
        _head: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait_for_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._has_request():
                self._stop_waiting()
            else:
                self._wait_for_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _wait_for_head(self) -> None:
            if self._head is None:
                self._head = self.loop.call_later(seconds, self._end)

        def _stop_waiting(self) -> None:
            if self._head is not None:
                self._head.cancel()
                self._head = None

        def _end(self) -> None:
            self._head = None
            if not self._has_request():
                self.transport.close()

        def _has_request(self) -> bool:
            cycle: Any = self.cycle  # None until the first request, whatever its annotation says
            return cycle is not None and not cycle.response_complete

    return Protocol
