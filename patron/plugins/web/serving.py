"""
A server that runs: from the settings to a socket, and to its end.

It ends when it is told to (SIGTERM, SIGINT): nobody new comes in, who is in gets an answer, and what is being read is finished;
what was kept and not begun waits for the next start. A second signal ends it at once, as if nobody had taken note of it.
"""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import uvicorn

from patron import UsageError
from patron.core.config.settings import ServeSettings
from patron.core.i18n import CORE, Catalogue
from patron.core.names import listed
from patron.core.session import Session
from patron.plugins.web.access_log import AccessLog
from patron.plugins.web.application import application, parts_of
from patron.plugins.web.protocol import protocol_within
from patron.plugins.web.warnings import OnceAMinute

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_BACKLOG = 2048
_SWITCH = 0.0005
"""Seconds for which one thread computes while others want to. By default it is ten times as many, for which each answer waits
where a worker reads: measured with 32 connections, half as many requests."""


class Server(uvicorn.Server):
    """
    uvicorn's server, which leaves signals to us: it would raise them again at its end, and the process end by them.

    Args:
        config: as uvicorn says.
        last_words: what is said when a second signal ends the process.
    """

    def __init__(self, config: uvicorn.Config, last_words: str = "") -> None:
        super().__init__(config)
        self._last_words = last_words

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `heeding_signals()`."""
        yield

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Let a signal end the server, and a second one the process."""
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take note of a signal; the second one ends the process as it does where nobody takes note, whatever its threads do."""
        if self.should_exit:
            # Past the buffers of Python, which somebody may be writing to at this very moment.
            os.write(2, f"{self._last_words}\n".encode())
            signal.signal(sig, signal.SIG_DFL)
            os.kill(os.getpid(), sig)
        self.should_exit = True


def serve(session: Session, told: Callable[[str], None]) -> None:
    """
    Serve until the process is told to end.

    Args:
        session: of the actor on whose behalf is kept what comes.
        told: is called with lines for the person who started it.

    Raises:
        UsageError: nothing can be served, or the address can't be listened at.
        ConfigurationError: a connection is set up wrongly.
        StoreError: the database can't be opened.
    """
    set_up, t = session.settings.serve, session.t.within(WORDS)
    log = AccessLog() if set_up.access_log else None
    _require_nearness(set_up)
    parts = parts_of(session, log)
    for name in parts.doors.closed:
        told(t("serve.closed", name=name))
    for name in parts.doors.tokenless:
        told(t("serve.tokenless", name=name))
    if not parts.doors.served and parts.calendars is None:
        raise UsageError("serve.nothing", catalogue=WORDS)
    app, listener = application(parts), _listen(set_up)
    _log_to_stderr(t)
    with listener, log.writing() if log else nullcontext():
        if parts.doors.served:
            told(t("serve.started", where=_shown(listener), connections=listed(sorted(parts.doors.served))))
        if parts.calendars is not None:
            told(t("serve.calendars", where=_shown(listener)))
        config = uvicorn.Config(
            app,
            http=protocol_within(set_up.header_seconds, set_up.body_seconds, set_up.connections),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=set_up.connections,
            timeout_keep_alive=set_up.idle_seconds,
            timeout_graceful_shutdown=set_up.stop_seconds,
        )
        server = Server(config, t("serve.ended"))
        with _serving_long(), server.heeding_signals():
            server.run(sockets=[listener])
    told(t("serve.stopped"))


@contextmanager
def _serving_long() -> Iterator[None]:
    """
    Let threads take turns sooner, and the collector leave alone what there was before the first request.

    To look through all of that would keep everybody waiting, whenever it looks for what requests left.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)


def _require_nearness(set_up: ServeSettings) -> None:
    """Refuse an address that other machines reach, unless somebody said so: what is sent there can be read on the way."""
    try:
        near = ip_address(set_up.host).is_loopback
    except ValueError:
        near = set_up.host == "localhost"
    if not near and not set_up.public:
        raise UsageError("serve.public_address", catalogue=WORDS, host=set_up.host)


def _listen(set_up: ServeSettings) -> socket.socket:
    where = f"{set_up.host}:{set_up.port}"
    try:
        family = socket.getaddrinfo(set_up.host, set_up.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((set_up.host, set_up.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = (error.strerror or "–").partition(" (while ")[0]
        raise UsageError("serve.no_socket", catalogue=WORDS, where=where, reason=reason) from error


def _shown(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _log_to_stderr(t: Callable[[str], str]) -> None:
    """Let warnings of ours and of uvicorn stand on standard error, a line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("patron: %(message)s"))
    handler.addFilter(OnceAMinute(t))
    for name in ("patron.serve", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
