"""What details of WeCom become: fields of a customer, one lead of several employees, and the same in whatever order they come."""

import json
from contextlib import contextmanager
from itertools import permutations

import pytest

from patron import Connection, Contact, Customer, Delivery, EnvelopeKind, Interaction, Lead, Unreadable, testing
from patron.core.config import Settings
from patron.core.crm import AddLead, AddPerson, Reach, add_lead, add_user
from patron.core.errands.running import run_here
from patron.core.intake import poll, receive
from patron.core.nouns import Consent, Identity, Receipt, User
from patron.plugins.channels import wecom
from patron.plugins.channels.wecom.channel import CHANNEL
from tests.plugins.channels.test_wecom import ADDED, KEY, TOKEN, changed, sample
from tests.plugins.channels.wecom_interface import CORP, DETAILS, SECRET, follower, interface, person


def read(body):
    options = {one.name: one.default for one in CHANNEL.options} | {"corp_id": CORP}
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="wecom", options=options))


@contextmanager
def opened(folder, monkeypatch):
    """Open a session over a new database, whose connection `wecom` may ask for details."""
    for name, value in {"WECOM_TOKEN": TOKEN, "WECOM_KEY": KEY, "WECOM_SECRET": SECRET}.items():
        monkeypatch.setenv(name, value)
    table = {"corp_id": CORP, "token_env": "WECOM_TOKEN", "aes_key_env": "WECOM_KEY", "corp_secret_env": "WECOM_SECRET"}
    table["users"] = {"zhao": "zhao.min"}
    with testing.app_with_database(folder, wecom, settings=Settings(intake={"wecom": table})).session() as session:
        add_user(session, AddPerson(values={"login": "zhao.min", "name": "赵敏", "roles": "sales_rep"}))
        yield session


@pytest.fixture(name="session")
def _session(tmp_path, monkeypatch):
    """Return a session of `opened()`."""
    with opened(tmp_path, monkeypatch) as session:
        yield session


def take(session, *texts):
    for text in texts:
        received = receive(session, "wecom", sample(text).delivery("wecom"))
        assert set(received.outcomes) <= {"accepted", "duplicate"}, received


def ask(session, answer):
    (polled,) = poll(session, ["wecom"], run=lambda errand: run_here(errand, testing.ScriptedNetwork(answer)))
    assert polled.problem is None


def found(session, noun):
    with session.read() as reader:
        return reader.find(noun, order=["id"])


def test_details_stand_in_their_fields():
    """A phone number is what an employee typed; what has no field is told."""
    first, second = read(DETAILS)

    assert first.contacts == (
        Contact(scheme="external", written=f"wecom:{CORP}:wm9"),
        Contact(scheme="tel", written="13800138001"),
    )
    assert second.contacts == first.contacts
    assert first.customer == {"name": "李四", "gender": "male", "position": "Manager"}
    assert first.remarks == ("reason.way_1", "reason.noted_name", "reason.noted", "reason.tags", "reason.of_company")
    assert first.remarks[3].details == {"employee": "wang", "said": "意向/高"}
    assert (second.lead, second.remarks[0]) == ({"campaign_id": "may"}, "reason.way")
    assert (first.kind, first.native_id) == (EnvelopeKind.LEAD, f"{CORP} wm9 wang 1767103200")


def test_a_union_id_is_the_person_in_every_corporation():
    (one,) = read(json.dumps({"external_contact": person("wm1"), "follow_user": [follower()]}).encode())

    assert [contact.written for contact in one.contacts] == [f"wecom:{CORP}:wm1", "wechat:u-wm1"]


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"external_contact": []},
        {"external_contact": person("wm1"), "follow_user": 1},
        {"external_contact": person("wm1"), "numbers": [f"{CORP} wm2 wang 1767103200", "wm1"]},
    ],
)
def test_what_are_no_details_is_unreadable(about):
    with pytest.raises(Unreadable):
        read(json.dumps(about).encode())


def test_details_are_fetched_behind_a_callback(session):
    """The lead is there at once, and has name and phone after the next poll; nothing is awaited then."""
    take(session, ADDED)
    assert [one.name for one in found(session, Customer)] == [f"wecom:{CORP}:wm1"]
    noted = {"external_contact": person("wm1"), "follow_user": [follower(remark="张先生", remark_mobiles=["13800138001"])]}
    for _ in range(2):
        ask(session, interface({"wm1": noted}))

    (lead,), (customer,) = found(session, Lead), found(session, Customer)
    assert (customer.name, customer.gender, lead.source_key) == ("张三", "male", f"{CORP} wm1 wang 1767103200")
    assert "+8613800138001" in {one.value for one in found(session, Identity)}
    assert "wang calls them 张先生" in found(session, Interaction)[-1].note
    assert [one.awaits for one in found(session, Receipt)] == [False, False]


def test_who_is_known_by_phone_is_no_second_customer(session):
    """The details of the callback find the customer of the show room, whose lead is pursued."""
    add_lead(session, AddLead(values={"source": "store"}, customer={"name": "张三"}, reaches=(Reach("tel", "13800138001"),)))
    take(session, ADDED)
    ask(
        session,
        interface({"wm1": {"external_contact": person("wm1"), "follow_user": [follower(remark_mobiles=["13800138001"])]}}),
    )
    take(session, changed("del_external_contact", ADDED.replace("1767103200", "1767103300")))

    customers = [one for one in found(session, Customer) if one.merged_into_id is None]
    assert [one.name for one in customers] == ["张三"]
    assert [one.status for one in found(session, Lead)] == ["open"]
    assert {one.customer_id for one in found(session, Interaction)} == {customers[0].id}


def test_two_employees_have_one_lead(session):
    """It is the first one's, and the second is a touch; who is one of us here owns what they began."""
    take(session, ADDED.replace("wang", "zhao"), ADDED.replace("1767103200", "1767103300"))
    ask(session, interface({"wm1": {"external_contact": person("wm1"), "follow_user": [follower(), follower("zhao")]}}))

    (lead,) = found(session, Lead)
    assert lead.owner_user_id == next(one.id for one in found(session, User) if one.login == "zhao.min")
    assert len([one for one in found(session, Interaction) if "added them" in (one.note or "")]) == 2


def test_an_edit_fetches_what_is_new_and_is_told_once(session):
    """The number that was noted since; the same said again is no entry."""
    at = iter(range(1767103300, 1767103400))
    take(session, ADDED)
    ask(session, interface())
    entries = len(found(session, Interaction))
    noted = {"external_contact": person("wm1"), "follow_user": [follower(remark="张总", remark_mobiles=["13900139000"])]}
    for _ in range(2):
        take(session, changed("edit_external_contact", ADDED.replace("1767103200", str(next(at)))))
        ask(session, interface({"wm1": noted}))

    assert "+8613900139000" in {one.value for one in found(session, Identity)}
    assert [one.note for one in found(session, Interaction)[entries:]] == ["wang calls them 张总"]


def test_of_whom_nobody_is_known_nothing_comes(session):
    """Neither a customer nor a question to WeCom; the receipts tell of it."""
    take(session, changed("edit_external_contact"), changed("del_external_contact"), changed("transfer_fail"))

    assert found(session, Customer) == ()
    assert [(one.kind, one.outcome, one.awaits) for one in found(session, Receipt)] == [("update", "accepted", False)] * 3


EVENTS = (
    ADDED,
    changed("add_external_contact", ADDED.replace("wang", "zhao").replace("1767103200", "1767103260")),
    changed("edit_external_contact", ADDED.replace("1767103200", "1767103300")),
    changed("del_external_contact", ADDED.replace("1767103200", "1767103400")),
    changed("del_follow_user", ADDED.replace("wang", "zhao").replace("1767103200", "1767103500")),
)


def state(session):
    """Return what a person would see of a database, without the ids."""
    (lead,), (customer,) = found(session, Lead), found(session, Customer)
    entries = sorted((one.at, one.direction, one.note or "", one.lead_id is None) for one in found(session, Interaction))
    said = sorted((one.at, one.decision, one.purpose or "") for one in found(session, Consent))
    about = (customer.name, customer.gender, lead.filed_at, lead.source_key, lead.status)
    return about, sorted(one.value for one in found(session, Identity)), entries, said


ORDERS = list(permutations(range(len(EVENTS))))[::17]


@pytest.mark.parametrize("repeated", [False, True])
def test_order_and_repetition_make_no_difference(tmp_path, monkeypatch, repeated):
    """Of additions by two, an edit, and both of them gone: the same customer, lead, timeline and consents."""
    known = {"external_contact": person("wm1"), "follow_user": [follower(remark="张总"), follower("zhao")]}
    states = []
    for place, order in enumerate(ORDERS[:: 2 if repeated else 1]):
        folder = tmp_path / str(place)
        folder.mkdir()
        with opened(folder, monkeypatch) as session:
            for number in order:
                take(session, *([EVENTS[number]] * (2 if repeated else 1)))
            ask(session, interface({"wm1": known}))
            states.append(state(session))

    assert all(one == states[0] for one in states[1:]), states
