"""
The model: how much each agreement and each difference between two records says about whether they are one person's.

It is a file that can be read: `person.toml`, which comes with the program, or one of your own. Each field has levels of
agreement; a level has `m`, how often two records of one person are on it, and `u`, how often those of two persons are. Its weight
is log2(m / u), in bits, after Fellegi and Sunter; a missing value weighs nothing. Weights are whole thousandths of a bit, so that
their sums do not depend on any order. A common name weighs less than a rare one: `frequencies` says how common. They stand in the
model and are not counted in the data at hand, so that two records get the same verdict wherever they meet.
"""

import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from patron.core.errors import ConfigurationError
from patron.core.names import listed, shorten

BIT = 1000
"""Units of a bit."""

VERSION = 1
"""Of what stands in a model's file; a file without one has the first."""

LEVELS: Mapping[str, tuple[str, ...]] = {
    "name": ("equal", "swapped", "similar", "short", "loose", "close", "family", "given", "other"),
    "values": ("equal", "near", "other"),
    "phones": ("equal", "near", "series", "other"),
    "text": ("equal", "similar", "loose", "other"),
    "day": ("equal", "near", "year", "other"),
}
"""How a field is compared → the levels that it may find, from the best to the worst."""

FIELDS: Mapping[str, str] = {
    "name": "name",
    "tel": "phones",
    "email": "values",
    "id": "values",
    "born": "day",
    "address": "text",
    "place": "text",
    "postcode": "values",
    "region": "text",
}
"""The fields of a model → how they are compared."""

NUMBERS = ("values", "phones")
"""How fields are compared that have several values, each of them equal or not."""

KEYS = ("family", "given", "name", "initial", "tel", "email", "id", "born", "address", "place", "postcode", "region")
"""What blocks may be made of."""


@attrs.frozen(kw_only=True)
class Level:
    """
    A level of agreement.

    Attributes:
        m: its share among pairs of records of one person.
        u: its share among pairs of records of two persons.
    """

    m: float
    u: float

    @property
    def weight(self) -> int:
        """What it says, in thousandths of a bit."""
        return round(BIT * math.log2(self.m / self.u))


@attrs.frozen(kw_only=True)
class Doubt:
    """
    A difference after which two records are never joined by their weight alone: a person is asked.

    Attributes:
        field: where it shows.
        levels: the levels that it shows by.
        unless: groups of fields; where all of one are equal (`id near`: on that level or a better one), there is no doubt.
    """

    field: str
    levels: tuple[str, ...]
    unless: tuple[tuple[tuple[str, int], ...], ...] = ()


@attrs.frozen(kw_only=True)
class Learning:
    """
    How shares are learned from records.

    Attributes:
        pairs: so many are looked at, at most: of records that share one key, and of any two.
        least: so many must be on a level, or have been expected there, before its share is learned; else it stays.
        likely: how likely two records that the learned model joins are of one person, at the least. A small file has fewer
            strangers to be mistaken for, so it needs fewer bits; no file needs more than the model before.
    """

    pairs: int = 300_000
    least: int = 30
    likely: float = 0.99


@attrs.frozen(kw_only=True)
class Model:
    """
    A model of who is who.

    Attributes:
        name: what it is called.
        join: the weight in bits from which two records are of one person.
        ask: the weight from which a person is asked.
        similar: the least similarity (0 to 1) of the levels `similar` and `loose`.
        fields: field → level → its shares.
        frequencies: `family`, `given` → name → share; what is not listed has that of the empty name.
        most_name_weight: what an equal name weighs at most, in bits, however rare.
        doubts: see there.
        sure: fields of which an equal value makes two records one unless the name speaks against it, whatever else differs.
        blocks: keys; records that share one are compared.
        cuts: by what a block is cut that is too large.
        most_in_block: records of a block.
        learning: how it learns.
        origin: what its shares were learned from; empty where they are reasoned.
    """

    name: str
    join: float
    ask: float
    similar: Mapping[str, float]
    fields: Mapping[str, Mapping[str, Level]]
    frequencies: Mapping[str, Mapping[str, float]]
    most_name_weight: float
    doubts: tuple[Doubt, ...]
    sure: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    cuts: tuple[str, ...]
    most_in_block: int
    learning: Learning = Learning()
    origin: Mapping[str, str | int | float] = attrs.field(factory=dict)

    def weights(self, field: str) -> list[int]:
        """Return the weights of the levels of a field, in the order of `LEVELS`; behind them that of a missing value."""
        return [self.fields[field][level].weight for level in LEVELS[FIELDS[field]]] + [0]


def read_model(path: Path | None = None) -> Model:
    """
    Read a model.

    Args:
        path: its file; None for that of the program.

    Raises:
        ConfigurationError: it can't be read, or is no model.
    """
    path = path or Path(__file__).parent / "person.toml"
    try:
        return _read_once(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ConfigurationError("matching.unreadable_model", file=str(path), reason=shorten(error, 200)) from error


@lru_cache(maxsize=4)
def _read_once(path: Path, _: int) -> Model:
    """Read a model, once for each change of its file: whoever takes in leads one by one asks for it with each."""
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError("matching.unreadable_model", file=str(path), reason=shorten(error, 200)) from error
    try:
        return model_of(tree)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            "matching.bad_model", file=str(path), reason=shorten(f"{type(error).__name__}: {error}")
        ) from error


def model_of(tree: Mapping[str, Any]) -> Model:
    """
    Return the model that a tree of TOML describes.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it describes none.
    """
    _require(tree.get("version", VERSION) == VERSION, "version", str(tree.get("version")), (VERSION,))
    fields = {
        name: {level: Level(m=float(m), u=float(u)) for level, (m, u) in tree["fields"][name].items()} for name in tree["fields"]
    }
    for name, levels in fields.items():
        _require(name in FIELDS, "fields", name, FIELDS)
        expected = LEVELS[FIELDS[name]]
        _require(set(levels) == set(expected), f"fields.{name}", listed(levels), expected)
        for level, one in levels.items():
            _require(0 < one.m <= 1 and 0 < one.u <= 1, f"fields.{name}.{level}", f"{one.m}, {one.u}", ("0 < m, u <= 1",))
    blocks = tuple(tuple(block) for block in tree["blocks"])
    for key in {*tree["cuts"], *(key for block in blocks for key in block)}:
        _require(key in KEYS, "blocks", key, KEYS)
    doubts = tuple(
        Doubt(
            field=one["field"],
            levels=tuple(one["levels"]),
            unless=tuple(tuple(map(_level, group)) for group in one.get("unless", ())),
        )
        for one in tree.get("doubts", ())
    )
    for doubt in doubts:
        _require(doubt.field in FIELDS, "doubts", doubt.field, FIELDS)
        _require(
            set(doubt.levels) <= set(LEVELS[FIELDS[doubt.field]]), "doubts", listed(doubt.levels), LEVELS[FIELDS[doubt.field]]
        )
    sure = tuple(tree.get("sure", ()))
    for field in sure:
        _require(FIELDS.get(field) in NUMBERS, "sure", field, [name for name, kind in FIELDS.items() if kind in NUMBERS])
    return Model(
        name=str(tree["name"]),
        join=float(tree["join"]),
        ask=float(tree["ask"]),
        similar={level: float(tree["similar"][level]) for level in ("similar", "loose")},
        fields=fields,
        frequencies={
            part: {str(name): float(share) for name, share in tree["frequencies"][part].items()} for part in ("family", "given")
        },
        most_name_weight=float(tree["most_name_weight"]),
        doubts=doubts,
        sure=sure,
        blocks=blocks,
        cuts=tuple(tree["cuts"]),
        most_in_block=int(tree["most_in_block"]),
        learning=_learning(tree.get("learning", {})),
        origin=dict(tree.get("origin", {})),
    )


def _learning(tree: Mapping[str, Any]) -> Learning:
    known = [field.name for field in attrs.fields(Learning)]
    for name in tree:
        _require(name in known, "learning", name, known)
    found = Learning(**tree)
    for name in ("pairs", "least"):
        number = getattr(found, name)
        _require(isinstance(number, int) and number > 0, f"learning.{name}", str(number), ("1, 2, 3, …",))
    _require(0 < found.likely < 1, "learning.likely", str(found.likely), ("0 < likely < 1",))
    return found


def _level(written: str) -> tuple[str, int]:
    """Return a field and the worst level that is meant."""
    field, _, level = written.partition(" ")
    return field, LEVELS[FIELDS[field]].index(level or "equal")


def _require(fits: bool, where: str, got: str, known: Any) -> None:
    if not fits:
        raise ValueError(f"{where}: {got}, not of {listed(known)}")
