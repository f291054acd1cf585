"""Who waits to have a delivery kept hears what became of it, whatever became of those beside it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from patron.app import App
from patron.core.intake import Checked, Received, check, keep_all, open_connection
from patron.core.records.intake import Delivery
from patron.core.store import BusyError, StoreError
from patron.plugins.web.intake.keeper import Keeper
from patron.plugins.web.intake.turns import Turns
from patron.testing.application import NOW

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
KEEPING = "patron.plugins.web.intake.keeper.keep_all"


def ask(
    app: App, bodies: Sequence[bytes], *, most: int = 10, most_bytes: int = 100_000, kept: Callable[[Any], None] | None = None
) -> tuple[list[Any], list[int]]:
    """Have deliveries kept at once; returns what each heard, and how many were kept together each time."""
    together: list[int] = []
    with app.session() as session:
        opened = open_connection(session, "adf")
        found = [check(opened, Delivery(body=body, received_at=NOW)) for body in bodies]
        keeper = Keeper(
            session,
            Turns(one_at_a_time=True),
            most=most,
            most_bytes=most_bytes,
            kept=kept or (lambda some: together.append(len(some))),
        )

        async def run() -> list[Any]:
            waiting = [asyncio.ensure_future(keeper.keep(one)) for one in found if isinstance(one, Checked)]
            await asyncio.sleep(0)  # all have asked before it begins
            keeper.start()
            return await asyncio.gather(*waiting, return_exceptions=True)

        try:
            return asyncio.run(run()), together
        finally:
            keeper.stop()


def test_what_came_together_is_kept_together(installed: App) -> None:
    """No more at once than are allowed; equal bytes are one."""
    heard, together = ask(installed, [b"a", b"b", b"a", b"c", b"d"], most=3)
    numbers = [one.delivery_id for one in heard]

    assert (numbers[0], len(set(numbers))) == (numbers[2], 4)
    assert together == [3, 2]


def test_one_that_fails_fails_alone(installed: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are kept, each by itself then."""

    def fail_at_b(session: Any, checked: Sequence[Checked]) -> tuple[Received, ...]:
        if any(one.delivery.body == b"b" for one in checked):
            raise StoreError("store.failed", where="-", reason="-")
        return keep_all(session, checked)

    monkeypatch.setattr(KEEPING, fail_at_b)
    heard, _ = ask(installed, [b"a", b"b", b"c"])

    assert [type(one) for one in heard] == [Received, StoreError, Received]


def test_a_bug_is_heard_by_all_and_ends_nothing(installed: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(KEEPING, boom)
    heard, _ = ask(installed, [b"a", b"b"], most=1)

    assert [type(one) for one in heard] == [ZeroDivisionError] * 2


def test_what_waits_to_be_kept_has_a_limit(installed: App) -> None:
    """Who comes beyond it is told so at once; what has no body takes room, too."""
    heard, _ = ask(installed, [b"x" * 60_000, b"y" * 60_000, b"z" * 30_000])
    few, _ = ask(installed, [b"", b"a"], most_bytes=3_000)

    assert [type(one) for one in heard] == [Received, BusyError, Received]
    assert [type(one) for one in few] == [Received, BusyError]


def test_a_bug_in_counting_ends_nothing(installed: App) -> None:
    """What is kept is acknowledged, and so is what comes behind it."""

    def boom(_: object) -> None:
        raise ZeroDivisionError

    heard, _ = ask(installed, [b"a", b"b"], most=1, kept=boom)

    assert [type(one) for one in heard] == [Received] * 2
