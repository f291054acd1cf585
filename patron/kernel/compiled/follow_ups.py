"""
Counting customers who bought one item after another, customer by customer from their last day back.

The items bought later stand in a list, the next one first: a purchase looks along it only as far as its time reaches.
"""

import numpy as np

from patron.kernel._jit import compiled, inlined
from patron.kernel.layout import Int32s, Int64s

_NONE = -1


@compiled
def count_follow_ups(
    starts: Int64s,
    days: Int64s,
    items: Int32s,
    first: int,
    last: int,
    low: int,
    high: int,
    within: int,
    same_day: bool,
    table: Int32s,
) -> None:
    """
    Add the customers of each pair of items to a table.

    Args:
        starts: shape (customers + 1,).
        days: shape (purchases,), ascending for each customer.
        items: shape (purchases,), distinct on a day.
        first: the first of the customers.
        last: behind the last of them.
        low: the first item of the pairs is at least this …
        high: … and less than this.
        within: days after which a purchase does not count.
        same_day: whether other items of the same day count.
        table: shape (high - low, items), by first and second item.
    """
    counted = np.full(table.shape, _NONE, np.int32)
    later = np.full((3, table.shape[1]), _NONE, np.int64)  # next and previous of the list, and the day
    listed = np.full(table.shape[1], _NONE, np.int64)  # the customer in whose list an item stands
    for customer in range(first, last):
        head, end = _NONE, starts[customer + 1]
        while end > starts[customer]:
            day, begin = days[end - 1], end - 1
            while begin > starts[customer] and days[begin - 1] == day:
                begin -= 1
            for purchase in range(begin, end):
                item = items[purchase]
                if low <= item < high:
                    follower = head
                    while follower != _NONE and later[2, follower] - day <= within:
                        _count(table, counted, item - low, follower, customer)
                        follower = later[0, follower]
                    if same_day:
                        for other in range(begin, end):
                            if other != purchase:
                                _count(table, counted, item - low, items[other], customer)
            for purchase in range(begin, end):
                head = _put_first(later, listed, items[purchase], head, customer)
                later[2, head] = day
            end = begin


@inlined
def _count(table: Int32s, counted: Int32s, row: int, item: int, customer: int) -> None:
    if counted[row, item] != customer:
        counted[row, item] = customer
        table[row, item] += 1


@inlined
def _put_first(later: Int64s, listed: Int64s, item: int, head: int, customer: int) -> int:
    """Move an item to the front of the list, or put it there; return the item."""
    if item == head:
        return item
    if listed[item] == customer:
        before, after = later[1, item], later[0, item]
        later[0, before] = after
        if after != _NONE:
            later[1, after] = before
    listed[item] = customer
    later[0, item] = head
    later[1, item] = _NONE
    if head != _NONE:
        later[1, head] = item
    return item
