"""The channel `twilio`: signed by address and fields, messages at once, calls when they have ended."""

import base64
import hmac
import json
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Outcome, Unreadable, testing
from patron.plugins.channels import twilio
from patron.plugins.channels.twilio.channel import CHANNEL

FORM = "application/x-www-form-urlencoded"
URL = "https://crm.example/intake"
SMS = {
    "MessageSid": "SM1",
    "AccountSid": "AC1",
    "From": "+8613800138000",
    "To": "+14158675310",
    "Body": " 你好 ",
    "NumMedia": "0",
}
CALL = {
    "CallSid": "CA1",
    "From": "+8613800138000",
    "To": "+1",
    "CallStatus": "completed",
    "CallDuration": "42",
    "Direction": "inbound",
}


def signed(fields):
    message = URL + "".join(name + value for name, value in sorted(fields.items()))
    return {"x-twilio-signature": base64.b64encode(hmac.digest(b"t0ken-of-twilio", message.encode(), "sha1")).decode()}


def sample(fields, **about):
    about = {"headers": signed(fields)} | about
    return testing.ChannelSample(body=urlencode(fields).encode(), content_type=FORM, url=URL, **about)


def twin(address, fields=()):
    """Return the signature as Twilio's guide describes it step by step: the address, then each name and its value."""
    text = address
    for name in sorted(dict(fields)):
        text += name
        text += dict(fields)[name]
    return {"x-twilio-signature": base64.b64encode(hmac.new(b"t0ken-of-twilio", text.encode(), "sha1").digest()).decode()}


def asked(fields, base=URL, **about):
    """Return what Twilio asks for by GET: nothing but an address, all of which is signed."""
    address = f"{base}?{urlencode(fields)}"
    about = {"headers": twin(address), "query": dict(fields), "url": address} | about
    return testing.ChannelSample(body=b"", method="GET", **about)


def as_json(said, body=None, **about):
    """Return what Twilio sends as JSON: the address has the hash of the body."""
    written = json.dumps(said).encode()
    query = {"bodySHA256": sha256(written).hexdigest()}
    address = f"{URL}?{urlencode(query)}"
    about = {"headers": twin(address), "query": query, "url": address, "content_type": "application/json"} | about
    return testing.ChannelSample(body=written if body is None else body, **about)


def read(fields):
    body = urlencode(fields).encode()
    connection = Connection(name="twilio", options={"seconds": 10})
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW, content_type=FORM), connection)


def test_hook_channels_of_twilio_keeps_its_promises():
    """A message, a call that rings and one that has ended; another's signature."""
    samples = [
        sample(SMS),
        sample(CALL),
        sample(CALL | {"CallStatus": "ringing"}, envelopes=0),
        sample({"AccountSid": "AC1"}, readable=False),
        sample(SMS, headers=signed(CALL), authentic=False),
        sample(SMS, headers={}, authentic=False),
        asked(SMS | {"MessageSid": "SM2"}),
        asked(SMS | {"MessageSid": "SM3"}, url=f"{URL}?MessageSid=SM4", authentic=False),
        as_json(CALL | {"CallSid": "CA2"}, signed=True),
        as_json(CALL, body=b'{"CallSid": "CA3"}', authentic=False),
    ]
    testing.check_channel(twilio, "twilio", samples, options={"secret": "t0ken-of-twilio"})


def test_the_published_vector_is_authentic():
    """The example in Twilio's guide to validating requests; the address is the one that the world sees."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    headers = {"x-twilio-signature": "GvWf1cFY/Q7PnoempGyD5oXAezc="}
    delivery = Delivery(
        body=urlencode(fields).encode(), received_at=testing.NOW, method="POST", url="http://inside/", headers=headers
    )

    assert CHANNEL.verify(delivery, Connection(name="twilio", options={"secret": "12345", "url": url})) == ""
    assert (
        CHANNEL.verify(delivery, Connection(name="twilio", options={"secret": "12345", "url": None}))
        == "payloads.wrong_signature"
    )


TOKEN = {"secret": "12345", "url": None}


def test_the_published_vector_of_json_is_authentic():
    """As Twilio's own libraries test it; another body under the same hash is not, nor is a hash of nothing that was signed."""
    body = b'{"property": "value", "boolean": true}'
    query = {"foo": "1", "bar": "2", "bodySHA256": "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"}
    about = {"received_at": testing.NOW, "method": "POST", "content_type": "application/json"}
    about |= {"headers": {"x-twilio-signature": "a9nBmqA0ju/hNViExpshrM61xv4="}}
    address = f"https://mycompany.com/myapp.php?{urlencode(query)}"

    def verify(body, query, url):
        return CHANNEL.verify(Delivery(body=body, query=query, url=url, **about), Connection(name="twilio", options=TOKEN))

    assert verify(body, query, address) == ""
    assert verify(body + b" ", query, address) == "reason.other_body"
    assert verify(body, {"foo": "1", "bar": "2"}, "https://mycompany.com/myapp.php?foo=1&bar=2") == "reason.unsigned_body"


def test_what_is_asked_for_by_get_is_signed_with_its_query():
    """Behind a proxy, too, where the address of the connection stands before the query that came; a body is none of it."""
    public = "https://crm.example/twilio?kept=1"
    one = asked({"kept": "1", **SMS, "Body": "你好 +1"}, "https://crm.example/twilio")
    inside = one.delivery("twilio")
    query = inside.url.partition("?")[2]
    options = {"secret": "t0ken-of-twilio", "url": public}

    def verify(**about):
        delivery = Delivery(**{"received_at": testing.NOW, "method": "GET", "headers": one.headers, "query": one.query, **about})
        return CHANNEL.verify(delivery, Connection(name="twilio", options=options))

    assert verify(body=b"", url=f"http://inside/intake/twilio?{query}") == ""
    assert verify(body=b"", url=f"http://inside/intake/twilio?{query}&x=1") == "payloads.wrong_signature"
    assert verify(body=b"MessageSid=SM9", url=f"http://inside/intake/twilio?{query}") == "reason.unsigned_body"
    (envelope,) = CHANNEL.parse(inside, Connection(name="twilio", options=options))
    assert (envelope.key, envelope.interaction["note"]) == ("SM1", "你好 +1")


def test_a_message_is_known_by_its_number():
    (one,) = read(SMS | {"MediaContentType0": "image/png"})

    assert (one.key, one.kind, one.lead) == ("SM1", EnvelopeKind.MESSAGE, {"source": "sms"})
    assert one.contacts == (Contact(scheme="tel", written="+8613800138000"),)
    assert (one.interaction["channel"], one.interaction["note"], one.remarks) == ("sms", " 你好 ", ("📎 image/png",))


@pytest.mark.parametrize(
    ("changes", "direction", "number", "effective"),
    [
        ({}, "in", "+8613800138000", True),
        ({"CallDuration": "9"}, "in", "+8613800138000", False),
        ({"CallStatus": "no-answer", "CallDuration": "60"}, "in", "+8613800138000", False),
        ({"Direction": "outbound-api", "To": "+8613900139000"}, "out", "+8613900139000", True),
        ({"From": "+266696687"}, "in", None, True),
        ({"From": "anonymous", "CallDuration": "-1"}, "in", None, False),
    ],
)
def test_a_call_counts_where_somebody_spoke(changes, direction, number, effective):
    """As long as the connection says at least; who hides is nobody."""
    (one,) = read(CALL | changes)

    assert (one.interaction["direction"], one.interaction["effective"]) == (direction, effective)
    assert [contact.written for contact in one.contacts] == ([number] if number else [])


def test_what_is_neither_is_unreadable():
    with pytest.raises(Unreadable):
        read({"From": "+8613800138000"})


def test_the_answer_asks_for_nothing():
    delivery = Delivery(body=b"", received_at=testing.NOW)

    assert b"<Response></Response>" in CHANNEL.respond(delivery, Connection(name="twilio"), [Outcome.ACCEPTED]).body
    assert CHANNEL.respond(delivery, Connection(name="twilio"), [Outcome.REJECTED]).status == 403


@pytest.mark.parametrize(
    ("fields", "decision"),
    [
        ({"Body": "STOP"}, "withdrawn"),
        ({"Body": "退订"}, "withdrawn"),
        ({"Body": "Start"}, "granted"),
        ({"Body": "pare", "OptOutType": "STOP"}, "withdrawn"),
    ],
)
def test_a_word_of_refusal_is_one(fields, decision):
    """The words of our lists, and what Twilio found in its own."""
    body = urlencode(SMS | fields).encode()
    options = {option.name: option.default for option in CHANNEL.options}
    delivery = Delivery(body=body, received_at=testing.NOW, content_type=FORM)
    (envelope,) = CHANNEL.parse(delivery, Connection(name="twilio", options=options))

    assert [(one.decision, one.channel, one.purpose) for one in envelope.consents] == [(decision, "sms", None)]


def test_any_other_message_says_nothing_of_it():
    (envelope,) = read(SMS)

    assert envelope.consents == ()
