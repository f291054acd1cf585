"""
The desk: rules and rotations at work, whichever door a lead comes in by, on both databases.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from patron.app import App
from patron.core.assignment import desk, next_turn
from patron.core.assignment.snapshots import read_standing
from patron.core.config.settings import Settings
from patron.core.crm import AddLead, AssignLead, ChangeRecord, add_lead, assign_lead, change_user, history_of
from patron.core.exchange import ImportCommand, import_file
from patron.core.host import Host, Owned
from patron.core.i18n import CORE
from patron.core.nouns import Lead, User
from patron.core.nouns.criterion import equal
from patron.core.records import LeadAssigner, NewLead, Routing, Target
from patron.core.store.assignments import log_of_lead, log_of_rotation
from tests.core.assignment.conftest import FLOOR, owners_of, visit

Govern = Callable[..., App]


def change(app: App, login: str, **values: object) -> None:
    with app.session() as session, session.read() as reader:
        user = reader.first(User, equal("login", login))
    assert user is not None
    with app.session() as session:
        change_user(session, ChangeRecord(noun="user", id=user.id, values=values))


@pytest.mark.requirement("R064")
def test_visitors_go_to_the_head_of_the_queue_and_it_moves_on(governed: Govern) -> None:
    app = governed()

    assert ["an", "bo", "cy", "an"] == owners_of(app, *(visit(app) for _ in range(4)))


@pytest.mark.requirement("R064")
def test_who_is_off_duty_is_skipped_and_the_log_says_so(governed: Govern) -> None:
    app = governed()
    change(app, "bo", on_duty="no")

    added = [visit(app) for _ in range(4)]

    assert ["an", "cy", "an", "cy"] == owners_of(app, *added)
    with app.session() as session, session.read() as reader:
        (row,) = log_of_lead(reader.connection, added[1].lead.id)
        told = json.loads(row.told)
    assert ("turn", "all", "floor") == (row.event, row.rule, row.rotation)
    assert [[added[1].lead.owner_user_id - 1, "off_duty"]] == told["tried"][0]["passed"]


def test_a_customer_who_comes_back_goes_to_the_owner_and_no_turn_is_taken(governed: Govern) -> None:
    app = governed()
    first = visit(app)

    with app.session() as session:
        again = add_lead(session, AddLead(values={"source": "phone", "customer_id": f"#{first.customer.id}"}))

    assert ["an", "an", "bo"] == owners_of(app, first, again, visit(app, "李四"))


def test_a_customer_whose_owner_left_goes_to_the_next_in_turn(governed: Govern) -> None:
    app = governed()
    first = visit(app)
    change(app, "an", active="no")

    with app.session() as session:
        again = add_lead(session, AddLead(values={"source": "phone", "customer_id": f"#{first.customer.id}"}))

    assert ["bo"] == owners_of(app, again)


def test_an_owner_who_is_off_duty_is_passed_over_where_the_policy_says_so(governed: Govern) -> None:
    app = governed(returning="present")
    first = visit(app)
    change(app, "an", on_duty="no")

    with app.session() as session:
        again = add_lead(session, AddLead(values={"source": "phone", "customer_id": f"#{first.customer.id}"}))

    assert ["bo"] == owners_of(app, again)


def test_what_nobody_can_take_stays_with_the_department_of_its_source(governed: Govern) -> None:
    app = governed()
    for login in ("an", "bo", "cy"):
        change(app, login, on_duty="no")

    added = visit(app)

    assert added.lead.owner_team_id is not None
    with app.session() as session, session.read() as reader:
        (row,) = log_of_lead(reader.connection, added.lead.id)
    assert ("waiting", "all") == (row.event, row.rule)


def test_the_first_rule_that_holds_decides(governed: Govern) -> None:
    rules = {
        "north": {"where": "region == 'north' and source_family == 'walk_in'", "user": "cy"},
        "sports": {"where": "interests == 'GT' or customer.occupation contains 'racing'", "user": "bo"},
        "web": {"where": "source in ('email', 'qq')", "team": "marketing"},
        "all": {"rotation": "floor"},
    }
    app = governed(rules)

    def come(source: str, **customer: object) -> str | None:
        with app.session() as session:
            lead = {"source": source, **{name: customer.pop(name) for name in ("interests",) if name in customer}}
            return owners_of(app, add_lead(session, AddLead(values=lead, customer={"name": "张三", **customer})))[0]

    assert "cy" == come("store", region="north")
    assert "bo" == come("phone", region="north", interests="GT; X5")
    assert "bo" == come("phone", occupation="Racing driver")
    assert come("email") is None
    assert "an" == come("phone", region="north")


def test_no_more_leads_than_the_user_may_have_nor_than_the_rotation_gives_a_day(governed: Govern) -> None:
    app = governed(rotations={"floor": FLOOR["floor"] | {"quota": 2}})
    change(app, "an", quota="1")

    assert ["an", "bo", "cy", "bo", "cy", None] == owners_of(app, *(visit(app) for _ in range(6)))


def test_who_names_an_owner_is_heard(governed: Govern) -> None:
    app = governed()

    assert ["cy", "an"] == owners_of(app, visit(app, owner_user_id="cy"), visit(app))


def test_a_representative_keeps_what_they_enter(governed: Govern) -> None:
    app = governed()

    assert ["cy", "an"] == owners_of(app, visit(app, login="cy"), visit(app))


def test_the_owner_history_says_by_what_rule(governed: Govern) -> None:
    app = governed()
    added = visit(app)

    with app.session() as session:
        (change,) = history_of(session, "lead", added.lead.id, field="owner_user_id")

    assert ("assign", "all → floor") == (change.cause, change.reason)


def test_what_the_log_keeps_decides_the_same_again(governed: Govern) -> None:
    app = governed(rotations={"floor": {"kind": "weighted", "members": ["an", "bo", "cy"], "weights": {"an": 3}}})
    change(app, "bo", on_duty="no")
    for _ in range(12):
        visit(app)

    with app.session() as session, session.read() as reader:
        rows = log_of_rotation(reader.connection, "floor", 100)
    standings = [(row.user_id, json.loads(row.told)["tried"][0]) for row in rows]

    assert 12 == len(rows)
    for user, told in standings:
        turn = next_turn(read_standing(told["standing"]))
        assert (user, told["passed"]) == (turn.user, [list(one) for one in turn.passed])


@pytest.mark.requirement("R084")
def test_what_is_given_by_hand_is_in_the_log(governed: Govern) -> None:
    app = governed({})
    added = visit(app)

    with app.session() as session:
        assign_lead(session, AssignLead(id=added.lead.id, user="bo", reason="meeting"))

    with app.session() as session, session.read() as reader:
        (row,) = log_of_lead(reader.connection, added.lead.id)
    assert ("by_hand", "meeting") == (row.event, row.reason)


def test_a_file_is_given_out_like_single_leads(governed: Govern, tmp_path: Path) -> None:
    """Turn by turn, two leads of one customer to one user, those that are over to nobody; in a rehearsal nothing moves."""
    app = governed()
    file = tmp_path / "leads.csv"
    lines = [
        "store,甲,13800000001,",
        "store,乙,13800000002,",
        "phone,甲,13800000001,",
        "store,丙,13800000003,lost",
        "store,丁,13800000004,",
    ]
    file.write_text("source,name,tel,status\n" + "\n".join(lines), "utf-8")

    with app.session() as session:
        import_file(session, ImportCommand(kind="leads", path=file, dry_run=True))
        import_file(session, ImportCommand(kind="leads", path=file))

    with app.session() as session, session.read() as reader:
        leads = reader.find(Lead, order=["id"])
        names = {user.id: user.login for user in reader.find(User)}
        rows_of_log = log_of_rotation(reader.connection, "floor", 10)
    assert ["an", "bo", "an", None, "cy"] == [names.get(lead.owner_user_id or 0) for lead in leads]
    assert 3 == len(rows_of_log)


def test_whom_a_rule_names_is_looked_up_once_for_a_file(
    governed: Govern, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, asked = governed({"north": {"where": "region == 'north'", "user": "cy"}, "all": {"team": "marketing"}}), []
    for name in ("users_with_logins", "teams_with_codes"):
        whole = getattr(desk, name)
        monkeypatch.setattr(desk, name, lambda *about, whole=whole: asked.append(about[2]) or whole(*about))
    file = tmp_path / "leads.csv"
    lines = [f"store,客户{n},1380000{n:04},{'north' if n % 2 else ''}" for n in range(20)]
    file.write_text("source,name,tel,region\n" + "\n".join(lines), "utf-8")

    with app.session() as session:
        assert import_file(session, ImportCommand(kind="leads", path=file)).created == 20

    assert asked == [["marketing"], ["cy"]]


@pytest.mark.requirement("R064")
def test_many_at_once_take_their_turns_one_after_the_other(governed: Govern) -> None:
    """Sixteen doors at once: nobody has more than one lead more than anybody else, and every lead has its line in the log."""
    app = governed()

    def work(_: int) -> None:
        for _ in range(5):
            visit(app)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))

    with app.session() as session, session.read() as reader:
        counts = [
            reader.count(Lead, [equal("owner_user_id", user.id)])
            for user in reader.find(User)
            if user.login in FLOOR["floor"]["members"]
        ]
        log = log_of_rotation(reader.connection, "floor", 1_000)
    assert 80 == sum(counts) == len(log)
    assert max(counts) - min(counts) <= 1


def _deciding(app: App, monkeypatch: pytest.MonkeyPatch, decide: Callable[[NewLead], object]) -> list[str]:
    """Let a plugin `pack` decide first, and return what is told."""
    theirs = Owned("pack", LeadAssigner(code="pack", decide=decide), CORE)  # type: ignore[arg-type]  # wrong ones, too
    own = app.host.lead_assigners()
    monkeypatch.setattr(Host, "lead_assigners", lambda _: (theirs, *own))
    told: list[str] = []
    monkeypatch.setattr(type(app.reporter), "notice", lambda _, message: told.append(message))
    return told


def test_a_pack_decides_before_the_rules(governed: Govern, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sees the lead, its customer and whose turn it would be; what it leaves to others the rules decide."""
    app = governed()

    def most_senior(new: NewLead) -> Routing | None:
        if new.customer["name"] != "贵宾":
            return None
        *_, last = new.candidates("floor")
        return Routing(targets=(Target(user=last.login),), rule="senior")

    _deciding(app, monkeypatch, most_senior)

    assert ["cy", "an"] == owners_of(app, visit(app, "贵宾"), visit(app))


@pytest.mark.parametrize("decide", [lambda _: 1 / 0, lambda _: "bo"])
def test_a_plugin_that_fails_is_named_and_the_lead_is_not_lost(
    governed: Govern, monkeypatch: pytest.MonkeyPatch, decide: Callable[[NewLead], object]
) -> None:
    app = governed()
    told = _deciding(app, monkeypatch, decide)

    added = visit(app)

    assert added.lead.owner_team_id is not None
    assert "pack" in told[0]
    assert "lead_assigners" in told[0]


def test_without_a_policy_leads_go_to_the_department_as_before(office: App) -> None:
    assert Settings().assignment.rules == {}

    added = visit(office)

    assert added.lead.owner_team_id is not None
    with office.session() as session, session.read() as reader:
        assert [] == list(log_of_lead(reader.connection, added.lead.id))
