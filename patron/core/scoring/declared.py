"""
A table of TOML that declares something: its values read one by one, each complaint with its place and the nearest known key.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from patron.core.config.values import structure
from patron.core.errors import ConfigurationError
from patron.core.money import SCALE
from patron.core.names import ALIKE, listed, nearest, shorten

Place = Callable[..., str]
"""Says where the path of keys stands: a file and its line, a variable, or the manifest of a plugin."""

LARGEST = 10**14
"""Below this every number of four places is an int64 count of 1/10,000."""


class Declared:
    """
    One table.

    Args:
        said: what stands in it.
        keys: the path of its keys.
        place: says where a path of keys stands.
    """

    def __init__(self, said: Mapping[str, Any], keys: tuple[str, ...], place: Place) -> None:
        self._said = said
        self.keys = keys
        self._place = place

    def __contains__(self, key: object) -> bool:
        return key in self._said

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    @property
    def where(self) -> str:
        """Where the table stands."""
        return self._place(*self.keys)

    def full(self, *keys: str) -> str:
        """Return the full name of a key in it."""
        return ".".join((*self.keys, *keys))

    def refusal(self, message: str, *keys: str, **details: object) -> ConfigurationError:
        """Return the complaint *message* about the table, or a key in it."""
        return ConfigurationError(message, where=self._place(*self.keys, *keys), key=self.full(*keys), **details)  # type: ignore[arg-type]  # no detail is called catalogue

    def check_keys(self, known: Collection[str]) -> None:
        """Refuse keys that are not known."""
        for key in self._said:
            if key not in known:
                raise self.unknown(key, known)

    def unknown(self, key: str, known: Collection[str]) -> ConfigurationError:
        """Return the complaint that a key is not known, with the nearest one."""
        near = nearest(key, known, cutoff=ALIKE)
        return ConfigurationError(
            "config.unknown_key_near" if near else "config.unknown_key",
            where=self._place(*self.keys, key),
            key=self.full(shorten(key)),
            nearest=self.full(near),
            known=listed(sorted(known)),
        )

    def table(self, key: str) -> "Declared":
        """Return a table in it; an empty one where there is none."""
        value = self._said.get(key, {})
        if not isinstance(value, Mapping):
            raise self.refusal("config.not_a_table", key)
        return Declared(value, (*self.keys, key), self._place)

    def raw(self, key: str, default: object = None) -> Any:
        """Return a value as it stands there, numbers as exact decimals."""
        return exact(self._said.get(key, default))

    def value(self, key: str, kind: Any, default: Any) -> Any:
        """Return a value of the type *kind*; see `patron.core.config.values.structure`."""
        if key not in self._said:
            return default
        return structure(self.raw(key), kind, key=self.full(key), where=self._place(*self.keys, key))

    def number(self, key: str, value: object) -> Decimal:
        """Return *value*, which stands under the key, as a number of at most four decimal places."""
        found: Decimal = structure(exact(value), Decimal, key=self.full(key), where=self._place(*self.keys, key))
        if abs(found) >= LARGEST or found != round(found, SCALE):
            raise self.refusal("declared.too_fine", key, got=shorten(found))
        return found

    def within(self, key: str, default: Decimal, low: int, high: int, *, above: bool = False) -> Decimal:
        """Return a number from *low*, or above it, to *high*."""
        return self.ranged(key, self._said[key], low, high, above=above) if key in self._said else default

    def ranged(self, key: str, value: object, low: int, high: int, *, above: bool = False) -> Decimal:
        """Return *value*, which stands under the key, as a number from *low*, or above it, to *high*."""
        found = self.number(key, value)
        if not low <= found <= high or (above and found == low):
            message = "declared.not_above" if above else "config.out_of_range"
            raise self.refusal(message, key, got=shorten(found), low=low, high=f"{high:,}")
        return found


def exact(value: object) -> object:
    """Return a float as the decimal that was written: manifests are read with binary floats, whose shortest form that is."""
    return Decimal(repr(value)) if isinstance(value, float) else value
