"""
What a channel must bear of the head of a request: headers and parameters with anything in them, and whoever changes a letter of
what shows that a delivery is authentic.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from patron.core.records.intake import Channel, Connection, Delivery, Unreadable
from patron.testing.checks import require
from patron.testing.watching import ImpureError

_JUNK = ("", "é", "张", "\x00", "%ff", ",", "v1", "v1,", "=,=,=", "Basic ÿ", "-1", "1e9", "9" * 400, "x" * 5000, "[{(" * 200)
_WORD = re.compile(r"[A-Za-z0-9+/_-]+")
_MOMENT = re.compile(r"\d{10,}")
_LONG = 16
"""Letters of a value that may be a signature: one of which half is enough is none."""


def check_heads(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check that nothing in a header or a parameter of a request makes a channel fail.

    Raises:
        AssertionError: it raises something, which whoever calls our address could bring about.
    """
    calls = [what for what in (channel.verify, channel.challenge, channel.parse) if what is not None]
    for name in ("headers", "query"):
        for changed in _with_junk(getattr(delivery, name)):
            about: dict[str, Any] = {name: changed}
            spoilt = attrs.evolve(delivery, **about)
            for what in calls:
                try:
                    what(spoilt, connection)
                except Unreadable:
                    continue
                except ImpureError:
                    raise
                except Exception as error:
                    told = {key: value[:40] for key, value in changed.items()}
                    complaint = f"sample {number}: {what.__name__} raised {type(error).__name__} with the {name} {told!r}"
                    raise AssertionError(complaint) from error


def check_changed(channel: Channel, connection: Connection, delivery: Delivery, number: int) -> None:
    """
    Check that nobody can change a header of a delivery that was signed, or cut it.

    Raises:
        AssertionError: a change stays unseen.
    """
    for name, value in delivery.headers.items():
        for changed in _changed(value):
            other = attrs.evolve(delivery, headers={**delivery.headers, name: changed})
            require(channel.verify(other, connection), f"sample {number} is authentic with {name} = {changed[:80]!r}")


def _with_junk(said: Mapping[str, str]) -> Iterator[dict[str, str]]:
    yield {}
    yield from ({**said, name: junk} for name in said for junk in _JUNK)


def _changed(value: str) -> Iterator[str]:
    """Yield a value with one letter changed, a moment a second later, and half of what may be a signature."""
    words = [found.span() for found in _WORD.finditer(value)]
    if words:
        begin, end = max(words, key=lambda span: span[1] - span[0])
        place = (begin + end) // 2
        yield value[:place] + ("b" if value[place] == "a" else "a") + value[place + 1 :]
        if end - begin > _LONG:
            yield value[:place] + value[end:]
    for moment in _MOMENT.finditer(value):
        last = moment.end() - 1
        yield value[:last] + str((int(value[last]) + 1) % 10) + value[last + 1 :]
