"""A tablet at the reception: who shows the token of its connection is told at once what came of what was written down."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from patron.app import App
from patron.core.config.settings import AssignmentSettings
from patron.core.crm import AddPerson, AssignLead, add_user, assign_leads
from patron.core.nouns import Interaction, Lead, User
from patron.core.store import StoreError

Serving = Callable[..., AbstractContextManager[Any]]
pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
VISIT = {"reception_no": "R1", "arrived_at": "2026-01-01 10:00", "customer_name": "张三", "phone": "13800138000"}
ENGLISH, CHINESE = ({"accept-language": lang} for lang in ("en", "zh-CN,zh;q=0.9"))


@pytest.fixture(name="installed")
def _manned(installed: App) -> App:
    """Return an application with a consultant, who has the turn whenever somebody comes in."""
    with installed.session() as session:
        add_user(session, AddPerson(values={"login": "an", "name": "安娜", "roles": "sales_rep", "team_id": "sales"}))
    policy = AssignmentSettings(rules={"all": {"rotation": "floor"}}, rotations={"floor": {"members": ["an"]}})
    return installed._replace(settings=installed.settings._replace(assignment=policy))


@pytest.fixture(name="tables")
def _tables(secret_file: str) -> dict[str, Any]:
    return {name: {"channel": name, "bearer_file": secret_file} for name in ("walkin", "phone", "event")}


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


def entries(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


@pytest.mark.requirement("R002", "R057")
def test_a_reception_is_answered_with_who_has_the_turn(serving: Serving, installed: App, tables: dict[str, Any]) -> None:
    """As JSON or as a form, in the language of the tablet; the same number again is the same visit, whatever else it says."""
    form = {"登记编号": "R1", "来店时间": "2026-01-01 10:00", "姓名": "张三", "手机": "13800138000", "备注": "再次提交"}
    with serving(tables) as server:
        first = server.post(VISIT, to="walkin", headers=CHINESE)
        again = server.post(VISIT, to="walkin", headers=CHINESE)
        other = server.client.post("/intake/walkin", data=form, headers={"authorization": "Bearer s3cret-token", **ENGLISH})

    (one,), (two,) = entries(first), entries(other)
    assert [answer.status_code for answer in (first, again, other)] == [200] * 3
    assert first.headers["content-type"] == "application/json; charset=utf-8"
    assert (one["number"], one["outcome"], one["receipt"], one["lead"]) == ("R1", "accepted", 1, 1)
    assert (one["user"], one["team"], one["errors"]) == ({"login": "an", "name": "安娜"}, None, {})
    assert one["message"] == "线索 1 轮到安娜（an）接待（轮排 floor）。"
    assert again.content == first.content
    assert (two["outcome"], two["lead"]) == ("duplicate", 1)
    assert two["message"] == "Lead 1 goes to 安娜 (an), whose turn it is in floor."
    assert len(all_of(installed, Lead)) == 1


def test_each_of_several_is_answered_by_itself(serving: Serving, tables: dict[str, Any]) -> None:
    """What fits no field is told by the name that the tablet has for it; whoever it may be is not named to a tablet."""
    several = [
        VISIT,
        {"编号": "R2", "姓名": "王五", "手机": "123", "来店时间": "明年"},
        {"编号": "R3", "姓名": "李芳", "手机": "13800138000"},
        {"编号": "R4"},
        VISIT,
        7,
    ]
    with serving(tables) as server:
        answer = server.post(several, to="walkin", headers=ENGLISH)
        found = entries(answer)
        same = server.post(several, to="walkin", headers=ENGLISH)

    outcomes = ["accepted", "accepted", "quarantined", "nobody", "accepted", "quarantined"]
    assert (answer.status_code, [one["outcome"] for one in found]) == (202, outcomes)
    assert [one["number"] for one in found] == ["R1", "R2", "R3", "R4", "R1", None]
    assert found[0] == found[4]
    assert sorted(found[1]["errors"]) == ["手机", "来店时间"]
    assert "is no phone number" in found[1]["errors"]["手机"]
    assert found[2]["message"] == "A person has to look at it, who looks after the quarantine."
    assert found[5]["message"].startswith("It could not be read: place 6 of the list is no object")
    assert same.content == answer.content
    assert "张三" not in answer.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "It could not be read: it is no JSON"),
        (b'{"a": 1}', "It could not be read: it has no heading of a reception sheet"),
    ],
)
def test_what_is_no_reception_is_no_success(serving: Serving, tables: dict[str, Any], body: bytes, said: str) -> None:
    """Whoever writes the tablet's program is told why, each time; it is kept all the same."""
    with serving(tables) as server:
        answers = [server.post(body, to="walkin") for _ in range(2)]

    assert [one.status_code for one in answers] == [422, 422]
    assert answers[0].content == answers[1].content
    assert entries(answers[0])[0]["message"].startswith(said)


def test_who_shows_no_token_is_told_nothing(serving: Serving, installed: App, tables: dict[str, Any]) -> None:
    """A connection without one is served to nobody."""
    with serving(tables | {"bare": {"channel": "walkin"}}) as server:
        answers = [server.post(VISIT, to=to, token="wrong") for to in ("walkin", "phone", "event", "bare", "nobody")]

    assert [(one.status_code, one.content) for one in answers] == [(401, b"")] * 2 + [(403, b"")] + [(404, b"")] * 2
    assert all_of(installed, Lead) == ()


def test_a_call_and_a_visitor_of_an_event_are_told_alike(serving: Serving, installed: App, tables: dict[str, Any]) -> None:
    """A call of somebody whose lead is pursued goes to who pursues it; by whom it was given before that is no matter."""
    call = {"tel": "13800138000", "name": "张三", "note": "asks for Model A", "called_at": "2026-01-01 11:00"}
    with serving(tables) as server:
        server.post(VISIT, to="walkin")
        with installed.session() as session:
            add_user(session, AddPerson(values={"login": "bo", "name": "bo", "roles": "sales_rep", "team_id": "sales"}))
            assign_leads(session, [AssignLead(id=1, user="bo")])
        (called,) = entries(server.post(call, to="phone"))
        (visitor,) = entries(server.post({"name": "李四", "phone": "13900139000"}, to="event"))

    assert (called["lead"], called["message"]) == (1, "Lead 1 is with bo, who pursues it already.")
    assert (visitor["lead"], visitor["user"]["login"]) == (2, "an")
    assert len(all_of(installed, Interaction)) == 3


def test_what_nobody_can_take_is_told_to_wait(serving: Serving, tables: dict[str, Any]) -> None:
    """With the department that has it."""
    with serving(tables) as server:
        with server.parts.session.write(cause="test") as work:
            (an,) = work.find(User)
            work.update(an, active=False)
            work.commit()
        (found,) = entries(server.post(VISIT, to="walkin"))

    assert (found["user"], found["team"]) == (None, {"code": "sales", "name": "Sales"})
    assert found["message"] == "Lead 1 waits with the department Sales: no user has it yet."


def test_what_can_not_be_read_at_once_is_said_to_be_kept(
    serving: Serving, tables: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And read behind that; who asks again then is told."""

    def fail(*_: object) -> None:
        raise StoreError("store.busy", where="-", reason="-")

    with serving(tables, workers=0) as server:
        with monkeypatch.context() as broken:
            broken.setattr("patron.plugins.web.intake.desk.settle", fail)
            kept = server.post(VISIT, to="walkin")
        read = server.post(VISIT, to="walkin")

    assert (kept.status_code, entries(kept)[0]["outcome"], entries(kept)[0]["lead"]) == (202, "kept", None)
    assert (read.status_code, entries(read)[0]["lead"]) == (200, 1)
