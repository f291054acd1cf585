"""
The slow twin of `patron.kernel.itemsets` and `patron.kernel.rules`: every set of items, counted in every basket.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

Set = tuple[int, ...]


def frequent_itemsets(baskets: Sequence[set[int]], least: int, longest: int | None = None) -> dict[Set, int]:
    """Return each set of items that stands in at least *least* baskets, with its number of baskets."""
    found = {}
    items = sorted(set().union(*baskets))
    for length in range(1, min(len(items), longest or len(items)) + 1):
        for some in combinations(items, length):
            count = sum(basket.issuperset(some) for basket in baskets)
            if count >= least:
                found[some] = count
    return found


def association_rules(
    baskets: Sequence[set[int]], support: Fraction, confidence: Fraction, shortest: int = 2, most_consequents: int | None = None
) -> dict[tuple[Set, Set], tuple[int, Fraction, Fraction, Fraction, Fraction]]:
    """Return (antecedent, consequent) → baskets with both, support, confidence, lift, leverage."""
    found = {}

    def share(*items: int) -> Fraction:
        return Fraction(sum(basket.issuperset(items) for basket in baskets), len(baskets))

    for some, both in frequent_itemsets(baskets, 1).items():
        if len(some) < max(shortest, 2) or share(*some) < support:
            continue
        for size in range(1, min(len(some) - 1, most_consequents or len(some)) + 1):
            for after in combinations(some, size):
                before = tuple(item for item in some if item not in after)
                sure = share(*some) / share(*before)
                if sure >= confidence:
                    beyond_chance = share(*some) - share(*before) * share(*after)
                    found[before, after] = (both, share(*some), sure, sure / share(*after), beyond_chance)
    return found


def suggestions(owned: Sequence[set[int]], rules: Sequence[tuple[Set, Set]], most: int) -> list[list[int]]:
    """Return for each customer the first rules that lead to one item the customer does not have, each item once."""
    found = []
    for items in owned:
        chosen: list[int] = []
        for number, (before, after) in enumerate(rules):
            offered = {rules[rule][1] for rule in chosen}
            if len(after) == 1 and items.issuperset(before) and not items.issuperset(after) and after not in offered:
                chosen.append(number)
        found.append(chosen[:most])
    return found
