"""What a customer said about being contacted, as it stands: the latest counts, and in doubt the no."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.nouns import Consent
from patron.core.outreach import Stand, standing
from patron.testing.application import NOW

CHANNELS = ("phone", "email", "sms")
PURPOSES = ("sales", "marketing")


def said(decision: str, channel: str | None = None, purpose: str | None = None, day: int = 0, number: int = 1) -> Consent:
    at = NOW + timedelta(days=day)
    return Consent(id=number, customer_id=1, decision=decision, channel=channel, purpose=purpose, at=at)


some = st.builds(
    said,
    st.sampled_from(("granted", "refused", "withdrawn")),
    st.sampled_from((None, *CHANNELS)),
    st.sampled_from((None, *PURPOSES)),
    st.integers(0, 3),
)
LATE = NOW + timedelta(days=9)


def stand(*consents: Consent, channel: str = "sms", purpose: str = "marketing") -> Stand:
    return standing(consents, channel, purpose, LATE).stand


@pytest.mark.parametrize(
    ("consents", "expected"),
    [
        ((), Stand.UNKNOWN),
        ((said("granted", "email"),), Stand.UNKNOWN),
        ((said("granted"),), Stand.GRANTED),
        ((said("granted", day=0), said("refused", "sms", day=1)), Stand.REFUSED),
        ((said("refused", "sms", day=0), said("granted", "sms", day=1)), Stand.GRANTED),
        ((said("refused", day=0), said("granted", "sms", "marketing", day=1)), Stand.GRANTED),
        ((said("refused", "sms", day=0), said("granted", None, "marketing", day=1)), Stand.REFUSED),
        ((said("withdrawn", "sms", "marketing", day=0), said("granted", "sms", day=1)), Stand.REFUSED),
        ((said("granted", "sms", day=1), said("refused", "sms", day=1)), Stand.REFUSED),
        ((said("refused", "sms", day=20),), Stand.UNKNOWN),
    ],
    ids=[
        "nothing said",
        "of another channel",
        "yes to all",
        "a later no",
        "a later yes of the same",
        "a later yes of less lifts a no to all",
        "a yes in general leaves a STOP by text message",
        "a yes to a channel leaves a no to a purpose of it",
        "at the same time the no counts",
        "what is said later",
    ],
)
def test_the_latest_counts_and_in_doubt_the_no(consents: tuple[Consent, ...], expected: Stand) -> None:
    assert stand(*consents) is expected


@settings(max_examples=50)
@given(st.lists(some, max_size=4))
def test_the_order_of_recording_is_no_matter(consents: list[Consent]) -> None:
    """Whoever typed in what the customer said on one day did it in some order."""
    for channel in CHANNELS:
        for purpose in PURPOSES:
            expected = standing(consents, channel, purpose, LATE)
            assert all(standing(order, channel, purpose, LATE) == expected for order in permutations(consents))


@settings(max_examples=50)
@given(st.lists(some, max_size=5), some.filter(lambda one: one.decision != "granted"))
def test_another_no_never_allows_more(consents: list[Consent], no: Consent) -> None:
    for channel in CHANNELS:
        for purpose in PURPOSES:
            before = standing(consents, channel, purpose, LATE).stand
            after = standing([*consents, no], channel, purpose, LATE).stand
            assert after is before or after is Stand.REFUSED


@settings(max_examples=50)
@given(st.lists(some, max_size=5), st.sampled_from(CHANNELS), st.sampled_from(PURPOSES))
def test_who_says_no_last_is_not_contacted(consents: list[Consent], channel: str, purpose: str) -> None:
    last = said("refused", channel, purpose, day=4)

    assert standing([*consents, last], channel, purpose, LATE).stand is Stand.REFUSED
