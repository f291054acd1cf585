"""
The use case `analyse survival`: from rows with a duration and an ending to life tables by group.

Rows are counted by duration, ending, group and reason while they are read; the memory it takes does not grow with the rows.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs
import numpy as np
import pyarrow as pa

from patron import RowCounts, UsageError
from patron.core.names import shorten
from patron.core.scoring.id_columns import read_ids
from patron.core.scoring.identities import blank
from patron.core.scoring.judging import Judge
from patron.core.scoring.rows import Rows, RowsCommand
from patron.core.scoring.source import SourceBatch
from patron.core.scoring.status import BAD, MISSING
from patron.core.session import Session
from patron.kernel.hazard import HazardBins, hazard_bins, most_dangerous
from patron.kernel.layout import Float64s, Int64s
from patron.kernel.log_rank import LogRank, log_rank
from patron.kernel.survival import NOBODY, LifeCounts, LifeTable, count_lives, life_table, merge_lives
from patron.plugins.mining.rows.words import WORDS
from patron.plugins.mining.survival.durations import read_durations
from patron.plugins.mining.survival.endings import ENDINGS, LOST, OPEN, WON, meanings, read_endings

REASONS = ("missing_duration", "bad_duration", "negative_duration", "missing_event", "missing_group")
"""Why rows do not count, in the order in which it is looked for."""

EVERYONE = "all"
"""The name of the one group there is without a column of groups."""

MOST_GROUPS = 200
MOST_BINS = 10_000
_MOST_NAMES = 10_000  # reasons, beyond which a column holds something else
_MERGED = 64  # counts of batches that wait to be merged


@attrs.frozen(kw_only=True)
class SurvivalCommand:
    """
    What is analysed, and how.

    Attributes:
        rows: which rows are read.
        duration: the column that says how long each row lasted.
        event: the column that says how it ended.
        by: a column of groups, or None.
        reason: a column that says why rows were lost, or None.
        lost, won, still_open: codes of the column *event*, beside those that are understood.
        at: the durations at which curves are told; None for the beginnings of the bins.
        width: of a bin.
        least: rows at risk that a bin must have to be called the most dangerous.
        confidence: of the bands.
    """

    rows: RowsCommand
    duration: str
    event: str
    by: str | None = None
    reason: str | None = None
    lost: tuple[str, ...] = ()
    won: tuple[str, ...] = ()
    still_open: tuple[str, ...] = ()
    at: tuple[Fraction, ...] | None = None
    width: Fraction = Fraction(7)
    least: int = 30
    confidence: float = 0.95


@attrs.frozen(kw_only=True, eq=False)
class GroupSurvival:
    """
    One group.

    Attributes:
        name: of the group.
        table: its life table; cause 1 is lost, 2 is won.
        bins: the same by bins; nobody is at risk in the last one.
        danger: which bin is the most dangerous; None where none is.
        reasons: reason → shape (bins,), how many were lost for it in each bin, the most frequent reason first.
    """

    name: str
    table: LifeTable
    bins: HazardBins
    danger: int | None
    reasons: Mapping[str, Int64s]


@attrs.frozen(kw_only=True, eq=False)
class Survival:
    """
    What an analysis found.

    Attributes:
        command: what was asked.
        groups: in the order of their names.
        at: the durations at which curves are told.
        log_rank: the comparison of the groups; None where there is nothing to compare.
        rows: what became of the rows.
    """

    command: SurvivalCommand
    groups: tuple[GroupSurvival, ...]
    at: tuple[Fraction, ...]
    log_rank: LogRank | None
    rows: RowCounts


def analyse_survival(session: Session, command: SurvivalCommand) -> Survival:
    """
    Estimate survival and hazard.

    Args:
        session: progress and words.
        command: what to read and how.

    Raises:
        UsageError: a column is not there, an ending is not understood, there are too many groups or bins.
        InputError: the input can't be read, or no row of it counts.
    """
    counting = _Counting(command)
    columns = [name for name in (command.duration, command.event, command.by, command.reason) if name is not None]
    rows = Rows(session, command.rows, columns, REASONS, session.t.within(WORDS))
    for batch, judge in rows:
        counting.update(batch, judge, rows)
    counts = rows.counts()
    lives = counting.finish()
    starts = _starts(lives, command)
    groups = tuple(_group(lives, counting, name, number, starts, command) for name, number in counting.groups.ordered())
    at = command.at if command.at is not None else tuple(command.width * place for place in range(len(starts) - 1))
    compared = log_rank([group.table for group in groups], LOST) if command.by is not None else None
    return Survival(command=command, groups=groups, at=at, log_rank=compared, rows=counts)


class _Names:
    """Numbers for names, in the order in which they first appear."""

    def __init__(self, column: str, most: int) -> None:
        self._column = column
        self._most = most
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, names: pa.Array) -> Int64s:
        """Return the number of each name; of a missing one, that of the empty name."""
        coded = names.fill_null("").dictionary_encode()
        distinct = coded.dictionary.to_pylist()
        numbers = [self._numbers.setdefault(name.strip(), len(self._numbers)) for name in distinct]
        if len(self._numbers) > self._most:
            raise UsageError("survival.too_many_groups", catalogue=WORDS, column=shorten(self._column), most=f"{self._most:,}")
        found: Int64s = np.array(numbers or [0], np.int64)[coded.indices.to_numpy(zero_copy_only=False)]
        return found

    def ordered(self) -> list[tuple[str, int]]:
        """Return names and numbers in the order of the names, by bytes."""
        return sorted(self._numbers.items(), key=lambda item: item[0].encode())


class _Counting:
    """Counts rows batch by batch; the code of a row is made of its group, its reason and its ending."""

    def __init__(self, command: SurvivalCommand) -> None:
        self._command = command
        self._means = meanings({LOST: command.lost, WON: command.won, OPEN: command.still_open})
        self.groups = _Names(command.by or "", MOST_GROUPS)
        self.reasons = _Names(command.reason or "", _MOST_NAMES)
        self.reasons.numbers(pa.array([""]))  # the number 0: no reason
        if command.by is None:
            self.groups.numbers(pa.array([EVERYONE]))
        self._counts: list[LifeCounts] = []

    def update(self, batch: SourceBatch, judge: Judge, rows: Rows) -> None:
        """Judge and count a batch."""
        command = self._command
        durations, status = read_durations(batch, command.duration)
        judge.refuse("missing_duration", status == MISSING)
        judge.refuse("bad_duration", status == BAD, command.duration)
        judge.refuse("negative_duration", durations < 0, command.duration)
        codes = read_ids(batch, command.event, text=True)
        judge.refuse("missing_event", blank(codes))
        groups = None if command.by is None else read_ids(batch, command.by, text=True)
        if groups is not None:
            judge.refuse("missing_group", blank(groups))
        keep = judge.kept()
        known = np.ones(batch.rows, np.bool_) if keep is None else keep
        endings = read_endings(batch, command.event, codes, known, self._means, rows.source)[known]
        marker = pa.array(known)
        group = np.zeros(len(endings), np.int64) if groups is None else self.groups.numbers(groups.filter(marker))
        reason = np.zeros(len(endings), np.int64)
        if command.reason is not None:
            lost = endings == LOST
            reason[lost] = self.reasons.numbers(read_ids(batch, command.reason, text=True).filter(marker).filter(pa.array(lost)))
        self._counts.append(count_lives(durations[known], (reason * MOST_GROUPS + group) * ENDINGS + endings))
        if len(self._counts) >= _MERGED:
            self._counts = [merge_lives(self._counts)]

    def finish(self) -> LifeCounts:
        """Return the counts of all rows."""
        return merge_lives(self._counts)

    def meant(self, group: int, by_reason: bool) -> Int64s:
        """Return what each code means for one group: how it ended, or, for those lost, for which reason."""
        endings = np.full((len(self.reasons), MOST_GROUPS, ENDINGS), NOBODY, np.int64)
        if by_reason:
            endings[:, group, LOST] = np.arange(1, len(self.reasons) + 1)
        else:
            endings[:, group] = np.arange(ENDINGS)
        return endings.reshape(-1)


def _starts(lives: LifeCounts, command: SurvivalCommand) -> Float64s:
    """Return where the bins begin, the floats nearest to the multiples of their width; the last one is behind every duration."""
    longest = float(lives.durations.max())
    bins = int(Fraction(longest) / command.width) + 3
    if bins > MOST_BINS:
        width = f"{float(command.width):g}"
        raise UsageError("survival.too_many_bins", catalogue=WORDS, width=width, bins=f"{bins:,}", most=f"{MOST_BINS:,}")
    # The float of a multiple may be a little more than the multiple: floats decide which bin is the last, as for durations.
    starts = np.array([float(command.width * place) for place in range(bins)])
    return starts[: int(np.searchsorted(starts, longest, side="right")) + 1]


def _group(
    lives: LifeCounts, counting: _Counting, name: str, number: int, starts: Float64s, command: SurvivalCommand
) -> GroupSurvival:
    table = life_table(lives, counting.meant(number, by_reason=False), 2)
    bins = hazard_bins(table, starts)
    reasons: dict[str, Int64s] = {}
    if command.reason is not None:
        by_reason = hazard_bins(life_table(lives, counting.meant(number, by_reason=True), len(counting.reasons)), starts).ended
        totals = by_reason.sum(axis=0)
        named: Sequence[tuple[str, int]] = [each for each in counting.reasons.ordered() if totals[each[1]]]
        reasons = {reason: by_reason[:, place] for reason, place in sorted(named, key=lambda each: -totals[each[1]])}
    return GroupSurvival(name=name, table=table, bins=bins, danger=most_dangerous(bins, LOST, command.least), reasons=reasons)
