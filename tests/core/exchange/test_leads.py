"""
Leads from files: keys, customers, owners, and nothing twice.
"""

import gc
import weakref
from datetime import UTC, date, datetime

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import history_of
from patron.core.crm.merging import Merge, merge
from patron.core.exchange import revert_import
from patron.core.exchange.persons import Persons
from patron.core.nouns import Customer, Identity, IdentityLink, Interaction, Lead, User

HEADER = "姓名,手机,渠道,来店日期,意向车型,备注,销售顾问\n"


def everything(app: App, noun: type):
    with app.session() as session, session.read() as reader:
        return reader.find(noun)


@pytest.mark.requirement("R060", "R057")
def test_a_sheet_with_chinese_headers_comes_in_as_it_is(staff: App, bring) -> None:
    found = bring("leads", HEADER + "张三,138-0013-8000,店面,2026年3月2日,Model A；Model B,看了两次,wang\n")

    assert ["create"] == found.outcomes
    (lead,), (customer,), (identity,) = (everything(staff, noun) for noun in (Lead, Customer, Identity))
    assert ("store", datetime(2026, 3, 2, tzinfo=UTC), ("Model A", "Model B")) == (lead.source, lead.filed_at, lead.interests)
    (remark,) = everything(staff, Interaction)
    assert ("张三", None, lead.customer_id) == (customer.name, customer.note, customer.id)
    assert ("看了两次", lead.id, lead.filed_at, "visit", False) == (
        remark.note,
        remark.lead_id,
        remark.at,
        remark.channel,
        remark.effective,
    )
    assert "+8613800138000" == identity.value
    (wang,) = [user for user in everything(staff, User) if user.login == "wang"]
    assert (wang.id, None, wang.id) == (lead.owner_user_id, lead.owner_team_id, customer.owner_user_id)
    assert lead.batch_id == customer.batch_id == found.result.batch_id


def test_a_remark_is_of_the_lead_and_leaves_what_is_noted_of_the_customer(staff: App, bring) -> None:
    """Of two rows of one person both are told, each once; the customer's own note has a column of its own."""
    rows = "张三,13800138000,店面,2026-03-02,,{},\n张三,13800138000,店面,2026-03-02,,{},\n"
    bring("leads", "姓名,手机,渠道,来店日期,客户备注\n张三,13800138000,店面,2026-03-02,VIP：只在周末联系\n", name="before.csv")
    found = bring("leads", HEADER + rows.format("问价格", "约试驾"))
    again = bring("leads", HEADER + rows.format("约试驾", "问价格"), name="again.csv")

    assert ["VIP：只在周末联系"] == [one.note for one in everything(staff, Customer)]
    assert ["问价格", "约试驾"] == [one.note for one in everything(staff, Interaction)]
    assert (["update"] * 2, ["unchanged"] * 2) == (found.outcomes, again.outcomes)
    with staff.session() as session:
        assert {"interaction": 2} == revert_import(session, found.result.batch_id).deleted
    assert () == everything(staff, Interaction)


@pytest.mark.requirement("R079")
def test_a_lead_without_owner_is_owned_by_the_department_of_its_source(staff: App, bring) -> None:
    bring("leads", HEADER + "张三,13800138000,电话,2026-03-02,,,\n李四,13900139000,forum,2026-03-02,,,\n")

    assert [(None, 1), (None, 2)] == [(lead.owner_user_id, lead.owner_team_id) for lead in everything(staff, Lead)]


def test_who_may_not_give_leads_away_owns_what_comes_without_owner(staff: App, bring) -> None:
    """As where leads come in by hand: the own team, in place of a department out of reach."""
    with staff.session() as session, session.write() as work:
        work.add(User(login="lin", name="林涛", roles=("assistant",), team_id=1))
        work.commit()
    found = bring("leads", HEADER + "张三,13800138000,forum,2026-03-02,,,\n李四,13900139000,店面,2026-03-02,,,\n", login="lin")

    assert ["create", "create"] == found.outcomes
    assert [(None, 1)] * 2 == [(lead.owner_user_id, lead.owner_team_id) for lead in everything(staff, Lead)]


def test_without_the_department_the_row_is_refused(staff: App, bring) -> None:
    with staff.session() as session, session.write() as work:
        from patron.core.nouns import Team

        (team,) = [team for team in work.find(Team) if team.code == "marketing"]
        work.remove(team)
        work.commit()
    found = bring("leads", HEADER + "张三,13800138000,forum,2026-03-02,,,\n")

    assert ["reject"] == found.outcomes
    assert "crm.no_department" == found.result.reasons[0].code


@pytest.mark.requirement("R002")
def test_an_unknown_source_is_refused(bring) -> None:
    found = bring("leads", HEADER + "张三,13800138000,pigeon,2026-03-02,,,\n")

    assert ["reject"] == found.outcomes
    assert "field.unknown_code" == found.result.reasons[0].code


def test_the_same_person_source_and_day_is_the_same_lead(staff: App, bring) -> None:
    rows = "张三,13800138000,店面,2026-03-02,A,,\n张三,+86 138 0013 8000,店面,2026-03-02,A;B,,\n"
    rows += "张三,13800138000,店面,2026-03-03,,,\n"
    found = bring("leads", HEADER + rows)

    assert ["create", "update", "create"] == found.outcomes
    assert [("A", "B"), ()] == [lead.interests for lead in everything(staff, Lead)]
    assert 1 == len(everything(staff, Customer))
    again = bring("leads", HEADER + rows + "\n", name="again.csv")
    assert ["unchanged"] * 3 == again.outcomes


def test_an_empty_cell_erases_nothing(staff: App, bring) -> None:
    bring("leads", HEADER + "张三,13800138000,店面,2026-03-02,A,note,wang\n")
    found = bring("leads", HEADER + "张三,13800138000,店面,2026-03-02,,,\n", name="two.csv")

    assert ["unchanged"] == found.outcomes
    (lead,) = everything(staff, Lead)
    assert (("A",), 1) == (lead.interests, lead.version)


def test_the_key_of_the_source_comes_before_everything_else(staff: App, bring) -> None:
    head = "source,source_key,name,tel,filed_at\n"
    bring("leads", head + "forum,77,Ada,13800138000,2026-03-02\n")
    found = bring("leads", head + "forum,77,Ada,13900139000,2026-03-09\n", name="two.csv")

    assert ["update"] == found.outcomes
    (lead,) = everything(staff, Lead)
    assert date(2026, 3, 9) == lead.filed_at.date()
    assert 2 == len(everything(staff, IdentityLink))


def test_two_portals_may_give_the_same_number(staff: App, bring) -> None:
    """The system of a key is that of its column, else of the file, else the source; the same file again finds its own."""
    head, row = "source,source_key,name,tel\n", "forum,77,{},1380013800{}\n"
    for number, about in enumerate(({}, {"system": "portal-a"}, {"system": "portal-b"})):
        text = head + row.format(f"Ada {number}", number)
        assert ["create"] == bring("leads", text, **about, name=f"{number}.csv").outcomes
        assert ["unchanged"] == bring("leads", text + "\n", **about, name=f"{number}.csv").outcomes
    named = "portal,source,source_key,name\nportal-b,qq,77,Ada 2\nportal-c,qq,77,Cy\n"
    assert ["update", "create"] == bring("leads", named, system="portal-a", name="named.csv").outcomes

    expected = [("forum", "forum"), ("portal-a", "forum"), ("portal-b", "qq"), ("portal-c", "qq")]
    assert expected == [(lead.system, lead.source) for lead in everything(staff, Lead)]


def test_what_is_known_by_its_content_does_not_depend_on_the_system(staff: App, bring) -> None:
    row = HEADER + "张先生,,店面,2026-03-02,,,\n"
    assert ["create"] == bring("leads", row).outcomes
    assert ["unchanged"] == bring("leads", row, system="portal-a").outcomes


def test_a_row_without_a_day_is_the_live_lead_of_that_customer_and_source(staff: App, bring) -> None:
    head = "source,name,tel,subject\n"
    assert ["create"] == bring("leads", head + "store,Ada,13800138000,first\n").outcomes
    assert ["update"] == bring("leads", head + "store,Ada,13800138000,second\n", name="two.csv").outcomes
    assert ["second"] == [lead.subject for lead in everything(staff, Lead)]


def test_rows_that_identify_nobody_come_in_as_often_as_they_are_there(staff: App, bring) -> None:
    rows = "张先生,,店面,2026-03-02,,,\n张先生,,店面,2026-03-02,,,\n"
    assert ["create", "create"] == bring("leads", HEADER + rows).outcomes
    assert ["unchanged", "unchanged"] == bring("leads", HEADER + rows + "\n", name="again.csv").outcomes
    assert 2 == len(everything(staff, Customer))


def test_a_masked_number_brings_nobody_together(staff: App, bring) -> None:
    bring("leads", HEADER + "张三,138****8000,店面,2026-03-02,,,\n李四,138****8000,店面,2026-03-02,,,\n")

    assert ["张三", "李四"] == [customer.name for customer in everything(staff, Customer)]
    assert ["tel_masked"] == [identity.scheme for identity in everything(staff, Identity)]


def test_a_file_with_two_visits_of_a_day_is_unchanged_when_it_comes_again(bring) -> None:
    """The later one stands, with what it says of the customer; only what differs in the end is a change."""
    head = "姓名,手机,渠道,来店日期,地区\n"
    rows = "张三,13800138000,店面,2026-03-02 10:00,上海\n张三,13800138000,店面,2026-03-02 15:00,北京\n"
    assert ["create", "update"] == bring("leads", head + rows).outcomes
    assert ["unchanged", "unchanged"] == bring("leads", head + rows + "\n").outcomes
    assert ["update", "update"] == bring("leads", head + rows.replace("北京", "南京")).outcomes


def test_rows_that_no_identity_joins_are_counted(staff: App, bring) -> None:
    """With the first of them; not again when the row comes again, whose number is known by then."""
    rows = "孙强,13700000455,店面,2026-03-05,,,\n孙强,13700000545,店面,2026-03-06,,,\n"
    found = bring("leads", HEADER + rows)
    again = bring("leads", HEADER + rows + "\n", name="again.csv")

    assert (found.result.likened, found.result.likened_row) == (1, 3)
    assert again.result.likened == 0
    assert bring("leads", HEADER + rows.replace("137", "136"), likeness=False, name="apart.csv").result.likened == 0


def test_two_persons_of_one_file_may_share_a_phone(staff: App, bring) -> None:
    """A household: the name tells them apart, in the file and when it comes again."""
    rows = "张三,13800138000,店面,2026-03-02,,,\n李梅,13800138000,店面,2026-03-02,,,\n"
    bring("leads", HEADER + rows, likeness=False)
    again = bring("leads", HEADER + rows + "\n", likeness=False, name="again.csv")

    assert ["unchanged", "unchanged"] == again.outcomes
    assert ["张三", "李梅"] == [customer.name for customer in everything(staff, Customer)]
    assert 1 == len(everything(staff, Identity))
    unclear = bring("leads", HEADER + "张太太,13800138000,店面,2026-03-05,,,\n", likeness=False, name="unclear.csv")
    assert "matching.several_customers" == unclear.result.reasons[0].code


def test_a_lead_never_renames_a_customer_who_was_there(staff: App, bring) -> None:
    bring("leads", HEADER + "张三,13800138000,店面,2026-03-02,,,\n")
    found = bring("leads", HEADER + "张先生,13800138000,店面,2026-03-05,,,\n", name="two.csv")

    assert ["create"] == found.outcomes
    assert ["张三"] == [customer.name for customer in everything(staff, Customer)]


def test_a_day_alone_does_not_blur_a_time_that_is_known(staff: App, bring) -> None:
    bring("leads", HEADER + "张三,13800138000,店面,2026-03-02 14:30,,,\n")
    assert ["unchanged"] == bring("leads", HEADER + "张三,13800138000,店面,2026-03-02,,,\n", name="two.csv").outcomes


def test_values_are_true_since_the_day_of_filing_and_known_since_the_import(staff: App, bring) -> None:
    bring("leads", HEADER + "张三,13800138000,店面,2025-11-02,,,\n")
    with staff.session() as session, session.read() as reader:
        (lead,) = reader.find(Lead)
        (change,) = reader.history(lead, "source")
    assert (datetime(2025, 11, 2, tzinfo=UTC), "import", lead.batch_id) == (change.effective_at, change.cause, change.batch_id)
    assert change.recorded_at == lead.created_at


def test_a_lead_is_won_or_lost_when_the_file_says(staff: App, bring) -> None:
    """Not since it was filed: until then it was open, and a file that tells of the end later says the same."""
    head = "source,source_key,name,filed_at,status,won_at,lost_at,lost_reason\n"
    won, lost = "store,{},Ada,2025-03-02,won,2025-04-05,,\n", "store,{},Bo,2025-03-02,lost,,2025-05-06,price\n"
    bring("leads", head + won.format(1) + lost.format(2) + "store,3,Ada,2025-03-02,,,,\nstore,4,Bo,2025-03-02,,,,\n")
    told = head + won.format(3) + lost.format(4)
    assert ["update", "update"] == bring("leads", told, name="two.csv").outcomes
    assert ["unchanged", "unchanged"] == bring("leads", told + "\n", name="three.csv").outcomes

    at = {name: datetime(2025, month, day, tzinfo=UTC) for name, month, day in (("filed", 3, 2), ("won", 4, 5), ("lost", 5, 6))}
    with staff.session() as session, session.read() as reader:
        leads = reader.find(Lead)
        found = [[(one.effective_at, one.new) for one in reader.history(lead, "status")] for lead in leads]
        reasons = [[one.effective_at for one in reader.history(lead, "lost_reason")] for lead in leads]
    expected = [[(at["filed"], "open"), (at[end], end)] for end in ("won", "lost")]
    assert expected * 2 == found
    assert [[], [at["lost"]]] * 2 == reasons
    assert ["won", "lost"] * 2 == [lead.status for lead in leads]


def test_whose_lead_is_won_is_a_customer_since_then(staff: App, bring) -> None:
    head = "source,name,tel,filed_at,status,won_at\n"
    rows = "store,Ada,13800138000,2025-03-02,won,2025-04-05\nstore,Ada,13800138000,2025-01-02,won,2025-02-03\n"
    found = bring("leads", head + rows, chunk=1)
    (customer,) = everything(staff, Customer)
    with staff.session() as session, session.read() as reader:
        history = [(one.new, one.effective_at) for one in reader.history(customer, "since")]
    assert date(2025, 2, 3) == customer.since
    assert [(day, datetime(2025, 4, 5, tzinfo=UTC)) for day in (date(2025, 4, 5), date(2025, 2, 3))] == history
    with staff.session() as session:
        revert_import(session, found.result.batch_id)
    assert () == everything(staff, Customer)


def test_everything_that_is_wrong_with_a_row_is_told_at_once(staff: App, bring) -> None:
    """Cells, what is missing, and whom nobody knows."""
    found = bring("leads", "name,tel,filed_at,owner,campaign,source\nAda,12,2026-13-01,nobody,none,\nBo,,,nobody,none,store\n")
    said = [{reason.partition(":")[0].partition(". ")[0] for reason in verdict.reasons} for verdict in found.verdicts]
    assert [
        {"filed at (filed_at)", "'12' is no phone number", "source is missing", "owner", "campaign"},
        {"owner", "campaign"},
    ] == said


def test_one_bad_row_costs_that_row_alone(staff: App, bring) -> None:
    rows = [f"客户{number},1380013{number:04d},店面,2026-03-02,,," for number in range(40)]
    rows[17] = "坏行,12345,店面,2026-03-02,,,"
    rows[29] = "坏行,13800138000,店面,2026-13-02,,,"
    found = bring("leads", HEADER + "\n".join(rows))

    assert (38, 2) == (found.result.created, found.result.rejected)
    assert 38 == len(everything(staff, Lead))


def test_rights_hold_row_by_row(staff: App, bring) -> None:
    """A manager brings in leads of the own department; those for another department are refused one by one."""
    found = bring(
        "leads", HEADER + "张三,13800138000,店面,2026-03-02,,,\n李四,13900139000,店面,2026-03-02,,,marketing\n", login="chen"
    )

    assert ["create", "reject"] == found.outcomes
    assert "access.denied" == found.result.reasons[0].code
    assert ["张三"] == [customer.name for customer in everything(staff, Customer)]


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("how", ["one", "several", "key"])
def test_a_file_brings_nobody_elses_customer_into_reach(staff: App, bring, how: str, dry_run: bool) -> None:
    """What identifies a customer of another department is refused, without a word of who that is."""
    ours, keyed = (
        HEADER + "张三,13800138000,店面,2026-03-02,,,\n",
        "姓名,手机,渠道,来店日期,线索编号\n{},{},forum,2026-03-02,K1\n",
    )
    columns = {"线索编号": "source_key"}
    bring(
        "leads", HEADER + "王五,13800138000,forum,2026-03-02,,,\n" + "赵六,13800138000,forum,2026-03-02,,,\n" * (how == "several")
    )
    bring("leads", keyed.format("孙七", "13700137000"), columns=columns, name="keyed.csv")
    before = everything(staff, Customer)
    given, columns = (keyed.format("张三", ""), columns) if how == "key" else (ours, {})
    found = bring("leads", given, columns=columns, login="chen", name="two.csv", dry_run=dry_run)

    assert (["reject"], "exchange.out_of_reach") == (found.outcomes, found.result.reasons[0].code)
    assert before == everything(staff, Customer)


def test_of_several_customers_those_in_reach_are_named(staff: App, bring) -> None:
    rows = "王五,13800138000,forum,2026-03-02,,,\n赵六,13800138000,店面,2026-03-02,,,\n"
    bring("leads", HEADER + rows, likeness=False)
    found = bring("leads", HEADER + "张三,13800138000,店面,2026-03-02,,,\n", likeness=False, login="chen", name="two.csv")

    assert ["reject"] == found.outcomes
    assert "赵六" in found.result.reasons[0].why.told("en")
    assert "王五" not in found.result.reasons[0].why.told("en")


@pytest.mark.parametrize("likelihood", [70, 80])
@pytest.mark.parametrize(
    "given", ["system,source_key,{}\nportal,77,{}", "tel,patron_id,filed_at,{}\n13800138000,#2,2026-03-02,{}"]
)
def test_no_row_is_compared_with_a_lead_that_may_not_be_seen(staff: App, bring, given: str, likelihood: int) -> None:
    """The customer is shared, the lead is another department's: whether a guess at its fields is right is not told."""
    with staff.session() as session, session.write() as work:
        shared = work.add(Customer(name="张三", owner_team_id=2))
        work.add(Lead(customer_id=shared.id, source="forum", filed_at=work.now, owner_team_id=1))
        work.commit()
    bring("customers", "patron_id,tel,name\n1,13800138000,张三\n", name="customers.csv")
    head = "patron_id,name,tel,source,system,source_key,filed_at,likelihood,owner\n"
    bring("leads", f"{head},张三,13800138000,webshop,portal,77,2026-03-02,80,marketing\n")
    before = everything(staff, Lead)
    row = given.format("source,likelihood", f"webshop,{likelihood}") + "\n"
    found = bring("leads", row, login="chen", dry_run=True, name="guess.csv")

    assert (["reject"], "exchange.out_of_reach") == (found.outcomes, found.result.reasons[0].code)
    assert before == everything(staff, Lead)


def test_who_may_not_import_is_refused_before_anything_happens(staff: App, bring) -> None:
    with pytest.raises(DeniedError):
        bring("leads", HEADER + "张三,13800138000,店面,2026-03-02,,,\n", login="wang")
    assert () == everything(staff, Lead)


def test_a_list_of_an_earlier_day_is_true_since_then(staff: App, bring) -> None:
    """What came later stays, as a change by hand since that day would have it; what brings a time of its own keeps that."""
    head = "lead id,source,filed_at,probability,offer,owner,won at,status\n"
    bring("leads", "name," + head + "Ada,L1,phone,2025-01-02,10,,wang,,\n")
    bring("leads", head + "L1,phone,,90,100,,,\n", since=datetime(2025, 6, 30, tzinfo=UTC), name="june.csv")
    bring("leads", head + "L1,phone,,50,80,,2025-03-10,won\n", since=datetime(2025, 3, 31, tzinfo=UTC), name="march.csv")

    (lead,) = everything(staff, Lead)
    assert (90, 100, "won") == (lead.likelihood, lead.offered_price, lead.status)
    with staff.session() as session:
        told = [(one.effective_at.date(), one.new) for one in history_of(session, "lead", lead.id, field="likelihood")]
    assert [(date(2025, 1, 2), 10), (date(2025, 3, 31), 50), (date(2025, 6, 30), 90)] == told


def test_a_row_that_ends_a_lead_before_it_was_filed_is_refused_and_nothing_of_it_comes_in(staff: App, bring) -> None:
    """Its message names both times; the day of the filing is no earlier time, and the next end leaves the first one behind."""
    head = "姓名,渠道,线索编号,filed_at,status,won_at,lost_at\n"
    refused = bring("leads", head + "张三,店面,K1,2025-11-02,won,2020-01-01,\n李四,店面,K2,,lost,,2020-01-01\n")
    assert (["reject"] * 2, ()) == (refused.outcomes, everything(staff, Lead))
    assert "2020-01-01" in refused.result.reasons[0].why.told("en")
    assert "2025-11-02" in refused.result.reasons[0].why.told("en")
    bring("leads", head + "张三,店面,K1,2025-11-02 10:00,won,2025-11-02,\n")
    bring("leads", head + "张三,店面,K1,2025-11-02 10:00,lost,,2025-11-05\n")
    (lead,) = everything(staff, Lead)
    assert ("lost", None, datetime(2025, 11, 5, tzinfo=UTC)) == (lead.status, lead.won_at, lead.lost_at)
    with staff.session() as session:
        ends = [change.new for change in history_of(session, "lead", lead.id, field="won_at")]
    assert ends == [lead.filed_at, None]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_what_a_file_calls_merged_records_is_the_one_that_stays(staff: App, bring) -> None:
    """The number of the customer there, of the lead there, and the lead that a contact is about; each keeps its number."""
    leads = "姓名,客户编号,来源编号,渠道,来店日期,意向车型\n"
    bring("leads", leads + "张三,C1,L1,店面,2026-03-02,Model A\n张三,C2,L2,店面,2026-03-03,Model A\n", system="old")
    with staff.session() as session:
        merge(session, Merge(noun="customer", keep=1, others=(2,), certain=True))
        merge(session, Merge(noun="lead", keep=1, others=(2,), certain=True))
    again = bring("leads", leads + "张三,C2,L2,店面,2026-03-03,Model B\n", system="old", name="two.csv")
    bring("customers", "姓名,客户编号,地区\n张三,C2,North\n", system="old", name="three.csv")
    told = bring("interactions", "线索,时间,联系渠道,备注\nL2,2026-03-04 10:00,电话,called\n", system="old", name="four.csv")

    assert (["update"], ["create"]) == (again.outcomes, told.outcomes)
    (lead,), (customer,), (contact,) = (everything(staff, noun) for noun in (Lead, Customer, Interaction))
    assert ("Model B", "L1", 1, "North") == (lead.interests[-1], lead.source_key, customer.id, customer.region)
    assert (1, 1) == (contact.lead_id, contact.customer_id)


def test_what_a_chunk_knew_goes_with_it(staff: App, bring, monkeypatch) -> None:
    """Nobody has to look for it: a million rows would leave ten million objects behind."""
    chunks: list[weakref.ref[Persons]] = []

    class Watched(Persons):
        def __init__(self, *about, **more) -> None:
            super().__init__(*about, **more)
            chunks.append(weakref.ref(self))

    monkeypatch.setattr("patron.core.exchange.leads.Persons", Watched)
    monkeypatch.setattr("gc.collect", lambda generation=2: 0)
    gc.disable()
    try:
        bring("leads", HEADER + "张三,13800138000,店面,2026-03-02,,,\n李四,13900139000,店面,2026-03-02,,,\n", chunk=1)
        left = [chunk() for chunk in chunks]
    finally:
        gc.enable()

    assert [None, None] == left
