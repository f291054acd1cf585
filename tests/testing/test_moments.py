"""The kit sees a signature with a time that no clock is asked for."""

import hmac
from email.utils import format_datetime

import pytest

from patron import Channel, Connection, Delivery, same_secret
from patron.testing import NOW
from patron.testing.moments import check_moments

SENT = str(int(NOW.timestamp()))


def delivery(sent: str, **headers: str) -> Delivery:
    signature = hmac.new(b"s3cret", sent.encode(), "sha256").hexdigest()
    return Delivery(body=b"lead", received_at=NOW, headers={"sent": sent, "signature": signature, **headers}, method="POST")


def verify(one: Delivery, _: Connection) -> str:
    right = hmac.new(b"s3cret", one.headers["sent"].encode(), "sha256").hexdigest()
    return "" if same_secret(right, one.headers["signature"]) else "wrong"


CHANNEL = Channel(code="shop", source="webshop", contact="web", parse=lambda *_: [], verify=verify)


@pytest.mark.parametrize("sent", [SENT, f"t={SENT}000,v1", NOW.isoformat(), format_datetime(NOW)])
def test_a_time_that_is_signed_is_to_be_looked_at(sent: str) -> None:
    with pytest.raises(AssertionError, match="sample 2 has a time in sent that is covered"):
        check_moments(CHANNEL, Connection(name="shop"), delivery(sent), 2)


@pytest.mark.parametrize("sent", ["7", "13800138000", "2020-01-01T09:00:00Z", "1577836800"])
def test_what_is_no_time_of_sending_needs_no_clock(sent: str) -> None:
    """Nor does a time that anybody may change: it is not signed."""
    check_moments(CHANNEL, Connection(name="shop"), delivery(sent, date=format_datetime(NOW)), 2)
