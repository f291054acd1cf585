"""
What a use case is given: who asks, the clock, the settings, the plugins' hooks, the database, a language, and someone to tell how
far it is.

A use case is a function `(session, command) → result`. Commands of the command line, jobs and tests all call use cases; only
`patron.app` makes sessions.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import attrs

from patron.core.clock import Clock
from patron.core.config import Settings, plugin_parameters
from patron.core.host import Host
from patron.core.i18n import Translator
from patron.core.message import Message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from patron.core.access import Actor, Policy
    from patron.core.nouns import Vocabulary
    from patron.core.store import Database, Reader, UnitOfWork


Parameters = TypeVar("Parameters")


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


class Records(Protocol):
    """The way to the database; opened when a use case first asks, so that work on files alone loads none of it."""

    @property
    def database(self) -> "Database":
        """The database of the settings, which has the tables of this program."""

    def open_database(self, *, create: bool) -> "Database":
        """Open the database of the settings, whatever its tables; with *create*, an SQLite file that isn't there is made."""

    @property
    def vocabulary(self) -> "Vocabulary":
        """The fields and codes of the core, of the plugins that are on, and of the settings."""

    @property
    def policy(self) -> "Policy":
        """The rights of every role."""


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
        records: the way to the database.
        login: the user on whose behalf it works; None for the local administrator.
        actor: who works where that is no user.
    """

    clock: Clock
    settings: Settings
    host: Host
    t: Translator
    reporter: Reporter
    records: Records
    login: str | None = None
    actor: "Actor | None" = None

    def said(self, message: Message) -> str:
        """Return what a message says, in the words of whoever reads it."""
        return message.told(self.t.lang, self.host.catalogue)

    def acting(self, actor: "Actor") -> "Session":
        """
        Return a session for a channel or for Patron itself, which share everything else with this one.

        Args:
            actor: `channel_actor(name)` or `system_actor(name)` of `patron.core.access`; the history names it.
        """
        return attrs.evolve(self, login=None, actor=actor)

    def parameters(self, plugin: str, parameters_class: type[Parameters]) -> Parameters:
        """
        Return what the table `[options.NAME]` of the configuration sets for a plugin.

        Args:
            plugin: its name.
            parameters_class: an attrs class with a default for every key; its types and validators are heard.

        Raises:
            ConfigurationError: a key doesn't exist, or its value doesn't fit.
        """
        return plugin_parameters(plugin, parameters_class, self.settings)

    def actor_in(self, connection: "Connection") -> "Actor":
        """
        Return on whose behalf a transaction works.

        Raises:
            DeniedError: there is no such active user.
        """
        from patron.core.store.actors import actor_named

        return self.actor or actor_named(connection, self.login)

    @contextmanager
    def read(self) -> "Iterator[Reader]":
        """
        Open a reader, which sees one state of the database until the block ends, and of it what the actor may see.

        Raises:
            StoreError: the database can't be read.
            DeniedError: there is no such active user.
        """
        from patron.core.store import Reader

        records = self.records
        with records.database.reading() as connection:
            yield Reader(connection, actor=self.actor_in(connection), policy=records.policy, vocabulary=records.vocabulary)

    @contextmanager
    def write(self, *, cause: str = "edit", reason: str | None = None, batch_id: int | None = None) -> "Iterator[UnitOfWork]":
        """
        Open a unit of work; what it changes is kept if `commit()` was called and the block ends without exception, else undone.

        Args:
            cause: what the work is part of, a code for the history.
            reason: why, in words.
            batch_id: the import that it belongs to.

        Raises:
            StoreError: the database can't be written; a writer in the way did not end in time.
            DeniedError: there is no such active user.
        """
        from patron.core.store import UnitOfWork

        records = self.records
        with records.database.writing() as connection:
            work = UnitOfWork(
                connection,
                actor=self.actor_in(connection),
                policy=records.policy,
                vocabulary=records.vocabulary,
                clock=self.clock.now,
                cause=cause,
                reason=reason,
                batch_id=batch_id,
            )
            yield work
            if work.committed:
                work.finish()
            else:
                connection.rollback()


class SessionFactory(Protocol):
    """What a plugin's command is given as click's context object."""

    def session(self) -> AbstractContextManager[Session]:
        """Open a session for a piece of work; leaving the context ends it, and whatever was opened for it."""

    def configured(self, config: Path) -> "SessionFactory":
        """
        Return the factory of the installation that another configuration file describes, with the same plugins and language.

        Its sessions work for the local administrator: a user of one installation is nobody in another.

        Raises:
            ConfigurationError: something in the configuration was refused.
        """
