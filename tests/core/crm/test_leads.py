"""Leads: how they come in, who owns them, and what is remembered."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.clock import wall_time
from patron.core.crm import (
    AddLead,
    AssignLead,
    ChangeRecord,
    Reach,
    add_lead,
    assign_lead,
    change_lead,
    change_record,
    history_of,
    show_lead,
)
from patron.core.crm.tasks import AddTask, add_task
from patron.core.errors import UsageError
from patron.core.nouns import Customer, FieldError, IdentityLink, Lead, Task, Team, User
from patron.core.nouns.criterion import equal
from patron.core.store import ConflictError, DuplicateError, NotFoundError
from patron.testing.application import NOW

SOURCES = ["email", "qq", "forum", "webshop", "phone", "sms", "store", "market_event", "showroom"]


def names_of_owner(app: App, lead: Lead) -> str:
    with app.session() as session, session.read() as reader:
        if lead.owner_user_id is not None:
            return reader.get(User, lead.owner_user_id).login
        return reader.get(Team, lead.owner_team_id or 0).code


@pytest.mark.requirement("R001")
def test_a_lead_keeps_what_a_sales_file_needs(office: App) -> None:
    """File date, contact points, one source, campaign, owner, status and its reasons; what is not said has its default."""
    with office.session() as session:
        added = add_lead(
            session,
            AddLead(
                values={"来源": "展示场", "owner_user_id": "wang", "likelihood": "40", "interests": "Model A；型号 B"},
                customer={"name": "张三", "occupation": "teacher"},
                reaches=(Reach("tel", "138 0013 8000"), Reach("email", "Zhang@Example.org")),
            ),
        )
        view = show_lead(session, added.lead.id)
        lost = change_lead(
            session,
            ChangeRecord(
                noun="lead", id=added.lead.id, values={"status": "战败", "lost_reason": "价格", "lost_at": "2026-01-01"}
            ),
        )

    lead = view.lead
    assert (lead.source, lead.status, lead.stage, lead.filed_at) == ("showroom", "open", "new", NOW)
    assert (lead.likelihood, lead.interests, lead.first_contact_at) == (40, ("Model A", "型号 B"), None)
    assert {one.scheme: one.value for one in view.identities} == {"tel": "+8613800138000", "email": "Zhang@example.org"}
    assert view.names["user", lead.owner_user_id or 0] == "Wang"
    assert (lost.status, lost.lost_reason) == ("lost", "price")


@pytest.mark.requirement("R002")
def test_nine_sources_are_built_in_and_another_is_refused(office: App) -> None:
    with office.session() as session:
        for source in SOURCES:
            assert add_lead(session, AddLead(values={"source": source}, customer={"name": source})).lead.source == source
        with pytest.raises(FieldError, match="pigeon"):
            add_lead(session, AddLead(values={"source": "pigeon"}, customer={"name": "Ada"}))
        with session.read() as reader:
            assert reader.count(Lead) == reader.count(Customer) == len(SOURCES)


@pytest.mark.requirement("R079")
@pytest.mark.parametrize(
    ("login", "values", "owner"),
    [
        (None, {"source": "qq"}, "marketing"),
        (None, {"source": "store"}, "sales"),
        (None, {"source": "qq", "owner_user_id": "li"}, "li"),
        ("wang", {"source": "qq"}, "wang"),
        ("chen", {"source": "store"}, "sales"),
        ("chen", {"source": "qq"}, "sales"),
        ("ma", {"source": "qq"}, "marketing"),
    ],
)
def test_a_lead_without_a_named_owner_has_one(office: App, login: str | None, values: dict[str, str], owner: str) -> None:
    """The department of its source; whoever may only make own leads owns them."""
    with office.session(login) as session:
        lead = add_lead(session, AddLead(values=values, customer={"name": "张三"})).lead

    assert names_of_owner(office, lead) == owner


def test_a_lead_that_is_won_is_won_at_a_time_and_makes_a_customer(office: App) -> None:
    """At the time that is told, else now; winning it again changes nothing."""
    with office.session() as session:
        filed = {"source": "qq", "filed_at": "2025-12-01"}
        ids = [add_lead(session, AddLead(values=filed, customer={"name": "A"})).lead.id for _ in range(2)]
        told = {"status": "won", "won_at": (NOW - timedelta(days=3)).isoformat()}
        for number, values in zip(ids, ({"status": "won"}, told), strict=True):
            change_lead(session, ChangeRecord(noun="lead", id=number, values=values))
        again = change_lead(session, ChangeRecord(noun="lead", id=ids[1], values={"status": "won", "likelihood": "100"}))
        shown = [show_lead(session, number) for number in ids]
        history = history_of(session, "lead", ids[1], field="status")

    assert [("won", NOW), ("won", NOW - timedelta(days=3))] == [(view.lead.status, view.lead.won_at) for view in shown]
    assert [NOW.date(), (NOW - timedelta(days=3)).date()] == [view.customer.since for view in shown]
    assert (NOW - timedelta(days=3), ["open", "won"]) == (again.won_at, [change.new for change in history])


def test_a_key_belongs_to_the_system_that_gave_it(office: App) -> None:
    """The source itself where no system is named; two systems may give the same key, one may not give it twice."""
    with office.session() as session:
        for about in ({}, {"system": "portal-a"}, {"system": "portal-b"}):
            values = {"source": "forum", "source_key": "77", **about}
            assert about.get("system", "forum") == add_lead(session, AddLead(values=values, customer={"name": "A"})).lead.system
        with pytest.raises(DuplicateError):
            add_lead(session, AddLead(values=values, customer={"name": "B"}))
        lead = add_lead(session, AddLead(values={"source": "qq"}, customer={"name": "C"})).lead
        changed = change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"source_key": "77"}))
    assert (None, "qq") == (lead.system, changed.system)


@pytest.mark.requirement("R079")
def test_a_lead_that_nobody_could_own_is_refused(patron: App) -> None:
    """There is no department yet, and nobody was named: nothing is kept, and the message says what to do."""
    with patron.session() as session:
        with pytest.raises(UsageError, match="patron team add --code marketing"):
            add_lead(session, AddLead(values={"source": "qq"}, customer={"name": "张三"}))
        with session.read() as reader:
            assert reader.count(Customer) == 0


@pytest.mark.requirement("R079")
def test_assigning_keeps_the_reason_and_takes_the_tasks_along(office: App, lead: Lead) -> None:
    with office.session() as session:
        add_task(session, AddTask(values={"lead_id": lead.id, "subject": "call", "owner_user_id": "wang"}))
        add_task(session, AddTask(values={"lead_id": lead.id, "subject": "check", "owner_user_id": "li"}))
    with office.session("zhao") as session:
        assigned = assign_lead(session, AssignLead(id=lead.id, user="li", reason="wang is on leave"))
        last = history_of(session, "lead", lead.id, field="负责人")[-1]
    with office.session() as session, session.read() as reader:
        owners = {task.subject: task.owner_user_id for task in reader.find(Task)}

    assert names_of_owner(office, assigned) == "li"
    assert (last.old, last.new) == (lead.owner_user_id, assigned.owner_user_id)
    assert (last.cause, last.reason) == ("assign", "wang is on leave")
    assert set(owners.values()) == {assigned.owner_user_id}


def test_assigning_to_a_team_takes_the_user_away(office: App, lead: Lead) -> None:
    with office.session("zhao") as session:
        assigned = assign_lead(session, AssignLead(id=lead.id, team="sales"))

    assert (assigned.owner_user_id, names_of_owner(office, assigned)) == (None, "sales")


@pytest.mark.parametrize(("user", "team"), [(None, None), ("li", "sales")])
def test_a_lead_is_assigned_to_one_owner(office: App, lead: Lead, user: str | None, team: str | None) -> None:
    with office.session() as session, pytest.raises(UsageError, match="exactly one owner"):
        assign_lead(session, AssignLead(id=lead.id, user=user, team=team))


def test_who_left_gets_no_lead(office: App, lead: Lead) -> None:
    with office.session() as session:
        with session.write() as work:
            li = work.first(User, equal("login", "li"))
            assert li is not None
            work.update(li, active=False)
            work.commit()
        with pytest.raises(UsageError, match="does not work here"):
            assign_lead(session, AssignLead(id=lead.id, user="li"))
        with pytest.raises(UsageError, match="does not work here"):
            add_lead(session, AddLead(values={"source": "qq", "owner_user_id": "li"}, customer={"name": "Ada"}))


@pytest.mark.parametrize("login", ["wang", "sun", "zhou"])
def test_assigning_is_a_right_of_its_own(office: App, lead: Lead, login: str) -> None:
    """Neither who may change the lead nor who sees everything may give it to somebody else."""
    with office.session(login) as session, pytest.raises((DeniedError, NotFoundError)):
        assign_lead(session, AssignLead(id=lead.id, user="li"))


def test_an_owner_is_not_changed_in_passing(office: App, lead: Lead) -> None:
    with office.session() as session, pytest.raises(UsageError, match="patron lead assign"):
        change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"owner_user_id": "li"}))


def test_a_change_made_for_an_older_version_is_refused(office: App, lead: Lead) -> None:
    with office.session() as session:
        change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"likelihood": 10}, version=1))
        with pytest.raises(ConflictError):
            change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"likelihood": 20}, version=1))


@pytest.mark.requirement("R034", "R035", "R037")
def test_focus_point_interests_and_likelihood_have_a_history(office: App, lead: Lead) -> None:
    """Old, new, when, by whom and why; a value that was true earlier than it became known; as known on an earlier day."""
    week = timedelta(days=7)
    with office.session("wang") as session:
        for values, ago, reason in (
            ({"focus_point": "safety", "interests": "A", "likelihood": 30}, 2 * week, None),
            ({"focus_point": "price", "interests": "A;B", "likelihood": 70}, week, "came with his wife"),
        ):
            change = ChangeRecord(noun="lead", id=lead.id, values=values, effective_at=NOW - ago, reason=reason)
            change_lead(session, change)
        history = {name: history_of(session, "lead", lead.id, field=name) for name in ("focus_point", "interests", "likelihood")}
        then = show_lead(session, lead.id, at=NOW - 1.5 * week).lead
        with pytest.raises(NotFoundError) as unknown:
            show_lead(session, lead.id, known_at=NOW - timedelta(seconds=1))

    assert [(one.old, one.new) for one in history["focus_point"]] == [(None, "safety"), ("safety", "price")]
    assert [(one.old, one.new) for one in history["interests"]] == [(None, ("A",)), (("A",), ("A", "B"))]
    assert [one.new for one in history["likelihood"]] == [30, 70]
    assert [one.reason for one in history["likelihood"]] == [None, "came with his wife"]
    assert {one.actor_id for changes in history.values() for one in changes} == {lead.owner_user_id}
    assert (then.focus_point, then.interests, then.likelihood) == ("safety", ("A",), 30)
    assert unknown.value.key == "crm.not_known_then"


def test_a_lead_of_somebody_who_is_known_is_the_same_customers(office: App) -> None:
    """Whoever types in the name and the phone again makes no second record of the person, and adds what was not known."""
    li = {"name": "李四"}
    reaches = (Reach("tel", "13800138000"),)
    with office.session() as session:
        first = add_lead(session, AddLead(values={"source": "qq", "owner_team_id": "sales"}, customer=li, reaches=reaches))
        again = add_lead(session, AddLead(values={"source": "store"}, customer={**li, "region": "north"}, reaches=reaches))
        assert not first.joined
        assert again.joined
        assert (again.customer.id, again.customer.region) == (first.customer.id, "north")
        assert again.known == ()
    with office.session("wang") as session:
        own = add_lead(session, AddLead(values={"source": "store"}, customer=li, reaches=reaches))
        assert own.customer.id != first.customer.id, "a rep learns nothing of customers of others"


def test_another_customer_of_the_same_phone_is_told_and_not_merged(office: App, lead: Lead) -> None:
    with office.session() as session:
        first = add_lead(
            session, AddLead(values={"source": "qq"}, customer={"name": "李四"}, reaches=(Reach("tel", "13800138000"),))
        )
        second = add_lead(
            session, AddLead(values={"source": "sms"}, customer={"name": "王芳"}, reaches=(Reach("tel", "+86 138-0013-8000"),))
        )
        with session.read() as reader:
            links = reader.find(IdentityLink)

    assert first.known == ()
    assert [one.name for one in second.known] == ["李四"]
    assert [link.lead_id for link in links] == [first.lead.id, second.lead.id]
    assert len({link.identity_id for link in links}) == 1


@pytest.mark.parametrize(
    ("values", "customer", "said"),
    [
        ({}, {"name": "Ada"}, "source"),
        ({"source": "qq"}, {}, "name"),
        ({"source": "qq", "customer_id": 1}, {"name": "Ada"}, "new one"),
        ({"source": "qq", "liklihood": 3}, {"name": "Ada"}, "did you mean likelihood"),
        ({"source": "qq", "来源": "qq"}, {"name": "Ada"}, "twice"),
        ({"source": "qq", "owner_user_id": "nobody"}, {"name": "Ada"}, "'nobody'"),
        ({"source": "qq", "owner_user_id": "li", "owner_team_id": "sales"}, {"name": "Ada"}, "exactly one owner"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    office: App, values: dict[str, str], customer: dict[str, str], said: str
) -> None:
    with office.session() as session:
        with pytest.raises((UsageError, FieldError), match=said):
            add_lead(session, AddLead(values=values, customer=customer))
        with session.read() as reader:
            assert reader.count(Customer) == 0


@pytest.mark.parametrize("owner", [{"team": "marketing"}, {"user": "wang"}])
def test_an_owner_does_not_come_before_the_one_that_there_is(office: App, lead: Lead, owner: dict[str, str]) -> None:
    """The user and the team are one owner: an assignment that the next one has overtaken is refused, and changes nothing."""
    with office.session() as session:
        add_task(session, AddTask(values={"subject": "call", "lead_id": lead.id, "owner_user_id": "li"}))
        since = NOW - timedelta(days=3)
        assigned = assign_lead(session, AssignLead(id=lead.id, user="li", effective_at=since))
        with pytest.raises(UsageError) as refused:
            assign_lead(session, AssignLead(id=lead.id, **owner, effective_at=since - timedelta(hours=1)))
        with session.read() as reader:
            assert reader.get(Lead, lead.id) == assigned
        found = assign_lead(session, AssignLead(id=lead.id, **owner, effective_at=since))

    assert "2025-12-29 09:00" in session.t(refused.value.key, **refused.value.details)
    assert names_of_owner(office, found) == next(iter(owner.values()))


def test_a_task_that_is_younger_than_the_assignment_of_its_lead_goes_with_it(office: App, lead: Lead) -> None:
    with office.session() as session:
        add_task(session, AddTask(values={"subject": "call", "lead_id": lead.id, "owner_user_id": "wang"}))
        assign_lead(session, AssignLead(id=lead.id, team="marketing", effective_at=NOW - timedelta(days=3)))
        (task,) = show_lead(session, lead.id).tasks

    assert (task.owner_user_id, task.owner_team_id) == (None, 2)


def test_the_owner_of_a_customer_does_not_come_before_the_one_that_there_is(office: App, lead: Lead) -> None:
    values = {"owner_user_id": "", "owner_team_id": "marketing"}
    with office.session() as session, pytest.raises(UsageError, match="later time"):
        early = NOW - timedelta(days=90)
        change_record(session, ChangeRecord(noun="customer", id=lead.customer_id, values=values, effective_at=early))


def test_what_is_still_to_come_is_not_said_to_be_true_since_then(office: App) -> None:
    """A history that says today for a day next year would be wrong without a word."""
    later = NOW + timedelta(days=400)
    with office.session() as session:
        lead = add_lead(session, AddLead(values={"source": "store", "owner_user_id": "wang"}, customer={"name": "张三"})).lead
        for refused in (
            lambda: change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"likelihood": "77"}, effective_at=later)),
            lambda: change_record(
                session, ChangeRecord(noun="customer", id=lead.customer_id, values={"name": "李四"}, effective_at=later)
            ),
            lambda: assign_lead(session, AssignLead(id=lead.id, user="li", effective_at=later)),
        ):
            with pytest.raises(UsageError) as caught:
                refused()
            assert caught.value.key == "crm.not_yet"


def test_no_lead_has_ended_at_a_time_that_is_still_to_come(office: App) -> None:
    later = (NOW + timedelta(days=2)).isoformat()
    with office.session() as session:
        lead = add_lead(session, AddLead(values={"source": "store", "owner_user_id": "wang"}, customer={"name": "张三"})).lead
        won: Mapping[str, object] = {"status": "won", "won_at": later}
        with pytest.raises(FieldError) as changed:
            change_lead(session, ChangeRecord(noun="lead", id=lead.id, values=won))
        with pytest.raises(FieldError) as added:
            add_lead(session, AddLead(values={"source": "store", **won}, customer={"name": "李四"}))
        assert {changed.value.key, added.value.key} == {"crm.to_come"}


def test_nothing_of_the_course_of_a_lead_is_before_it_was_filed(office: App) -> None:
    """A lead that was won years before its file was made would be so in every mean; the day of the filing is no such time."""
    with office.session() as session:
        lead = add_lead(session, AddLead(values={"source": "store", "owner_user_id": "wang"}, customer={"name": "张三"})).lead
        early = NOW - timedelta(days=2000)
        for values, since in (
            ({"status": "won", "won_at": "2020-01-01"}, None),
            ({"status": "lost"}, early),
            ({"filed_at": "2019-01-01", "lost_at": "2018-01-01"}, None),
        ):
            with pytest.raises(FieldError) as caught:
                change_lead(session, ChangeRecord(noun="lead", id=lead.id, values=values, effective_at=since))
            assert caught.value.key == "crm.before_filed"
        with pytest.raises(FieldError, match="2020-01-01"):
            add_lead(session, AddLead(values={"source": "store", "won_at": "2020-01-01"}, customer={"name": "李四"}))
        day = wall_time(NOW, session.settings.timezone)[:10]
        won = change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"status": "won", "won_at": day}))
    assert won.won_at == won.filed_at == NOW


def test_a_lead_leaves_behind_how_it_ended_before(office: App) -> None:
    """Won, then lost, even if the loss is told before: it is one of both, and the history still knows the other."""
    values = {"source": "store", "owner_user_id": "wang", "filed_at": "2025-12-01"}
    with office.session() as session:
        lead = add_lead(session, AddLead(values=values, customer={"name": "张三"})).lead
        for status, days in (("won", 2), ("lost", 1), ("won", 0), ("lost", 1)):
            at = NOW - timedelta(days=days)
            said = ChangeRecord(noun="lead", id=lead.id, values={"status": status}, effective_at=at)
            now = change_lead(session, said)
            expected = (None, at) if (status, days) == ("lost", 1) and now.status == "lost" else (now.won_at, None)
            assert (now.won_at, now.lost_at) == expected
        then = show_lead(session, lead.id, at=NOW - timedelta(hours=1)).lead
    assert (now.status, now.won_at) == ("won", NOW)
    assert (then.status, then.won_at, then.lost_at) == ("lost", None, NOW - timedelta(days=1))
