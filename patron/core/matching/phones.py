"""
How two phone numbers differ: by a slip of the hand, or as the numbers of one company do, which run in series; and what a masked
number may be.
"""

_LAST = 3
"""Digits at the end in which the numbers of one company differ."""

_COUNTRY = 4
"""Signs before a national number, at most: `+` and the country."""


def is_series(one: str, other: str) -> bool:
    """
    Say whether two different numbers look like neighbours: one or two of their last digits differ.

    Digits in the wrong order are a slip of the hand, and so is what differs farther in front.
    """
    if len(one) != len(other) or one[:-_LAST] != other[:-_LAST]:
        return False
    wrong = [place for place, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    swapped = (
        len(wrong) == 2 and wrong[1] == wrong[0] + 1 and one[wrong[0] : wrong[1] + 1] == other[wrong[0] : wrong[1] + 1][::-1]
    )
    return 1 <= len(wrong) < _LAST and not swapped


def may_be(one: str, other: str) -> bool:
    """Say whether two numbers, one of them or both masked (`138****8000`), may be the same by what is to be seen of them."""
    (head, tail), (other_head, other_tail) = _shown(one), _shown(other)
    heads = other_head.find(head, 0, len(head) + _COUNTRY) >= 0 or head.find(other_head, 0, len(other_head) + _COUNTRY) >= 0
    return heads and (tail.endswith(other_tail) or other_tail.endswith(tail))


def _shown(number: str) -> tuple[str, str]:
    """Return what is to be seen at the beginning and at the end of a number; of one that isn't masked that is all of it."""
    number = number.partition(";")[0]
    if "*" not in number:
        return number, number
    return number[: number.index("*")].lstrip("+"), number[number.rindex("*") + 1 :]
