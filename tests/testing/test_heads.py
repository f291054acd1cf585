"""The kit sees a channel that a header makes fail, and one whose signature somebody may change."""

import hmac
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from patron import Channel, Connection, Delivery, same_secret
from patron.testing import NOW
from patron.testing.heads import check_changed, check_heads

SECRET = b"s3cret-of-shop"
SENT = str(int(NOW.timestamp()))


def signature(text: str) -> str:
    return hmac.new(SECRET, text.encode(), "sha256").hexdigest()


def channel(verify: Callable[[Delivery, Connection], str]) -> Channel:
    return Channel(code="shop", source="webshop", contact="web", parse=lambda *_: [], verify=verify)


def delivery(signed: str) -> Delivery:
    headers = {"signature": signature(signed), "sent": SENT}
    return Delivery(body=b"lead", received_at=NOW, headers=headers, query={"page": "1"}, method="POST")


def whole(one: Delivery, _: Connection) -> str:
    right = signature(f"{one.headers.get('sent', '')}.lead")
    return "" if same_secret(right, one.headers.get("signature")) else "wrong"


def begun(one: Delivery, _: Connection) -> str:
    shown = one.headers.get("signature", "")
    return "" if len(shown) > 7 and signature(f"{SENT}.lead").startswith(shown[:8]) else "wrong"


def timely(one: Delivery, _: Connection) -> str:
    """Look at a time that the signature doesn't cover."""
    sent = one.headers.get("sent", "0")
    near = sent.isdigit() and abs((NOW - datetime.fromtimestamp(int(sent), UTC)).total_seconds()) < 300
    return "" if near and same_secret(signature("lead"), one.headers.get("signature")) else "wrong"


def test_who_signs_everything_passes() -> None:
    told = delivery(f"{SENT}.lead")

    check_heads(channel(whole), Connection(name="shop"), told, 0)
    check_changed(channel(whole), Connection(name="shop"), told, 0)


@pytest.mark.parametrize(
    ("verify", "signed", "said"),
    [(begun, f"{SENT}.lead", "is authentic with signature"), (timely, "lead", f"is authentic with sent = '{SENT[:-1]}1'")],
    ids=["the begin is enough", "the time is not signed"],
)
def test_what_anybody_may_change_is_seen(verify: Callable[..., str], signed: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_changed(channel(verify), Connection(name="shop"), delivery(signed), 0)


def lacking(one: Delivery, _: Connection) -> str:
    return "" if one.headers["signature"] else "wrong"


def no_hex(one: Delivery, _: Connection) -> str:
    bytes.fromhex(one.headers.get("signature", ""))
    return ""


def no_number(one: Delivery, _: Connection) -> str:
    return "" if int(one.query.get("page", "0")) else "wrong"


@pytest.mark.parametrize(
    ("verify", "said"),
    [
        (lacking, "lacking raised KeyError with the headers {}"),
        (no_hex, "no_hex raised ValueError with the headers"),
        (no_number, "no_number raised ValueError with the query"),
    ],
)
def test_a_head_that_makes_a_channel_fail_is_seen(verify: Callable[..., str], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_heads(channel(verify), Connection(name="shop"), delivery("lead"), 0)
