"""The kit sees a secret or a signature that is compared letter by letter."""

import hmac
import operator
from collections.abc import Callable

import pytest

from patron import Channel, ChannelOption, Connection, Delivery, OptionKind, same_secret, signed_by
from patron.testing import NOW
from patron.testing.comparing import check_comparing

SECRET = "s3cret-of-shop"
SIGNATURE = hmac.new(SECRET.encode(), b"lead", "sha256").hexdigest()
HEADERS = {"signature": f"sha256={SIGNATURE}", "token": SECRET, "app": "wwsuite0123456789abcdef", "type": "application/json"}
DELIVERY = Delivery(body=b"lead", received_at=NOW, headers=HEADERS, query={"token": SECRET}, method="POST")
CONNECTION = Connection(name="shop", options={"secret": SECRET, "apps": ["wwsuite0123456789abcdef"]})


def channel(verify: Callable[[Delivery, Connection], str]) -> Channel:
    options = (ChannelOption(name="secret", kind=OptionKind.SECRET), ChannelOption(name="apps", kind=OptionKind.TEXTS))
    return Channel(code="shop", source="webshop", contact="web", parse=lambda *_: [], verify=verify, options=options)


def right(connection: Connection) -> str:
    return hmac.new(connection.options["secret"].encode(), b"lead", "sha256").hexdigest()


@pytest.mark.parametrize(
    "same",
    [
        lambda one, by: one.headers["signature"] == f"sha256={right(by)}",
        lambda one, by: f"sha256={right(by)}" == one.headers["signature"],
        lambda one, by: not operator.ne(one.headers["signature"][7:], right(by)),
        lambda one, by: one.headers["signature"].partition("=")[2].strip().lower() == right(by),
        lambda one, by: one.headers["signature"].removeprefix("sha256=").encode() == right(by).encode(),
        lambda one, by: one.headers["token"] == by.options["secret"],
        lambda one, by: by.options["secret"].encode() == str(one.query["token"]).encode(),
        lambda one, by: str(one.headers["token"]) in by.options["secret"].split(),
    ],
)
def test_what_is_compared_letter_by_letter_is_seen(same: Callable[[Delivery, Connection], bool]) -> None:
    with pytest.raises(AssertionError, match="sample 4: verify compares a"):
        check_comparing(channel(lambda one, by: "" if same(one, by) else "wrong"), CONNECTION, DELIVERY, 4)


@pytest.mark.parametrize(
    "same",
    [
        lambda one, by: signed_by(by.options["secret"].encode(), one.body, one.headers["signature"]),
        lambda one, by: same_secret(by.options["secret"], one.headers["token"]),
        lambda one, by: hmac.compare_digest(one.headers["signature"][7:], right(by)),
        lambda one, by: hmac.compare_digest(by.options["secret"].encode(), one.query["token"].encode()),
        lambda one, by: one.headers["app"] in by.options["apps"] and one.headers["type"] == "application/json",
        lambda one, by: bool(by.options["secret"] != "" and one.headers["signature"] != ""),
    ],
)
def test_what_is_compared_in_constant_time_passes(same: Callable[[Delivery, Connection], bool]) -> None:
    """And so does what is no secret: whose app it is, what the bytes are said to be."""
    check_comparing(channel(lambda one, by: "" if same(one, by) else "wrong"), CONNECTION, DELIVERY, 4)
