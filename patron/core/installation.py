"""
One installation: its database, its vocabulary and its roles, each made from the settings and the plugins when first asked for.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from patron.core.config import Settings
from patron.core.errors import ConfigurationError
from patron.core.host import Host

if TYPE_CHECKING:
    from patron.core.access import Policy
    from patron.core.access.policy import Roles
    from patron.core.nouns import Vocabulary
    from patron.core.store import Database


class Installation:
    """
    The way to the records of one installation; nothing is loaded or opened before it is asked for.

    A long-running server has one for all its threads (`App.sharing()`): one database, opened by whichever thread comes first,
    whose connections are lent to transactions and given back. Sessions are cheap then, one a request; a reader, a unit of work
    and their records belong to the thread that opened them. Fifteen transactions run at once, further ones wait for the end of
    another. It is closed when all sessions have ended, and opens nothing any more.

    Args:
        settings: the configuration.
        host: the plugins, whose manifests declare fields and codes.
        warn: is told by key and details what the person should know, such as that others can read a password.
    """

    def __init__(self, settings: Settings, host: Host, warn: Callable[..., object] | None = None) -> None:
        self._settings = settings
        self._host = host
        self._warn = warn
        self._lock = Lock()
        self._database: Database | None = None
        self._closed = False

    @property
    def database(self) -> "Database":
        """
        The database of the settings; its tables are those of this program.

        Raises:
            ConfigurationError: none is configured, or the address is wrong.
            StoreError: it can't be opened, has no tables of ours, or older or newer ones.
            PluginError: the tables of a plugin are older than the plugin, or newer.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the installation was closed, and its sessions have ended")
            if self._database is None:
                self._database = self._opened()
            return self._database

    def _opened(self) -> "Database":
        from patron.core.store.migrations import require_current, series_of_plugins

        database = self.open_database(create=False)
        try:
            require_current(database, series_of_plugins(self._host.plugins))
        except BaseException:
            database.close()
            raise
        return database

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """
        The fields and codes of the core, the plugins that are on, and the settings.

        Raises:
            ConfigurationError: a declaration is wrong.
        """
        from patron.core.nouns.declared import vocabulary_of

        working = [(plugin.name, plugin.manifest) for plugin in self._host.plugins if plugin.working and plugin.manifest]
        declared = [(f"manifest.toml ({name})", manifest.fields, manifest.codes) for name, manifest in working]
        own = (str(self._settings.source.path or "patron.toml"), self._settings.fields, self._settings.codes)
        return vocabulary_of([*declared, own])

    @cached_property
    def policy(self) -> "Policy":
        """
        The rights of every role: those of the core and of plugins to their own tables; a role of the settings replaces both.

        Raises:
            ConfigurationError: an action or a scope doesn't exist, or a plugin grants a right to what is not its own.
        """
        from patron.core.access import Policy, core_roles
        from patron.core.access.policy import with_rights
        from patron.core.store.migrations import series_of_plugins

        prefixes = {one.plugin: one.prefix for one in series_of_plugins(self._host.plugins)}
        roles = core_roles()
        for plugin in self._host.plugins:
            if plugin.working and plugin.manifest and plugin.manifest.roles:
                where = f"manifest.toml ({plugin.name})"
                granted = _roles(where, plugin.manifest.roles)
                _require_own(where, granted, prefixes.get(plugin.name))
                roles = with_rights(roles, granted)
        return Policy({**roles, **_roles(str(self._settings.source.path or "patron.toml"), self._settings.roles)})

    def open_database(self, *, create: bool) -> "Database":
        """Open the database of the settings; with *create*, an SQLite file that isn't there is made."""
        from patron.core.store import Database

        address = self._settings.store.database
        if address is None:
            raise ConfigurationError("store.not_configured")
        path = self._settings.source.path
        folder = (path.parent if path else Path.cwd()).absolute()
        database = Database.at(address, folder, busy_seconds=self._settings.store.busy_seconds, create=create)
        if not create and database.file is not None and not database.file.is_file():
            raise ConfigurationError("store.missing", where=database.where)
        if database.url.password and path is not None and path.stat().st_mode & 0o077 and self._warn:
            self._warn("store.password_readable", path=path, mode=f"{path.stat().st_mode & 0o777:03o}")
        return database

    def close(self) -> None:
        """Close the database, if it was opened; sessions that ask for it afterwards are refused."""
        with self._lock:
            self._closed, database = True, self._database
        if database is not None:
            database.close()


def _roles(where: str, tree: Mapping[str, Any]) -> "Roles":
    from patron.core.access.policy import parse_roles

    try:
        return parse_roles(tree)
    except (KeyError, ValueError, AttributeError) as error:
        raise ConfigurationError("access.bad_role", where=where, got=error.args[0]) from error


def _require_own(where: str, roles: "Roles", prefix: str | None) -> None:
    """Refuse rights to anything but the plugin's tables, whose names begin with *prefix*."""
    for role, rights in roles.items():
        for resource in (resource for reaches in rights.values() for resource in reaches):
            if prefix is None or not resource.startswith(prefix):
                raise ConfigurationError("access.foreign_right", where=where, role=role, resource=resource, prefix=prefix or "–")
