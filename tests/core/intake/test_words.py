"""Who writes for ever is weighed by the first words that were said."""

from collections.abc import Callable
from typing import Any

import pytest

from patron.app import App
from patron.core.intake import words
from patron.core.nouns import Customer, Receipt

Send = Callable[..., Any]


def row(place: int, **about: str) -> dict[str, str]:
    return {"tel": "13800138000", "at": f"2026-02-01T10:{place:02}:00+08:00", **about}


def test_only_the_earliest_that_said_anything_are_heard(office: App, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages without a word about the person count for nothing, however many they are."""
    monkeypatch.setattr(words, "_MOST_HEARD", 3)
    for place in range(5):
        send(row(place, note=f"silence {place}"))
    for place in (9, 8, 7, 6, 5):
        send(row(place, address=f"Elm St {place}"))

    with office.session() as session, session.read() as reader:
        customer = reader.get(Customer, 1)
        said = [one for one in reader.find(Receipt) if one.says]
    assert customer.address == "Elm St 5"
    assert len(said) == 5
