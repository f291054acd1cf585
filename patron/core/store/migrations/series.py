"""
Series of revisions: which there are, known from the names of their files, so that an opening of the database reads none of them.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import attrs

from patron.core.errors import PluginError
from patron.core.host import Plugin

_FILE = re.compile(r"v(\d{4})_[a-z0-9_]+\.py")

VERSION_TABLE = "patron_version"
"""The version table of the core; a plugin's has its name behind it."""


@attrs.define(frozen=True, slots=False, kw_only=True)
class Series:
    """
    The revisions of one owner of tables, in one line from the first to the last.

    Attributes:
        plugin: the plugin that owns the tables; None for the core.
        folder: where the revisions lie, a file each: `v0001_what.py`.
    """

    plugin: str | None = None
    folder: Path

    @property
    def name(self) -> str:
        """The owner, as people call it."""
        return self.plugin or "core"

    @property
    def version_table(self) -> str:
        """The table that says how far a database is."""
        return VERSION_TABLE if self.plugin is None else f"{VERSION_TABLE}_{self.plugin}"

    @property
    def prefix(self) -> str:
        """What the names of its tables begin with; empty for the core."""
        return "" if self.plugin is None else re.sub(r"\W", "_", self.plugin) + "_"

    @cached_property
    def revisions(self) -> tuple[str, ...]:
        """
        The revisions from first to last.

        Raises:
            PluginError: the folder of a plugin has none.
        """
        names = self.folder.iterdir() if self.folder.is_dir() else ()
        found = sorted(match[1] for path in names if (match := _FILE.fullmatch(path.name)))
        if not found and self.plugin is not None:
            raise PluginError("migrations.no_revisions", plugin=self.plugin, folder=self.folder)
        return tuple(found)

    @property
    def head(self) -> str:
        """The last revision."""
        return self.revisions[-1]


CORE = Series(folder=Path(__file__).parent / "versions")
"""The revisions of the core."""


def series_of_plugins(plugins: Iterable[Plugin]) -> tuple[Series, ...]:
    """Return the series of the plugins that are switched on and have tables, in their order."""
    working = (plugin for plugin in plugins if plugin.working)
    return tuple(Series(plugin=one.name, folder=one.migrations) for one in working if one.migrations is not None)
