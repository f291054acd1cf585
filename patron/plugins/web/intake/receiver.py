"""
One request to `/intake/CONNECTION`, from its head to its answer.

Acknowledged is only what is on the disk. What is not kept within the time that providers wait is refused with 503, so that they
bring it again; where it was kept after all, it is known then.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, quote

from patron import Delivery, Outcome, PatronError, Reply, Told, language_of
from patron.core.errors import PluginError
from patron.core.intake import NOT_AUTHENTIC, Checked, Opened, Received, check
from patron.core.session import Session
from patron.plugins.web.access_log import AccessLog
from patron.plugins.web.clients import FORWARDED, WORDS, Clients, client_key
from patron.plugins.web.intake.answers import UNAUTHORISED, Refused, outcomes_to_tell, plain_reply, unavailable
from patron.plugins.web.intake.bodies import Budget, Gone, Receive, discard, read_body
from patron.plugins.web.intake.desk import Desk
from patron.plugins.web.intake.rates import Rates
from patron.plugins.web.metrics import Metrics

Scope = Mapping[str, Any]
Send = Callable[[Any], Awaitable[None]]

LOG = logging.getLogger("patron.serve")
_METHODS = ("GET", "POST", "OPTIONS")
_NOBODY = "-"
"""Stands in log and metrics for a connection that there isn't: a name that somebody made up is none of ours."""
_LONGEST_ID = 64
_POLITE_BYTES, _POLITE_SECONDS = 1 << 22, 1.0
"""How much, and how long, is read on after an answer that came before the end of a body."""


class Receiver:
    """
    Answers what is sent to connections.

    Args:
        session: gives settings and time.
        served: name → the connection.
        desk: keeps and reads.
        metrics: counts.
        clients: tells who a client is.
        log: a line for each request; None for none.
    """

    def __init__(
        self,
        session: Session,
        served: Mapping[str, Opened],
        *,
        desk: Desk,
        metrics: Metrics,
        clients: Clients,
        log: AccessLog | None = None,
    ) -> None:
        self._session = session
        self._set_up = session.settings.serve
        self._served = served
        self._desk = desk
        self._metrics = metrics
        self._clients = clients
        self._log = log
        self._rates = Rates()
        self._warned = False
        self._budget = Budget(self._set_up.memory_mb << 20)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI says."""
        clock = self._session.clock
        began = clock.elapsed()
        asked = _Request(scope, self._clients)
        opened = self._served.get(asked.name)
        name = _NOBODY if opened is None else opened.connection.name
        self._metrics.began()
        status = 0
        try:
            reply, whole = await self._reply(asked, opened, receive, name)
            status = reply.status
            await _send(send, reply, asked.id, last=whole)
            if not whole:
                await discard(receive, most=_POLITE_BYTES, seconds=_POLITE_SECONDS)
                await send({"type": "http.response.body", "body": b""})
        except Gone:
            status, asked.reason = 499, "gone"
            self._metrics.refused(name, "gone")
        finally:
            seconds = clock.elapsed() - began
            self._metrics.answered(name, status, seconds)
            if self._log is not None:
                said = {"id": asked.id, "method": asked.method, "connection": name, "status": status, "bytes": asked.size}
                why = {"reason": asked.reason} if asked.reason else {}
                self._log.add(clock.now(), {**said, "ms": seconds * 1000, **why})

    async def _reply(self, asked: "_Request", opened: Opened | None, receive: Receive, name: str) -> tuple[Reply, bool]:
        """Return the answer, and whether the request was read to its end."""
        try:
            opened = _reached(asked, opened)
            if asked.method == "POST":
                self._count(asked, opened)
            with self._budget.share() as share:
                most, seconds = opened.channel.most_bytes, self._set_up.body_seconds
                body = await read_body(receive, asked.headers, most=most, seconds=seconds, share=share)
                asked.size = len(body)
                return await self._answer(asked, opened, self._delivery(asked, opened, body)), True
        except Refused as refused:
            self._metrics.refused(name, refused.reason)
            asked.reason = asked.reason or refused.reason
            read = refused.status not in {400, 404, 405, 408, 413, 415, 429} and refused.reason != "memory"
            return Reply(status=refused.status, headers=refused.headers), read
        except Gone:
            raise
        except Exception:
            LOG.exception("%s: request %s", name, asked.id)
            self._metrics.refused(name, "bug")
            asked.reason = "bug"
            return Reply(status=500), False

    def _count(self, asked: "_Request", opened: Opened) -> None:
        """Refuse who sends too often."""
        if opened.connection.per_address and asked.proxied and not self._warned:
            self._warned = True
            LOG.warning("%s", self._session.t.within(WORDS)("serve.untrusted_proxy", name=opened.connection.name))
        if seconds := self._rates.wait(opened.connection, client_key(asked.client), monotonic()):
            raise Refused(429, "rate", {"retry-after": str(seconds)})

    def _delivery(self, asked: "_Request", opened: Opened, body: bytes) -> Delivery:
        return Delivery(
            body=body,
            received_at=self._session.clock.now(),
            connection=opened.connection.name,
            content_type=asked.headers.get("content-type", ""),
            headers=asked.headers,
            query=asked.query,
            method=asked.method,
            url=asked.url(self._set_up.url),
        )

    async def _answer(self, asked: "_Request", opened: Opened, delivery: Delivery) -> Reply:
        found = await asyncio.to_thread(_examined, opened, delivery)
        if isinstance(found, Reply):
            return found
        if asked.method != "POST" and not delivery.body and not delivery.query:
            raise Refused(405, "method", {"allow": "POST"})
        if asked.method != "POST":
            # Only here it is known for no question of the provider's, which are not counted.
            self._count(asked, opened)
        if isinstance(found, Received):
            return await self._rejected(asked, opened, delivery, found)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._set_up.answer_seconds
        received = await self._kept(found)
        # Numbers, and whose leads are, are for who shows a token of ours, and nobody else.
        tell = opened.channel.tell if opened.connection.bearer is not None else None
        if (opened.channel.reads_first or tell is not None) and not received.receipts and received.delivery_id is not None:
            received = await self._settled(opened, received, until)
        if tell is not None:
            told = await self._told(opened, delivery, received, until)
            return await asyncio.to_thread(tell, delivery, opened.connection, told)
        outcomes = outcomes_to_tell(received) if opened.channel.reads_first else ()
        return await _responded(opened, delivery, outcomes, plain_reply(outcomes))

    async def _rejected(self, asked: "_Request", opened: Opened, delivery: Delivery, received: Received) -> Reply:
        problem = received.problem
        if problem is not None and problem.key != NOT_AUTHENTIC:
            LOG.warning("%s: %s", opened.connection.name, problem.message(self._session.t.lang))
            raise unavailable("bug" if isinstance(problem, PluginError) else "channel")
        self._metrics.refused(opened.connection.name, "not_authentic")
        asked.reason = str(problem.details.get("reason")) if problem else "not_authentic"
        return await _responded(opened, delivery, received.outcomes, Reply(status=UNAUTHORISED))

    async def _kept(self, checked: Checked) -> Received:
        try:
            async with asyncio.timeout(self._set_up.answer_seconds):
                return await self._desk.keeper.keep(checked)
        except TimeoutError as error:
            raise unavailable("busy") from error
        except PatronError as error:
            LOG.warning("%s: %s", checked.opened.connection.name, error.message(self._session.t.lang))
            raise unavailable("database") from error

    async def _settled(self, opened: Opened, kept: Received, until: float) -> Received:
        """Read a delivery for a channel whose answer depends on it; what takes too long, or fails, goes on waiting."""
        work = asyncio.ensure_future(self._desk.settle(opened, kept.delivery_id or 0))
        try:
            async with asyncio.timeout_at(until):
                return await asyncio.shield(work)
        except (TimeoutError, PatronError) as error:
            work.add_done_callback(lambda done: done.cancelled() or done.exception())
            LOG.info("%s: %s", opened.connection.name, error)
            return kept

    async def _told(self, opened: Opened, delivery: Delivery, received: Received, until: float) -> tuple[Told, ...]:
        """Return what a sender is told of a delivery; nothing where it is still to be read, or there is no time to tell."""
        if received.delivery_id is None or not received.outcomes:
            return ()
        work = asyncio.ensure_future(self._desk.tell(opened, received.delivery_id, language_of(delivery)))
        try:
            async with asyncio.timeout_at(until):
                return await asyncio.shield(work)
        except (TimeoutError, PatronError) as error:
            work.add_done_callback(lambda done: done.cancelled() or done.exception())
            LOG.info("%s: %s", opened.connection.name, error)
            return ()


class _Request:
    """
    The head of a request.

    Args:
        scope: as ASGI says.
        clients: tells whether a proxy may name the request.
    """

    def __init__(self, scope: Scope, clients: Clients) -> None:
        self._scope = scope
        self.method: str = scope["method"]
        self.name = scope["path"].strip("/")
        self.headers = _headers(scope["headers"])
        self.client = clients.address(scope, self.headers)
        given = self.headers.get("x-request-id", "")
        self.proxied = FORWARDED in self.headers and not clients.trusted(scope)
        known = clients.trusted(scope) and given.replace("-", "").isalnum() and given.isascii() and len(given) <= _LONGEST_ID
        self.id = given if known else secrets.token_hex(8)
        self.size = 0
        self.reason = ""

    @property
    def query(self) -> Mapping[str, str]:
        """Name → value; of a name that is repeated the first."""
        said: dict[str, str] = {}
        for name, value in parse_qsl(self._scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=None):
            said.setdefault(name, value)
        return said

    def url(self, base: str | None) -> str:
        """Return the address that the sender called; *base* is what the world calls this server."""
        where = base or f"{self._scope['scheme']}://{self.headers.get('host', '')}"
        query = self._scope["query_string"].decode("latin-1")
        return f"{where.rstrip('/')}/intake/{quote(self.name)}" + (f"?{query}" if query else "")


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Return headers by lower-case name; the values of one that is repeated are joined."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _reached(asked: "_Request", opened: Opened | None) -> Opened:
    """Return the connection that a request is for."""
    if opened is None:
        raise Refused(404, "unknown")
    if asked.method not in _METHODS:
        raise Refused(405, "method", {"allow": "GET, POST"})
    return opened


def _examined(opened: Opened, delivery: Delivery) -> Reply | Checked | Received:
    """Ask the channel whether a request is a question, else whether it is authentic."""
    asks = opened.channel.challenge
    reply = asks(delivery, opened.connection) if asks is not None else None
    return check(opened, delivery) if reply is None else reply


async def _responded(opened: Opened, delivery: Delivery, outcomes: Sequence[Outcome], plain: Reply) -> Reply:
    """Return the answer of a channel, the plain one where it has none of its own."""
    answer = opened.channel.respond
    return plain if answer is None else await asyncio.to_thread(answer, delivery, opened.connection, outcomes)


async def _send(send: Send, reply: Reply, number: str, *, last: bool) -> None:
    """Send an answer; one that is not the *last* word leaves the connection open for a moment, and closes it then."""
    said = {"x-request-id": number, "cache-control": "no-store", **reply.headers, "content-length": str(len(reply.body))}
    if reply.body:
        said["content-type"] = reply.content_type
    if not last:
        said["connection"] = "close"
    raw = [(name.encode("latin-1"), _one_line(value)) for name, value in said.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": reply.body, "more_body": not last})


def _one_line(value: str) -> bytes:
    """Return the value of a header, which can't end it and begin another."""
    return "".join(sign for sign in value if sign.isprintable()).encode("latin-1", "replace")
