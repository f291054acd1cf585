"""
The slow twin of `patron.kernel.survival`, `hazard` and `log_rank`: the definitions, in fractions, one row at a time.

A row is a duration and an ending: 0 where the end is not known, else the number of the cause. Durations are anything that can be
compared; nothing here shares a thought with the fast functions.
"""

from collections.abc import Sequence
from fractions import Fraction

Row = tuple[float, int]


def durations(rows: Sequence[Row]) -> list[float]:
    """Return the durations that occur, ascending."""
    return sorted({duration for duration, _ in rows})


def at_risk(rows: Sequence[Row], time: float) -> int:
    """Return how many rows last at least until *time*."""
    return sum(duration >= time for duration, _ in rows)


def ended(rows: Sequence[Row], time: float, causes: set[int]) -> int:
    """Return how many rows end at *time* by one of the causes."""
    return sum(duration == time and ending in causes for duration, ending in rows)


def survival(rows: Sequence[Row], causes: set[int], until: float) -> Fraction:
    """Multiply the shares that are left at each duration up to *until*."""
    left = Fraction(1)
    for time in durations(rows):
        if time <= until:
            left *= 1 - Fraction(ended(rows, time, causes), at_risk(rows, time))
    return left


def cumulative_hazard(rows: Sequence[Row], causes: set[int], until: float) -> Fraction:
    """Add the shares that end at each duration up to *until*."""
    return sum(
        (Fraction(ended(rows, time, causes), at_risk(rows, time)) for time in durations(rows) if time <= until), Fraction(0)
    )


def incidence(rows: Sequence[Row], everything: set[int], cause: int, until: float) -> Fraction:
    """Add what ends by the cause at each duration up to *until*, of what nothing has ended before."""
    total = Fraction(0)
    for time in durations(rows):
        if time <= until:
            before = [earlier for earlier in durations(rows) if earlier < time]
            left = survival(rows, everything, before[-1]) if before else Fraction(1)
            total += left * Fraction(ended(rows, time, {cause}), at_risk(rows, time))
    return total


def greenwood(rows: Sequence[Row], causes: set[int], until: float) -> Fraction:
    """Return Greenwood's sum up to *until*, the variance of log S; somebody must be left."""
    total = Fraction(0)
    for time in durations(rows):
        if time <= until:
            ends, risk = ended(rows, time, causes), at_risk(rows, time)
            total += Fraction(ends, risk * (risk - ends))
    return total


def median(rows: Sequence[Row], causes: set[int]) -> float | None:
    """Return the first duration at which at most half are left."""
    return next((time for time in durations(rows) if survival(rows, causes, time) <= Fraction(1, 2)), None)


def hazard_bins(rows: Sequence[Row], starts: Sequence[float], cause: int) -> list[tuple[int, int]]:
    """Return (ended by the cause, at risk at the beginning) of each bin; the last has no end."""
    ends = [*starts[1:], float("inf")]
    return [
        (sum(start <= duration < end and ending == cause for duration, ending in rows), at_risk(rows, start))
        for start, end in zip(starts, ends, strict=True)
    ]


def most_dangerous(bins: Sequence[tuple[int, int]], least: int) -> int | None:
    """Return the first bin with the highest hazard of those with enough at risk; None where nothing ends in them."""
    hazards = {place: Fraction(*bin_) for place, bin_ in enumerate(bins) if bin_[1] >= max(least, 1)}
    highest = max(hazards.values(), default=Fraction(0))
    return min((place for place, hazard in hazards.items() if hazard == highest and highest > 0), default=None)


def log_rank(groups: Sequence[Sequence[Row]], causes: set[int]) -> tuple[Fraction, int] | None:
    """Return the statistic and its degrees of freedom; None where there is nothing to compare."""
    everyone = [row for rows in groups for row in rows]
    times = [time for time in durations(everyone) if ended(everyone, time, causes)]
    groups = [rows for rows in groups if any(at_risk(rows, time) for time in times)]
    size = len(groups) - 1
    beyond = [Fraction(0)] * size
    variance = [[Fraction(0)] * size for _ in range(size)]
    for time in times:
        ends, risk = ended(everyone, time, causes), at_risk(everyone, time)
        shares = [Fraction(at_risk(rows, time), risk) for rows in groups]
        weight = Fraction(ends * (risk - ends), max(risk - 1, 1))
        for one in range(size):
            beyond[one] += ended(groups[one], time, causes) - ends * shares[one]
            for other in range(size):
                variance[one][other] += weight * ((shares[one] if one == other else 0) - shares[one] * shares[other])
    solved = _solve(variance, beyond) if size > 0 else None
    return None if solved is None else (sum((a * b for a, b in zip(beyond, solved, strict=True)), Fraction(0)), size)


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """Solve by Gauss–Jordan elimination; None where there is no single solution."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place in range(len(rows)):
        pivot = next((row for row in range(place, len(rows)) if rows[row][place]), None)
        if pivot is None:
            return None
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [value / rows[place][place] for value in rows[place]]
        for other in range(len(rows)):
            if other != place:
                factor = rows[other][place]
                rows[other] = [value - factor * own for value, own in zip(rows[other], rows[place], strict=True)]
    return [row[-1] for row in rows]
