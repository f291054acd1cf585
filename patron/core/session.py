"""
What a use case is given: the clock, the settings, the plugins' hooks, a language, and someone to tell how far it is.

A use case is a function `(session, command) → result`. Commands of the command line, jobs and tests all call use cases; only
`patron.app` makes sessions.
"""

from contextlib import AbstractContextManager
from typing import Protocol

import attrs

from patron.core.clock import Clock
from patron.core.config import Settings
from patron.core.host import Host
from patron.core.i18n import Translator


class ProgressTask(Protocol):
    """A piece of long work that reports how far it is."""

    def advance(self, amount: int) -> None:
        """Say that *amount* more of the total is done; may be called from any thread."""


class Reporter(Protocol):
    """Where a use case speaks to the person who waits; what it says never goes where results go."""

    def progress(self, description: str, total: int | None) -> AbstractContextManager[ProgressTask]:
        """Begin a piece of long work of *total* steps (None: unknown); leaving the context ends it."""

    def notice(self, message: str) -> None:
        """Say something that the person should know and that does not stop the work."""


@attrs.frozen(kw_only=True)
class Session:
    """
    Everything a use case may use.

    Attributes:
        clock: the only source of "now".
        settings: the configuration, read and checked.
        host: the plugins.
        t: puts message keys of the core into the reader's words.
        reporter: progress and notices.
    """

    clock: Clock
    settings: Settings
    host: Host
    t: Translator
    reporter: Reporter


class SessionFactory(Protocol):
    """What a plugin's command is given as click's context object."""

    def session(self) -> AbstractContextManager[Session]:
        """Open a session for a piece of work; leaving the context ends it, and whatever was opened for it."""
