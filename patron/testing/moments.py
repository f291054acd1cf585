"""
Whether a signature that covers a time is one whose time is looked at: else whoever overhears a request can send it for ever.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import attrs

from patron.core.payloads import read_time
from patron.core.records.intake import Channel, Connection, Delivery
from patron.testing.checks import require

_NEAR = timedelta(days=1)
"""How far from the arrival of a sample what looks like a time is taken for that of its sending."""
_COUNTED = re.compile(r"(?<!\d)\d{10}(?:\d{3})?(?!\d)")
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")


def check_moments(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check of a channel whose samples name no `tolerance` that its signature covers no time, in a header or a parameter.

    Raises:
        AssertionError: it does.
    """
    for what in ("headers", "query"):
        said = getattr(delivery, what)
        for name, value in said.items():
            for end in _moments(value, delivery.received_at):
                later = value[: end - 1] + ("1" if value[end - 1] == "0" else "0") + value[end:]
                about: dict[str, Any] = {what: {**said, name: later}}
                changed = attrs.evolve(delivery, **about)
                advice = "say in `tolerance` by how many seconds it may be wrong, or that the sample is `timeless`"
                require(
                    not channel.verify(changed, connection), f"sample {number} has a time in {name} that is covered: {advice}"
                )


def _moments(value: str, near: datetime) -> Iterator[int]:
    """Yield where times end that a text has near to another."""
    for found in _COUNTED.finditer(value):
        if abs(int(found[0][:10]) - near.timestamp()) < _NEAR.total_seconds():
            yield found.end()
    for found in _WRITTEN.finditer(value):
        moment = read_time(found[0], "UTC")
        if moment is not None and abs(moment - near) < _NEAR:
            yield found.end(1)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return
    if moment.tzinfo is not None and abs(moment - near) < _NEAR:
        yield value.rindex(":") + 3
