"""
What became of a delivery.
"""

from collections.abc import Iterable

import attrs

from patron.core.errors import PatronError
from patron.core.nouns import Receipt
from patron.core.records.intake import Outcome


@attrs.frozen(kw_only=True)
class Received:
    """
    What became of a delivery.

    Attributes:
        delivery_id: under which it is kept; None where it was rejected unread.
        outcomes: of its envelopes, in their order; one for a delivery that could not be read or had come before.
        receipts: the same as kept; none where nothing is kept.
        problem: why it was rejected unread, or can't be read yet.
    """

    delivery_id: int | None = None
    outcomes: tuple[Outcome, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    problem: PatronError | None = None


def outcomes_of(received: Iterable[Received]) -> dict[Outcome, int]:
    """Return how often each outcome came up."""
    counts = dict.fromkeys(Outcome, 0)
    for one in received:
        for outcome in one.outcomes:
            counts[outcome] += 1
    return counts
