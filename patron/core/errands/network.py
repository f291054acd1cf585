"""
The network as a channel is given it: encrypted, bounded in time and size, and never led to another address than it was sent to.
"""

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from patron.core.names import shorten
from patron.core.records.polling import Answer, Unavailable
from patron.core.records.reason import Reason

MOST_BYTES = 32 * 2**20
"""Of an answer; a provider that sends more is asked for less at a time."""


class DirectNetwork:
    """
    The network of this machine.

    Args:
        now: when the errand began.
        seconds: for how long it may go on.
    """

    def __init__(self, now: datetime, seconds: float) -> None:
        self.now = now
        self._end = time.monotonic() + seconds

    def grant(self, seconds: float) -> None:
        """Give the errand so much time more: somebody else took it."""
        self._end += seconds

    def request(
        self, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, method: str = ""
    ) -> Answer:
        """Send a request; see `Network`."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _own(parts.hostname or "")):
            raise Unavailable(Reason("errands.no_https", url=f"{parts.scheme or '–'}://{parts.hostname or ''}"))
        wanted = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method or None)  # noqa: S310  # as checked
        handlers = (_Staying(), urllib.request.HTTPSHandler(context=ssl.create_default_context()))
        try:
            with urllib.request.build_opener(*handlers).open(wanted, timeout=self._left()) as answer:
                return self._read(answer)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unavailable(Reason("errands.no_answer", host=parts.hostname, said=_said(error))) from error

    def connect(self, host: str, port: int, *, tls: bool = True) -> socket.socket:
        """Open a connection; see `Network`."""
        plain = self._connected(host, port)
        return self.secure(plain, host) if tls else plain

    def secure(self, plain: socket.socket, host: str) -> socket.socket:
        """Encrypt a connection; see `Network`."""
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except (OSError, ValueError) as error:
            plain.close()
            raise Unavailable(Reason("errands.no_answer", host=host, said=_said(error))) from error

    def _connected(self, host: str, port: int) -> socket.socket:
        try:
            return socket.create_connection((host, port), timeout=self._left())
        except (OSError, ValueError) as error:
            raise Unavailable(Reason("errands.no_answer", host=f"{host}:{port}", said=_said(error))) from error

    def _read(self, answer: http.client.HTTPResponse | urllib.error.HTTPError) -> Answer:
        body = answer.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise Unavailable(Reason("errands.large_answer", most=MOST_BYTES))
        return Answer(status=answer.status or 0, body=body, headers={name.lower(): text for name, text in answer.headers.items()})

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unavailable("errands.time_up")
        return left


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows nowhere: a request has secrets with it, which are for the address that it was sent to."""

    def redirect_request(self, *_: object) -> None:
        """Let the answer be the answer."""


def _own(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _said(error: BaseException) -> str:
    wrapped = getattr(error, "reason", None)
    reason = wrapped if isinstance(wrapped, BaseException) else error
    said = reason.strerror if isinstance(reason, OSError) and reason.strerror else f"{type(reason).__name__}: {reason}"
    return shorten(said, 300)
