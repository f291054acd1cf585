"""The channel `webhook`: whatever providers post, if it is signed."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from patron import Connection, Contact, Delivery, EnvelopeKind, Unreadable, testing
from patron.plugins.channels import webhook
from patron.plugins.channels.webhook.channel import CHANNEL

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLISHED = Delivery(
    body=b'{"test": 2432232314}',
    received_at=datetime.fromtimestamp(1614265330, UTC),
    method="POST",
    headers={
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
)
"""The vector that the libraries of Standard Webhooks publish."""
LEAD = {"clueId": "77", "name": "张三", "tel": "13800138000", "create_time": "2025-12-30 18:00:00", "message": "how much?"}


def connection(**options):
    defaults = {option.name: option.default for option in CHANNEL.options}
    return Connection(name="shop", zone="Asia/Shanghai", options=defaults | options)


def read(said, content_type="", headers=None, **options):
    body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    delivery = Delivery(body=body, received_at=testing.NOW, content_type=content_type, headers=headers or {})
    return CHANNEL.parse(delivery, connection(**options))


def signed(body, number="msg_1", at=testing.NOW, secret=SECRET):
    sent = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{number}.{sent}.".encode() + body, "sha256")
    return {
        "webhook-id": number,
        "webhook-timestamp": sent,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def test_hook_channels_of_webhook_keeps_its_promises():
    """Signed leads, one and many, a form and an event; a wrong signature, an old one, a body that is none."""
    one, two = (
        json.dumps(LEAD).encode(),
        json.dumps([LEAD | {"clueId": "78"}, LEAD | {"clueId": "79", "tel": "13900139000"}]).encode(),
    )
    parts = tuple(json.dumps(row).encode() for row in json.loads(two))
    event = {
        "specversion": "1.0",
        "id": "e",
        "source": "/s",
        "type": "lead",
        "data": LEAD | {"clueId": "80", "tel": "13700137000"},
    }
    structured, form = json.dumps(event).encode(), "name=李四&tel=13600136000".encode()
    old = signed(one, at=testing.NOW - timedelta(minutes=6))
    samples = [
        testing.ChannelSample(body=one, headers=signed(one), signed=True, tolerance=300),
        testing.ChannelSample(body=two, headers=signed(two, "msg_2"), envelopes=2, parts=parts),
        testing.ChannelSample(body=structured, headers=signed(structured, "m3"), content_type="application/cloudevents+json"),
        testing.ChannelSample(body=form, headers=signed(form, "m4"), content_type="application/x-www-form-urlencoded"),
        testing.ChannelSample(body=b"hello", headers=signed(b"hello", "m5"), readable=False),
        testing.ChannelSample(body=two, headers=signed(one), authentic=False),
        testing.ChannelSample(body=one, headers=old, authentic=False),
    ]
    testing.check_channel(webhook, "webhook", samples, options={"secret": SECRET})


def test_the_published_vector_is_authentic():
    """With any of several secrets; with none, another, or a second earlier than the tolerance it is not."""
    assert CHANNEL.verify(PUBLISHED, connection(secret=f"whsec_AAAA {SECRET}")) == ""
    for options in ({}, {"secret": "whsec_AAAA"}, {"secret": "whsec_"}, {"secret": "ä"}):
        assert CHANNEL.verify(PUBLISHED, connection(**options))
    late = attrs.evolve(PUBLISHED, received_at=PUBLISHED.received_at + timedelta(seconds=301))
    assert CHANNEL.verify(late, connection(secret=SECRET)) == "payloads.late"


@pytest.mark.parametrize("signature", ["v1", "v1,", "v1,,", "v1,§", "v2,AAAA", "", "v1a,AAAA", " "])
def test_a_broken_signature_is_a_wrong_one(signature):
    broken = attrs.evolve(PUBLISHED, headers={**PUBLISHED.headers, "webhook-signature": signature})

    assert CHANNEL.verify(broken, connection(secret=SECRET, public_key="whpk_AAAA"))


def test_signatures_with_a_public_key():
    """`v1a` beside others, in any order."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = "whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode()
    message = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + PUBLISHED.body
    signature = f"v1,AAAA v1a,{base64.b64encode(key.sign(message)).decode()}"
    delivery = attrs.evolve(PUBLISHED, headers={**PUBLISHED.headers, "webhook-signature": signature})

    assert CHANNEL.verify(delivery, connection(public_key=public)) == ""
    assert CHANNEL.verify(attrs.evolve(delivery, body=b"{}"), connection(public_key=public)) == "payloads.wrong_signature"


@pytest.mark.parametrize(
    ("about", "options"),
    [
        ({"headers": {"authorization": "Bearer t0ken"}}, {}),
        ({"headers": {"authorization": "t0ken"}}, {}),
        ({"headers": {"x-api-key": "t0ken"}}, {"header": "X-API-Key"}),
        ({"query": {"token": "t0ken"}}, {"parameter": "token"}),
    ],
)
def test_tokens_stand_in_a_header_or_in_the_address(about, options):
    good = connection(scheme="token", secret="t0ken", **options)
    delivery = Delivery(body=b"{}", received_at=testing.NOW, method="POST", **about)

    assert CHANNEL.verify(delivery, good) == ""
    assert CHANNEL.verify(delivery, connection(scheme="token", secret="other", **options)) == "reason.wrong_token"
    assert CHANNEL.verify(attrs.evolve(delivery, headers={}, query={}), good) == "reason.wrong_token"


def test_an_hmac_over_the_bytes():
    """In hexadecimal digits or Base64, in the header that the provider has."""
    digest = hmac.digest(b"k", b"{}", "sha256")
    for signature in (digest.hex(), f"sha256={digest.hex()}", base64.b64encode(digest).decode()):
        delivery = Delivery(body=b"{}", received_at=testing.NOW, method="POST", headers={"x-hub": signature})
        assert CHANNEL.verify(delivery, connection(scheme="hmac", secret="k", header="X-Hub")) == ""
        assert CHANNEL.verify(attrs.evolve(delivery, body=b"{ }"), connection(scheme="hmac", secret="k", header="X-Hub"))


def test_the_usual_names_need_no_map():
    (one,) = read(LEAD | {"ad_id": 5})

    assert (one.native_id, one.customer["name"], one.interaction["note"]) == ("77", "张三", "how much?")
    assert one.at == datetime(2025, 12, 30, 10, tzinfo=UTC)
    assert one.contacts == (Contact(scheme="tel", written="13800138000"),)


def test_a_map_says_what_is_where():
    """Any depth; a list of leads inside; what the map marks as a test; a field with its noun."""
    fields = {"native_id": "id", "name": "who.name", "tel": "who.phones.0", "customer.region": "city", "test": "trial"}
    rows = [{"id": n, "who": {"name": "A", "phones": ["1"]}, "city": "上海", "trial": n == 2} for n in (1, 2)]
    one, two = read({"result": {"leads": rows}}, items="result.leads", fields=fields)

    assert (one.native_id, one.customer, one.kind) == ("1", {"name": "A", "region": "上海"}, EnvelopeKind.LEAD)
    assert two.kind is EnvelopeKind.TEST


def test_events_have_their_id_in_the_body_or_in_headers():
    """Structured, batch and binary mode: source and id are the key, the time is the event's."""
    event = {"specversion": "1.0", "id": "1", "source": "/a b", "type": "t", "time": "2025-12-30T10:00:00Z", "data": LEAD}
    plain = {"name": "A", "tel": "1"}
    (one,) = read(event | {"data": plain}, "application/cloudevents+json; charset=utf-8")
    (other,) = read(
        plain, headers={"ce-id": "1", "ce-source": "/a%20b", "ce-time": "2025-12-30T10:00:00Z", "ce-specversion": "1.0"}
    )
    batch = read(
        [event, event | {"id": "2", "data": None, "data_base64": base64.b64encode(json.dumps(plain).encode()).decode()}],
        "application/cloudevents-batch+json",
    )

    assert one == other
    assert (one.key, one.at) == ("/a b 1", datetime(2025, 12, 30, 10, tzinfo=UTC))
    assert [each.key for each in batch] == ["/a b 1", "/a b 2"]


def test_the_payload_of_standard_webhooks_is_opened():
    """`type` and `timestamp` stand around the data; the id of the delivery is the key, for each of several its own."""
    around = {"type": "lead.created", "timestamp": "2025-12-30T10:00:00Z", "data": {"name": "A"}}
    (one,) = read(around, headers={"webhook-id": "m"})

    assert (one.key, one.at, one.customer) == ("m", datetime(2025, 12, 30, 10, tzinfo=UTC), {"name": "A"})
    assert [each.key for each in read([{"name": "A"}, {"name": "B"}], headers={"webhook-id": "m"})] == ["m #0", "m #1"]


@pytest.mark.parametrize(
    ("said", "content_type"),
    [
        ([], ""),
        ("x", ""),
        ({"other": 1}, ""),
        ([1], ""),
        ({"id": "1"}, "application/cloudevents+json"),
        ({"id": "1", "source": "s", "data_base64": "§"}, "application/cloudevents+json"),
    ],
)
def test_what_tells_of_nobody_is_unreadable(said, content_type):
    with pytest.raises(Unreadable):
        read(said, content_type)


def test_the_handshake_of_events_is_answered():
    """An origin that asks is told that it may; nothing else is."""
    asked = Delivery(body=b"", received_at=testing.NOW, method="OPTIONS", headers={"webhook-request-origin": "events.example"})
    answer = CHANNEL.challenge(asked, connection())

    assert answer.headers["WebHook-Allowed-Origin"] == "events.example"
    assert CHANNEL.challenge(attrs.evolve(asked, method="POST"), connection()) is None


def test_one_that_is_broken_keeps_no_other_from_coming_in():
    """In a list, and in a batch of events; where none can be read, nothing can."""
    mixed = [{"name": "Ada", "id": 1}, {"colour": "red"}, "what?", {"name": "Bea", "id": 2}]
    event = {"specversion": "1.0", "id": "e1", "source": "/shop", "type": "lead", "data": {"name": "Ada"}}
    batch = read([event, {**event, "id": ""}], "application/cloudevents-batch+json")

    for found, reasons in ((read(mixed), ["reason.nothing_mapped"] * 2), (batch, ["reason.no_id"])):
        assert [one.broken for one in found if one.broken] == reasons
        assert [one.customer["name"] for one in found if not one.broken] == ["Ada", "Bea"][: len(found) - len(reasons)]
        assert len({one.key for one in found}) == len(found) or not found[0].key
    with pytest.raises(Unreadable):
        read(mixed[1:3])
