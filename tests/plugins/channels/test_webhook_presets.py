"""Presets: providers whose names are known, as data."""

import json

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, testing
from patron.plugins.channels.webhook.channel import CHANNEL
from patron.plugins.channels.webhook.presets import presets


def read(said, **options):
    defaults = {option.name: option.default for option in CHANNEL.options}
    connection = Connection(name="door", zone="Asia/Shanghai", options=defaults | options)
    return CHANNEL.parse(Delivery(body=json.dumps(said).encode(), received_at=testing.NOW), connection)


def test_a_forum_writes_html_and_bbcode():
    """What is seen of it is the note; the account is known as that of this forum."""
    post = {
        "id": 7,
        "username": "sam",
        "cooked": "<p>How [b]much[/b]?</p><script>x()</script><p>Soon</p>",
        "topic_title": "Model A",
    }
    (one,) = read({"post": post}, preset="forum")

    assert (one.key, one.contacts) == ("7", (Contact(scheme="external", written="door:sam"),))
    assert (one.lead, one.interaction) == (
        {"source": "forum", "subject": "Model A"},
        {"channel": "web", "note": "How much?\nSoon"},
    )


def test_messages_are_messages_and_calls_are_calls():
    (message,) = read({"msgid": 1, "mobile": "13800138000", "content": "?"}, preset="sms")
    (call,) = read({"uuid": "c", "caller": "13800138000", "duration": 42}, preset="phone")

    assert (message.kind, call.kind) == (EnvelopeKind.MESSAGE, EnvelopeKind.CALL)
    assert call.interaction["duration_seconds"] == "42"


def test_what_the_connection_says_goes_before_the_preset():
    """Its names are added to those of the preset, and its list is elsewhere."""
    rows = {"rows": [{"user_name": "张三", "mobile_no": "13800138000"}]}
    (one,) = read(rows, preset="kuaishou", items="rows", fields={"tel": "mobile_no"})

    assert (one.customer["name"], one.contacts[0].written) == ("张三", "13800138000")


@pytest.mark.parametrize("name", presets())
def test_a_preset_names_what_there_is(name):
    """Sources, contact channels and kinds that are known, and fields in which something can stand."""
    with testing.app().session() as session:
        codes = session.records.vocabulary.codes
    preset = presets()[name]

    assert preset.get("source", "webshop") in codes["source"]
    assert preset.get("contact", "web") in codes["contact_channel"]
    assert EnvelopeKind(preset.get("kind", "lead"))
    assert {"tel", "external", "name"} & set(preset["fields"])
