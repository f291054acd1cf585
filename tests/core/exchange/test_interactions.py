"""
Interactions from files.
"""

from datetime import UTC, datetime

import pytest

from patron.app import App
from patron.core.exchange import revert_import
from patron.core.nouns import Interaction, Lead, Task

HEADER = "手机,跟进时间,跟进方式,跟进内容,销售顾问,线索\n"


@pytest.fixture(name="known")
def _known(staff: App, bring) -> App:
    bring(
        "leads", "姓名,手机,渠道,来店日期,线索编号\n张三,13800138000,forum,2026-03-02,T1\n李四,13900139000,forum,2026-03-02,T2\n"
    )
    return staff


def everything(app: App):
    with app.session() as session, session.read() as reader:
        return reader.find(Interaction), reader.find(Lead)


def of(app: App, noun: type):
    with app.session() as session, session.read() as reader:
        return reader.find(noun)


def test_what_happened_hangs_on_the_customer_and_the_lead(known: App, bring) -> None:
    rows = "13800138000,2026-03-03 10:00,电话,很有兴趣,wang,T1\n13800138000,2026-03-04 10:00,面访,来店,王芳,#1\n"
    rows += "13900139000,2026-03-04,短信,,,\n"
    assert ["create"] * 3 == bring("interactions", HEADER + rows, name="calls.csv").outcomes
    interactions, leads = everything(known)
    assert [(leads[0].customer_id, leads[0].id), (leads[0].customer_id, leads[0].id), (leads[1].customer_id, None)] == [
        (one.customer_id, one.lead_id) for one in interactions
    ]
    assert ["phone", "visit", "sms"] == [one.channel for one in interactions]
    assert ["unchanged"] * 3 == bring("interactions", HEADER + rows + "\n", name="again.csv").outcomes


def test_a_key_of_the_source_updates(known: App, bring) -> None:
    head = "tel,at,channel,source,source_key,note\n"
    bring("interactions", head + "13800138000,2026-03-03,phone,qq,9,one\n", name="one.csv")
    assert ["update"] == bring("interactions", head + "13800138000,2026-03-03,phone,qq,9,two\n", name="two.csv").outcomes
    assert ["two"] == [one.note for one in everything(known)[0]]


@pytest.mark.requirement("R001")
def test_what_follows_from_a_contact_follows_from_an_imported_one(known: App, bring) -> None:
    """The first contact of the lead is the earliest in which something was said; a next action that is still ahead is a task."""
    head = "lead,at,channel,effective,next_action,next_action_at\n"
    rows = "T1,2025-03-05,phone,,send offer,2025-03-09\nT1,2025-03-03,phone,,call,2099-01-01\nT1,2025-03-02 18:00,phone,no,,\n"
    found = bring("interactions", head + rows, chunk=1)
    (_, leads), tasks = everything(known), of(known, Task)
    lead = next(lead for lead in leads if lead.source_key == "T1")

    assert ["create"] * 3 == found.outcomes
    assert datetime(2025, 3, 3, tzinfo=UTC) == lead.first_contact_at
    assert [("call", lead.id, lead.owner_team_id)] == [(task.subject, task.lead_id, task.owner_team_id) for task in tasks]
    assert ["unchanged"] * 3 == bring("interactions", head + rows + "\n", name="again.csv").outcomes
    with known.session() as session:
        revert_import(session, found.result.batch_id)
    assert ([], ()) == ([one.first_contact_at for one in of(known, Lead) if one.first_contact_at], of(known, Task))


def test_keys_of_two_systems_are_kept_apart(known: App, bring) -> None:
    """A lead is called by its key, too, and of two with one key the file's system says which."""
    leads = "source,source_key,name,tel\nqq,{},{},{}\n"
    for system, name, tel in (("a", "Ada", "13600136000"), ("b", "Bo", "13600136001")):
        bring("leads", leads.format("L9", name, tel), system=system, name=f"{system}.csv")
    head, row = "lead,at,channel,source_key\n", "L9,2026-03-03,phone,9\n"

    assert ["reject"] == bring("interactions", head + row).outcomes
    assert [["create"], ["create"]] == [bring("interactions", head + row, system=one).outcomes for one in ("a", "b")]
    found, leads = everything(known)
    assert ["a", "b"] == [one.system for one in found]
    assert ["a", "b"] == [lead.system for one in found for lead in leads if lead.id == one.lead_id]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("13700137000,2026-03-03,电话,,,", "exchange.no_customer"),
        ("13800138000,2026-03-03,,,,", "exchange.required"),
        ("13800138000,,电话,,,", "exchange.required"),
        ("13800138000,2026-03-03,电话,,nobody,", "exchange.nobody_called"),
        ("13800138000,2026-03-03,电话,,,T9", "exchange.nobody_called"),
        (f"13800138000,2026-03-03,电话,,,#{2**63}", "exchange.nobody_called"),
        (f"13800138000,2026-03-03,电话,,,#{'9' * 5000}", "exchange.nobody_called"),
        ("13800138000,2026-03-03,电话,,,T2", "exchange.lead_of_other"),
    ],
)
def test_what_hangs_on_nothing_is_refused(known: App, bring, row: str, key: str) -> None:
    found = bring("interactions", f"{HEADER}{row}\n", name="calls.csv")
    assert (["reject"], key) == (found.outcomes, found.result.reasons[0].code)


@pytest.mark.parametrize("lead", ["T3", "#3", "T9", "#99"])
def test_a_lead_that_may_not_be_seen_is_called_by_nobody(known: App, bring, lead: str) -> None:
    """Neither whether it is there nor whose it is is told."""
    head = "name,tel,source,filed_at,source_key,owner\n"
    bring("leads", head + "王五,13700137000,forum,2026-03-02,T3,marketing\n", name="theirs.csv")
    bring("leads", head + "赵六,13600136000,store,2026-03-02,T4,wang\n", name="ours.csv")
    found = bring("interactions", f"tel,at,channel,lead\n13600136000,2026-03-03,phone,{lead}\n", login="chen", name="calls.csv")

    assert (["reject"], "exchange.nobody_called") == (found.outcomes, found.result.reasons[0].code)


@pytest.mark.parametrize("note", ["secret", "wrong"])
def test_no_row_is_compared_with_an_interaction_that_may_not_be_seen(known: App, bring, note: str) -> None:
    row = "tel,at,channel,note,system,source_key\n13800138000,2026-03-03,phone,{},portal,77\n"
    bring("interactions", row.format("secret"), name="theirs.csv")
    row = "at,channel,note,system,source_key\n2026-03-03,phone,{},portal,77\n"
    found = bring("interactions", row.format(note), login="chen", dry_run=True, name="guess.csv")

    assert (["reject"], "exchange.out_of_reach") == (found.outcomes, found.result.reasons[0].code)
