"""The channel `wecom`: sealed callbacks, and who was added in them."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from patron import Connection, Contact, Delivery, Unreadable, testing
from patron.plugins.channels import wecom
from patron.plugins.channels.wecom.channel import CHANNEL

CORP, TOKEN, KEY = "wx5823bf96d3bd56c7", "QDG6eK-token", base64.b64encode(bytes(range(32))).decode().rstrip("=")
SENT = str(int(testing.NOW.timestamp()))
OPTIONS = {"token": TOKEN, "aes_key": KEY, "corp_id": CORP, "tolerance": 300}
ADDED = (
    f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>sys</FromUserName><CreateTime>1767103200</CreateTime><MsgType>event</MsgType>"
    "<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>wang</UserID>"
    "<ExternalUserID>wm1</ExternalUserID><State>may</State></xml>"
)


def seal(text, corp=CORP, length=None, padding=None):
    said = text.encode()
    plain = bytes(16) + (len(said) if length is None else length).to_bytes(4, "big") + said + corp.encode()
    count = 32 - len(plain) % 32
    plain += bytes([count if padding is None else padding]) * count
    key = bytes(range(32))
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def query(sealed, sent=SENT, token=TOKEN):
    digest = hashlib.sha1("".join(sorted([token, sent, "n1", sealed])).encode()).hexdigest()  # noqa: S324  # WeCom's choice
    return {"msg_signature": digest, "timestamp": sent, "nonce": "n1"}


def sample(text, sealed="", asked=None, **about):
    sealed = sealed or seal(text)
    body = f"<xml><ToUserName>{CORP}</ToUserName><AgentID>1</AgentID><Encrypt>{sealed}</Encrypt></xml>".encode()
    return testing.ChannelSample(body=body, query=asked or query(sealed), **about)


def read(one):
    return CHANNEL.parse(one.delivery("wecom"), Connection(name="wecom", options=OPTIONS))


def test_hook_channels_of_wecom_keeps_its_promises():
    """Two who were added in one second, one who went; another's signature, an old one."""
    secrets = {name: OPTIONS[name] for name in ("token", "aes_key", "corp_id")}
    old = str(int(SENT) - 301)
    samples = [
        sample(ADDED),
        sample(ADDED.replace("wm1", "wm2")),
        sample(ADDED.replace("add_external", "del_external"), envelopes=0),
        sample(ADDED, seal(ADDED, corp="other"), readable=False),
        sample(ADDED, asked=query(seal("x")), authentic=False),
        sample(ADDED, asked=query(seal(ADDED), old), authentic=False),
        testing.ChannelSample(body=b"<!DOCTYPE a><a/>", authentic=False),
    ]
    testing.check_channel(wecom, "wecom", samples, options=secrets)


def test_who_was_added_is_a_lead():
    """Known by the corporation's own id of the person; the state is the campaign's code."""
    (one,) = read(sample(ADDED))

    assert one.contacts == (Contact(scheme="external", written=f"wecom:{CORP}:wm1"),)
    assert one.key == f"{CORP} change_external_contact add_external_contact wang wm1 1767103200"
    assert (one.lead, one.remarks) == ({"campaign_id": "may"}, ("UserID: wang",))


def test_what_an_app_of_a_third_party_is_told_is_a_lead_of_the_corporation_that_authorised_it():
    """The same event under other names; sealed for the app."""
    names = {"ToUserName": "AuthCorpId", "Event>": "InfoType>", "CreateTime": "TimeStamp"}
    told = ADDED.replace(CORP, "wwclient")
    for ours, theirs in names.items():
        told = told.replace(ours, theirs)
    (one,) = read(sample(told))

    assert one.contacts == (Contact(scheme="external", written="wecom:wwclient:wm1"),)
    assert one.key == "wwclient change_external_contact add_external_contact wang wm1 1767103200"
    assert one.at == read(sample(ADDED))[0].at


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        (seal(ADDED, corp="wx0"), "reason.other_corporation"),
        (seal(ADDED, length=10_000), "reason.too_short"),
        (seal(ADDED, padding=0), "reason.sealed"),
        (seal(ADDED)[:-24], "reason.sealed"),
        ("§", "reason.sealed"),
        (seal("<xml/"), "reason.no_xml"),
    ],
)
def test_what_is_sealed_wrongly_is_unreadable(sealed, reason):
    with pytest.raises(Unreadable, match=reason):
        read(sample(ADDED, sealed))


def test_the_question_is_answered_with_what_was_sealed():
    """As plain text; to who doesn't know token and key with a refusal."""
    sealed = seal("1616140317555161061")
    about = {"body": b"", "received_at": testing.NOW, "method": "GET"}
    good = Delivery(query={**query(sealed), "echostr": sealed}, **about)
    bad = Delivery(query={**query(sealed, token="other"), "echostr": sealed}, **about)
    connection = Connection(name="wecom", options=OPTIONS)

    assert CHANNEL.challenge(good, connection).body == b"1616140317555161061"
    assert CHANNEL.challenge(bad, connection).status == 403
    assert CHANNEL.challenge(Delivery(**about), connection) is None
