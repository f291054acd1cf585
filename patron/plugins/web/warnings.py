"""
What is warned of on standard error: each thing once a minute, and what uvicorn warns of in our words.

Where the database is gone, or somebody tries doors, the same is true of thousands of requests; each of them has its line in the
access log. That somebody asked for a WebSocket, which we don't speak, concerns nobody.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from types import MappingProxyType

_WORDS: Mapping[str, str] = MappingProxyType(
    {"Invalid HTTP request received.": "serve.no_http", "Exceeded concurrency limit.": "serve.crowded"}
)
"""What uvicorn says → what we say."""
_UNHEARD = ("Unsupported upgrade request.", "No supported WebSocket library detected.")
_SECONDS = 60
_MOST = 100
"""Warnings that are remembered."""


class OnceAMinute(logging.Filter):
    """
    Lets through what concerns us, and nothing twice a minute.

    Args:
        t: says it in the words of who runs the server.
        elapsed: a count of seconds that doesn't jump.
    """

    def __init__(self, t: Callable[[str], str], elapsed: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._t = t
        self._elapsed = elapsed
        self._told: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line is to be written."""
        said = record.getMessage()
        if said.startswith(_UNHEARD):
            return False
        with self._lock:
            if not self._is_due(said, self._elapsed()):
                return False
        if said in _WORDS:
            record.msg, record.args = self._t(_WORDS[said]), None
        return True

    def _is_due(self, said: str, now: float) -> bool:
        """Return whether something was not told within the minute, and note that it is told now."""
        if now - self._told.get(said, now - _SECONDS) < _SECONDS:
            return False
        self._told[said] = now
        self._told.move_to_end(said)
        while len(self._told) > _MOST:
            self._told.popitem(last=False)
        return True
