"""
Price talks: the rounds in which our quote and the customer's offer changed, read from the history of a lead.

What was changed at once is one round. A change is measured against the round before, and in all as a share of the first price.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import attrs

from patron.core.nouns import Change

_OURS, _THEIRS = "quoted_price", "offered_price"
_PLACES = Decimal("0.0001")


@attrs.frozen(kw_only=True)
class Round:
    """
    One round.

    Attributes:
        number: from 1.
        at: when.
        actor_id: who of us noted it.
        ours: our quote after it.
        theirs: the customer's offer after it.
        ours_change: by how much our quote changed; None for the first quote, or where it stayed.
        theirs_change: the same of the customer's offer.
    """

    number: int
    at: datetime
    actor_id: int | None = None
    ours: Decimal | None = None
    theirs: Decimal | None = None
    ours_change: Decimal | None = None
    theirs_change: Decimal | None = None


@attrs.frozen(kw_only=True)
class Movement:
    """
    From the first price to the last.

    Attributes:
        first: the first price.
        last: the last price.
        change: last less first.
        share: the change as a share of the first price, to four places; None where that was nothing.
    """

    first: Decimal
    last: Decimal
    change: Decimal
    share: Decimal | None


@attrs.frozen(kw_only=True)
class Negotiation:
    """
    The price talks about a lead.

    Attributes:
        rounds: in order of time.
        ours: how our quote moved; None where there was none.
        theirs: how the customer's offer moved.
    """

    rounds: tuple[Round, ...] = ()
    ours: Movement | None = None
    theirs: Movement | None = None


NO_TALKS = Negotiation()


def negotiation_of(changes: Sequence[Change]) -> Negotiation:
    """Return the price talks that the changes of a lead, in their order, tell of."""
    rounds: list[Round] = []
    moment: tuple[datetime, datetime] | None = None
    for change in changes:
        if change.field not in (_OURS, _THEIRS) or change.erased:
            continue
        latest = rounds[-1] if rounds else None
        if moment == (change.effective_at, change.recorded_at) and latest is not None:
            rounds[-1] = _with(latest, rounds[-2] if len(rounds) > 1 else None, change)
        else:
            fresh = Round(
                number=len(rounds) + 1,
                at=change.effective_at,
                actor_id=change.actor_id,
                ours=latest.ours if latest else None,
                theirs=latest.theirs if latest else None,
            )
            rounds.append(_with(fresh, latest, change))
        moment = (change.effective_at, change.recorded_at)
    return Negotiation(
        rounds=tuple(rounds), ours=_movement([one.ours for one in rounds]), theirs=_movement([one.theirs for one in rounds])
    )


def _with(one: Round, before: Round | None, change: Change) -> Round:
    """Return the round with the change in it; *before* is the round before it."""
    price = change.new if isinstance(change.new, Decimal) else None
    earlier = None if before is None else before.ours if change.field == _OURS else before.theirs
    moved = None if price is None or earlier is None else price - earlier
    if change.field == _OURS:
        return attrs.evolve(one, ours=price, ours_change=moved)
    return attrs.evolve(one, theirs=price, theirs_change=moved)


def _movement(prices: Sequence[Decimal | None]) -> Movement | None:
    known = [price for price in prices if price is not None]
    if not known:
        return None
    first, last = known[0], known[-1]
    share = ((last - first) / first).quantize(_PLACES) if first else None
    return Movement(first=first, last=last, change=last - first, share=share)
