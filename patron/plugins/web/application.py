"""
What is mounted where: the intake, and what tells how the server is. Further parts (the console, the HTTP API) are mounted beside.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import attrs
from litestar import HttpMethod, Litestar, MediaType, Request, Response, get, route
from litestar.types import ASGIApp, Receive, Scope, Send

from patron import PatronError
from patron.core.crm import calendar_secret
from patron.core.session import Session
from patron.plugins.web.access_log import AccessLog
from patron.plugins.web.calendars import Asked, Calendars, nowhere
from patron.plugins.web.clients import Clients, Networks, client_key
from patron.plugins.web.intake.desk import Desk
from patron.plugins.web.intake.doors import Doors, doors_of
from patron.plugins.web.intake.receiver import Receiver
from patron.plugins.web.metrics import Metrics

METRICS_TYPE = "text/plain; version=0.0.4"  # the encoding is put behind it
_Request = Request[Any, Any, Any]
_INTAKE = "/intake/"
_SECONDS = 5
"""How long the database may take to answer one who asks how the server is."""


@attrs.frozen(kw_only=True)
class Parts:
    """
    What the server is made of.

    Attributes:
        session: of the actor on whose behalf it keeps; it lives as long as the server.
        doors: the connections.
        desk: what works behind the requests.
        metrics: counts.
        clients: tells who a client is.
        log: lines of requests; None for none.
        calendars: of users; None where none are served.
    """

    session: Session
    doors: Doors
    desk: Desk
    metrics: Metrics
    clients: Clients
    log: AccessLog | None
    calendars: Calendars | None


def parts_of(session: Session, log: AccessLog | None = None) -> Parts:
    """
    Return the parts of a server.

    Raises:
        UsageError, ConfigurationError: the settings are wrong, see `doors_of()` and `calendar_secret()`.
        StoreError: the database can't be opened.
    """
    metrics = Metrics()
    clients = Clients(Networks(session.settings.serve.proxies, session.settings.source.place("serve", "proxies")))
    doors, secret = doors_of(session), calendar_secret(session)
    calendars = Calendars(session, secret, metrics, log) if secret else None
    desk = Desk(session, metrics)
    return Parts(session=session, doors=doors, desk=desk, metrics=metrics, clients=clients, log=log, calendars=calendars)


def application(parts: Parts) -> ASGIApp:
    """Return the application, whose lifespan is that of the desk."""
    session, source = parts.session, parts.session.settings.source
    near = Networks(session.settings.serve.metrics_from, source.place("serve", "metrics_from"))
    receiver = Receiver(session, parts.doors.served, desk=parts.desk, metrics=parts.metrics, clients=parts.clients, log=parts.log)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        parts.desk.start()
        try:
            yield
        finally:
            if parts.calendars is not None:
                await asyncio.to_thread(parts.calendars.stop)
            await asyncio.to_thread(parts.desk.stop)

    @get("/health", sync_to_thread=False)
    def health() -> Response[str]:
        return _said(200, "alive\n")

    @get("/ready")
    async def ready(request: _Request) -> Response[str]:
        if not _is_near(request, parts.clients, near):
            return _said(404, "")
        if not parts.desk.working:
            return _said(503, "a thread has ended; restart the server\n")
        try:
            async with asyncio.timeout(_SECONDS):
                found = await parts.desk.backlog()
                await parts.desk.require_writable()
        except TimeoutError:
            return _said(503, "the database does not answer\n")
        except PatronError as error:
            return _said(503, f"{error.message()}\n")
        return _said(200, f"ready; {found.count} waiting\n")

    @get("/metrics")
    async def metrics(request: _Request) -> Response[bytes]:
        if not _is_near(request, parts.clients, near):
            return Response(b"", status_code=404)
        try:
            async with asyncio.timeout(_SECONDS):
                found = await parts.desk.backlog()
        except (TimeoutError, PatronError):
            found = None
        text = parts.metrics.text(found, session.clock.now())
        return Response(text, media_type=METRICS_TYPE, headers={"cache-control": "no-store"})

    @route("/calendar/{file:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
    async def calendar(request: _Request) -> Response[bytes]:
        if parts.calendars is None:
            return nowhere()
        client = client_key(parts.clients.address(request.scope, _headers(request)))
        asked = Asked(
            file=str(request.path_params["file"]),
            method=request.method,
            query=request.query_params,
            known=request.headers.get("if-none-match", ""),
            client=client,
        )
        return await parts.calendars.answer(asked)

    others = Litestar(
        route_handlers=[health, ready, metrics, calendar],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
        exception_handlers={Exception: _nothing},
    )

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        # Litestar remembers a thousand paths that it led somewhere, and whoever likes may make up as many names of connections.
        path = str(scope.get("path", ""))
        if f"{path}/".startswith(_INTAKE):
            await receiver({**scope, "path": path.removeprefix(_INTAKE)}, receive, send)
        else:
            await others(scope, receive, send)

    return serve


def _is_near(request: _Request, clients: Clients, near: Networks) -> bool:
    return clients.direct(request.scope, _headers(request)) in near


def _headers(request: _Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _said(status: int, text: str) -> Response[str]:
    return Response(text, status_code=status, media_type=MediaType.TEXT, headers={"cache-control": "no-store"})


def _nothing(_: _Request, error: Exception) -> Response[str]:
    """Answer what nothing here answers with its status alone."""
    return _said(getattr(error, "status_code", 500), "")
