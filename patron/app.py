"""
The only place that assembles parts: settings, then plugins, then a session for whoever does the work.

As a library, in five lines::

    from patron.app import App

    with App.open().session() as session:
        for owned in session.host.score_factors():
            print(owned.plugin, owned.item.code)
"""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from patron.core.config import Settings, read_settings
from patron.core.host import Host, Trace
from patron.core.i18n import CORE, Translator, resolve_language

if TYPE_CHECKING:
    from patron.core.clock import Clock
    from patron.core.installation import Installation
    from patron.core.session import ProgressTask, Reporter, Session


class SilentTask:
    """A piece of work that nobody watches."""

    def advance(self, amount: int) -> None:
        """Take note of nothing."""


class SilentReporter:
    """Tells nobody anything: the reporter of a library."""

    @contextmanager
    def progress(self, description: str, total: int | None) -> "Iterator[ProgressTask]":
        """Begin a piece of work that nobody watches."""
        yield SilentTask()

    def notice(self, message: str) -> None:
        """Say nothing."""


class App(NamedTuple):
    """
    The assembled parts. It knows nothing of the domain; use cases are given one of its sessions.

    Attributes:
        settings: the configuration.
        host: the plugins.
        lang: the language to speak, `en` or `zh`.
        clock: tells the time to sessions; None for the real time.
        reporter: hears of progress and notices.
        login: the user on whose behalf sessions work; None for the local administrator.
        installation: what all sessions share; None where each opens its own.
    """

    settings: Settings
    host: Host
    lang: str = "en"
    clock: "Clock | None" = None
    reporter: "Reporter" = SilentReporter()
    login: str | None = None
    installation: "Installation | None" = None

    @classmethod
    def open(
        cls,
        config: Path | None = None,
        *,
        safe_mode: bool = False,
        lang: str | None = None,
        reserved: Collection[str] = (),
        clock: "Clock | None" = None,
        reporter: "Reporter | None" = None,
        login: str | None = None,
        trace: Trace | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> "App":
        """
        Read the configuration and find the plugins; import none of them.

        Args:
            config: the configuration file; None to look for it (see docs/configuration.md).
            safe_mode: leave only built-in plugins on.
            lang: the language to speak, before the one that is configured.
            reserved: commands that no plugin can take.
            clock: the source of "now".
            reporter: hears of progress and notices; nobody by default.
            login: the user on whose behalf sessions work.
            trace: is told of every hook call.
            environ: the environment; that of the process by default.

        Raises:
            ConfigurationError: something in the configuration was refused.
        """
        env = os.environ if environ is None else environ
        settings = read_settings(config, environ=env)
        host = Host.open(settings, safe_mode=safe_mode, reserved=reserved, trace=trace, environ=env)
        spoken = resolve_language(lang, settings.lang, environ=env)
        return cls(settings=settings, host=host, lang=spoken, clock=clock, reporter=reporter or SilentReporter(), login=login)

    @contextmanager
    def session(self, login: str | None = None) -> "Iterator[Session]":
        """
        Open a session for a piece of work, which ends with the block: `with app.session() as session:`.

        Args:
            login: the user on whose behalf it works; the one that the application was opened for by default.

        Yields:
            What a use case is given; it is not to be used when the block has ended.

        Raises:
            PluginError: a plugin that is switched on was refused; its absence would change results.
        """
        from patron.core.clock import Clock  # these load attrs, which `patron --help` has no time for
        from patron.core.session import Session

        self.host.require_sound()
        t = Translator(self.lang, CORE)
        installation = self.installation or self._new_installation()
        try:
            yield Session(
                clock=self.clock or Clock(),
                settings=self.settings,
                host=self.host,
                t=t,
                reporter=self.reporter,
                records=installation,
                login=login or self.login,
            )
        finally:
            if installation is not self.installation:
                installation.close()

    @contextmanager
    def sharing(self) -> "Iterator[App]":
        """
        Open the database once for all sessions within the block, of any number of threads; for a server.

        Yields:
            The application to open sessions with; they must have ended when the block does.

        Raises:
            PluginError: as for `session()`.
        """
        self.host.require_sound()
        installation = self._new_installation()
        try:
            yield self._replace(installation=installation)
        finally:
            installation.close()

    def _new_installation(self) -> "Installation":
        from patron.core.installation import Installation

        t = Translator(self.lang, CORE)
        return Installation(self.settings, self.host, lambda key, **details: self.reporter.notice(t(key, **details)))

    def configured(self, config: Path) -> "App":
        """
        Return the application of another configuration file, with the same plugins, language, clock and reporter.

        Its sessions work for the local administrator: a user of one installation is nobody in another.

        Raises:
            ConfigurationError: something in the configuration was refused.
        """
        settings = read_settings(config, environ=self.settings.source.variables)
        return self._replace(settings=settings, login=None, installation=None)
