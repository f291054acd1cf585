"""
A call into a plugin: who is to blame when it fails, and what is told of it when someone traces.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from patron.core.errors import PatronError, PluginError, Suspended
from patron.core.names import shorten

MOST = 300
"""Characters of an exception's text that are shown."""

_CORE = str(Path(__file__).parent.parent) + os.sep


class HookCall(NamedTuple):
    """
    One call of one plugin's implementation of a hook.

    Attributes:
        plugin: whose implementation.
        hook: which hook.
        results: how many things it returned.
        milliseconds: how long it took, the import of the plugin included where this was its first call.
    """

    plugin: str
    hook: str
    results: int
    milliseconds: float


Trace = Callable[[HookCall], None]
"""Is told of every hook call when it is over."""


@contextmanager
def blame(plugin: str, what: str) -> Iterator[None]:
    """
    Turn whatever a plugin raises inside into an error that names the plugin and *what* was asked of it.

    Errors of ours pass, since they speak for themselves; so do an interrupt by the user and a closed pipe, which are nobody's
    fault. Everything else, `SystemExit` and exceptions outside of `Exception` included, is the plugin's failure.

    Raises:
        PluginError: the plugin failed; its exception is the cause.
    """
    try:
        yield
    except (PatronError, Suspended, KeyboardInterrupt, GeneratorExit, BrokenPipeError):
        raise
    except BaseException as error:
        raise failure(plugin, what, error) from error


def failure(plugin: str, what: str, error: BaseException, clean: Callable[[str], str] = str) -> PluginError:
    """Return the error for a plugin that raised *error* when *what* was asked of it; *clean* takes out what nobody may read."""
    said = clean(str(error))
    text = " ".join((f"{type(error).__name__}: {said}" if said else type(error).__name__).split())
    return PluginError("host.failed", plugin=plugin, what=what, error=shorten(text, MOST), place=_place(error))


def _place(error: BaseException) -> str:
    """Return file and line of the last call outside of the core: what a plugin asked of a record is the plugin's mistake."""
    frames = [(trace.tb_frame.f_code.co_filename, trace.tb_lineno) for trace in _frames(error)]
    files = [frame for frame in frames if not frame[0].startswith("<")]
    theirs = [frame for frame in files if not frame[0].startswith(_CORE)] or files
    return "{}:{}".format(*theirs[-1]) if theirs else "?"


def _frames(error: BaseException) -> Iterator[TracebackType]:
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next
