"""
What a sender is answered where its channel says nothing else: a status, and no detail that helps somebody who tries doors.
"""

from collections.abc import Mapping, Sequence

from patron import Outcome, Reply
from patron.core.intake import Received

OK, UNAUTHORISED, UNREADABLE, UNAVAILABLE = 200, 401, 422, 503


class Refused(Exception):  # noqa: N818  # it is no fault of ours
    """
    Raised where a request is answered before it is kept.

    Args:
        status: of HTTP.
        reason: a code for metrics and log.
        headers: of the answer.
    """

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers or {}


def unavailable(reason: str, seconds: int = 5) -> Refused:
    """Return the refusal of what can't be kept now: the sender is to bring it again."""
    return Refused(UNAVAILABLE, reason, {"retry-after": str(seconds)})


def outcomes_to_tell(received: Received) -> tuple[Outcome, ...]:
    """Return the outcomes that the answer is made of: those of the first time for what came again, so that it is the same."""
    known = {outcome.value: outcome for outcome in Outcome}
    if received.receipts:
        return tuple(known.get(receipt.outcome, Outcome.QUARANTINED) for receipt in received.receipts)
    return received.outcomes


def plain_reply(outcomes: Sequence[Outcome]) -> Reply:
    """Return the answer of a channel that has none of its own."""
    return Reply(status=UNREADABLE if outcomes and set(outcomes) == {Outcome.REJECTED} else OK)
