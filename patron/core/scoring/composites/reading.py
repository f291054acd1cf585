"""
From TOML to composite scores: every key known, every value of its type, every number where it may be.
"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from patron.core.i18n import LANGUAGES
from patron.core.names import listed, shorten
from patron.core.scoring.composites.definition import (
    BANDS,
    CODES,
    LOG,
    NEUTRAL,
    NONE,
    QUANTILE,
    RANGE,
    READS,
    REWEIGHT,
    ROWS,
    SCORES,
    TRANSFORMS,
    VALUE,
    Composite,
    Factor,
)
from patron.core.scoring.declared import Declared, Place

FULL = 100
MOST_FACTORS = 64
MOST_GROUPS = 255
HEAVIEST = 1_000_000

_KEYS = ("of", "factors", "classes", "least_known", *LANGUAGES)
_ALWAYS = ("column", "weight", "transform", "reads", "reverse", "missing")
_OWN = {RANGE: ("low", "high"), LOG: ("low", "high"), QUANTILE: ("groups",), BANDS: ("bands",), CODES: ("codes", "other")}
_FACTOR_KEYS = (*_ALWAYS, "low", "high", "groups", "bands", "codes", "other")
_TABLE = "composites"


def read_composite(name: str, said: Mapping[str, Any], plugin: str, place: Place) -> Composite:
    """
    Return a composite score as it is declared.

    Args:
        name: of the score.
        said: the table `[composites.NAME]`.
        plugin: who declares it; "" for the configuration.
        place: says where a path of keys stands.

    Raises:
        ConfigurationError: a key is unknown, or a value is not what it must be.
    """
    table = Declared(said, (_TABLE, name), place)
    if not (name.isidentifier() and name.isascii() and name == name.lower()):
        raise table.refusal("declared.bad_name", name=shorten(name))
    table.check_keys(_KEYS)
    factors = table.table("factors")
    if not 1 <= len(factors) <= MOST_FACTORS:
        raise table.refusal("composite.no_factors", most=MOST_FACTORS)
    return Composite(
        name=name,
        of=_of(said.get("of", SCORES), table),
        factors=tuple(_factor(one, factors.table(one)) for one in factors),
        classes=_classes(table.table("classes")),
        least_known=table.within("least_known", Decimal(0), 0, 1),
        words={lang: table.value(lang, str, "") for lang in LANGUAGES if lang in table},
        plugin=plugin,
        place=place,
    )


def _of(named: object, table: Declared) -> str:
    if named in (SCORES, ROWS):
        return str(named)
    from patron.core.nouns import NOUNS  # a third of what scoring would load of ours, and nothing that it needs

    of: str = table.value("of", Literal[(SCORES, ROWS, *NOUNS)], SCORES)
    return of


def _factor(name: str, table: Declared) -> Factor:
    table.check_keys(_FACTOR_KEYS)
    transform = table.value("transform", Literal[TRANSFORMS], _transform_of(table))
    for key in table:
        if key not in (*_ALWAYS, *_OWN[transform]):
            raise table.refusal("composite.idle_key", key, transform=transform, known=listed(_OWN[transform]))
    if transform in (BANDS, CODES) and transform not in table:
        raise table.refusal("composite.needs_key", "transform", transform=transform)
    reads = table.value("reads", Literal[READS], VALUE)
    if transform == CODES and reads != VALUE:
        raise table.refusal("composite.codes_of_days", "reads")
    codes = table.table("codes")
    return Factor(
        name=name,
        column=table.value("column", str, name),
        weight=table.within("weight", Decimal(1), 0, HEAVIEST, above=True),
        transform=transform,
        reads=reads,
        **_ends(table, transform),
        groups=_groups(table),
        bands=_bands(table),
        codes={folded(code): codes.within(code, Decimal(0), 0, FULL) for code in codes},
        other=table.within("other", Decimal(0), 0, FULL) if "other" in table else None,
        reverse=table.value("reverse", bool, False),
        missing=_missing(table),
    )


def folded(code: str) -> str:
    """Return a code as it is looked up: without spaces around it, in any letter case."""
    return code.strip().casefold()


def _transform_of(table: Declared) -> str:
    return BANDS if BANDS in table else CODES if CODES in table else RANGE


def _missing(table: Declared) -> Decimal | str:
    value = table.raw("missing", REWEIGHT)
    if value in (REWEIGHT, NEUTRAL, NONE):
        return str(value)
    if isinstance(value, str):
        raise table.refusal("composite.bad_missing", "missing", got=shorten(value))
    return table.ranged("missing", value, 0, FULL)


def _ends(table: Declared, transform: str) -> dict[str, Decimal | None]:
    ends = {key: table.number(key, table.raw(key)) if key in table else None for key in ("low", "high")}
    for key, end in ends.items():
        if transform == LOG and end is not None and end <= 0:
            raise table.refusal("composite.log_of_nothing", key, got=end)
    low, high = ends.values()
    if low is not None and high is not None and low >= high:
        raise table.refusal("composite.low_high", "low", low=low, high=high)
    return ends


def _groups(table: Declared) -> int:
    groups: int = table.value("groups", int, 10)
    table.within("groups", Decimal(10), 2, MOST_GROUPS)
    return groups


def _bands(table: Declared) -> tuple[tuple[Decimal, Decimal], ...]:
    pairs = table.raw(BANDS, [])
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise table.refusal("composite.bad_bands", BANDS)
    found = tuple((table.number(BANDS, start), table.ranged(BANDS, points, 0, FULL)) for start, points in pairs)
    if (BANDS in table and not found) or any(one[0] >= other[0] for one, other in pairwise(found)):
        raise table.refusal("composite.bad_bands", BANDS)
    return found


def _classes(table: Declared) -> Mapping[str, Decimal]:
    found = {label: table.within(label, Decimal(0), 0, FULL) for label in table}
    if len(set(found.values())) < len(found) or (found and min(found.values()) > 0) or len(found) > MOST_GROUPS:
        raise table.refusal("composite.bad_classes")
    return dict(sorted(found.items(), key=lambda each: -each[1]))
