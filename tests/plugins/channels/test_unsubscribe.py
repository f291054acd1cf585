"""The channel `unsubscribe`: what is posted to a link of ours is a refusal, to look at it is none; nobody else makes links."""

from datetime import timedelta
from urllib.parse import parse_qs

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron import Connection, ConsentSaid, Contact, EnvelopeKind, Outcome, Reply, Unreadable, testing
from patron.plugins.channels import unsubscribe
from patron.plugins.channels.unsubscribe.channel import CHANNEL
from patron.testing.application import NOW

SECRET = "link-s3cret"
FORM = "application/x-www-form-urlencoded"
ZHANG = Contact(scheme="email", written="zhang@example.com")
ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'


def connection(**options: str) -> Connection:
    return Connection(name="unsubscribe", options={"secret": SECRET, "former": None} | options)


def token(contact: Contact = ZHANG, purpose: str | None = "marketing", channel: str = "email", secret: str = SECRET) -> str:
    assert CHANNEL.unsubscribe is not None
    said = ConsentSaid(decision="withdrawn", channel=channel, purpose=purpose)
    return parse_qs(CHANNEL.unsubscribe(contact, said, connection(secret=secret)))["t"][0]


def sample(body: bytes = ONE_CLICK, mark: str | None = None, **about: object) -> testing.ChannelSample:
    said = {"content_type": FORM, "query": {"t": token() if mark is None else mark}}
    return testing.ChannelSample(body=body, **said | about)  # type: ignore[arg-type]  # as given


def page(reply: Reply | None) -> tuple[int, str]:
    assert reply is not None
    return reply.status, reply.body.decode()


def test_hook_channels_of_unsubscribe_keeps_its_promises() -> None:
    """A click in the mail program, in both forms that a body has; one on the page; a link that is none of ours."""
    samples = [
        sample(),
        sample(MULTIPART, content_type="multipart/form-data; boundary=b", mark=token(attrs.evolve(ZHANG, written="b@x.example"))),
        sample(b"pressed=yes", mark=token(purpose=None)),
        sample(b"", query={"t": token(channel="sms")}),
        sample(mark="garbled", authentic=False),
        sample(mark=token(secret="another"), authentic=False),
    ]
    testing.check_channel(unsubscribe, "unsubscribe", samples, options={"secret": SECRET})


@pytest.mark.requirement("R234", "R277")
@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        (ONE_CLICK, ONE_CLICK.decode()),
        (b"pressed=yes", "unsubscribe page"),
        (b"", "unsubscribe link, and nothing else"),
        (b"List-Unsubscribe=No", "unsubscribe link, with: List-Unsubscribe=No"),
    ],
)
def test_who_unsubscribes_wants_no_more_of_that_letter(body: bytes, evidence: str) -> None:
    (one,) = CHANNEL.parse(sample(body).delivery("unsubscribe"), connection())

    assert (one.kind, one.contacts) == (EnvelopeKind.MESSAGE, (ZHANG,))
    assert one.consents == (
        ConsentSaid(decision="withdrawn", channel="email", purpose="marketing", evidence=evidence, given_by="message"),
    )


@pytest.mark.parametrize(("again", "keys"), [(60, 2), (3_600, 1), (0, 1)])
def test_for_how_long_a_click_is_the_same_the_connection_says(again: int, keys: int) -> None:
    """Thirty seconds and ninety behind the first."""
    first = sample().delivery("unsubscribe")
    clicks = [attrs.evolve(first, received_at=NOW + timedelta(seconds=seconds)) for seconds in (0, 30, 90)]
    envelopes = [CHANNEL.parse(one, attrs.evolve(connection(), again=again))[0] for one in clicks]

    assert len({one.key for one in envelopes}) == keys


@given(st.text(min_size=1, max_size=60), st.sampled_from(["tel", "email", "wechat"]))
def test_a_link_says_the_same_always_and_shows_nobody(written: str, scheme: str) -> None:
    contact = Contact(scheme=scheme, written=written)
    made = token(contact)
    (one,) = CHANNEL.parse(sample(mark=made).delivery("unsubscribe"), connection())

    assert made == token(contact)
    assert one.contacts == (contact,)
    assert len(written) < 4 or written not in made


def test_a_link_that_was_changed_anywhere_is_none() -> None:
    good = token()
    changed = [good[:place] + ("A" if sign != "A" else "B") + good[place + 1 :] for place, sign in enumerate(good[:-1])]

    for mark in [*changed, good[:-3], good + "A" * 8, "", "é", "=" * 9, "A" * 100_000]:
        assert CHANNEL.verify(sample(mark=mark).delivery("unsubscribe"), connection()), mark[:90]


def test_links_of_a_former_secret_go_on_working() -> None:
    delivery = sample(mark=token(secret="old")).delivery("unsubscribe")

    assert CHANNEL.verify(delivery, connection()) != ""
    assert CHANNEL.verify(delivery, connection(former="old")) == ""


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "HEAD", "PUT"])
def test_to_look_at_a_link_says_nothing(method: str) -> None:
    """Programs try out every link of a mail."""
    delivery = sample(b"", method=method).delivery("unsubscribe")

    assert CHANNEL.challenge is not None
    assert CHANNEL.challenge(delivery, connection()) is not None
    assert CHANNEL.verify(delivery, connection()) == "reason.not_posted"


def test_a_file_that_one_of_us_hands_in_needs_a_link_as_well() -> None:
    handed = testing.ChannelSample(body=b"t=" + token().encode(), method="", content_type=FORM).delivery("unsubscribe")

    assert len(CHANNEL.parse(handed, connection())) == 1
    with pytest.raises(Unreadable, match="no_link"):
        CHANNEL.parse(attrs.evolve(handed, body=b"t=x"), connection())


@pytest.mark.parametrize(
    ("asked", "question", "answer"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "您不想再通过邮件收到推广信息吗？", "已退订：您将不再通过邮件收到推广信息。"),
        ("fr, en;q=0.7", "Do you want no more advertising by email?", "Done: you will get no more advertising by email."),
        ("", "Do you want no more advertising by email?", "Done: you will get no more advertising by email."),
    ],
)
def test_pages_are_in_the_readers_language(asked: str, question: str, answer: str) -> None:
    looked = sample(b"", method="GET", headers={"accept-language": asked}).delivery("unsubscribe")
    assert CHANNEL.challenge is not None
    assert CHANNEL.respond is not None
    status, text = page(CHANNEL.challenge(looked, connection()))

    assert status == 200
    assert f"<h1>{question}</h1>" in text
    assert '<form method="post"><button' in text
    assert "zhang" not in text
    assert page(CHANNEL.respond(looked, connection(), ()))[1].count(answer) == 2


def test_a_broken_link_gets_a_page_that_says_what_to_do() -> None:
    looked = sample(b"", method="GET", mark="<b>").delivery("unsubscribe")
    assert CHANNEL.challenge is not None
    assert CHANNEL.respond is not None

    for reply in (CHANNEL.challenge(looked, connection()), CHANNEL.respond(looked, connection(), (Outcome.REJECTED,))):
        status, text = page(reply)
        assert status == 404
        assert "simply answer the letter" in text
        assert "<form" not in text


def test_codes_of_a_house_of_its_own_have_words_too() -> None:
    looked = sample(b"", method="GET", mark=token(purpose="club.news", channel="fax")).delivery("unsubscribe")

    assert CHANNEL.challenge is not None
    assert "Do you want no more messages of this kind from us?" in page(CHANNEL.challenge(looked, connection()))[1]
