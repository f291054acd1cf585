"""
Who was here before, and whose nobody knows: served by turn, announced, and claimed in time or not.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.assignment.turns import Act, ActInRotation, act_in_rotation, show_rotations
from patron.core.clock import fixed_clock
from patron.core.crm import (
    AddedLead,
    AddLead,
    AddTask,
    AssignLead,
    ClaimLead,
    Query,
    add_lead,
    add_task,
    assign_lead,
    claim_lead,
    explain_lead,
    history_of,
    list_announced,
    list_tasks,
    show_worklist,
)
from patron.core.crm.people import ChangeRecord, change_user
from patron.core.errors import UsageError
from patron.core.intake import receive
from patron.core.nouns import Lead, User
from patron.core.nouns.criterion import equal
from patron.core.records import Delivery
from patron.testing.application import NOW
from tests.core.assignment.conftest import FLOOR, TO_FLOOR, owners_of, visit

Govern = Callable[..., App]


def later(app: App, **passed: float) -> App:
    return app._replace(clock=fixed_clock(NOW + timedelta(**passed)))


def claim(app: App, number: int, login: str | None, user: str | None = None) -> None:
    with app.session(login) as session:
        claim_lead(session, ClaimLead(id=number, reason="test drive in May", user=user))


def owner_now(app: App, added: AddedLead) -> str | None:
    with app.session() as session, session.read() as reader:
        (lead,) = reader.find(Lead, [equal("id", added.lead.id)])
        return next((user.login for user in reader.find(User) if user.id == lead.owner_user_id), None)


def announced_to(app: App, login: str) -> list[int]:
    """Return how many leads somebody's list says may be claimed."""
    with app.session(login) as session:
        return [why.count or 0 for call in show_worklist(session).calls for why in call.reasons if why.code == "announced"]


@pytest.mark.requirement("R064")
def test_a_visitor_who_forgot_with_whom_is_served_by_turn_and_may_be_claimed(governed: Govern) -> None:
    """Who served them has the turn back, and is next."""
    app = governed()
    added = visit(app, first_visit="no")
    assert ["an", "bo"] == owners_of(app, added, visit(app, "李四", first_visit="yes"))
    assert ([], [1], [1]) == tuple(announced_to(app, login) for login in ("an", "bo", "cy"))

    claim(app, added.lead.id, "cy")

    with app.session("cy") as session:
        first, second = explain_lead(session, added.lead.id)
        changes = [one for one in history_of(session, "lead", added.lead.id) if one.field == "owner_user_id"]
    assert ("claimed", "cy", "test drive in May") == (first.event, first.user, first.reason)
    assert ("announced", "an", NOW + timedelta(days=2)) == (second.event, second.user, second.claim_until)
    assert ("claim", "cy: test drive in May") == (changes[-1].cause, changes[-1].reason)
    assert ["an", "cy"] == owners_of(app, visit(app, "王五"), visit(app, "赵六"))
    assert [] == announced_to(app, "bo")


def test_a_claim_comes_too_late_when_its_time_is_over(governed: Govern) -> None:
    app = governed()
    added = visit(app, first_visit="no")

    with pytest.raises(UsageError, match="its time is over"):
        claim(later(app, days=2), added.lead.id, "bo")

    assert [] == announced_to(later(app, days=2), "bo")
    claim(later(app, days=1.99), added.lead.id, "bo")


def test_days_of_work_and_visitors_out_of_hours(governed: Govern) -> None:
    """A visitor on a Saturday evening uses up no turn, and may be claimed till Tuesday; whoever served them gets none back."""
    rotations = {"floor": FLOOR["floor"] | {"outside_hours": "free"}}
    saturday = fixed_clock(datetime(2026, 1, 3, 20, tzinfo=UTC))
    app = governed(rotations=rotations, claim_by="work", working={"days": ["mon", "tue"]})._replace(clock=saturday)

    added = [visit(app, first_visit="no"), visit(app, "李四")]
    claim(app, added[0].lead.id, "bo")

    assert ("bo", "an") == (owner_now(app, added[0]), owner_now(app, added[1]))
    with app.session() as session:
        claimed, announced = explain_lead(session, added[0].lead.id)
        (standing,) = show_rotations(session)
    assert datetime(2026, 1, 6, 20, tzinfo=UTC) == announced.claim_until
    assert (False, False) == (announced.trials[0].counts, claimed.told["turn_back"])
    assert [0, 0, 0] == [one.credit for one in standing.members]


def test_an_owner_who_was_not_there_is_the_only_one_who_may_claim(governed: Govern) -> None:
    app = governed(returning="present")
    first = visit(app)
    with app.session() as session, session.read() as reader:
        user = reader.first(User, equal("login", "an"))
    assert user is not None
    with app.session() as session:
        change_user(session, ChangeRecord(noun="user", id=user.id, values={"on_duty": "no"}))
        again = add_lead(session, AddLead(values={"source": "store", "customer_id": f"#{first.customer.id}"}))
    assert ["bo"] == owners_of(app, again)

    with pytest.raises(UsageError, match="can't be claimed by cy"):
        claim(app, again.lead.id, "cy")
    assert ([1], []) == (announced_to(app, "an"), announced_to(app, "cy"))
    with app.session("an") as session:
        (told,) = list_announced(session)
    assert ("an", "bo", True) == (told.earlier, told.served_by, told.mine)
    claim(app, again.lead.id, "an")


def test_people_claim_for_themselves_and_managers_for_their_team(governed: Govern) -> None:
    app = governed()
    added = visit(app, first_visit="no")

    for login, user, error, said in (
        ("bo", "cy", DeniedError, "may not act for cy"),
        ("an", None, UsageError, "can't be claimed by an"),
        ("zhao", None, UsageError, "can't be claimed by zhao"),
        (None, None, UsageError, "Say who claims"),
    ):
        with pytest.raises(error, match=said):
            claim(app, added.lead.id, login, user)
    claim(app, added.lead.id, "zhao", "cy")

    assert owner_now(app, added) == "cy"


def test_what_was_given_to_somebody_by_hand_or_never_announced_is_no_claim(governed: Govern) -> None:
    app = governed()
    announced, plain = visit(app, first_visit="no"), visit(app, "李四")
    with app.session() as session:
        assign_lead(session, AssignLead(id=announced.lead.id, user="bo"))

    for number in (announced.lead.id, plain.lead.id, 99):
        with pytest.raises(UsageError, match="can't be claimed"):
            claim(app, number, "cy")


def test_a_reception_form_says_whether_it_is_the_first_visit(governed: Govern) -> None:
    app = governed()
    body = json.dumps({"name": "钱七", "tel": "13800138000", "首次到访": "否"}, ensure_ascii=False).encode()
    with app.session() as session:
        receive(session, "walkin", Delivery(body=body, received_at=NOW, content_type="application/json"))

    assert [1] == announced_to(app, "bo")


def test_nothing_is_announced_where_the_policy_knows_no_claims(governed: Govern) -> None:
    app = governed(claim_days=0)
    visit(app, first_visit="no")

    assert [] == announced_to(app, "cy")


def test_what_is_still_to_be_done_goes_along(governed: Govern) -> None:
    app = governed()
    added = visit(app, first_visit="no")
    with app.session() as session:
        values = {"subject": "call", "kind": "call", "lead_id": f"#{added.lead.id}", "owner_user_id": "an"}
        add_task(session, AddTask(values=values | {"due_at": "2026-02-01"}))

    claim(app, added.lead.id, "bo")

    with app.session("bo") as session:
        assert ["call"] == [task.subject for task in list_tasks(session, Query(noun="task")).records]


def test_of_several_who_claim_at_a_time_one_gets_it(governed: Govern) -> None:
    app = governed()
    added = visit(app, first_visit="no")

    def tried(login: str) -> str | None:
        try:
            claim(app, added.lead.id, login)
        except UsageError:
            return None
        return login

    with ThreadPoolExecutor(2) as pool:
        got = [login for login in pool.map(tried, ["bo", "cy"]) if login]

    assert got == [owner_now(app, added)]


def test_at_a_reception_who_serves_their_own_customer_gets_no_new_one(governed: Govern) -> None:
    """No turn is used up by it, and the ones missed meanwhile are given back."""
    app = governed(TO_FLOOR, {"floor": FLOOR["floor"] | {"serves": True}})
    first = visit(app)
    with app.session() as session:
        act_in_rotation(session, ActInRotation(act=Act.FINISH, user="an"))
        add_lead(session, AddLead(values={"source": "store", "customer_id": f"#{first.customer.id}"}))
        (standing,) = show_rotations(session)

    assert {"an": "serving", "bo": "ready", "cy": "ready"} == {one.login: one.state for one in standing.members}
    assert ["bo", "cy"] == owners_of(app, visit(app, "李四"), visit(app, "王五"))
    assert [None] == owners_of(app, visit(app, "赵六"))
