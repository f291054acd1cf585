"""
Keeping deliveries: each is checked by itself, without the database, and then many are stored in one transaction.

What was stored can be acknowledged. A transaction costs a write to the disk however much is in it, so whoever receives from many
senders at once keeps together what came together.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import attrs

from patron.core.access import Action, Scope
from patron.core.errors import PatronError
from patron.core.intake.connections import Opened
from patron.core.intake.reading import TOO_LARGE, authentic
from patron.core.intake.received import Received
from patron.core.intake.redacting import redacted
from patron.core.nouns import Receipt
from patron.core.nouns.criterion import among
from patron.core.records.intake import Delivery, Outcome
from patron.core.session import Session
from patron.core.store import UnitOfWork, deliveries

CAUSE = "intake"
"""What the history says of changes by the intake."""

REPLAY = "replay"
"""What it says where it was read again: somebody of us asked for it, and what is said is the sender's all the same."""


@attrs.frozen(kw_only=True)
class Checked:
    """
    A delivery that may be kept: it is authentic.

    Attributes:
        opened: the connection that it came in by.
        delivery: as it is kept, without secrets.
        digest: of what came, by which it is known when it comes again.
        earlier: the digest that it would have had shortly before; None where equal bytes are the same for ever.
    """

    opened: Opened
    delivery: Delivery
    digest: bytes
    earlier: bytes | None = None


def check(opened: Opened, delivery: Delivery, *, fetched: bool = False) -> Checked | Received:
    """
    Authenticate a delivery and take the secrets out of it; returns what became of it where it is not to be kept.

    Args:
        opened: the connection that it came in by.
        delivery: what came.
        fetched: by us, so what is too large to be read is kept too, for it is not brought again; and it is the same whenever it
            is fetched again.
    """
    delivery = attrs.evolve(delivery, connection=opened.connection.name)
    problem = authentic(opened, delivery)
    if problem is not None and not (fetched and problem.key == TOO_LARGE):
        return Received(outcomes=(Outcome.REJECTED,), problem=problem)
    # What somebody of us hands in, or we fetch, comes again by our own doing, and says nothing anew for that.
    again = opened.connection.again if delivery.method and not fetched else 0
    digest = deliveries.digest_of(delivery, opened.channel.marks, again)
    before = attrs.evolve(delivery, received_at=delivery.received_at - timedelta(seconds=again))
    earlier = deliveries.digest_of(before, opened.channel.marks, again) if again else None
    try:
        return Checked(opened=opened, delivery=redacted(opened, delivery), digest=digest, earlier=earlier)
    except PatronError as error:
        # Nothing is acknowledged, so the sender brings it again when the channel is mended.
        return Received(outcomes=(Outcome.REJECTED,), problem=error)


def keep_all(session: Session, checked: Sequence[Checked]) -> tuple[Received, ...]:
    """
    Keep deliveries, all of them or none.

    Returns:
        For each: with an id and without receipts it waits to be read; one that had come before, and was read, has its receipts.

    Raises:
        DeniedError: the actor may not take anything in.
        StoreError: the database can't be written.
    """
    with session.write(cause=CAUSE) as work:
        kept = keep_within(work, checked)
        work.commit()
    return kept


def keep_within(work: UnitOfWork, checked: Sequence[Checked]) -> tuple[Received, ...]:
    """Keep deliveries in a transaction that has more to do; see `keep_all()`."""
    work.policy.require(work.actor, Action.CREATE, "receipt")
    # In one order for all who keep, so that none waits for another in a circle.
    places = sorted(range(len(checked)), key=lambda place: (checked[place].opened.connection.name, checked[place].digest))
    found = {place: _kept(work, checked[place]) for place in places}
    receipts = _repeated(work, Counter(number for number, before in found.values() if before))
    return tuple(_received(number, receipts.get(number, ())) for number, _ in (found[place] for place in range(len(checked))))


def _kept(work: UnitOfWork, one: Checked) -> tuple[int, bool]:
    """Return the id under which a delivery is kept, and whether it was before."""
    name = one.opened.connection.name
    if one.earlier is not None:
        since = one.delivery.received_at - timedelta(seconds=one.opened.connection.again)
        recent = deliveries.kept_since(work.connection, name, one.earlier, since)
        if recent is not None:
            return recent, True
    number = deliveries.keep(work.connection, one.opened.channel.code, one.delivery, digest=one.digest)
    if number is not None:
        return number, False
    return deliveries.kept_before(work.connection, name, one.digest), True


def _repeated(work: UnitOfWork, times: Counter[int]) -> dict[int, tuple[Receipt, ...]]:
    """Count the repetitions of deliveries; returns their receipts, none of what is still to be read."""
    # Who may hand in something need not see what all others handed in; that it had come before is found when it is read.
    if not times or work.policy.scope(work.actor, Action.READ, "receipt") is Scope.NONE:
        return {}
    found: dict[int, tuple[Receipt, ...]] = {}
    for receipt in work.find(Receipt, [among("delivery_id", tuple(sorted(times)))], order=["id"]):
        number = receipt.delivery_id or 0
        found[number] = (*found.get(number, ()), repeat(work, receipt, times[number]))
    return {number: tuple(sorted(receipts, key=lambda one: one.place)) for number, receipts in found.items()}


def repeat(work: UnitOfWork, receipt: Receipt, times: int = 1) -> Receipt:
    """Count repetitions of what a receipt is about; several may come at once."""
    held = work.lock(Receipt, receipt.id)
    return work.update(held, repeats=held.repeats + times)


def _received(number: int, receipts: tuple[Receipt, ...]) -> Received:
    return Received(delivery_id=number, receipts=receipts, outcomes=(Outcome.DUPLICATE,) * len(receipts))
