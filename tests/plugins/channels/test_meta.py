"""The channel `meta`: notices of leads, their details, and Meta's question whether we are there."""

import hmac
import json
from datetime import UTC, datetime

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Unreadable, testing
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
    one, many = notice(change("444")), notice(change(445), change("446"), {"field": "feed", "value": {}})
    samples = [
        testing.ChannelSample(body=one, headers=signed(one)),
        testing.ChannelSample(body=DETAILS, headers=signed(DETAILS)),
        testing.ChannelSample(body=many, headers=signed(many), envelopes=2),
        testing.ChannelSample(body=notice(), headers=signed(notice()), envelopes=0),
        testing.ChannelSample(body=b"{}", headers=signed(b"{}"), readable=False),
        testing.ChannelSample(body=one, headers=signed(many), authentic=False),
        testing.ChannelSample(body=one, authentic=False),
    ]
    testing.check_channel(meta, "meta", samples, options={"secret": SECRET, "verify_token": "v3rify-me"})


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
