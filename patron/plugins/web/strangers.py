"""
What uvicorn warns of, in our words: that strangers send what is no HTTP, or come in too great a number.

Whoever tries doors does so thousands of times, so each is told once a minute; and that somebody asked for a WebSocket, which we
don't speak, concerns nobody.
"""

import logging
from collections.abc import Callable, Mapping
from time import monotonic
from types import MappingProxyType

_WARNED: Mapping[str, str] = MappingProxyType(
    {"Invalid HTTP request received.": "serve.no_http", "Exceeded concurrency limit.": "serve.crowded"}
)
"""What uvicorn says → what we say."""
_UNHEARD = ("Unsupported upgrade request.", "No supported WebSocket library detected.")
_SECONDS = 60


class Strangers(logging.Filter):
    """
    Lets through what concerns us of uvicorn's warnings, and nothing twice a minute.

    Args:
        t: says it in the words of who runs the server.
        elapsed: a count of seconds that doesn't jump.
    """

    def __init__(self, t: Callable[[str], str], elapsed: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._t = t
        self._elapsed = elapsed
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line is to be written."""
        said = record.getMessage()
        if said.startswith(_UNHEARD):
            return False
        key = _WARNED.get(said)
        if key is None:
            return True
        now = self._elapsed()
        if now - self._told.get(key, now - _SECONDS) < _SECONDS:
            return False
        self._told[key] = now
        record.msg, record.args = self._t(key), None
        return True
