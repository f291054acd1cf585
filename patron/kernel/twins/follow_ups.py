"""
The slow twin of `patron.kernel.follow_ups`: every pair of purchases of every customer.
"""

from collections.abc import Mapping, Sequence

Purchase = tuple[int, int]
"""The day and the item."""


def sequence_counts(
    customers: Sequence[Sequence[Purchase]], within: int, first_day: int = 1
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return (A, B) → customers with B in time after A, customers with A, customers with B."""
    items = sorted({item for purchases in customers for _, item in purchases})
    buyers = {item: sum(any(own == item for _, own in purchases) for purchases in customers) for item in items}
    found = {}
    for before in items:
        for after in items:
            count = sum(_follows(set(purchases), before, after, within, first_day) for purchases in customers)
            if count:
                found[before, after] = (count, buyers[before], buyers[after])
    return found


def _follows(purchases: set[Purchase], before: int, after: int, within: int, first_day: int) -> bool:
    return any(
        first_day <= later - earlier <= within and (earlier, before) != (later, after)
        for earlier, one in purchases
        for later, other in purchases
        if (one, other) == (before, after)
    )


def suggestions(
    customers: Sequence[Sequence[Purchase]], rules: Sequence[tuple[int, int]], within: int, as_of: int, most: int
) -> Mapping[int, list[tuple[int, int]]]:
    """Return customer → (rule, last day) of the first rules that are open on the day *as_of*, each item once."""
    found: dict[int, list[tuple[int, int]]] = {}
    for customer, purchases in enumerate(customers):
        for number, (before, after) in enumerate(rules):
            days = [day for day, item in purchases if item == before and day <= as_of]
            bought = [day for day, item in purchases if item == after]
            chosen = found.setdefault(customer, [])
            known = {rules[rule][1] for rule, _ in chosen}
            is_open = bool(days) and max(days) + within > as_of and not any(day > max(days) for day in bought)
            if is_open and after not in known and len(chosen) < most:
                chosen.append((number, max(days) + within))
    return found
