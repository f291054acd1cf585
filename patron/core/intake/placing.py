"""
Updates about people whom nobody knew when they came: they are brought in as soon as somebody is.

Deliveries overtake each other, so what happened to somebody may be told before who they are. Whoever is known at last gets what
was told before, and the same comes of all of it, in whatever order it comes.
"""

from collections.abc import Iterator

import attrs

from patron.core.intake.lookahead import without_person
from patron.core.intake.reading import read
from patron.core.intake.sitting import Sitting
from patron.core.intake.understanding import Drafted, understand
from patron.core.nouns import Receipt
from patron.core.nouns.criterion import among
from patron.core.store import deliveries

_LONGEST = 200
"""Characters of an identity by which an update is found."""


@attrs.frozen(kw_only=True)
class Unplaced:
    """
    An update of which nothing came.

    Attributes:
        receipt: what is kept of it.
        drafted: what it tells.
    """

    receipt: Receipt
    drafted: Drafted


def person_of(drafted: Drafted) -> str | None:
    """Return by what an update that has no number of its own is found when the person is known; None where it can't be."""
    identities = drafted.draft.identities if drafted.draft is not None else ()
    return identities[0].value[:_LONGEST] if identities else None


def unplaced(sitting: Sitting, drafted: Drafted) -> Iterator[Unplaced]:
    """Yield the updates about whom an envelope makes known, the earliest first."""
    if not sitting.ahead.has_unplaced or drafted.draft is None:
        return
    names = tuple(sorted({one.value[:_LONGEST] for one in drafted.draft.identities}))
    about = [*without_person(sitting.opened.connection.name), among("native_key", names)]
    for receipt in sitting.work.find(Receipt, about, order=["at", "id"]) if names else ():
        kept = deliveries.read(sitting.work.connection, receipt.delivery_id or 0)
        if kept is None:
            continue
        told = understand(sitting.opened, kept, read(sitting.opened, kept.delivery), sitting.values, sitting.session.t).told
        if receipt.place < len(told) and told[receipt.place].draft is not None:
            yield Unplaced(receipt=receipt, drafted=told[receipt.place])
