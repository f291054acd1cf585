"""The kit notices a channel that answers as no channel should."""

from itertools import count
from typing import Any

import pytest

from patron import Channel, Connection, Delivery, Outcome, Reply, testing
from patron.testing.replies import check_replies

TURNS = count()


def check(respond: Any, **about: Any) -> None:
    channel = Channel(code="own", source="webshop", contact="web", parse=lambda *_: [], respond=respond, **about)
    check_replies(channel, Connection(name="own"), Delivery(body=b"", received_at=testing.NOW), 0)


def answer(_: Delivery, __: Connection, outcomes: Any) -> Reply:
    return Reply(status=401 if Outcome.REJECTED in outcomes else 200, body=str(len(outcomes)).encode())


def test_a_channel_that_answers_well_passes() -> None:
    """So does one that leaves that to the server."""
    check(answer)
    check(answer, reads_first=True)
    check(None)


@pytest.mark.parametrize(
    ("respond", "said"),
    [
        (lambda *_: Reply(status=200), "who is not authentic is answered 200"),
        (lambda *_: Reply(status=401), "what is kept is answered 401"),
        (lambda *_: b"", "something else than a Reply"),
        (lambda _, __, outcomes: Reply(status=400 + next(TURNS)), "answers differently the second time"),
    ],
)
def test_a_channel_that_does_not_is_told(respond: Any, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check(respond)
