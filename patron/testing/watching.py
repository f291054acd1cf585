"""
Whether what a channel does is a function of what it is given: nothing that it calls looks at a clock, draws random numbers, opens
a file, or reaches beyond this process.

What was kept is read again, weeks later and on another machine, and must tell the same then. What a channel does is seen call by
call, so that neither a name of its own for `time.time` hides it, nor a library that it asks to do it. The work of Patron's own
core, of imports, logs and time zones is left alone.
"""

import _thread
import builtins
import datetime as dt
import gc
import io
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import BuiltinFunctionType, FrameType, MappingProxyType, ModuleType
from typing import Any

import attrs

from patron.core.records.intake import Channel

_CLOCK = "the same bytes tell the same whenever they are read: take `delivery.received_at`"
_LOTS = "the same bytes tell the same each time: make ids of what they say, as `patron.key_of_parts` does"
_FILES = "a delivery is read where that file is not: take what is needed as an option of the channel, or into the module"
_BEYOND = "reading reaches nobody: what the provider has to be asked belongs into `fetch` or `complete`, by their network"

_CLOCKS = (time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter, time.perf_counter_ns)
_OPENING = (io.open, os.open, os.listdir, os.scandir, os.stat, os.mkdir, os.remove, os.unlink, os.rename, os.replace)
_LOOKS, _OPENS, _DRAWS = ("looks at the clock", _CLOCK), ("opens a file", _FILES), ("draws random numbers", _LOTS)
_STARTS, _REACHES = ("starts what runs beside it", _BEYOND), ("reaches for a network", _BEYOND)
_FORBIDDEN: Mapping[Any, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(_CLOCKS, _LOOKS),
        **dict.fromkeys(_OPENING, _OPENS),
        **dict.fromkeys((os.system, _thread.start_new_thread), _STARTS),
        os.urandom: _DRAWS,
    }
)
_BY_MODULE = MappingProxyType({"_socket": _REACHES, "_posixsubprocess": _STARTS, "_uuid": _DRAWS, "_sqlite3": _OPENS})
_NOW = frozenset({"now", "utcnow", "today"})
_PLAIN = frozenset({str, bytes, bytearray, list, dict, tuple, set, frozenset})
"""What does nothing but what it is asked, and is asked most."""
_SEEDING = random.Random.seed.__code__
_SHARED = random.random.__self__  # type: ignore[attr-defined]  # what the functions of the module are methods of
_NETWORKS = frozenset(
    {"socket", "ssl", "http", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "imaplib", "poplib", "subprocess"}
)
_OUTSIDE = frozenset({"urllib.request"})
_LEFT_ALONE = (
    *("importlib", "_frozen_importlib", "_frozen_importlib_external", "zipimport", "pkgutil", "linecache", "logging", "warnings"),
    *("zoneinfo", "encodings", "codecs", "patron.core", "patron.kernel"),
)
_WATCHED = ("parse", "verify", "challenge", "redact", "respond", "tell", "unwrap", "snippet", "address", "render", "unsubscribe")


class ImpureError(AssertionError):
    """Raised where a channel does what it must not, whatever the channel makes of that itself."""


@attrs.define
class _Watch:
    """
    Sees what one function of a channel calls.

    Attributes:
        what: the function, as the author knows it.
        module: the name of the plugin's module.
        finding: what was seen first; empty while nothing was.
    """

    what: str
    module: str
    finding: str = ""

    def see(self, frame: FrameType, event: str, called: Any) -> None:
        """Look at a call, as `sys.setprofile()` tells of it; refuses those that are forbidden before they are made."""
        if event == "c_call":
            done = None if type(called.__self__) in _PLAIN else _done_by(called)
            if done is not None and not _is_left_alone(frame):
                self.refuse(
                    frame, f"{done[0]} ({called.__module__ or type(called.__self__).__name__}.{called.__name__})", done[1]
                )
        elif frame.f_code is _SEEDING and event == "call" and frame.f_locals.get("a") is None:
            self.refuse(frame, "draws random numbers (random.Random without a seed)", _LOTS)

    def refuse(self, frame: FrameType, said: str, advice: str) -> None:
        """Note what a function does, and where; and keep it from doing it."""
        own = _own_frame(frame, self.module)
        place = f"{own.f_code.co_filename}, line {own.f_lineno}"
        self.finding = self.finding or f"{self.what} {said}: {place}, in {own.f_code.co_name}(); {advice}"
        raise ImpureError(self.finding)

    def imported(self, importing: Callable[..., Any]) -> Callable[..., Any]:
        """Return what imports while the function runs: the plugin's own code needs no module of networks then."""

        @wraps(importing)
        def refuse_networks(name: str, globals_: Any = None, *others: Any, **named: Any) -> Any:
            by = str((globals_ or {}).get("__name__", ""))
            if _is_in(by, self.module) and (name.partition(".")[0] in _NETWORKS or name in _OUTSIDE):
                frame = sys._getframe(1)  # noqa: SLF001  # whoever imports
                self.refuse(frame, f"{_REACHES[0]} (import {name})", _BEYOND)
            return importing(name, globals_, *others, **named)

        return refuse_networks


def watched(channel: Channel, module: str) -> Channel:
    """
    Return the channel, each of whose functions is watched from now on; those that fetch have their network.

    Args:
        channel: the channel.
        module: the name of the plugin's module.
    """
    found = {name: getattr(channel, name) for name in _WATCHED}
    kept = {name: what for name, what in found.items() if what is not None and (name != "verify" or channel.authenticates)}
    functions: dict[str, Any] = {name: _watched(name, what, module) for name, what in kept.items()}
    return attrs.evolve(channel, **functions)


def _watched(name: str, what: Callable[..., Any], module: str) -> Callable[..., Any]:
    @wraps(what)
    def call(*args: Any, **named: Any) -> Any:
        watch = _Watch(what=name, module=module)
        try:
            with _watching(watch):
                done = what(*args, **named)
        except Exception:
            # Whatever the channel made of being refused, that it tried is the finding.
            if watch.finding:
                raise ImpureError(watch.finding) from None
            raise
        if watch.finding:
            raise ImpureError(watch.finding)
        return done

    return call


@contextmanager
def _watching(watch: _Watch) -> Iterator[None]:
    before, importing, collecting = sys.getprofile(), builtins.__import__, gc.isenabled()
    builtins.__import__ = watch.imported(importing)
    # What listens to the collector of garbage is none of the channel's doing.
    gc.disable()
    sys.setprofile(watch.see)
    try:
        yield
    finally:
        sys.setprofile(before)
        builtins.__import__ = importing
        if collecting:
            gc.enable()


def _done_by(called: Any) -> tuple[str, str] | None:
    """Return what a function written in C does that is forbidden, and what to do instead; None for any other."""
    if not isinstance(called, BuiltinFunctionType):
        return None
    owner = called.__self__
    if isinstance(owner, ModuleType):
        return _BY_MODULE.get(owner.__name__) or _FORBIDDEN.get(called)
    if owner is _SHARED:
        return _DRAWS
    if isinstance(owner, type):
        return _LOOKS if called.__name__ in _NOW and issubclass(owner, dt.date) else None
    return _REACHES if isinstance(owner, socket.SocketType) else None


def _is_left_alone(frame: FrameType | None) -> bool:
    """Return whether a call is made by what may, on behalf of whom it is made or not."""
    while frame is not None:
        by = str(frame.f_globals.get("__name__", ""))
        if by == __name__:
            return False
        if any(_is_in(by, one) for one in _LEFT_ALONE):
            return True
        frame = frame.f_back
    return False


def _own_frame(frame: FrameType, module: str) -> FrameType:
    """Return where the plugin's own code stands that led to a call; the place of the call where that is nowhere."""
    found: FrameType | None = frame
    while found is not None and not _is_in(str(found.f_globals.get("__name__", "")), module):
        found = found.f_back
    return found or frame


def _is_in(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")
