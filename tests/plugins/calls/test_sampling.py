"""Drawing calls at random (R092)."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron import DeniedError, UsageError
from patron.app import App
from patron.core.report.period import Period
from patron.plugins.calls.queries import sample_of
from patron.plugins.calls.reviewing import to_listen
from patron.plugins.calls.sampling import DrawSample, Sample, draw, draw_sample

WEEK = Period(date(2025, 12, 29), date(2026, 1, 4), "UTC")


def drawn(house: App, login: str | None = "chen", seed: int = 7, **about: object) -> Sample:
    with house._replace(login=login).session() as session:
        return draw_sample(session, DrawSample(period=WEEK, seed=seed, **about))


@pytest.mark.requirement("R092")
@given(
    calls=st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 999), max_size=12), max_size=6),
    size=st.integers(1, 30),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=40)
def test_everybody_in_turn_and_the_same_again(calls: dict[int, set[int]], size: int, seed: int) -> None:
    """Whatever the order of the calls, no call twice, and nobody two more than another who has some left."""
    own = {rep: tuple(rep * 1_000 + number for number in numbers) for rep, numbers in calls.items()}
    found = draw(own, size, seed)

    assert found == draw({rep: own[rep][::-1] for rep in reversed(own)}, size, seed)
    assert len(found) == len(set(found)) == min(size, sum(map(len, own.values())))
    counts = Counter(number // 1_000 for number in found)
    left = [counts[rep] for rep in own if counts[rep] < len(own[rep])]
    assert max(counts.values(), default=0) - min(left, default=max(counts.values(), default=0)) <= 1


def test_another_seed_draws_others() -> None:
    calls = {1: range(100), 2: range(100, 200)}

    assert draw(calls, 10, 1) != draw(calls, 10, 2)


@pytest.mark.requirement("R092")
def test_no_call_is_drawn_twice_and_none_of_the_reviewers_own(house: App, call: Callable[..., int]) -> None:
    """Nor one without a recording, one that was too short, or one of another time."""
    mine = call("chen", customer_id=1)
    good = {call("wang"), call("wang"), call("zhou"), call("wang", direction="in")}
    call("zhou", recording=None)
    call("zhou", duration_seconds=5)
    call("zhou", channel="visit")
    first = drawn(house, size=3)
    second = drawn(house, size=3)

    assert (3, 2, 4) == (len(first.calls), first.reps, first.of)
    assert good == {*first.calls, *second.calls}
    with pytest.raises(UsageError, match="could be drawn"):
        drawn(house)
    assert (mine,) == drawn(house, login=None).calls


@pytest.mark.requirement("R092")
def test_what_was_only_shown_is_what_is_drawn(house: App, call: Callable[..., int]) -> None:
    for _ in range(8):
        call("wang")
        call("zhou")
    shown = drawn(house, size=5, keep=False)
    kept = drawn(house, size=5, reviewer="gao")
    with house.session() as session, session.read() as reader:
        about = sample_of(reader, kept.number or 0)

    assert shown.number is None
    assert shown.calls == kept.calls
    assert about is not None
    assert (WEEK.first, WEEK.last, 5, 7) == (about.first_day, about.last_day, about.size, about.seed)


def test_a_manager_draws_from_the_own_team_only(house: App, call: Callable[..., int]) -> None:
    """And a sales person draws nothing."""
    call("wang")

    with pytest.raises(UsageError):
        drawn(house, login="gao")
    with pytest.raises(DeniedError):
        drawn(house, login="zhou")


@pytest.mark.requirement("R092")
def test_the_list_is_what_was_drawn_for_me(house: App, call: Callable[..., int]) -> None:
    number = call("wang")
    drawn(house)
    with house._replace(login="chen").session() as session:
        (mine,) = to_listen(session)
    with house._replace(login="gao").session() as session:
        assert to_listen(session) == ()

    assert (number, "https://pbx.example/1.wav") == (mine.call.id, mine.call.recording)


def test_who_is_nobody_can_not_listen(house: App, call: Callable[..., int]) -> None:
    call("wang")

    with pytest.raises(UsageError, match="no active user"):
        drawn(house, reviewer="nobody")
