"""Users and teams."""

from decimal import Decimal

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import AddPerson, ChangeRecord, Query, add_team, add_user, change_user, history_of, list_records
from patron.core.nouns import Lead, User
from patron.core.nouns.criterion import equal


@pytest.mark.requirement("R095")
def test_a_user_has_role_department_rank_duty_and_cost(office: App) -> None:
    values = {
        "login": "Gao",
        "name": "高明",
        "角色": "资深销售顾问",
        "team_id": "sales",
        "seniority": 3,
        "on_duty": "否",
        "cost_rate": "80.5",
    }
    with office.session() as session:
        user = add_user(session, AddPerson(values=values))
        roles = set(session.records.vocabulary.codes["role"])
        seniors = list_records(session, Query(noun="user", where="roles == 'senior_rep' and seniority > 2"))

    assert (user.login, user.roles, user.on_duty, user.cost_rate) == ("gao", ("senior_rep",), False, Decimal("80.5"))
    assert seniors.names["team", user.team_id or 0] == "Sales"
    assert {"sales_rep", "senior_rep", "assistant", "sales_manager", "marketing"} <= roles


def test_who_left_works_no_more_and_leaves_leads_behind(office: App, lead: Lead) -> None:
    with office.session() as session, session.read() as reader:
        wang = reader.first(User, equal("login", "wang"))
    assert wang is not None
    with office.session() as session:
        changed = change_user(session, ChangeRecord(noun="user", id=wang.id, values={"active": "no"}))

    assert (changed.user.active, changed.live_leads) == (False, 1)
    with office.session("wang") as session, pytest.raises(DeniedError), session.read():
        pass


def test_who_had_which_rights_stays_in_the_history(office: App) -> None:
    with office.session() as session:
        change_user(session, ChangeRecord(noun="user", id=1, values={"roles": "sales_manager"}, reason="promoted"))
        last = history_of(session, "user", 1, field="roles")[-1]

    assert (last.old, last.new, last.reason) == (("sales_rep",), ("sales_manager",), "promoted")


@pytest.mark.parametrize("login", ["zhao", "zhou", "wang"])
def test_only_administrators_change_people(office: App, login: str) -> None:
    with office.session(login) as session:
        with pytest.raises(DeniedError):
            add_user(session, AddPerson(values={"login": "x", "name": "X", "roles": "administrator"}))
        with pytest.raises(DeniedError):
            add_team(session, AddPerson(values={"code": "x", "name": "X"}))
        with pytest.raises(DeniedError):
            change_user(session, ChangeRecord(noun="user", id=1, values={"roles": "administrator"}))
