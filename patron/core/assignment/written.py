"""
Reading the tables of `[assignment]` as they are written, with complaints that say where and what was expected.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_type_hints

from patron.core.config import Settings
from patron.core.config.values import structure
from patron.core.errors import ConfigurationError
from patron.core.names import ALIKE, listed, nearest, shorten


def table_values(
    settings: Settings, record: type[NamedTuple], tree: Mapping[str, Any], where: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    """
    Yield the values of a table as its record has them.

    Raises:
        ConfigurationError: a key doesn't exist, or its value doesn't fit.
    """
    kinds = get_type_hints(record)
    for key, value in tree.items():
        if key not in kinds:
            raise unknown(settings, "config.unknown_key", key, record._fields, (*where, key))
        yield key, structure(value, kinds[key], key=dotted(*where, key), where=settings.source.place(*where, key))


def unknown(settings: Settings, key: str, got: str, known: Any, where: tuple[str, ...]) -> ConfigurationError:
    """Return the error that something is not there that was named, with what is nearest."""
    near = nearest(got, known, cutoff=ALIKE)
    shown = dotted(*where) if key.startswith("config.") else shorten(got)
    closest = ".".join((*where[:-1], near)) if key.startswith("config.") else near
    return ConfigurationError(
        f"{key}_near" if near else key,
        where=settings.source.place(*where),
        key=shown,
        nearest=closest,
        known=listed(sorted(known)),
    )


def require_table(settings: Settings, value: object, where: tuple[str, ...]) -> None:
    """
    See that a value is a table.

    Raises:
        ConfigurationError: it is something else.
    """
    if not isinstance(value, Mapping):
        raise ConfigurationError("config.not_a_table", where=settings.source.place(*where), key=dotted(*where))


def dotted(*keys: str) -> str:
    """Return the full name of a key."""
    return ".".join(keys)
