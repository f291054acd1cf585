"""
Calendars that telephones and mail programs subscribe to: whoever shows the token of a user is told that user's tasks.

A wrong token, one of a user who left and a path that leads nowhere get the same answer. They are made by one thread of their own,
so that however many are asked for, or however slow the database is, what comes in is kept as ever.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from time import monotonic
from types import MappingProxyType

import attrs
from litestar import MediaType, Response

from patron import PatronError
from patron.core.crm import CalendarQuery, calendar_of_token
from patron.core.session import Session
from patron.plugins.web.access_log import AccessLog
from patron.plugins.web.intake.rates import Rates
from patron.plugins.web.metrics import Metrics

TYPE = "text/calendar"
"""Litestar says the charset."""
_ENDING = ".ics"
_LONGEST = 1_000
"""Characters of a token; a login is far shorter."""
_SECONDS = 5
_LATER = {"retry-after": "60"}


@attrs.frozen(kw_only=True)
class _Limit:
    """How often calendars may be asked for."""

    name: str = "calendars"
    per_address: int
    per_minute: int = 0


@attrs.frozen(kw_only=True)
class Asked:
    """
    A request for a calendar.

    Attributes:
        file: what the path names, a token and `.ics`; it is a secret, and stands in no log.
        method: GET, or HEAD of who wants to know whether it is there, or has changed.
        query: the parameters of the address.
        known: the tags of what the client has, as `If-None-Match` says them.
        client: by what the client is counted.
    """

    file: str = attrs.field(repr=False)
    method: str = "GET"
    query: Mapping[str, str] = attrs.field(repr=False)
    known: str = ""
    client: str


class Calendars:
    """
    Answers requests for calendars.

    Args:
        session: it lives as long as the server.
        secret: by which tokens are signed.
        metrics: counts.
        log: a line for each request; None for none.
    """

    def __init__(self, session: Session, secret: str, metrics: Metrics, log: AccessLog | None = None) -> None:
        self._session, self._secret, self._rates = session, secret, Rates()
        self._metrics, self._log = metrics, log
        self._limit = _Limit(per_address=session.settings.serve.calendar_per_minute)
        self._making = ThreadPoolExecutor(1, "patron-calendars")

    def stop(self) -> None:
        """Make no further one."""
        self._making.shutdown(cancel_futures=True)

    async def answer(self, asked: Asked) -> Response[bytes]:
        """Answer a request, and tell log and metrics."""
        clock = self._session.clock
        began = clock.elapsed()
        status = 500
        try:
            reply = await self._reply(asked)
            status = reply.status_code or 200
            return reply
        finally:
            seconds = clock.elapsed() - began
            self._metrics.calendar(status, seconds)
            if self._log is not None:
                # No more of the path: the rest of it is the key to the calendar.
                said = {"method": asked.method, "path": "/calendar", "status": status, "ms": seconds * 1000}
                self._log.add(clock.now(), said)

    async def _reply(self, asked: Asked) -> Response[bytes]:
        if wait := self._rates.wait(self._limit, asked.client, monotonic()):
            return _empty(429, {"retry-after": str(wait)})
        if not asked.file.endswith(_ENDING) or len(asked.file) > _LONGEST:
            return nowhere()
        query = CalendarQuery(closed=asked.query.get("closed") == "1", events=asked.query.get("events") == "1")
        token = asked.file.removesuffix(_ENDING)
        try:
            async with asyncio.timeout(_SECONDS):
                body = await asyncio.get_running_loop().run_in_executor(
                    self._making, calendar_of_token, self._session, self._secret, token, query
                )
        except (TimeoutError, PatronError):
            return _empty(503, _LATER)
        return nowhere() if body is None else _told(body, asked.known)


def _told(body: bytes, known: str) -> Response[bytes]:
    """Return the answer with a calendar, without its bytes for whoever has them."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=TYPE, headers=headers)


def nowhere() -> Response[bytes]:
    """Return the answer of a path at which there is nothing."""
    return _empty(404)


def _empty(status: int, headers: Mapping[str, str] = MappingProxyType({})) -> Response[bytes]:
    return Response(b"", status_code=status, media_type=MediaType.TEXT, headers={"cache-control": "no-store", **headers})
