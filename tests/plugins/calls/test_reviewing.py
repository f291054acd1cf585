"""Listening to calls, and scoring them (R092)."""

from collections.abc import Callable

import attrs
import pytest

from patron import DeniedError, NotFoundError, UsageError
from patron.app import App
from patron.core.errors import ConfigurationError
from patron.core.nouns import Interaction
from patron.plugins.calls.queries import reviews_of
from patron.plugins.calls.reviewing import attach_recording, review_call
from patron.plugins.calls.settings import CallSettings

Call = Callable[..., int]


def review(house: App, login: str, number: int, score: int = 4) -> int:
    with house._replace(login=login).session() as session:
        return review_call(session, number, score, " asks first ")


@pytest.mark.requirement("R092")
def test_a_manager_scores_a_call_and_the_caller_reads_it(house: App, call: Call) -> None:
    number = call("wang")
    review(house, "chen", number)
    found = {}
    for login in ("wang", "zhou"):
        with house._replace(login=login).session() as session, session.read() as reader:
            found[login] = [(one.reviewer_id, one.score, one.note) for one in reviews_of(reader, [number]).get(number, ())]

    assert {"wang": [(1, 4, "asks first")], "zhou": []} == found


@pytest.mark.requirement("R092")
@pytest.mark.parametrize(
    ("login", "about", "score", "said"),
    [
        ("chen", {}, 0, "from 1 to 5"),
        ("chen", {}, 6, "from 1 to 5"),
        ("chen", {"channel": "visit"}, 4, "is no call"),
        ("chen", {"recording": None}, 4, "there is no recording"),
        ("chen", {"user_id": 1}, 4, "is your own"),
    ],
)
def test_what_can_not_be_scored(house: App, call: Call, login: str, about: dict[str, object], score: int, said: str) -> None:
    number = call("wang", **about)

    with pytest.raises(UsageError, match=said):
        review(house, login, number, score)


@pytest.mark.requirement("R092")
def test_who_may_not_score(house: App, call: Call) -> None:
    """A manager of others doesn't reach it, a sales person scores nobody, and nobody scores twice."""
    number = call("wang")
    review(house, "chen", number)

    with pytest.raises(NotFoundError):
        review(house, "gao", number)
    with pytest.raises(DeniedError):
        review(house, "zhou", number)
    with pytest.raises(UsageError, match="already"):
        review(house, "chen", number)


@pytest.mark.requirement("R092")
def test_a_recording_is_known_by_its_address(house: App, call: Call) -> None:
    number = call("wang", recording=None, phone_line=None)
    with house._replace(login="chen").session() as session:
        found = attach_recording(session, number, "https://pbx.example/x.wav", "8002")
        with pytest.raises(UsageError, match="the sound itself"):
            attach_recording(session, number, "data:audio/wav;base64,AAAA")
    with house._replace(login="wang").session() as session, session.read() as reader:
        mine = reader.get(Interaction, number)

    assert ("https://pbx.example/x.wav", "8002") == (found.recording, found.phone_line) == (mine.recording, mine.phone_line)


def test_the_scale_is_configured(house: App, call: Call) -> None:
    """And a scale without a length is refused."""
    ten = house._replace(settings=house.settings._replace(options={"calls": {"highest_score": 10}}))
    broken = house._replace(settings=house.settings._replace(options={"calls": {"highest_score": 1}}))
    review(ten, "chen", call("wang"), 9)

    with pytest.raises(ConfigurationError, match="lowest_score must be less"):
        review(broken, "chen", call("wang"))
    assert 5 == attrs.fields(CallSettings).highest_score.default
