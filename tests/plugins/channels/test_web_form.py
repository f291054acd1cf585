"""The channel `web_form`: people come in, robots stay out."""

import json
import re
from datetime import timedelta
from urllib.parse import urlencode

import attrs
import pytest

from patron import Connection, Contact, Outcome, Unreadable, testing
from patron.plugins.channels import web_form
from patron.plugins.channels.web_form.channel import CHANNEL
from patron.plugins.channels.web_form.tokens import render_token

FORM = "application/x-www-form-urlencoded"
SECRET = "form-s3cret"
SAID = {"name": "张三", "phone": "13800138000", "message": "<b>how much?</b>", "interest": "Model A", "form_id": "home"}


def token(seconds=30, form="home"):
    return render_token(SECRET, form, testing.NOW - timedelta(seconds=seconds))


def sent(said, **about):
    return testing.ChannelSample(body=urlencode(said).encode(), content_type=FORM, **about).delivery("web_form")


def connection(**options):
    defaults = {option.name: option.default for option in CHANNEL.options}
    return Connection(name="web_form", options=defaults | options, again=600)


def test_hook_channels_of_web_form_keeps_its_promises():
    """A form as HTML sends it and as a script does; one with a token that is none; one with nothing in it."""
    good = SAID | {"token": token(), "submission_id": "1"}
    samples = [
        testing.ChannelSample(body=urlencode(good).encode(), content_type=FORM),
        testing.ChannelSample(
            body=json.dumps(good | {"submission_id": "2", "phone": 13900139000}).encode(), content_type="application/json"
        ),
        testing.ChannelSample(body=urlencode(SAID | {"token": "1.00"}).encode(), content_type=FORM, authentic=False),
        testing.ChannelSample(body=urlencode({"form_id": "home", "token": token()}).encode(), content_type=FORM, readable=False),
    ]
    testing.check_channel(web_form, "web_form", samples, options={"secret": SECRET})


def test_what_is_filled_in_stands_in_its_field():
    """What has no field is a remark; of a repeated field the first that says something counts."""
    body = urlencode(
        [
            ("phone", ""),
            ("phone", "138"),
            ("name", "A"),
            ("utm_campaign", "may"),
            ("utm_medium", "cpc"),
            ("gclid", "Cj0"),
            ("page_url", "https://x.example/a"),
        ]
    )
    (one,) = CHANNEL.parse(attrs.evolve(sent({}), body=body.encode()), connection())

    assert (one.contacts, one.customer, one.lead) == (
        (Contact(scheme="tel", written="138"),),
        {"name": "A"},
        {"campaign_id": "may", "medium": "cpc", "click_id": "Cj0"},
    )
    assert one.remarks == ("page_url: https://x.example/a",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"website": "https://spam.example"}, "reason.hidden_field"),
        ({"token": token(2)}, "reason.too_fast"),
        ({"token": token(86_401)}, "reason.old_page"),
        ({"token": token(-600)}, "reason.too_fast"),
        ({"token": token(form="other")}, "reason.no_token"),
        ({"token": ""}, "reason.no_token"),
        ({"token": "٣.00"}, "reason.no_token"),
    ],
)
def test_robots_are_known(changes, reason):
    """By the field that nobody sees, by their speed, by a token that is old, of another form, or none."""
    assert CHANNEL.verify(sent(SAID | {"token": token()} | changes), connection(secret=SECRET)) == reason


def test_key_and_origin_are_asked_for_where_they_are_set():
    """A connection without anything that tells pages from others takes nothing."""
    good = sent(SAID | {"key": "pk_1"}, headers={"origin": "https://shop.example"})

    assert CHANNEL.verify(good, connection(key="pk_1", origins=["https://shop.example"])) == ""
    assert CHANNEL.verify(good, connection(key="pk_2")) == "reason.wrong_key"
    assert CHANNEL.verify(good, connection(origins=["https://other.example"])) == "reason.elsewhere"
    assert CHANNEL.verify(good, connection()) == "reason.open"


def test_a_form_without_an_id_that_is_sent_twice_at_once_is_one():
    """Ten minutes later it is another."""
    first, second = sent(SAID | {"token": token(30)}), sent(SAID | {"token": token(20)})
    later = attrs.evolve(second, received_at=second.received_at + timedelta(minutes=10))
    keys = [CHANNEL.parse(one, connection())[0].key for one in (first, second, later)]

    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("body", [b"", b"name=&phone=", b"name=%20", b"form_id=home&token=1", b"_nonce=7&website="])
def test_an_empty_form_is_nothing(body):
    with pytest.raises(Unreadable) as caught:
        CHANNEL.parse(attrs.evolve(sent({}), body=body), connection())
    assert caught.value.foreign


@pytest.mark.parametrize(
    ("box", "decisions", "remarks"),
    [("on", ["granted"], ()), ("不同意", ["refused"], ()), ("maybe", [], ("consent: maybe",)), ("", [], ())],
)
def test_the_box_of_the_form_is_a_consent(box, decisions, remarks):
    """With form and page as evidence; what is neither yes nor no is read by a person."""
    (one,) = CHANNEL.parse(sent({"phone": "138", "consent": box, "page_url": "https://x.example/a"}), connection())

    assert [said.decision for said in one.consents] == decisions
    assert {(said.purpose, said.evidence) for said in one.consents} <= {("marketing", f"https://x.example/a consent={box}")}
    assert tuple(remark for remark in one.remarks if remark.startswith("consent")) == remarks


def asked(method="GET", query=None, url="https://crm.example/intake/web_form", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return attrs.evolve(
        testing.ChannelSample(body=b"", method=method, url=url, headers=named, query=query or {}).delivery("web_form")
    )


@pytest.mark.parametrize(
    ("query", "headers", "lang"),
    [
        ({"lang": "zh"}, {}, "zh"),
        ({}, {"accept_language": "fr, zh-CN;q=0.9, en;q=0.8"}, "zh"),
        ({"lang": "fr"}, {}, "en"),
    ],
)
def test_the_page_with_the_form_is_shown_in_the_visitor_s_language(query, headers, lang):
    """With a token of its own, and nothing that a visitor could smuggle in."""
    page = CHANNEL.challenge(
        asked(query={**query, "interest": '"><script>', "form_id": "home"}, **headers), connection(secret=SECRET)
    )
    text = page.body.decode()

    assert (page.status, page.content_type) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{lang}">' in text
    assert "<script" not in text
    assert f'value="{token(0)}"' in text
    assert "frame-ancestors 'self';" in page.headers["content-security-policy"] + ";"


def test_a_form_from_that_page_is_taken():
    """The page is of the origin that was called, which needs no mention."""
    options = {"secret": SECRET, "origins": ["https://www.dealer.example"]}
    here, there, elsewhere = (
        sent(SAID | {"token": token()}, url="https://crm.example/intake/web_form", headers={"origin": origin})
        for origin in ("https://crm.example", "https://www.dealer.example", "https://else.example")
    )
    assert [CHANNEL.verify(one, connection(**options)) for one in (here, there)] == ["", ""]
    assert CHANNEL.verify(elsewhere, connection(**options)) == "reason.elsewhere"


@pytest.mark.parametrize(
    ("origins", "origin", "status", "allowed"),
    [
        (["https://a.example"], "https://a.example", 204, "https://a.example"),
        (["https://a.example"], "https://b.example", 403, None),
        ([], "https://b.example", 204, "*"),
        ([], "", 403, None),
    ],
)
def test_a_browser_is_told_which_pages_may_send(origins, origin, status, allowed):
    question = asked("OPTIONS", origin=origin, access_control_request_method="POST")
    reply = CHANNEL.challenge(question, connection(key="pk", origins=origins))

    assert (reply.status, reply.headers.get("access-control-allow-origin")) == (status, allowed)
    assert CHANNEL.challenge(asked("OPTIONS", origin="https://a.example"), connection(key="pk")).status == 403
    assert CHANNEL.challenge(sent(SAID), connection(key="pk")) is None


@pytest.mark.parametrize(
    ("outcomes", "said", "status", "words"),
    [
        ([], SAID, 200, "感谢"),
        ([Outcome.REJECTED], SAID, 401, "刷新"),
        ([], {"form_id": "home"}, 422, "还没有填写"),
    ],
)
def test_a_person_reads_what_became_of_the_form(outcomes, said, status, words):
    """In his language; a script reads a status."""
    form = sent(said | {"lang": "zh"}, headers={"accept": "text/html,*/*"})
    page, data = (CHANNEL.respond(one, connection(), outcomes) for one in (form, sent(said)))

    assert (page.status, words in page.body.decode(), data.status) == (status, True, status)
    assert json.loads(data.body)["status"] in {"received", "refused", "empty"}


@pytest.mark.requirement("R277")
@pytest.mark.parametrize(("lang", "words"), [("en", "one of them is enough"), ("zh", "任填一项即可")])
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"email": "ada@x.example"}, 200),
        ({"phone": "13800138000"}, 200),
        ({"wechat": "ada_k"}, 200),
        ({"name": "Ada", "message": "how much?"}, 422),
        ({"interest": "Model A"}, 422),
    ],
)
def test_our_own_form_asks_for_one_way_to_answer_and_no_more(lang, words, fields, status):
    """Who dislikes calls leaves an address; who leaves neither is told so, and nothing comes of it."""
    page = CHANNEL.challenge(asked(query={"lang": lang}), connection(key="pk")).body.decode()
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    form = sent(hidden | fields, headers={"accept": "text/html"})
    reply = CHANNEL.respond(form, connection(key="pk"), [] if status == 200 else [Outcome.REJECTED])

    assert " required" not in page
    assert (status, status == 422) == (reply.status, words in reply.body.decode())
    if status == 200:
        (one,) = CHANNEL.parse(form, connection(key="pk"))
        assert one.remarks == ()
    else:
        with pytest.raises(Unreadable, match="unreachable"):
            CHANNEL.parse(form, connection(key="pk"))


def test_a_form_in_a_page_of_ours_can_be_read_without_a_style():
    """Each field stands below its name; a page whose policy lets no style of others through is not made a heap of boxes."""
    form = CHANNEL.snippet(connection(key="pk"), "https://crm.example/intake/home", "zh")

    assert re.findall(r"<p><label>([^<]+)<br><(?:input|textarea)", form) == ["姓名", "电话", "电子邮箱", "咨询内容"]
    assert form.count("style=") == 1  # of the field that nobody sees


def test_a_person_may_be_led_to_a_page_of_ours():
    """Loading that anew sends nothing again. Another page may read the answer where it may send."""
    form = sent(SAID, headers={"accept": "text/html", "origin": "https://www.dealer.example"})
    options = connection(thanks="https://www.dealer.example/thanks", origins=["https://www.dealer.example"])
    reply = CHANNEL.respond(form, options, [])

    assert (reply.status, reply.headers["location"]) == (303, "https://www.dealer.example/thanks")
    assert reply.headers["access-control-allow-origin"] == "https://www.dealer.example"
    assert CHANNEL.respond(attrs.evolve(sent({}), body=b"\xff", content_type="application/json"), connection(), []).status == 422


@pytest.mark.requirement("R178")
@pytest.mark.parametrize(("lang", "words"), [("en", "Ask us"), ("zh", "在线咨询")])
def test_every_page_can_have_a_button_to_ask(lang, words):
    """Without a script: with the form in it, or, where a token is needed, a link to the page that makes one."""
    inside = CHANNEL.snippet(connection(key="pk_home"), "https://crm.example/intake/home", lang)
    link = CHANNEL.snippet(connection(secret=SECRET), "https://crm.example/intake/home", lang)

    for text in (inside, link):
        assert words in text
        assert "script" not in text
        assert SECRET not in text
    assert '<form method="post" action="https://crm.example/intake/home"' in inside
    assert 'name="key" value="pk_home"' in inside
    assert f'href="https://crm.example/intake/home?lang={lang}"' in link


@pytest.mark.parametrize(
    "fields",
    [
        {"your-name": "Ada King", "E-Mail": "ada@x.example", "Mobile": "13800138000", "your-message": "how much?"},
        {
            "first_name": "Ada",
            "last_name": "King",
            "email_address": "ada@x.example",
            "Tel": "13800138000",
            "comments": "how much?",
        },
        {"姓名": "Ada King", "邮箱": "ada@x.example", "手机号码": "13800138000", "留言": "how much?"},
        {"Name": "Ada King", "电子邮箱": "ada@x.example", "Phone Number": "13800138000", "Nachricht": "how much?"},
    ],
)
def test_fields_are_known_by_the_names_that_forms_give_them(fields):
    """And by ours, and those of the connection."""
    (one,) = CHANNEL.parse(sent(fields), connection(fields={"note": "Nachricht"}))

    assert one.customer == {"name": "Ada King"}
    assert {(contact.scheme, contact.written) for contact in one.contacts} == {("tel", "13800138000"), ("email", "ada@x.example")}
    assert (one.interaction, one.remarks) == ({"note": "how much?"}, ())


def test_what_has_no_field_is_kept_and_what_no_page_decides_is_none():
    """Unless the connection says so; what the form has for itself is nobody's word."""
    form = {"name": "Ada", "Firma": "King & Co", "level": "A", "lead.owner_user_id": "1", "source": "forum", "下一步": "回电"}
    beside = {"_wpnonce": "7", "g-recaptcha-response": "x" * 500, "token": "1", "website": ""}
    (one,) = CHANNEL.parse(sent(form | beside), connection())
    (told,) = CHANNEL.parse(sent(form), connection(fields={"level": "level"}))

    assert (one.customer, one.lead, one.interaction) == ({"name": "Ada"}, {}, {})
    assert set(one.remarks) == {"Firma: King & Co", "level: A", "lead.owner_user_id: 1", "source: forum", "下一步: 回电"}
    assert told.lead == {"level": "A"}


def test_a_form_without_a_known_field_waits():
    """Who filled it in is told that it came."""
    form = sent({"Rufnummer": "13800138000"})
    with pytest.raises(Unreadable) as caught:
        CHANNEL.parse(form, connection())

    assert (str(caught.value), caught.value.foreign) == ("reason.no_field (names='Rufnummer')", False)
    assert CHANNEL.respond(form, connection(), ()).status == 200
