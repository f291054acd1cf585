"""
What passes between the intake and a channel that asks its provider: where mail, lists and details are fetched from.

A channel fetches in a process of its own, which is ended when its time is up. What it asks goes by a `Network` that it is given,
so that a test can answer in the provider's place. How far it has come is a *cursor*, a text that only the channel understands.
"""

import socket
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

import attrs

from patron.core.records.intake import Delivery
from patron.core.records.reason import shown

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Answer:
    """
    What a provider answers to a request.

    Attributes:
        status: of HTTP.
        body: the bytes.
        headers: by lower-case name.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = _NO_HEADERS


class Network(Protocol):
    """
    The way to a provider; every call ends when the time of the errand does.

    Attributes:
        now: when the errand began, in UTC.
    """

    now: datetime

    def request(
        self, url: str, *, headers: Mapping[str, str] = _NO_HEADERS, body: bytes | None = None, method: str = ""
    ) -> Answer:
        """
        Send a request and return its answer, whatever its status; nothing is followed to another address.

        Args:
            url: where to; `https`, or `http` to this machine.
            headers: of the request.
            body: what is posted; None for a request that only asks.
            method: `GET`, or `POST` with a body, where none is named.

        Raises:
            Unavailable: nobody answers, or with more than a provider would send.
        """

    def connect(self, host: str, port: int, *, tls: bool = True) -> socket.socket:
        """
        Open a connection for a protocol of the channel's own.

        Args:
            host: whom to.
            port: of the host.
            tls: whether it is encrypted from the first byte on; without, `secure()` does it later.

        Raises:
            Unavailable: nobody answers, or somebody else than that host.
        """

    def secure(self, plain: socket.socket, host: str) -> socket.socket:
        """
        Encrypt a connection from here on, as STARTTLS asks for.

        Raises:
            Unavailable: the other side is not that host.
        """


def _each(kind: type) -> Any:
    return attrs.validators.deep_iterable(attrs.validators.instance_of(kind))


@attrs.frozen(kw_only=True)
class Fetched:
    """
    A part of what a channel fetched, and how far it has come with it.

    Attributes:
        deliveries: what was fetched, each as one that had come by itself: `Delivery(body=…, received_at=network.now)`, without a
            `method`, for we asked. `verify` is asked about them, too.
        cursor: from where the next time goes on, once these deliveries are kept; nothing of `Channel.complete`.
        gone: of the leads whose details were asked for, those of which the provider knows nothing any more.

    Raises:
        TypeError: the cursor or a number of a lead is no text, or a delivery is none.
    """

    deliveries: tuple[Delivery, ...] = attrs.field(default=(), validator=_each(Delivery))
    cursor: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    gone: tuple[str, ...] = attrs.field(default=(), validator=_each(str))


class Unavailable(Exception):  # noqa: N818  # it is no fault of ours
    """
    Raised by a channel's `fetch` or `complete` where its provider can't be asked; what it yielded before is kept.

    Args:
        reason: why, for the operator: a key of the plugin's words, or a `Reason` where they name something, as of `Unreadable`.
            Never a secret.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(shown(reason))
        self.reason = reason
