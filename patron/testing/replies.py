"""
Whether a channel answers requests as channels promise: the same each time, and a refusal to who is not authentic.
"""

from patron.core.records.intake import Channel, Connection, Delivery, Outcome, Reply
from patron.core.records.telling import Told
from patron.testing.checks import require

_REFUSED = range(400, 500)
_KEPT = range(200, 400)


def check_replies(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check what a channel answers to a delivery that is kept, and to one that is not authentic.

    Raises:
        AssertionError: a promise is broken.
    """
    _check_telling(channel, connection, delivery, number)
    if channel.respond is None:
        return
    refused = _replied(channel, connection, delivery, (Outcome.REJECTED,), number)
    require(
        refused.status in _REFUSED, f"sample {number}: who is not authentic is answered {refused.status}, no status from 400 on"
    )
    kept = _replied(channel, connection, delivery, (), number)
    require(kept.status in _KEPT, f"sample {number}: what is kept is answered {kept.status}, so that it is sent again")
    if channel.reads_first:
        _replied(channel, connection, delivery, (Outcome.ACCEPTED, Outcome.QUARANTINED), number)


def _check_telling(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    if channel.tell is None:
        return
    taken = Told(place=0, outcome=Outcome.ACCEPTED, receipt=1, lead=1, message="-")
    waits = Told(place=1, outcome=Outcome.QUARANTINED, receipt=2, message="-", errors={"tel": "-"})
    for told in ((), (taken,), (taken, waits)):
        found = [channel.tell(delivery, connection, told) for _ in range(2)]
        require(all(isinstance(one, Reply) for one in found), f"sample {number}: tell returned something else than a Reply")
        require(found[0] == found[1], f"sample {number}: tell answers differently the second time")
        kept = found[0].status in _KEPT
        require(kept, f"sample {number}: what is kept is answered {found[0].status}, so that it is sent again")


def _replied(channel: Channel, connection: Connection, delivery: Delivery, outcomes: tuple[Outcome, ...], number: int) -> Reply:
    """Return an answer, which is the same the second time."""
    found = [channel.respond(delivery, connection, outcomes) for _ in range(2) if channel.respond is not None]
    require(all(isinstance(one, Reply) for one in found), f"sample {number}: respond returned something else than a Reply")
    require(found[0] == found[-1], f"sample {number}: respond answers differently the second time")
    return found[0]
