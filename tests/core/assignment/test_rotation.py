"""
Whose turn it is: the order of turns, what is given back, what is lost, and shares by weight.
"""

import json
from collections import Counter

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from patron.core.assignment.rotation import (
    PENALTY,
    Kind,
    Place,
    Queue,
    Standing,
    State,
    add_credit,
    next_turn,
    set_state,
    with_members,
)
from patron.core.assignment.snapshots import read_queue, read_standing, write_queue, write_standing

A, B, C = 1, 2, 3
_USERS = st.sampled_from([A, B, C])
ABC = with_members((), [A, B, C])


def served(standing: Standing, visitors: int) -> tuple[list[int | None], Queue]:
    """Return who serves so many visitors, and the queue behind them."""
    found = []
    for _ in range(visitors):
        turn = next_turn(standing)
        found.append(turn.user)
        standing = attrs.evolve(standing, queue=turn.queue)
    return found, standing.queue


@pytest.mark.requirement("R064")
def test_turns_go_round_and_who_is_absent_is_skipped():
    assert [A, B, C, A] == served(Standing(queue=ABC), 4)[0]
    assert [A, C, A, C] == served(Standing(queue=set_state(ABC, B, State.OFF)), 4)[0]
    assert [A, C, A, C] == served(Standing(queue=ABC, hindered={B: "off_duty"}), 4)[0]


def test_turns_missed_on_an_errand_are_given_back_and_others_are_not():
    """B misses two turns: both are owed, and taken at once; of a day off none is."""
    away, back = set_state(ABC, B, State.AWAY, given_back=True), set_state(ABC, B, State.OFF)

    after_errand, after_leave = served(Standing(queue=away), 4)[1], served(Standing(queue=back), 4)[1]

    assert [B, B, A, B, C] == served(Standing(queue=set_state(after_errand, B, State.READY)), 5)[0]
    assert [A, B, C, A, B] == served(Standing(queue=set_state(after_leave, B, State.READY)), 5)[0]


def test_no_more_turns_are_owed_than_the_policy_says():
    away = set_state(ABC, B, State.AWAY, given_back=True)

    after = served(Standing(queue=away, most_owed=1), 6)[1]

    assert {A: 0, B: 1, C: 0} == {place.user: place.credit for place in after}


def test_a_penalty_is_a_turn_lost_once():
    turns = served(Standing(queue=add_credit(ABC, A, -1)), 5)[0]

    assert [B, C, A, B, C] == turns


def test_who_could_take_a_turn_and_has_lost_it_is_told_so():
    assert ((A, PENALTY),) == next_turn(Standing(queue=add_credit(ABC, A, -2))).passed


def test_a_visitor_is_served_although_everybody_has_lost_a_turn():
    """There is nobody to lose it to, so the penalties stay."""
    queue = add_credit(add_credit(ABC[:2], A, -1), B, -1)

    turn = next_turn(Standing(queue=queue))

    assert A == turn.user
    assert {A: -1, B: -1} == {place.user: place.credit for place in turn.queue}


def test_nothing_moves_where_nobody_can_take_a_turn():
    queue = set_state(ABC[:1], A, State.AWAY, given_back=True)

    turn = next_turn(Standing(queue=queue))

    assert (None, queue, ((A, "away"),)) == (turn.user, turn.queue, turn.passed)


def test_who_joins_stands_at_the_tail_and_who_leaves_is_gone():
    _, queue = served(Standing(queue=ABC), 1)

    assert [C, A, 4] == [place.user for place in with_members(queue, [A, C, 4])]


def test_shares_are_in_proportion_to_weights_and_smooth():
    """3 to 1 is A A B A, whatever comes before."""
    standing = Standing(kind=Kind.WEIGHTED, queue=ABC[:2], weights={A: 3, B: 1})

    assert [A, A, B, A, A, A, B, A] == served(standing, 8)[0]


def test_a_share_missed_on_an_errand_is_made_up_for():
    queue = set_state(ABC[:2], B, State.AWAY, given_back=True)

    away, after = served(Standing(kind=Kind.WEIGHTED, queue=queue), 4)
    back = served(Standing(kind=Kind.WEIGHTED, queue=set_state(after, B, State.READY)), 4)[0]

    assert ([A] * 4, [B] * 4) == (away, back)


_PLACES = st.lists(
    st.builds(
        Place,
        user=st.integers(1, 40),
        state=st.sampled_from(State),
        given_back=st.booleans(),
        credit=st.integers(-3, 3),
        share=st.integers(-50, 50),
    ),
    max_size=8,
    unique_by=lambda place: place.user,
).map(tuple)
_STANDINGS = st.builds(
    Standing,
    kind=st.sampled_from(Kind),
    queue=_PLACES,
    weights=st.dictionaries(st.integers(1, 40), st.integers(1, 9)),
    hindered=st.dictionaries(st.integers(1, 40), st.sampled_from(["full", "off_duty"]), max_size=4),
    most_owed=st.none() | st.integers(0, 3),
    counts=st.booleans(),
)


@pytest.mark.requirement("R064")
def test_a_visitor_outside_of_working_hours_goes_to_whose_turn_it_is_and_leaves_it_so():
    """Whoever stays late serves them, whatever others are owed afterwards."""
    late = Standing(queue=set_state(ABC, A, State.AWAY, given_back=True), counts=False)

    assert ([B, B], late.queue) == served(late, 2)
    assert [B, C, B, C] == served(attrs.evolve(late, counts=True), 4)[0]


@settings(max_examples=60)
@given(_STANDINGS)
def test_a_turn_keeps_everybody_in_the_queue_and_is_taken_by_who_can(standing: Standing):
    turn = next_turn(standing)

    assert sorted(place.user for place in standing.queue) == sorted(place.user for place in turn.queue)
    able = {place.user for place in standing.queue if standing.hindrance(place) is None}
    assert able if turn.user in able else turn.user is None and not able
    if turn.user is None or not standing.counts:
        assert standing.queue == turn.queue


@settings(max_examples=60)
@given(_STANDINGS)
def test_what_is_kept_of_a_turn_decides_the_same_again(standing: Standing):
    assert next_turn(standing) == next_turn(read_standing(write_standing(standing)))
    assert standing.queue == read_queue(write_queue(standing.queue))


@settings(max_examples=30)
@given(st.integers(1, 7), st.integers(0, 60), st.sampled_from(Kind))
def test_turns_are_spread_evenly(members: int, visitors: int, kind: Kind):
    taken = Counter(served(Standing(kind=kind, queue=with_members((), range(members))), visitors)[0])

    counts = [taken[user] for user in range(members)]
    assert max(counts) - min(counts) <= 1


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.booleans()), max_size=30))
def test_what_was_missed_is_given_back_exactly(absences: list[tuple[int, bool]]):
    """Whoever is away for compensable reasons now and then has as many turns as all others in the end."""
    queue, taken = ABC, Counter[int | None]()
    for user, comes in absences:
        state = State.READY if comes else State.AWAY
        queue = set_state(queue, user, state, given_back=not comes)
        turn = next_turn(Standing(queue=queue))
        queue, taken[turn.user] = turn.queue, taken[turn.user] + 1
    for user in (A, B, C):
        queue = set_state(queue, user, State.READY)
    while any(place.credit for place in queue):
        turn = next_turn(Standing(queue=queue))
        queue, taken[turn.user] = turn.queue, taken[turn.user] + 1

    counts = [taken[user] for user in (A, B, C)]
    assert max(counts) - min(counts) <= 1


class Floor(RuleBasedStateMachine):
    """A day on the floor, with visitors at all hours, absences, penalties, and claims that give a turn back."""

    def __init__(self) -> None:
        super().__init__()
        self.queue, self.kept = ABC, list[tuple[dict[str, object], int | None, Queue]]()

    @rule(counts=st.booleans())
    def come(self, counts: bool) -> None:
        standing = Standing(queue=self.queue, counts=counts)
        turn = next_turn(standing)
        self.kept.append((write_standing(standing), turn.user, turn.queue))
        assert counts or turn.queue == self.queue
        assert turn.user is None or standing.hindrance(next(one for one in self.queue if one.user == turn.user)) is None
        self.queue = turn.queue

    @rule(user=_USERS, state=st.sampled_from(State), given_back=st.booleans())
    def go(self, user: int, state: State, given_back: bool) -> None:
        self.queue = set_state(self.queue, user, state, given_back=given_back and state is not State.READY)

    @rule(user=_USERS, turns=st.sampled_from([-2, -1, 1]))
    def lose_or_get_back(self, user: int, turns: int) -> None:
        self.queue = add_credit(self.queue, user, turns)

    @invariant()
    def everybody_has_one_place(self) -> None:
        assert [A, B, C] == sorted(place.user for place in self.queue)

    def teardown(self) -> None:
        """Decide the day again, from what was kept of it."""
        for told, user, queue in self.kept:
            turn = next_turn(read_standing(json.loads(json.dumps(told))))
            assert (user, queue) == (turn.user, turn.queue)


TestFloor = pytest.mark.requirement("R064")(Floor.TestCase)
TestFloor.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
