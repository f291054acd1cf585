"""
How often pairs of one person are on each level: estimated by Splink, from pairs of which nobody knows which they are.

Splink is given levels, not records: those of `comparing.py`, so that what is trained is what is used. It knows records alone, so
a pair stands in two tables, in each with the levels of all fields, and is blocked with itself. One thread adds up, in one order.
"""

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.core.errors import UsageError
from patron.core.matching.comparing import MISSING, Levels
from patron.core.matching.model import FIELDS, LEVELS, Level

Shares = Mapping[str, Mapping[str, Level]]
Likelihoods = npt.NDArray[np.float64]

_HALF = 0.5
_MOST_BITS = 1000
_PAIR = "pair"


def splink_version() -> str:
    """
    Return the version of Splink.

    Raises:
        UsageError: it isn't there.
    """
    try:
        import splink
    except ImportError as error:
        raise UsageError("matching.needs_splink") from error
    return str(splink.__version__)


def likelihoods(levels: Mapping[str, Levels], start: Shares) -> Likelihoods:
    """
    Return how likely each pair is of one person, under the shares that make the levels of all pairs the likeliest.

    Args:
        levels: field → the level of each pair; some pairs are of one person and some are not.
        start: the shares; those of pairs of one person begin there, those of pairs of two stay.
    """
    shares, prior = _estimated(levels, start)
    bits = np.full(len(next(iter(levels.values()))), math.log2(prior / (1 - prior)))
    for name, here in levels.items():
        weights = [math.log2(m / start[name][level].u) for level, m in zip(LEVELS[FIELDS[name]], shares[name], strict=True)]
        bits += np.array([*weights, 0.0])[here]
    likely: Likelihoods = 1 / (1 + np.exp2(np.minimum(-bits, _MOST_BITS)))
    return likely


def _estimated(levels: Mapping[str, Levels], start: Shares) -> tuple[Mapping[str, Sequence[float]], float]:
    """Return field → m of its levels, and the share of pairs that are of one person."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    with _silence(), duckdb.connect(":memory:", config={"threads": 1}) as connection:
        api = DuckDBAPI(connection)
        pairs = _table(levels)
        sides = [api.register(pairs, dataset_display_name=side) for side in ("one", "other")]
        settings = SettingsCreator(
            link_type="link_only",
            comparisons=[_comparison(name, start[name]) for name in levels],
            probability_two_random_records_match=_HALF,
        )
        linker = Linker(sides, settings, log_level=None)
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(_PAIR),
            estimate_without_term_frequencies=True,
            fix_u_probabilities=True,
            populate_probability_two_random_records_match_from_trained_values=True,
        )
        found = linker.misc.save_model_to_json()
    shares = {
        name: [float(level["m_probability"]) for level in comparison["comparison_levels"][1:]]
        for name, comparison in zip(levels, found["comparisons"], strict=True)
    }
    return shares, float(found["probability_two_random_records_match"])


def _table(levels: Mapping[str, Levels]) -> pa.Table:
    """Return a row for each pair, those of equal levels together, whatever order they came in; behind them the invented ones."""
    order = np.lexsort(list(levels.values()))
    invented = _invented(list(levels))
    columns = {name: np.append(found[order], invented[name]) for name, found in levels.items()}
    numbers = np.arange(len(order) + len(next(iter(invented.values()))))
    shown = {name: pa.array(found, mask=found == MISSING) for name, found in columns.items()}
    return pa.table({"unique_id": numbers, _PAIR: numbers, **shown})


def _invented(names: Sequence[str]) -> Mapping[str, Levels]:
    """
    Return a pair of one person on each level of each field, equal in all others.

    Without it the share of a level that no such pair is on becomes smaller with each round, until Splink ends in an error.
    """
    places = [(name, level) for name in names for level in range(len(LEVELS[FIELDS[name]]))]
    return {one: np.array([level if name == one else 0 for name, level in places], np.int8) for one in names}


def _comparison(name: str, start: Mapping[str, Level]) -> Any:
    from splink.comparison_level_library import CustomLevel, ElseLevel
    from splink.comparison_library import CustomComparison

    *better, last = LEVELS[FIELDS[name]]
    levels: list[Any] = [CustomLevel(f'"{name}_l" IS NULL').configure(is_null_level=True)]
    for place, level in enumerate(better):
        shares = start[level]
        levels.append(CustomLevel(f'"{name}_l" = {place}').configure(m_probability=shares.m, u_probability=shares.u))
    levels.append(ElseLevel().configure(m_probability=start[last].m, u_probability=start[last].u))
    return CustomComparison(levels, output_column_name=name)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Splink from telling the terminal about levels that no pair is on: we say that ourselves."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
