"""The channel `wecom`: sealed callbacks, who was added in them, and what else happened."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from patron import Connection, ConsentSaid, Contact, Delivery, EnvelopeKind, Unreadable, testing
from patron.plugins.channels import wecom
from patron.plugins.channels.wecom.channel import CHANNEL
from tests.plugins.channels.wecom_interface import CORP, DETAILS, interface

TOKEN, KEY = "QDG6eK-token", base64.b64encode(bytes(range(32))).decode().rstrip("=")
SENT = str(int(testing.NOW.timestamp()))
OPTIONS = {"token": TOKEN, "aes_key": KEY, "corp_id": CORP, "tolerance": 300}
ADDED = (
    f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>sys</FromUserName><CreateTime>1767103200</CreateTime><MsgType>event</MsgType>"
    "<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>wang</UserID>"
    "<ExternalUserID>wm1</ExternalUserID><State>may</State></xml>"
)


def changed(change, text=ADDED, **about):
    """Return another event of the same two."""
    more = "".join(f"<{name}>{value}</{name}>" for name, value in about.items())
    return text.replace("add_external_contact", change).replace("</xml>", f"{more}</xml>")


def for_third_party(text):
    """Return an event as an app of a third party is told it."""
    for ours, theirs in {"ToUserName": "AuthCorpId", "Event>": "InfoType>", "CreateTime": "TimeStamp"}.items():
        text = text.replace(ours, theirs)
    return text


def seal(text, receiver=CORP, length=None, padding=None):
    said = text.encode()
    plain = bytes(16) + (len(said) if length is None else length).to_bytes(4, "big") + said + receiver.encode()
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


def read(one, **options):
    return CHANNEL.parse(one.delivery("wecom"), Connection(name="wecom", options=OPTIONS | options))


def test_hook_channels_of_wecom_keeps_its_promises():
    """Two who were added in one second, what happened then, the details behind it; another's signature, an old one."""
    secrets = {name: OPTIONS[name] for name in ("token", "aes_key", "corp_id")} | {"corp_secret": "s3cret-of-the-app"}
    old = str(int(SENT) - 301)
    samples = [
        sample(ADDED, tolerance=300),
        sample(ADDED.replace("wm1", "wm2")),
        sample(changed("edit_external_contact")),
        sample(changed("del_external_contact")),
        sample(changed("del_follow_user")),
        sample(changed("transfer_fail", FailReason="customer_refused")),
        sample(ADDED.replace("change_external_contact", "change_external_tag"), envelopes=0),
        sample(ADDED, seal(ADDED, receiver="other"), readable=False),
        sample(ADDED, asked=query(seal("x")), authentic=False),
        sample(ADDED, asked=query(seal(ADDED), old), authentic=False),
        testing.ChannelSample(body=b"<!DOCTYPE a><a/>", authentic=False),
        testing.ChannelSample(body=DETAILS, authentic=False),
        testing.ChannelSample(body=DETAILS, method="", envelopes=2),
        testing.ChannelSample(body=b'{"errcode": 0}', method="", readable=False),
    ]
    testing.check_channel(wecom, "wecom", samples, options=secrets, network=testing.ScriptedNetwork(interface()))


def test_who_was_added_is_a_lead():
    """Known by the corporation's own id of the person; the state is the campaign's code, and the employee may be the owner."""
    (one,) = read(sample(ADDED), users={"wang": "wang.li"}, accepts=("sales",))

    assert one.contacts == (Contact(scheme="external", written=f"wecom:{CORP}:wm1"),)
    assert one.key == f"{CORP} change_external_contact add_external_contact wang wm1 1767103200"
    assert (one.lead, one.remarks) == ({"campaign_id": "may", "owner_user_id": "wang.li"}, ("reason.added",))
    assert [(said.decision, said.channel, said.purpose) for said in one.consents] == [("granted", "im", "sales")]


def test_details_are_awaited_where_they_can_be_asked_for():
    """With the secret of an app of the corporation's own; of who authorised an app of a third party we can't ask."""
    awaits = [[one.awaits for one in read(sample(text), corp_secret="x" * 8)] for text in (ADDED, for_third_party(ADDED))]

    assert awaits == [[True], [False]]
    assert not read(sample(ADDED))[0].awaits
    assert read(sample(changed("edit_external_contact"))) == []


def test_what_an_app_of_a_third_party_is_told_is_a_lead_of_the_corporation_that_authorised_it():
    """The same event under other names; sealed for the app."""
    told = for_third_party(ADDED.replace(CORP, "wwclient"))
    (one,) = read(sample(told, seal(told, receiver="wwsuite")), receivers=("wwsuite",))

    assert one.contacts == (Contact(scheme="external", written="wecom:wwclient:wm1"),)
    assert one.key == "wwclient change_external_contact add_external_contact wang wm1 1767103200"
    assert one.at == read(sample(ADDED))[0].at


def test_who_removes_an_employee_wants_no_more_of_us_by_chat():
    (one,) = read(sample(changed("del_follow_user")))

    assert one.kind is EnvelopeKind.MESSAGE
    assert one.consents == (
        ConsentSaid(decision="withdrawn", channel="im", evidence="del_follow_user wang", given_by="provider"),
    )


@pytest.mark.parametrize(
    ("change", "about", "remark"),
    [
        ("del_external_contact", {}, "reason.removed"),
        ("del_external_contact", {"Source": "DELETE_BY_TRANSFER"}, "reason.moved"),
        ("transfer_fail", {"FailReason": "customer_refused"}, "reason.transfer_refused"),
        ("transfer_fail", {"FailReason": "customer_limit_exceed"}, "reason.transfer_limit"),
        ("transfer_fail", {}, "reason.transfer_failed"),
    ],
)
def test_what_employees_do_is_told_of_who_is_known(change, about, remark):
    (one,) = read(sample(changed(change, **about)))

    assert (one.kind, one.remarks, one.consents) == (EnvelopeKind.UPDATE, (remark,), ())
    assert one.interaction == {"direction": "in"}


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        (seal(ADDED, receiver="wx0"), "reason.other_receiver"),
        (seal(ADDED, receiver=""), "reason.other_receiver"),
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


@pytest.mark.parametrize(("receivers", "receiver"), [((), CORP), (("wwsuite", "wwmaker"), "wwmaker"), (("",), "")])
def test_the_question_is_answered_with_what_was_sealed(receivers, receiver):
    """As plain text; to who doesn't know token and key, or asks for somebody else, with a refusal."""
    sealed, foreign = seal("1616140317555161061", receiver=receiver), seal("1", receiver="wwelse")
    about = {"body": b"", "received_at": testing.NOW, "method": "GET"}
    good = Delivery(query={**query(sealed), "echostr": sealed}, **about)
    bad = Delivery(query={**query(sealed, token="other"), "echostr": sealed}, **about)
    other = Delivery(query={**query(foreign), "echostr": foreign}, **about)
    connection = Connection(name="wecom", options=OPTIONS | {"receivers": receivers})

    assert CHANNEL.challenge(good, connection).body == b"1616140317555161061"
    assert [CHANNEL.challenge(one, connection).status for one in (bad, other)] == [403, 403]
    assert CHANNEL.challenge(Delivery(**about), connection) is None
