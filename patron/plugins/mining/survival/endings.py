"""
How a row ended: codes of a column as lost, won, or still open.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from patron import UsageError
from patron.core.names import listed, shorten
from patron.core.scoring.source import Source, SourceBatch
from patron.kernel.layout import Bools, Int64s
from patron.plugins.mining.rows.words import WORDS

OPEN: Final = 0
LOST: Final = 1
WON: Final = 2
ENDINGS: Final = 3

UNDERSTOOD: Mapping[int, Sequence[str]] = {
    LOST: ("1", "true", "yes", "y", "t", "lost", "churned", "流失", "已流失", "战败", "是"),
    WON: ("2", "won", "成交", "已成交"),
    OPEN: ("0", "false", "no", "n", "f", "open", "revived", "censored", "active", "未流失", "跟进中", "否"),
}
"""What codes mean unless it is said; letter case does not count. A revived lead is open again."""

_OPTIONS = {LOST: "--lost", WON: "--won", OPEN: "--open"}


def meanings(given: Mapping[int, Sequence[str]]) -> dict[str, int]:
    """
    Return what each code means; what is given goes before what is understood.

    Raises:
        UsageError: one code is given two meanings.
    """
    said: dict[str, int] = {}
    for ending, codes in given.items():
        for code in codes:
            if said.setdefault(_folded(code), ending) != ending:
                options = (_OPTIONS[said[_folded(code)]], _OPTIONS[ending])
                raise UsageError("survival.two_meanings", catalogue=WORDS, code=shorten(code), one=options[0], other=options[1])
    return {code: ending for ending, codes in UNDERSTOOD.items() for code in codes} | said


def read_endings(
    batch: SourceBatch, column: str, codes: pa.Array, known: Bools, means: Mapping[str, int], source: Source
) -> Int64s:
    """
    Return how each row ended.

    Args:
        batch: the rows.
        column: the name of the column.
        codes: its values as texts.
        known: which rows count and have one.
        means: of `meanings`.
        source: says where rows stand.

    Raises:
        UsageError: a row that counts has a code without a meaning.
    """
    coded = codes.dictionary_encode()
    distinct = coded.dictionary.to_pylist()
    endings = np.array([means.get(_folded(code), -1) for code in distinct] or [OPEN], np.int64)
    found: Int64s = endings[coded.indices.fill_null(0).to_numpy(zero_copy_only=False)]
    found[~known] = OPEN
    unknown = np.flatnonzero(found < 0)
    if len(unknown):
        position = batch.first_row + int(unknown[0])
        names = sorted({codes[int(row)].as_py() for row in unknown[:1000]})
        raise UsageError(
            "survival.unknown_codes",
            catalogue=WORDS,
            column=shorten(column),
            codes=listed(names, 5),
            file=batch.file,
            line=source.locate(batch.file, [position])[position],
            lost=listed(_codes_of(means, LOST)),
            won=listed(_codes_of(means, WON)),
            open=listed(_codes_of(means, OPEN)),
        )
    return found


def _codes_of(means: Mapping[str, int], ending: int) -> list[str]:
    return [code for code, meaning in means.items() if meaning == ending]


def _folded(code: str) -> str:
    return code.strip().casefold()
