"""The channel `meta`: notices of leads, their details, and Meta's question whether we are there."""

import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from patron import (
    Answer,
    Connection,
    Contact,
    Customer,
    Delivery,
    EnvelopeKind,
    Interaction,
    Lead,
    Unavailable,
    Unreadable,
    equal,
    testing,
)
from patron.core.config import Settings
from patron.core.crm import AddLead, Reach, add_lead
from patron.core.errands.running import run_here
from patron.core.intake import NEW, poll, receive, replay
from patron.core.nouns import Receipt
from patron.plugins.channels import meta
from patron.plugins.channels.meta.channel import CHANNEL

SECRET = "app-s3cret"


def change(number, **value):
    return {"field": "leadgen", "value": {"leadgen_id": number, "form_id": "f1", "created_time": 1767103200, **value}}


def notice(*changes):
    return json.dumps({"object": "page", "entry": [{"id": "1", "time": 1, "changes": list(changes)}]}).encode()


DETAILS = json.dumps(
    {
        "id": "444",
        "created_time": "2025-12-30T14:00:00+0000",
        "campaign_name": "May",
        "field_data": [
            {"name": "full_name", "values": ["\u5f20\u4e09"]},
            {"name": "phone_number", "values": ["+8613800138000"]},
            {"name": "email", "values": ["zhang@example.com"]},
            {"name": "city", "values": ["上海"]},
            {"name": "which_model?", "values": ["A", "B"]},
        ],
    }
).encode()


def signed(body, secret=SECRET):
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()}


def read(body):
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="meta"))


def test_hook_channels_of_meta_keeps_its_promises():
    """Notices, one and many, their details in either order, and a signature that is none."""
    batch = json.dumps({"data": [{"id": "447", "field_data": []}, {"field_data": []}, {"id": "448"}]}).encode()
    one, many = notice(change("444")), notice(change(445), change("446"), {"field": "feed", "value": {}})
    samples = [
        testing.ChannelSample(body=one, headers=signed(one), signed=True),
        testing.ChannelSample(body=DETAILS, headers=signed(DETAILS)),
        testing.ChannelSample(body=many, headers=signed(many), envelopes=2, parts=(notice(change(445)), notice(change("446")))),
        testing.ChannelSample(body=notice(), headers=signed(notice()), envelopes=0),
        testing.ChannelSample(body=b"{}", headers=signed(b"{}"), readable=False),
        testing.ChannelSample(body=batch, headers=signed(batch), envelopes=3, broken=2),
        testing.ChannelSample(body=one, headers=signed(many), authentic=False),
        testing.ChannelSample(body=one, authentic=False),
    ]
    options = {"secret": SECRET, "verify_token": "v3rify-me", "page_token": "t0ken-of-page", "forms": ["f1", "f2"]}
    testing.check_channel(meta, "meta", samples, options=options, network=testing.ScriptedNetwork(graph))


@pytest.mark.parametrize(
    "bad",
    [
        {"field": "leadgen", "value": {}},
        {"field": "leadgen"},
        {"field": "leadgen", "value": {"leadgen_id": True}},
        {"field": "leadgen", "value": {"leadgen_id": {}}},
        7,
    ],
)
def test_a_change_that_names_no_lead_waits_alone(bad):
    """Other news of the page are none of ours; a delivery of nothing else waits as a whole."""
    good, broken = read(notice(bad, change("445"), {"field": "feed", "value": {}}))

    assert (good.native_id, broken.broken) == ("445", "reason.no_leadgen_id")
    with pytest.raises(Unreadable, match="no_leadgen_id"):
        read(notice(bad))


@pytest.mark.parametrize("bad", [7, {"id": "1", "changes": 7}])
def test_an_entry_that_can_t_be_read_waits_alone(bad):
    """One of messages has no changes, and is none of ours."""
    entries = [bad, {"id": "1", "messaging": []}, {"id": "1", "changes": [change("445")]}]
    good, broken = read(json.dumps({"object": "page", "entry": entries}).encode())

    assert (good.native_id, broken.broken) == ("445", "reason.no_changes")


def lead(number, name="张三", at="2025-12-30T14:00:00+0000"):
    fields = [{"name": "full_name", "values": [name]}, {"name": "phone_number", "values": [f"+86138001380{number[-2:]:0>2}"]}]
    return {"id": number, "created_time": at, "field_data": fields}


FORM = [lead(str(number), f"客户{number}", f"2025-12-30T14:{59 - number:02}:00+0000") for number in range(10, 14)]
"""The leads of the form f1, the latest first."""


def graph(url, headers, body):
    """Answer as the Graph API does: leads by their number, and those of a form in pages of two."""
    parts = urlsplit(url)
    query, number = dict(parse_qsl(parts.query)), parts.path.rpartition("/")[2]
    proof = hmac.new(SECRET.encode(), b"t0ken-of-page", "sha256").hexdigest()
    assert (headers["Authorization"], query["appsecret_proof"]) == ("Bearer t0ken-of-page", proof)
    if number != "leads":
        known = {one["id"]: one for one in (json.loads(DETAILS), *(lead(one, f"客户{one}") for one in ("445", "446")))}
        lacking = {"error": {"message": "does not exist", "code": 100, "error_subcode": 33}}
        said = known.get(number, lacking)
        return Answer(status=400 if said is lacking else 200, body=json.dumps(said).encode())
    (wanted,) = json.loads(query["filtering"])
    rows = FORM if "/f1/" in url else []
    rows = [one for one in rows if datetime.fromisoformat(one["created_time"]).timestamp() > wanted["value"]]
    start = int(query.get("after", "0"))
    page = {"data": rows[start : start + 2], "paging": {"cursors": {"after": str(start + 2)}}}
    if start + 2 < len(rows):
        page["paging"]["next"] = "https://graph.example/?access_token=secret"
    return Answer(body=json.dumps(page).encode())


def test_details_are_fetched_behind_a_notice(tmp_path, monkeypatch):
    """The lead is there at once, and has its name and number after the next poll; one that Meta deleted is awaited no more."""
    monkeypatch.setenv("META_SECRET", SECRET)
    monkeypatch.setenv("META_TOKEN", "t0ken-of-page")
    table = {"channel": "meta", "secret_env": "META_SECRET", "page_token_env": "META_TOKEN"}
    app = testing.app_with_database(tmp_path, meta, settings=Settings(intake={"ads": table}))
    network = testing.ScriptedNetwork(graph)
    with app.session() as session:
        receive(session, "ads", Delivery(body=notice(change("444"), change("999")), received_at=testing.NOW))
        (polled,) = poll(session, run=lambda errand: run_here(errand, network))
        poll(session, run=lambda errand: run_here(errand, network))
        with session.read() as reader:
            leads, customers = reader.find(Lead, order=["id"]), reader.find(Customer, order=["id"])

    assert polled.problem is None
    assert [one.source_key for one in leads] == ["444", "999"]
    assert [one.name for one in customers] == ["张三", "Unknown person"]
    assert len(network.asked) == 2


@pytest.mark.parametrize("pursued", [True, False])
@pytest.mark.parametrize("order", ["notice first", "details first"])
def test_details_of_somebody_who_is_known_make_no_second_customer(tmp_path, monkeypatch, order, pursued):
    """In either order; a lead that is pursued learns of it, and nothing is awaited any more."""
    monkeypatch.setenv("META_SECRET", SECRET)
    table = {"channel": "meta", "secret_env": "META_SECRET"}
    app = testing.app_with_database(tmp_path, meta, settings=Settings(intake={"ads": table}))
    with app.session() as session:
        add_lead(session, AddLead(values={"source": "store"}, customer={"name": "张三"}, reaches=(Reach("tel", "13800138000"),)))
        if not pursued:
            with session.write() as work:
                work.update(work.get(Lead, 1), status="lost", lost_at=testing.NOW)
                work.commit()
        bodies = [notice(change("444")), DETAILS]
        for body in bodies if order == "notice first" else reversed(bodies):
            assert receive(session, "ads", Delivery(body=body, received_at=testing.NOW)).outcomes == ("accepted",)
        with session.read() as reader:
            customers, leads = reader.find(Customer), reader.find(Lead)
            touches, awaiting = reader.find(Interaction), reader.find(Receipt, [equal("awaits", value=True)])

    assert [one.name for one in customers] == ["张三"]
    assert [one.status for one in leads] == (["open"] if pursued else ["lost", "open"])
    assert {one.lead_id for one in touches} == {leads[-1].id}
    assert awaiting == ()


def test_details_about_which_a_person_has_to_say_wait_for_that_and_are_asked_for_once(tmp_path, monkeypatch):
    """The wife who writes from her husband's number: the lead of the notice becomes hers."""
    monkeypatch.setenv("META_SECRET", SECRET)
    monkeypatch.setenv("META_TOKEN", "t0ken-of-page")
    table = {"channel": "meta", "secret_env": "META_SECRET", "page_token_env": "META_TOKEN"}
    app = testing.app_with_database(tmp_path, meta, settings=Settings(intake={"ads": table}))
    network = testing.ScriptedNetwork(graph)
    with app.session() as session:
        add_lead(session, AddLead(values={"source": "store"}, customer={"name": "李芳"}, reaches=(Reach("tel", "13800138000"),)))
        receive(session, "ads", Delivery(body=notice(change("444")), received_at=testing.NOW))
        for _ in range(2):
            poll(session, run=lambda errand: run_here(errand, network))
        (done,) = replay(session, [2], NEW)
        with session.read() as reader:
            customers, leads = reader.find(Customer, order=["id"]), reader.find(Lead, order=["id"])

    assert len(network.asked) == 1
    assert [one.value for one in done.outcomes] == ["accepted"]
    assert [one.name for one in customers] == ["李芳", "张三"]
    assert [(one.customer_id, one.source_key) for one in leads] == [(1, None), (2, "444")]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status=400, body=b'{"error": {"code": 190, "message": "expired"}}'), "status=400, said='190 expired'"),
        (Answer(status=400, body=b'{"error": {"code": 100, "message": "bad field"}}'), "status=400, said='100 bad field'"),
        (Answer(status=502, body=b"<html>"), "status=502"),
        (Answer(body=b"[]"), "status=200"),
        (None, "nobody answers"),
    ],
)
def test_a_lead_is_gone_only_when_meta_says_so(answer, words):
    """A token that has expired, and whatever else goes wrong, leaves it awaited."""
    network = testing.ScriptedNetwork(lambda *_: answer)
    options = {option.name: option.default for option in CHANNEL.options} | {"secret": SECRET, "page_token": "t"}

    with pytest.raises(Unavailable, match=words):
        list(CHANNEL.complete(["1"], Connection(name="ads", options=options), network))


def test_a_lead_without_an_answer_keeps_no_other_from_being_asked_for():
    """Three in a row are enough, and so is a token that has expired."""
    options = {option.name: option.default for option in CHANNEL.options} | {"secret": SECRET, "page_token": "t"}
    broken = Answer(status=500, body=b'{"error": {"code": 2, "message": "oops"}}')
    expired = Answer(status=400, body=b'{"error": {"code": 190, "message": "expired"}}')

    def asked(*answers):
        found = iter(answers)
        network = testing.ScriptedNetwork(
            lambda url, *_: next(found) or Answer(body=json.dumps(lead(url.split("/")[4][:3])).encode())
        )
        parts = []
        with pytest.raises(Unavailable):
            parts.extend(CHANNEL.complete(["410", "411", "412", "413", "414"], Connection(name="ads", options=options), network))
        return len(network.asked)

    assert asked(broken, None, broken, broken, None) == 5
    assert asked(broken, broken, broken, None, None) == 3
    assert asked(None, expired, None, None, None) == 2


def test_a_clock_that_is_ahead_moves_the_place_over_nothing():
    """Neither a lead of tomorrow keeps back those of today, nor one of the year 2099."""
    ahead = [lead("77", at="2099-01-01T00:00:00+0000")]
    network = testing.ScriptedNetwork(lambda *_: Answer(body=json.dumps({"data": ahead}).encode()))
    options = {option.name: option.default for option in CHANNEL.options}
    options |= {"secret": SECRET, "page_token": "t", "forms": ["f1"]}
    *_, last = CHANNEL.fetch("", Connection(name="ads", options=options), network)

    assert json.loads(last.cursor)["f1"] < network.now.timestamp()


def test_a_notice_is_a_lead_that_awaits_its_details():
    """Number, time and where it comes from; the same lead twice in a batch is one."""
    (one,) = read(notice(change("444"), change(444)))

    assert (one.key, one.native_id, one.contacts) == ("notice:444", "444", ())
    assert one.at == datetime(2025, 12, 30, 14, tzinfo=UTC)
    assert one.remarks == ("form_id: f1",)


def test_details_stand_in_their_fields():
    (one,) = read(DETAILS)

    assert (one.native_id, one.at) == ("444", datetime(2025, 12, 30, 14, tzinfo=UTC))
    assert one.contacts == (Contact(scheme="tel", written="+8613800138000"), Contact(scheme="email", written="zhang@example.com"))
    assert (one.customer, one.lead) == ({"name": "张三", "address": "上海", "region": "上海"}, {"subject": "May"})
    assert one.remarks == ("which_model?: A, B",)


def test_leads_of_the_testing_tool_are_tests():
    dummy = [{"name": "full_name", "values": ["<test lead: dummy data for full_name>"]}]

    assert read(json.dumps({"id": "1", "field_data": dummy}).encode())[0].kind is EnvelopeKind.TEST


@pytest.mark.parametrize(
    "body", [b"[]", b'{"entry": 1}', b'{"id": "1", "field_data": {}}', b'{"field_data": []}', b'{"data": [1]}']
)
def test_what_is_neither_is_unreadable(body):
    with pytest.raises(Unreadable):
        read(body)


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        ({}, 200, b"1158201444"),
        ({"hub.verify_token": "other"}, 403, b""),
        ({"hub.challenge": "<script>"}, 403, b""),
        ({"hub.mode": "unsubscribe"}, 403, b""),
    ],
)
def test_the_question_is_answered(query, status, body):
    """With the number, for our token alone; nothing but digits is sent back."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "1158201444"} | query
    delivery = Delivery(body=b"", received_at=testing.NOW, method="GET", query=asked)
    answer = CHANNEL.challenge(delivery, Connection(name="meta", options={"verify_token": "v"}))

    assert (answer.status, answer.body) == (status, body)


def test_other_requests_are_no_question():
    assert CHANNEL.challenge(Delivery(body=b"", received_at=testing.NOW, method="GET"), Connection(name="meta")) is None


def test_boxes_of_the_disclaimer_are_consents():
    """Those for which the connection names a purpose; one that was left empty is a refusal."""
    boxes = [
        {"checkbox_key": "news", "is_checked": "1"},
        {"checkbox_key": "calls", "is_checked": ""},
        {"checkbox_key": "terms", "is_checked": "1"},
        "no box",
    ]
    body = json.dumps(json.loads(DETAILS) | {"custom_disclaimer_responses": boxes}).encode()
    connection = Connection(name="meta", options={"consents": {"news": "marketing", "calls": "sales"}})
    (one,) = CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), connection)

    assert [(said.decision, said.purpose, said.evidence) for said in one.consents] == [
        ("granted", "marketing", "news"),
        ("refused", "sales", "calls"),
    ]
