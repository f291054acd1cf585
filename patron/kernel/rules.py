"""
Association rules: who has these items also has those, with support, confidence, lift and leverage.

Rules come from frequent itemsets, whose subsets are frequent too, so that every count is at hand. A rule is kept by comparing
whole numbers: a confidence of 0.8 is 4 · baskets with the antecedent ≤ 5 · baskets with both. Measures are divided once, from
whole numbers.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np

from patron.kernel.itemsets import MOST_SETS, Itemsets, TooManySetsError, find_sets
from patron.kernel.layout import Bools, Float64s, Int32s, Int64s

_EXACT = 2**26  # baskets up to which the products of two counts are exact in a float


class Rules(NamedTuple):
    """
    Rules, the most confident first; then by lift, by support, and by items.

    Attributes:
        antecedents: shape (rules, most), ascending items, filled up with -1.
        consequents: shape (rules, most), likewise.
        counts: shape (rules,), baskets with both sides.
        antecedent_counts: shape (rules,), baskets with the antecedent.
        consequent_counts: shape (rules,), baskets with the consequent.
        baskets: all baskets.
    """

    antecedents: Int32s
    consequents: Int32s
    counts: Int64s
    antecedent_counts: Int64s
    consequent_counts: Int64s
    baskets: int

    @property
    def support(self) -> Float64s:
        """The share of all baskets that have both sides."""
        return self.counts / np.float64(self.baskets)

    @property
    def confidence(self) -> Float64s:
        """The share of the baskets with the antecedent that have the consequent."""
        return np.divide(self.counts, self.antecedent_counts, dtype=np.float64)

    @property
    def lift(self) -> Float64s:
        """How many times as often as by chance both sides meet: confidence over the share of baskets with the consequent."""
        counts, before, after = self._factors()
        return ((counts * self.baskets) / (before * after)).astype(np.float64)

    @property
    def leverage(self) -> Float64s:
        """The share of all baskets by which both sides meet more often than by chance."""
        counts, before, after = self._factors()
        return ((counts * self.baskets - before * after) / (self.baskets * self.baskets)).astype(np.float64)

    def _factors(self) -> tuple[Int64s, Int64s, Int64s]:
        """Return the counts in numbers whose products are exact: Python's where 64 bits do not do."""
        kind = np.int64 if self.baskets < _EXACT else np.object_
        return self.counts.astype(kind), self.antecedent_counts.astype(kind), self.consequent_counts.astype(kind)

    def chosen(self, places: Int64s | Bools | slice) -> "Rules":
        """Return some of the rules."""
        return Rules(
            self.antecedents[places],
            self.consequents[places],
            self.counts[places],
            self.antecedent_counts[places],
            self.consequent_counts[places],
            self.baskets,
        )


def at_least(counts: Int64s, of: Int64s, share: Fraction) -> Bools:
    """Return where counts are at least this share of others, compared as whole numbers."""
    above, below = share.numerator, share.denominator
    largest = max(int(counts.max(initial=0)), int(of.max(initial=0)))
    if largest * max(above, below) < 2**63:
        return counts * below >= of * above
    return np.array([some * below >= all_ * above for some, all_ in zip(counts.tolist(), of.tolist(), strict=True)], np.bool_)


def association_rules(
    levels: Sequence[Itemsets],
    baskets: int,
    confidence: Fraction,
    *,
    shortest: int = 2,
    most_consequents: int | None = None,
) -> Rules:
    """
    Return the rules that frequent itemsets hold.

    Args:
        levels: of `patron.kernel.itemsets.frequent_itemsets`.
        baskets: how many there are, those without a frequent item too.
        confidence: the least.
        shortest: items that both sides have together, at least.
        most_consequents: items that the consequent may have; any number unless given.

    Raises:
        TooManySetsError: there are more than can be held.
    """
    cuts: list[_Cut] = []
    rules = 0
    for level in levels[max(shortest, 2) - 1 :]:
        length = level.items.shape[1]
        most = min(length - 1, most_consequents or length)
        for size in range(1, most + 1):
            for chosen in combinations(range(length), size):
                cut = _cut(levels, level, chosen, confidence)
                rules += len(cut.sets)
                if rules > MOST_SETS:
                    raise TooManySetsError(f"there are more than {MOST_SETS} rules", levels)
                if len(cut.sets):
                    cuts.append(cut)
    return best_first(_made(levels, cuts, rules, baskets))


def best_first(rules: Rules) -> Rules:
    """Return rules in their order: by confidence, lift and support, all descending, then by items, shorter sides first."""
    keys = [-rules.confidence, -rules.lift, -rules.counts]
    sizes = [(side >= 0).sum(axis=1) for side in (rules.antecedents, rules.consequents)]
    for side, size in zip((rules.antecedents, rules.consequents), sizes, strict=True):
        keys.extend([size, *side.T])
    return rules.chosen(np.lexsort(keys[::-1]))


class _Cut(NamedTuple):
    """
    Rules that all sets of a length hold when they are cut in the same way; they are made when it is known how many there are.

    Attributes:
        level: the sets.
        after: the places of the items of the consequent.
        sets: shape (rules,), which of the sets hold a rule.
        before: shape (rules,), baskets with the antecedent.
    """

    level: Itemsets
    after: tuple[int, ...]
    sets: Int64s
    before: Int64s


def _cut(levels: Sequence[Itemsets], level: Itemsets, after: tuple[int, ...], confidence: Fraction) -> _Cut:
    rest = _rest(level, after)
    before = levels[len(rest) - 1].counts[find_sets(levels, level.items[:, rest])]
    sets = np.flatnonzero(at_least(level.counts, before, confidence))
    return _Cut(level, after, sets, before[sets])


def _rest(level: Itemsets, after: tuple[int, ...]) -> list[int]:
    return [place for place in range(level.items.shape[1]) if place not in after]


def _made(levels: Sequence[Itemsets], cuts: Sequence[_Cut], rules: int, baskets: int) -> Rules:
    """Return the rules of all cuts, each array made once."""
    before = np.full((rules, max((cut.level.items.shape[1] - len(cut.after) for cut in cuts), default=1)), -1, np.int32)
    after = np.full((rules, max((len(cut.after) for cut in cuts), default=1)), -1, np.int32)
    counts = np.empty((3, rules), np.int64)
    start = 0
    for cut in cuts:
        here = slice(start, start + len(cut.sets))
        items = cut.level.items[cut.sets]
        behind = items[:, list(cut.after)]
        before[here, : items.shape[1] - len(cut.after)] = items[:, _rest(cut.level, cut.after)]
        after[here, : len(cut.after)] = behind
        counts[:, here] = (
            cut.level.counts[cut.sets],
            cut.before,
            levels[len(cut.after) - 1].counts[find_sets(levels, behind)],
        )
        start = here.stop
    both, antecedents, consequents = counts
    return Rules(before, after, both, antecedents, consequents, baskets)
