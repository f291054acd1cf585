"""
Whether a channel answers requests as channels promise: the same each time, and a refusal to who is not authentic.
"""

from patron.core.records.intake import Channel, Connection, Delivery, Outcome, Reply
from patron.testing.checks import require

_REFUSED = range(400, 500)
_KEPT = range(200, 400)


def check_replies(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check what a channel answers to a delivery that is kept, and to one that is not authentic.

    Raises:
        AssertionError: a promise is broken.
    """
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


def _replied(channel: Channel, connection: Connection, delivery: Delivery, outcomes: tuple[Outcome, ...], number: int) -> Reply:
    """Return an answer, which is the same the second time."""
    found = [channel.respond(delivery, connection, outcomes) for _ in range(2) if channel.respond is not None]
    require(all(isinstance(one, Reply) for one in found), f"sample {number}: respond returned something else than a Reply")
    require(found[0] == found[-1], f"sample {number}: respond answers differently the second time")
    return found[0]
