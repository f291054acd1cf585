"""The channel `google_ads`: leads as the webhook of a lead form posts them."""

import json

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Unreadable, testing
from patron.plugins.channels import google_ads
from patron.plugins.channels.google_ads.channel import CHANNEL

KEY = "g00gle-k3y"
COLUMNS = {
    "FULL_NAME": "Wei Zhang",
    "EMAIL": "wei@example.com",
    "PHONE_NUMBER": "+14158675310",
    "WORK_PHONE": "+14158675311",
    "CITY": "Oakland",
    "POSTAL_CODE": "94601",
    "VEHICLE_MODEL": "Model A",
    "PURCHASE_TIMELINE": "this month",
}


def lead(columns=None, **changes):
    said = {
        "lead_id": "TeSter-123-ABCDEFG",
        "user_column_data": [
            {"column_id": code, "string_value": value, **({"column_name": "User " + code.title()} if code == "EMAIL" else {})}
            for code, value in (columns or COLUMNS).items()
        ],
        "api_version": "1.0",
        "form_id": 40000000000,
        "campaign_id": 123,
        "google_key": KEY,
        "is_test": False,
        "gcl_id": "abc",
    }
    return json.dumps(said | changes, ensure_ascii=False).encode()


def read(body):
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="google_ads"))


def test_hook_channels_of_google_ads_keeps_its_promises():
    """A lead, a test, a body with another key, and one without a lead. The key is kept nowhere."""
    samples = [
        testing.ChannelSample(body=lead()),
        testing.ChannelSample(body=lead(lead_id="2", is_test=True)),
        testing.ChannelSample(body=lead().decode().encode("utf-16")),
        testing.ChannelSample(body=lead(google_key="123"), authentic=False),
        testing.ChannelSample(body=lead(google_key=None), authentic=False),
        testing.ChannelSample(body=lead(lead_id=""), readable=False),
    ]
    testing.check_channel(google_ads, "google_ads", samples, options={"secret": KEY})


def test_columns_stand_in_their_fields():
    """Those without a field are remarks, under their names where they have one."""
    (one,) = read(lead())

    assert one.native_id == one.key == "TeSter-123-ABCDEFG"
    assert one.contacts == (
        Contact(scheme="tel", written="+14158675310"),
        Contact(scheme="tel", written="+14158675311"),
        Contact(scheme="email", written="wei@example.com"),
    )
    assert one.customer == {"name": "Wei Zhang", "address": "Oakland, 94601", "region": "Oakland"}
    assert one.lead == {"interests": ("Model A",), "campaign_id": "123", "click_id": "abc"}
    assert one.remarks == ("PURCHASE_TIMELINE: this month",)


@pytest.mark.parametrize("body", [lead(is_test=True), lead(is_test="true"), lead({"FULL_NAME": "dummy_value"})])
def test_tests_are_tests(body):
    assert read(body)[0].kind is EnvelopeKind.TEST


def test_numbers_may_be_numbers_and_columns_anything():
    """What is no column is left out; a name in two parts is one."""
    said = [{"column_id": "LAST_NAME", "string_value": "王"}, {"column_id": "FIRST_NAME", "string_value": "小明"}, 1, {}, None]
    (one,) = read(lead(lead_id=9007199254740993123, user_column_data=said))

    assert (one.native_id, one.customer["name"]) == ("9007199254740993123", "王小明")


@pytest.mark.parametrize("body", [b"[]", b"{}", lead(user_column_data={}), b"x"])
def test_what_is_no_lead_is_unreadable(body):
    with pytest.raises(Unreadable):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        lead(),
        lead().replace(b'"google_key": ', b'"google_key"\n:'),
        lead().replace(b"google_key", b"google\\u005fkey"),
        lead().decode().encode("utf-16"),
        lead().replace(b"}", b', "google_key": "' + KEY.encode() + b'"}'),
    ],
    ids=["plain", "blanks", "escaped", "utf-16", "twice"],
)
def test_the_key_is_blotted_out(body):
    """However it is written; what else is there stays."""
    kept = CHANNEL.redact(body)

    assert KEY not in kept.decode("utf-8", "replace") + kept.decode("utf-16", "replace")
    assert read(kept)[0].key == "TeSter-123-ABCDEFG"


@pytest.mark.parametrize(("answer", "decisions"), [("Yes", ["granted"]), ("否", ["refused"]), ("perhaps", [])])
def test_a_question_of_the_form_is_a_consent(answer, decisions):
    connection = Connection(name="google_ads", options={"consents": {"MAY_WE_WRITE": "marketing"}})
    body = lead(COLUMNS | {"MAY_WE_WRITE": answer})
    (one,) = CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), connection)

    assert [said.decision for said in one.consents] == decisions
