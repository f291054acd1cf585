"""
What people do in rotations, and how they stand.
"""

from collections.abc import Callable

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.assignment.turns import Act, Acted, ActInRotation, act_in_rotation, show_rotations
from patron.core.errors import UsageError
from patron.core.nouns import User
from patron.core.nouns.criterion import equal
from tests.core.assignment.conftest import FLOOR, owners_of, visit

Govern = Callable[..., App]


def act(app: App, what: Act, user: str, as_user: str | None = None, **more: object) -> Acted:
    with app.session(as_user) as session:
        return act_in_rotation(session, ActInRotation(act=what, user=user, **more))  # type: ignore[arg-type]  # as a test needs it


def test_turns_missed_at_lunch_come_back_and_those_of_a_day_off_do_not(governed: Govern) -> None:
    app = governed()
    act(app, Act.LEAVE, "an", reason="lunch")
    act(app, Act.LEAVE, "bo", reason="rest_day")

    assert ["cy", "cy"] == owners_of(app, visit(app), visit(app))
    act(app, Act.BACK, "an")
    act(app, Act.BACK, "bo")

    assert ["an", "an", "an", "bo", "cy"] == owners_of(app, *(visit(app) for _ in range(5)))


def test_a_rotation_may_give_back_what_it_likes(governed: Govern) -> None:
    app = governed(rotations={"floor": FLOOR["floor"] | {"given_back": ["rest_day"], "most_owed": 1}})
    act(app, Act.LEAVE, "an", reason="rest_day")
    for _ in range(4):
        visit(app)
    act(app, Act.BACK, "an")

    assert ["an", "an", "bo"] == owners_of(app, *(visit(app) for _ in range(3)))


def test_at_a_reception_nobody_gets_a_second_before_the_first_is_served(governed: Govern) -> None:
    app = governed(rotations={"floor": FLOOR["floor"] | {"serves": True}})

    assert ["an", "bo", "cy", None] == owners_of(app, *(visit(app) for _ in range(4)))
    act(app, Act.FINISH, "bo")
    assert ["bo"] == owners_of(app, visit(app))


def test_how_a_rotation_stands_and_what_happened_in_it(governed: Govern) -> None:
    app = governed()
    added = visit(app)
    act(app, Act.PENALISE, "bo", turns=2, reason="late")
    act(app, Act.OFF, "cy")

    with app.session() as session:
        (view,) = show_rotations(session, "floor")

    assert [("bo", "ready", None, -2, False), ("cy", "off", "off", 0, False), ("an", "ready", None, 0, True)] == [
        (one.login, one.state, one.hindrance, one.credit, one.next) for one in view.members
    ]
    told = [(one.event, one.login, one.lead_id, one.reason) for one in view.latest]
    assert [("off", "cy", None, None), ("penalise", "bo", None, "late"), ("turn", "an", added.lead.id, None)] == told


@pytest.mark.parametrize(("login", "seen"), [("an", True), ("bo", False)])
def test_a_rotation_names_no_lead_that_its_reader_may_not_see(governed: Govern, login: str, seen: bool) -> None:
    """That somebody had a turn is told to all who share it."""
    app = governed()
    lead = visit(app).lead.id

    with app.session(login) as session:
        (view,) = show_rotations(session, "floor")

    assert [("turn", "an", lead if seen else None)] == [(one.event, one.login, one.lead_id) for one in view.latest]


def test_people_act_for_themselves_and_managers_for_their_team(governed: Govern) -> None:
    app = governed()

    act(app, Act.OFF, "an", as_user="an")
    act(app, Act.ON, "an", as_user="zhao")

    with pytest.raises(DeniedError, match="bo"):
        act(app, Act.OFF, "bo", as_user="an")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"what": Act.LEAVE, "user": "an", "reason": "whim"}, "no reason of absence"),
        ({"what": Act.PENALISE, "user": "an", "turns": 101}, "101 turns"),
        ({"what": Act.ON, "user": "zhao"}, "no member"),
        ({"what": Act.ON, "user": "an", "rotation": "flor"}, "nearest is floor"),
    ],
)
def test_what_makes_no_sense_is_refused(governed: Govern, more: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        act(governed(), **more)  # type: ignore[arg-type]  # as a test needs it


@pytest.mark.parametrize("written", ["王芳", " ＡＮ ", "An", "#1"])
def test_a_member_is_called_by_login_number_or_name(governed: Govern, written: str) -> None:
    """In whatever case and width; as everywhere where people are named."""
    app = governed()
    rename(app, "an", "王芳" if written == "王芳" else "An")
    assert Acted(login="an", rotations=("floor",)) == act(app, Act.LEAVE, written, reason="lunch")


def test_a_name_that_two_members_have_is_asked_about(governed: Govern) -> None:
    """A login means its user, whoever else is called so."""
    app = governed()
    rename(app, "bo", "王芳")
    rename(app, "cy", "王芳")
    rename(app, "an", "bo")

    assert "bo" == act(app, Act.OFF, "bo").login
    with pytest.raises(UsageError, match="login of the one who is meant: bo, cy"):
        act(app, Act.OFF, "王芳")
    with pytest.raises(UsageError, match=r"no member of a rotation. Members are: an \(bo\), bo \(王芳\), cy \(王芳\)"):
        act(app, Act.OFF, "李四")


def rename(app: App, login: str, name: str) -> None:
    with app.session() as session, session.write() as work:
        (user,) = work.find(User, [equal("login", login)])
        work.update(user, name=name)
        work.commit()
