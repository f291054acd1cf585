"""What several inquiries ask for is one list, the same in whatever order they reach us."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from patron.app import App
from patron.core.intake.gathering import added, gathered
from patron.core.nouns import Change, Lead
from patron.testing.application import NOW

Send = Callable[..., Any]
WORD = st.tuples(st.integers(0, 4), st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=3, unique=True))


def noted(history: list[Change], hour: int, said: list[str]) -> None:
    at = NOW + timedelta(hours=hour)
    for since, value in list(gathered(history, said, at)):
        row = {"sequence": len(history) + 1, "subject_id": 1, "cause": "intake", "actor_name": "shop"}
        change = Change(noun="lead", field="interests", new=value, effective_at=since, recorded_at=NOW, **row)
        history.append(change)


def standing(history: list[Change]) -> tuple[str, ...]:
    return max(enumerate(history), key=lambda one: (one[1].effective_at, one[0]))[1].new  # type: ignore[return-value]


@settings(max_examples=60)
@given(st.lists(WORD, min_size=2, max_size=4, unique_by=lambda word: word[0]))
def test_the_list_is_in_order_of_time_whatever_came_first(words: list[tuple[int, list[str]]]) -> None:
    """Each thing stands where it was asked for first."""
    expected = tuple(dict.fromkeys(one for _, said in sorted(words) for one in said))
    for order in permutations(words):
        history: list[Change] = []
        for hour, said in order:
            noted(history, hour, said)

        assert expected == standing(history)


def test_what_is_said_at_one_time_stands_in_the_order_of_the_alphabet() -> None:
    """One who says two things in his own order keeps it."""
    found = set()
    for order in permutations([["Z", "A"], ["B"], ["A"]]):
        history: list[Change] = []
        for said in order:
            noted(history, 0, said)
        found.add(standing(history))
    alone: list[Change] = []
    noted(alone, 0, ["Z", "A"])
    noted(alone, 0, ["Z", "A"])

    assert found == {("A", "B", "Z")}
    assert standing(alone) == ("Z", "A")


def test_what_came_into_a_list_at_a_time_is_told_however_often_it_was_written_anew() -> None:
    history: list[Change] = []
    for hour, said in ((2, ["C"]), (0, ["A"]), (1, ["B", "A"])):
        noted(history, hour, said)

    assert added(history, [NOW + timedelta(hours=2)]) == {"C"}
    assert added(history, [NOW, NOW + timedelta(hours=1)]) == {"A", "B"}


def test_a_second_inquiry_adds_what_it_asks_for(office: App, send: Send) -> None:
    """As of the time at which it was asked for; what somebody of us took out later does not come back by an earlier word."""
    person = {"name": "张三", "tel": "13800138000"}
    send(person | {"interests": "Model X"})
    send(person | {"interests": "GT", "at": (NOW - timedelta(days=1)).isoformat()})
    with office.session() as session, session.read() as reader:
        lead = reader.get(Lead, 1)
        since = [(change.new, change.effective_at) for change in reader.history(lead, "interests")]
    with office.session() as session, session.write() as work:
        work.update(work.get(Lead, 1), interests=("GT",))
        work.commit()
    send(person | {"interests": "Model X", "note": "again", "at": (NOW - timedelta(hours=3)).isoformat()})
    with office.session() as session, session.read() as reader:
        now = reader.get(Lead, 1)

    assert lead.interests == ("GT", "Model X")
    assert since == [(("GT",), NOW - timedelta(days=1)), (("Model X",), NOW), (("GT", "Model X"), NOW)]
    assert now.interests == ("GT",)
