"""
The composite scores of an installation: those of its plugins, and those of `patron.toml`, which replace the former by name.
"""

from collections.abc import Iterable, Mapping

from patron.core.config import Settings
from patron.core.errors import UsageError
from patron.core.host import Host
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.core.scoring.composites.definition import SCORES, Composite
from patron.core.scoring.composites.reading import read_composite
from patron.core.scoring.declared import Place


def composites_of(host: Host, settings: Settings, of: str | None = None) -> Mapping[str, Composite]:
    """
    Return the composite scores by name, those of plugins first.

    Args:
        host: the plugins.
        settings: the configuration; all that it declares is read, so that a mistake in it is told.
        of: what those of plugins are of; None: of anything. The others are not read, and need no nouns.

    Raises:
        ConfigurationError: a declaration is wrong.
    """
    found: dict[str, Composite] = {}
    for plugin in host.plugins:
        if plugin.working and plugin.manifest:
            for name, said in plugin.manifest.composites.items():
                if of in (None, said.get("of", SCORES)):
                    found[name] = read_composite(name, said, plugin.name, manifest_place(plugin.name))
    for name, said in settings.composites.items():
        found[name] = read_composite(name, said, "", settings.source.place)
    return found


def find_composite(host: Host, settings: Settings, name: str) -> Composite:
    """
    Return a composite score by name.

    Raises:
        UsageError: there is none of that name.
        ConfigurationError: a declaration is wrong.
    """
    known = composites_of(host, settings)
    if name not in known:
        near = nearest(name, known, cutoff=ALIKE)
        key = "composite.none_near" if near else "composite.none" if known else "composite.none_at_all"
        raise UsageError(key, name=shorten(name), nearest=near, known=listed(sorted(known)))
    return known[name]


def known_fields(composite: Composite, record: Iterable[str]) -> None:
    """
    Refuse fields that a composite score does not read.

    Raises:
        UsageError: there is one; the nearest that it reads is named.
    """
    known = [factor.column for factor in composite.factors]
    for field in record:
        if field not in known:
            near = nearest(field, known, cutoff=ALIKE)
            key = "composite.reads_no_near" if near else "composite.reads_no"
            raise UsageError(key, name=composite.name, field=shorten(field), nearest=near, known=listed(known))


def manifest_place(plugin: str) -> Place:
    """Return what says where a key of a plugin's manifest stands."""
    return lambda *_: f"manifest.toml ({plugin})"
