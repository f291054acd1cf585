"""
A network on which a test answers in the provider's place.
"""

import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn

from patron.core.records.polling import Answer, Unavailable
from patron.testing.application import NOW


class ScriptedNetwork:
    """
    A `Network` that reaches nobody.

    Args:
        answer: returns what the provider answers to a request, given its address, headers and body; None for nobody at home.
        now: when errands begin.

    Attributes:
        asked: the addresses that were asked, in their order.
    """

    def __init__(self, answer: Callable[[str, Mapping[str, str], bytes | None], Answer | None], now: datetime = NOW) -> None:
        self._answer = answer
        self.now = now
        self.asked: list[str] = []

    def request(
        self, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, method: str = ""
    ) -> Answer:
        """Let the test answer."""
        self.asked.append(url)
        answer = self._answer(url, headers or {}, body)
        if answer is None:
            raise Unavailable(f"nobody answers at {url[:100]}")
        return answer

    def connect(self, host: str, port: int, *, tls: bool = True) -> NoReturn:
        """Reach nobody."""
        raise Unavailable(f"nobody answers at {host}:{port}")

    def secure(self, plain: socket.socket, host: str) -> NoReturn:
        """Reach nobody."""
        raise Unavailable(f"nobody answers at {host}")
