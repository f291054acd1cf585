"""Events of CloudEvents: what is read, and what is answered that it isn't."""

import json

import attrs
import pytest

from patron import Delivery, Unreadable, testing
from patron.plugins.channels.webhook.channel import CHANNEL
from tests.plugins.channels.test_webhook import connection, read

EVENT = {"specversion": "1.0", "id": "1", "source": "/shop", "type": "lead", "data": {"name": "Ada"}}
BESIDE = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/shop", "ce-type": "lead"}
ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"


def answer(said, content_type, headers=None):
    """Return what is answered before anything is kept, and why the same in a file is not taken; None for nothing."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    delivery = Delivery(body=body, received_at=testing.NOW, method="POST", content_type=content_type, headers=headers or {})
    reply = CHANNEL.challenge(delivery, connection())
    try:
        CHANNEL.parse(attrs.evolve(delivery, method=""), connection())
    except Unreadable as error:
        return reply and reply.status, error.reason, error.foreign
    return reply and reply.status, None, None


@pytest.mark.parametrize(
    ("said", "content_type", "headers"),
    [
        (EVENT, ONE, None),
        (EVENT, "Application/CloudEvents+JSON; charset=UTF-8", None),
        ([EVENT], MANY, None),
        (EVENT["data"], "application/json", BESIDE),
        (EVENT["data"], "application/vnd.shop.lead+json", BESIDE),
        (b"name=Ada", "application/x-www-form-urlencoded", BESIDE),
        ({name: value for name, value in EVENT.items() if name != "specversion"}, ONE, None),
        ({"name": "Ada"}, "application/json", None),
    ],
)
def test_what_is_written_as_we_read_it_is_no_question(said, content_type, headers):
    assert answer(said, content_type, headers) == (None, None, None)


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("application/cloudevents+avro", None),
        ("application/cloudevents+protobuf", None),
        ("application/cloudevents-batch+protobuf", None),
        ("application/cloudevents", None),
        ("application/octet-stream", BESIDE),
        ("application/xml", BESIDE),
    ],
)
def test_another_format_is_answered_415(content_type, headers):
    """With what is taken instead; from a file it is rejected."""
    assert answer(EVENT, content_type, headers) == (415, "reason.other_format", True)


@pytest.mark.parametrize(
    ("said", "content_type", "headers"),
    [
        (EVENT | {"specversion": "0.3"}, ONE, None),
        (EVENT | {"specversion": None}, ONE, None),
        (EVENT["data"], "application/json", BESIDE | {"ce-specversion": "2.0"}),
    ],
)
def test_another_version_is_answered_400(said, content_type, headers):
    assert answer(said, content_type, headers) == (400, "reason.other_version", True)


def test_the_answer_names_what_is_taken():
    delivery = Delivery(body=b"", received_at=testing.NOW, method="POST", content_type="application/cloudevents+avro")
    reply = CHANNEL.challenge(delivery, connection())

    assert reply.headers["Accept"] == f"{ONE}, {MANY}, application/json"
    assert ONE.encode() in reply.body


def test_of_a_batch_the_others_come_in():
    """One of another version waits by itself; an empty batch tells of nobody."""
    found = read([EVENT, EVENT | {"id": "2", "specversion": "0.3"}], MANY)

    assert [str(one.broken) for one in found] == ["", "reason.other_version"]
    assert list(read([], MANY)) == []


def test_a_form_beside_headers_has_its_id_and_quotes_are_none_of_a_value():
    (one,) = read(b"name=Ada", "application/x-www-form-urlencoded", BESIDE | {"ce-source": '"/a \\"b\\" %C3%A9"'})

    assert one.key == '/a "b" é 1'


def test_a_header_that_is_no_text_is_unreadable():
    with pytest.raises(Unreadable, match="bad_header"):
        read({"name": "Ada"}, headers=BESIDE | {"ce-source": "/%ff"})
