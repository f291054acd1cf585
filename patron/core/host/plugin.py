"""
A plugin as the host knows it: found, maybe refused, maybe switched off; imported or not yet.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from patron.core.errors import PluginError
from patron.core.host.manifest import Manifest
from patron.core.i18n import CORE, Catalogue

BUILT_IN = "patron"
"""The distribution whose plugins are left with `--safe-mode`."""


class Plugin(NamedTuple):
    """
    One installed plugin.

    Attributes:
        name: the name of its entry point.
        module: the module that implements its hooks.
        distribution: what was installed, as pip names it.
        version: the version of that.
        manifest: what it says of itself; None where that can't be read.
        enabled: whether its hooks are called.
        problem: why it was refused; None where nothing is known to be wrong.
        locale: the folder of its words.
        load: brings its module.
    """

    name: str
    module: str
    distribution: str
    version: str
    manifest: Manifest | None
    enabled: bool = True
    problem: PluginError | None = None
    locale: Path | None = None
    load: Callable[[str], object] = import_module

    @property
    def built_in(self) -> bool:
        """Whether it comes with Patron."""
        return self.distribution == BUILT_IN

    @property
    def working(self) -> bool:
        """Whether it is switched on and nothing is known to be wrong with it."""
        return self.enabled and self.problem is None

    @property
    def migrations(self) -> Path | None:
        """The folder of the migrations of its tables, beside its words; None where it has no tables."""
        if self.manifest is None or self.manifest.tables is None or self.locale is None:
            return None
        return self.locale.with_name(self.locale.name.removesuffix("locale") + "migrations")

    def title(self, lang: str) -> str:
        """Return what it is, in a few words; its name where it doesn't say."""
        titles = self.manifest.title if self.manifest else {}
        return titles.get(lang) or titles.get("en") or self.name

    def catalogue(self) -> Catalogue:
        """Return its words, which fall back to those of the core."""
        return Catalogue(self.locale, CORE) if self.locale else CORE

    def refused(self, problem: PluginError) -> "Plugin":
        """Return the plugin with what is wrong with it; the first problem stays."""
        return self if self.problem else self._replace(problem=problem)
