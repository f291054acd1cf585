"""The channel `mail`: what people write, what portals write about people, and what nobody wrote."""

from datetime import UTC, datetime

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Unreadable, testing
from patron.plugins.channels import mail
from patron.plugins.channels.mail.channel import CHANNEL
from patron.testing.growth import check_growth

PERSON = """From: =?gb2312?B?1cXI/Q==?= <zhang@Example.com>
To: sales@dealer.example
Subject: =?UTF-8?B?5oql5Lu3?= Model A
Date: Tue, 30 Dec 2025 18:00:00 +0800
Message-ID: <1@example.com>
Content-Type: text/plain; charset=utf-8

How much?

On Mon, 29 Dec 2025, Sales <sales@dealer.example> wrote:
> our letter
"""
PORTAL = """From: Cars <leads@portal.example>
Subject: New lead
Message-ID: <2@portal.example>
Auto-Submitted: auto-generated
Content-Type: text/html; charset=utf-8

<html><head><style>p {}</style></head><body><table><tr><td>Name:</td><td>Wei Zhang</td></tr>
<tr><td>Phone:</td><td>+1 415 867 5310</td></tr></table><p>Car: Model&nbsp;A &amp; B</p></body></html>
"""
OPTIONS = {
    "portal": ["portal.example"],
    "fields": {"name": "Name", "tel": "Phone|Mobile", "interests": "Car", "note": "Comments"},
}


def read(text, **options):
    body = text if isinstance(text, bytes) else text.encode()
    defaults = {option.name: option.default for option in CHANNEL.options}
    connection = Connection(name="mail", zone="Asia/Shanghai", options=defaults | options)
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), connection)


def test_hook_channels_of_mail_keeps_its_promises():
    """A person, a portal, a bounce that tells of nobody, and bytes that are no mail."""
    samples = [
        testing.ChannelSample(body=PERSON.encode()),
        testing.ChannelSample(body=PORTAL.encode()),
        testing.ChannelSample(body=PERSON.replace("To:", "Auto-Submitted: auto-replied\nTo:").encode(), envelopes=0),
        testing.ChannelSample(body=b"hello", readable=False),
    ]
    testing.check_channel(mail, "mail", samples, options=OPTIONS)


def test_a_person_writes():
    """Known by the address; the subject is the lead's; what is quoted is ours and left out."""
    (one,) = read(PERSON)

    assert (one.key, one.kind) == ("<1@example.com>", EnvelopeKind.LEAD)
    assert one.at == datetime(2025, 12, 30, 10, tzinfo=UTC)
    assert one.contacts == (Contact(scheme="email", written="zhang@Example.com"),)
    assert (one.customer, one.lead) == ({"name": "张三"}, {"subject": "报价 Model A"})
    assert one.interaction == {"note": "报价 Model A\nHow much?"}
    assert "our letter" in read(PERSON, quoted=True)[0].interaction["note"]


def test_an_answer_is_a_message():
    """It begins no lead where somebody is known already."""
    (one,) = read(PERSON.replace("To:", "In-Reply-To: <0@dealer.example>\nReply-To: <li@example.com>\nTo:"))

    assert one.kind is EnvelopeKind.MESSAGE
    assert one.contacts[0].written == "li@example.com"


def test_a_portal_writes_about_a_person():
    """Labels stand before values, in a table of HTML too; the portal itself is nobody, though it sends by itself."""
    (one,) = read(PORTAL, **OPTIONS)

    assert one.contacts == (Contact(scheme="tel", written="+1 415 867 5310"),)
    assert (one.customer, one.lead) == ({"name": "Wei Zhang"}, {"interests": "Model A & B"})
    with pytest.raises(Unreadable, match="no_label"):
        read(PORTAL.replace("Name:", "N").replace("Phone:", "P").replace("Car:", "C"), **OPTIONS)


def test_who_is_called_like_a_portal_is_none():
    (one,) = read(PERSON.replace("=?gb2312?B?1cXI/Q==?=", '"leads@portal.example"'), **OPTIONS)

    assert one.contacts == (Contact(scheme="email", written="zhang@Example.com"),)


def test_a_mail_without_an_id_is_known_by_what_it_says():
    """With whatever trace of its way it comes again; without a time, too, nobody can tell whether it was written again."""
    bare = PERSON.replace("Message-ID: <1@example.com>\n", "")
    keys = [read(text)[0].key for text in (bare, "Received: by a.example\n" + bare, bare.replace("How", "Say how"))]

    assert keys[0] == keys[1] != keys[2]
    assert read(bare.replace("Date:", "X-Date:"))[0].key == ""


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "List-Id: <news.example>",
        "Return-Path: <>",
        "X-Autoreply: yes",
        "X-Autorespond: yes",
        "Subject: 自动回复：您好",
        "Subject: Automatic reply: Model A",
        "Reply-To: MAILER-DAEMON@example.com",
    ],
)
def test_what_nobody_wrote_is_no_lead(line):
    assert read(f"{line}\n{PERSON}") == []


@pytest.mark.parametrize("subject", ["Re: 自动回复: 您好", "自动回复怎么设置", "Out of office chairs"])
def test_who_writes_about_automatic_answers_is_somebody(subject):
    assert len(read(f"Subject: {subject}\n{PERSON}")) == 1


def test_a_bounce_is_no_lead():
    assert read(PERSON.replace("text/plain; charset=utf-8", 'multipart/report; boundary="x"')) == []


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("gb2312", "gb18030"), ("x-unknown", "utf-8"), ("gbk", "gb18030"), ("us-ascii", "utf-8"), ('""', "gbk")],
)
def test_bodies_say_one_encoding_and_mean_another(charset, encoding):
    """镕 is in GBK and not in GB2312."""
    head, _, _ = PERSON.replace("charset=utf-8", f"charset={charset}").partition("\n\n")
    (one,) = read(head.encode() + b"\n\n" + "朱镕先生".encode(encoding))

    assert one.interaction["note"].endswith("朱镕先生")


def test_attachments_are_named():
    """A mail with parts says what its plain text says, and which files came with it."""
    head = PERSON.partition("Content-Type")[0] + 'Content-Type: multipart/mixed; boundary="x"\n\n'
    parts = "--x\nContent-Type: text/html\n\n<p>html</p>\n--x\nContent-Type: text/plain\n\nplain\n--x\n"
    file = 'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\n%PDF\n--x--\n'
    (one,) = read(head + parts + file)

    assert one.interaction["note"] == "报价 Model A\nplain"
    assert one.remarks == ("📎 a.pdf",)


@pytest.mark.parametrize(
    "text", ["", "x", PERSON.replace("To:", "From: <a@example.com>\nTo:"), PERSON.replace("<zhang@Example.com>", "<<>>,, @")]
)
def test_what_has_no_sender_is_unreadable(text):
    """No mail, two senders, none that could be answered to."""
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", "<p>How much is it?</p>"), ("text/plain", "How much is it?\n\n-- Original Message --\nlong ago")],
)
def test_no_mail_keeps_the_others_waiting(kind, body):
    """However often one sign stands in it, in HTML too; parentheses and parts that stand within each other have an end."""
    mail = f"From: Grace <grace@example.com>\nSubject: Question\nContent-Type: {kind}\n\n{body}\n"

    connection = Connection(name="mail", options={option.name: option.default for option in CHANNEL.options})
    check_growth(CHANNEL, connection, Delivery(body=mail.encode(), received_at=testing.NOW))
    assert read(f"From: Grace <grace@example.com>\nTo: {'(' * 5_000}\n\nHello?\n")
    with pytest.raises(Unreadable):
        read("From: grace@example.com\n" + "Content-Type: message/rfc822\n\n" * 3_000)


def test_a_time_or_id_that_is_none_is_left_out():
    (one,) = read(PERSON.replace("Tue, 30 Dec 2025 18:00:00 +0800", "soon").replace("<1@example.com>", "1"))

    assert (one.at, one.key) == (None, "")


def unsubscribing(subject="How much?", text="Which one?", to="sales@dealer.example", **headers):
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return f"From: Zhang <zhang@example.com>\nTo: {to}\nSubject: {subject}\n{more}\n{text}\n"


@pytest.mark.parametrize(
    "text",
    [
        unsubscribing("unsubscribe", ""),
        unsubscribing("Re: Unsubscribe", "sent from my phone"),
        unsubscribing("退订", ""),
        unsubscribing("Re: our letter", "STOP\n\nOn Mon, 29 Dec 2025, Sales <sales@dealer.example> wrote:\n> our letter"),
        unsubscribing("anything", "", to="Leave <Unsubscribe@dealer.example>"),
        unsubscribing("unsubscribe", "", Auto_Submitted="auto-generated"),
    ],
    ids=["subject", "answer", "Chinese", "text", "address", "by the mail program"],
)
def test_who_wants_no_more_mail_to_many_says_so(text):
    (one,) = read(text, unsubscribe=["unsubscribe@dealer.example"])

    assert one.kind is EnvelopeKind.MESSAGE
    assert [(said.decision, said.channel, said.purpose) for said in one.consents] == [
        ("withdrawn", "email", "marketing"),
        ("withdrawn", "email", "relationship"),
    ]


def test_a_question_about_it_is_a_question():
    (one,) = read(unsubscribing("unsubscribe me from the waiting list of Model A, please", "…"))

    assert one.consents == ()


def test_a_bounce_at_the_address_for_it_unsubscribes_nobody():
    assert read(unsubscribing("unsubscribe", "", Return_Path="<>")) == []
