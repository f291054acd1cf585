"""Channels read deliveries while nobody is kept from writing."""

from collections.abc import Callable
from typing import Any

import pytest

from patron.app import App
from patron.core.intake import (
    Opened,
    open_connection,
    parse_ahead,
    replay,
    require_writable,
    settle,
    settle_free,
    settle_together,
    take_in,
)
from patron.core.records.intake import Delivery, Envelope, Outcome, Unreadable
from patron.core.session import Session
from patron.testing.application import NOW

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)

BODIES = (b'{"name": "A"}', b'{"name": "B"}')


def kept(session: Session) -> tuple[Opened, list[int]]:
    opened = open_connection(session, "lines")
    return opened, [take_in(session, opened, Delivery(body=body, received_at=NOW)).delivery_id or 0 for body in BODIES]


@pytest.mark.parametrize("together", [True, False])
def test_who_writes_does_not_wait_for_a_parser(office: App, channel: Callable[..., None], *, together: bool) -> None:
    """SQLite has one writer, who would be in the way of this one; a replay has none either."""
    broken = [True]

    def parse(*_: object) -> list[Envelope]:
        require_writable(session)
        if broken:
            raise Unreadable("still broken")
        return [Envelope(customer={"name": "A"})]

    with office.session() as session:
        channel(parse=parse)
        opened, numbers = kept(session)
        if together:
            done = list(settle_together(session, opened, numbers).received.values())
        else:
            done = [settle(session, opened, numbers[0]), settle_free(session, opened, numbers[1]) or pytest.fail("it is free")]
        broken.clear()
        again = replay(session)

    assert [(Outcome.QUARANTINED,)] * 2 == [one.outcomes for one in done]
    assert all("still broken" in str(one.receipts[0].reason) for one in done)
    assert [(Outcome.ACCEPTED,)] * 2 == [one.outcomes for one in again]


def test_each_is_parsed_once_and_what_is_read_already_not_at_all(office: App, channel: Callable[..., None]) -> None:
    """What was found before the transaction is what is brought in."""
    asked: list[bytes] = []

    def parse(delivery: Delivery, _: Any) -> list[Envelope]:
        asked.append(delivery.body)
        return [Envelope(customer={"name": "A"})]

    with office.session() as session:
        channel(parse=parse)
        opened, numbers = kept(session)
        parsed = parse_ahead(session, opened, numbers)
        assert asked == list(BODIES)
        settle_together(session, opened, numbers, parsed=parsed)
        parse_ahead(session, opened, numbers)

    assert asked == list(BODIES)


def test_what_was_changed_meanwhile_is_parsed_again(office: App) -> None:
    """What comes of a delivery is what it tells when it is brought in."""
    with office.session() as session:
        opened, numbers = kept(session)
        parsed = parse_ahead(session, opened, numbers)
        before, found = parsed.found[numbers[0]]
        other, further = parsed.found[numbers[1]]

    assert parsed.of(opened, before) is found
    assert parsed.of(opened, before._replace(delivery=other.delivery)) == further
