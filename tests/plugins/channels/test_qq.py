"""The channel `qq`: what a bot is told, signed with a key that its secret makes."""

import json

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Outcome, Unreadable, testing
from patron.plugins.channels import qq
from patron.plugins.channels.qq.channel import CHANNEL, _key

SECRET = "DG5g3B4j9X2KOErG"
OPTIONS = {"secret": SECRET, "tolerance": 300}
SENT = str(int(testing.NOW.timestamp()))


def event(name="C2C_MESSAGE_CREATE", op=0, **told):
    about = {"id": "m1", "author": {"user_openid": "U1"}, "content": "多少钱？", "timestamp": "2025-12-30T18:00:00+08:00"}
    return json.dumps({"id": f"e:{name}", "op": op, "t": name, "d": about | told}, ensure_ascii=False).encode()


def signed(body, sent=SENT):
    return {"x-signature-timestamp": sent, "x-signature-ed25519": _key(SECRET).sign(sent.encode() + body).hex()}


def read(body):
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="qq", options=OPTIONS))


def asked(token, sent):
    body = json.dumps({"op": 13, "d": {"plain_token": token, "event_ts": sent}}).encode()
    delivery = Delivery(body=body, received_at=testing.NOW, method="POST")
    return CHANNEL.challenge(delivery, Connection(name="qq", options=OPTIONS))


def test_hook_channels_of_qq_keeps_its_promises():
    """A message, a friend, an event of no interest; a signature of something else, an old one, none."""
    friend, gone = event("FRIEND_ADD", openid="U2", id="m2"), event("FRIEND_DEL", openid="U2", id="m3")
    group = event("GROUP_ADD_ROBOT", openid="U2", id="m4")
    old = str(int(SENT) - 301)
    samples = [
        testing.ChannelSample(body=event(), headers=signed(event()), signed=True, tolerance=300),
        testing.ChannelSample(body=friend, headers=signed(friend)),
        testing.ChannelSample(body=gone, headers=signed(gone)),
        testing.ChannelSample(body=group, headers=signed(group), envelopes=0),
        testing.ChannelSample(body=b"[]", headers=signed(b"[]"), readable=False),
        testing.ChannelSample(body=event(), headers=signed(friend), authentic=False),
        testing.ChannelSample(body=event(), headers=signed(event(), old), authentic=False),
        testing.ChannelSample(body=event(), authentic=False),
    ]
    testing.check_channel(qq, "qq", samples, options={"secret": SECRET})


def test_the_published_answer_is_ours():
    """The example in QQ's guide to the validation of an address."""
    said = json.loads(asked("Arq0D5A61EgUu4OxUvOp", "1725442341").body)

    assert said["plain_token"] == "Arq0D5A61EgUu4OxUvOp"
    assert said["signature"] == (
        "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d0"
        "1bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706"
    )


@pytest.mark.parametrize(("token", "sent"), [(event().decode(), SENT), ("a", "1a"), ("", "1"), ("a b", "1"), ("a", "")])
def test_nothing_is_signed_that_could_be_a_message(token, sent):
    """Else whoever asks could have messages of their own signed."""
    assert asked(token, sent).status == 403


def test_other_requests_are_no_question():
    delivery = Delivery(body=event(), received_at=testing.NOW, method="POST")

    assert CHANNEL.challenge(delivery, Connection(name="qq", options=OPTIONS)) is None


def test_a_message_is_known_by_its_person():
    (one,) = read(event(attachments=[{"filename": "a.png"}, 1]))

    assert (one.key, one.kind, one.interaction) == ("m1", EnvelopeKind.MESSAGE, {"note": "多少钱？"})
    assert one.contacts == (Contact(scheme="external", written="qq:U1"),)
    assert one.remarks == ("📎 a.png",)


@pytest.mark.parametrize("body", [b"{}", event(author=None), event(author={}), event(op=7)])
def test_what_is_no_event_is_unreadable(body):
    with pytest.raises(Unreadable):
        read(body)


def test_the_answer_acknowledges():
    delivery = Delivery(body=b"", received_at=testing.NOW)

    assert json.loads(CHANNEL.respond(delivery, Connection(name="qq"), [Outcome.ACCEPTED]).body) == {"op": 12}
    assert CHANNEL.respond(delivery, Connection(name="qq"), [Outcome.REJECTED]).status == 401


@pytest.mark.parametrize(("name", "decision"), [("C2C_MSG_REJECT", "withdrawn"), ("C2C_MSG_RECEIVE", "granted")])
def test_who_turns_our_messages_off_or_on_says_so(name, decision):
    (one,) = read(event(name, openid="U2", content=None))

    assert one.kind is EnvelopeKind.MESSAGE
    assert [(said.decision, said.channel) for said in one.consents] == [(decision, "im")]


def test_who_removes_the_bot_wants_no_more_of_us_and_who_adds_it_again_does():
    """Advertising needs a yes of its own."""
    (gone,), (again,) = read(event("FRIEND_DEL", openid="U2", id="m3")), read(event("FRIEND_ADD", openid="U2", id="m4"))

    assert (gone.kind, gone.remarks, again.kind) == (EnvelopeKind.MESSAGE, ("reason.removed",), EnvelopeKind.LEAD)
    assert [(said.decision, said.purpose) for said in gone.consents] == [("withdrawn", None)]
    assert [(said.decision, said.purpose) for said in again.consents] == [
        ("granted", purpose) for purpose in ("sales", "service", "relationship")
    ]
