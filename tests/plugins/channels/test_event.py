"""The channel `event`: lists of visitors, and the forms behind printed codes."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from patron import Connection, Delivery, Outcome, Unreadable, testing
from patron.plugins.channels import event
from patron.plugins.channels.event.channel import CHANNEL, address

OPTIONS = {"campaign": "MAY26", "page": "https://www.dealer.example/fair?lang=zh", "secret": "s3cret-of-fair", "fields": None}
SHEET = """姓名,手机,活动,单位,意向产品,登记人
张三,138-0013-8000,MAY26,某某公司,Model A,小李
李四,,MAY26,,,
张三先生,+86 13800138000,MAY26,,,
,,,,,
"""


def connection(**options):
    return Connection(name="fair", options=OPTIONS | options)


def behind(campaign="MAY26"):
    """Return what a form of the page behind a code sends along."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address(campaign, connection())).query).items()}


def form(**said):
    return urlencode(said).encode()


def read(body, **options):
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), connection(**options))


def test_hook_channels_of_event_keeps_its_promises():
    """A list, an object, the form behind a code, and one whose campaign nobody signed."""
    kind = "application/x-www-form-urlencoded"
    whole = form(name="王五", phone="13700137000", **behind())
    other = form(name="王五", phone="13700137000", **(behind() | {"campaign": "JUNE"}))
    head, *lines = SHEET.splitlines()
    rows = tuple(f"{head}\n{line}\n".encode() for line in lines[:3])
    samples = [
        testing.ChannelSample(body=SHEET.encode(), envelopes=3, method="", parts=rows),
        testing.ChannelSample(body=json.dumps({"name": "赵六", "tel": "13600136000"}).encode(), method=""),
        testing.ChannelSample(body=whole, content_type=kind),
        testing.ChannelSample(body=other, content_type=kind, authentic=False),
        testing.ChannelSample(body=SHEET.encode(), authentic=False),
        testing.ChannelSample(body=b"a,b\n1,2\n", method="", readable=False),
    ]
    testing.check_channel(event, "event", samples, options={k: v for k, v in OPTIONS.items() if v})


def test_what_is_said_again_of_a_visitor_comes_once():
    """However the number is written, and whoever wrote it; another campaign or another name is another visit."""
    first, second, again = read(SHEET.encode())
    (other,) = read("name,phone,campaign\n张三,13800138000,JUNE\n".encode())

    assert (first.customer["name"], first.lead["campaign_id"], first.lead["interests"]) == ("张三", "MAY26", "Model A")
    assert first.remarks == ("单位: 某某公司", "登记人: 小李")
    assert first.interaction["effective"] is True
    assert len({first.key, second.key, again.key, other.key}) == 4
    assert (again.customer, again.contacts[0].written) == ({"name": "张三先生"}, "+86 13800138000")
    whole = SHEET.splitlines()[1]
    same = whole.replace("138-0013-8000", "13800138000").replace("小李", "小王")
    assert [one.key for one in read(f"{SHEET.splitlines()[0]}\n{same}\n{whole}\n".encode())] == [first.key]


def test_a_code_leads_to_the_page_with_a_signed_campaign():
    """Without a page or a secret it leads nowhere."""
    found = urlsplit(address("五月 & 展", connection()))

    assert (found.netloc, found.path) == ("www.dealer.example", "/fair")
    assert parse_qs(found.query)["campaign"] == ["五月 & 展"]
    assert address("MAY26", connection(secret=None)) == address("MAY26", connection(page=None)) == ""


@pytest.mark.parametrize("said", [{}, {"token": "0" * 64}, {"token": "x"}, {"campaign": "", "token": ""}])
def test_forms_of_campaigns_that_nobody_signed_are_refused(said):
    body = form(name="王五", phone="13700137000", **({"campaign": "MAY26"} | said))
    delivery = Delivery(body=body, received_at=testing.NOW, method="POST", content_type="application/x-www-form-urlencoded")

    assert CHANNEL.verify(delivery, connection()) == "payloads.wrong_signature"
    assert CHANNEL.verify(delivery, connection(secret=None)) == "payloads.no_secret"


def test_over_the_web_comes_one_form_and_no_list():
    """Signed by nobody yet, a workbook of a hundred thousand rows would be read to its end before it is refused."""
    delivery = Delivery(body=b"PK\x03\x04", received_at=testing.NOW, method="POST", content_type="application/octet-stream")

    assert CHANNEL.verify(delivery, connection()) == "payloads.no_form"


def test_visitors_are_thanked_in_both_languages():
    body = CHANNEL.respond(Delivery(body=b"", received_at=testing.NOW), connection(), [Outcome.ACCEPTED]).body.decode()

    assert "谢谢" in body
    assert "Thank you" in body
    assert CHANNEL.respond(Delivery(body=b"", received_at=testing.NOW), connection(), [Outcome.REJECTED]).status == 403


@pytest.mark.parametrize("body", [b"", b"x,y\n1,2\n", b"[1]"])
def test_what_is_no_list_is_unreadable(body):
    with pytest.raises(Unreadable):
        read(body)
