"""The process in which a channel asks its provider, run in ours: its time stands still while a part is kept."""

import io
import pickle
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from patron import Fetched
from patron.core.errands import child
from patron.core.errands.errand import Errand
from patron.core.errands.network import DirectNetwork
from patron.core.records import Connection


def look_twice(_: object, __: Connection, network: DirectNetwork) -> Iterator[Fetched]:
    yield Fetched(cursor="1")
    yield Fetched(cursor=str(int(network._left() / 100)))


def test_waiting_for_a_part_to_be_kept_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It took 5,000 seconds, of an errand that has 650."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"\n\n")))
    monkeypatch.setattr(child, "monotonic", iter([0, 5_000, 5_000, 5_000]).__next__)
    now, connection, output = datetime(2026, 1, 1, tzinfo=UTC), Connection(name="shop"), io.BytesIO()

    child._run(Errand(plugin="x", called="x", ask=look_twice, about="", connection=connection, now=now, seconds=650), output)

    output.seek(0)
    assert ["1", "56"] == [pickle.load(output).cursor for _ in range(2)]
    assert pickle.load(output) is None
