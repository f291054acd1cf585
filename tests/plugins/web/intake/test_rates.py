"""Who sends too often waits, and nobody else does."""

from patron import Connection
from patron.plugins.web.intake import rates as module
from patron.plugins.web.intake.rates import Rates

FORM = Connection(name="home", per_address=2, per_minute=5)


def test_a_client_may_send_so_often_a_minute() -> None:
    """Then it is told after how many seconds; what was refused doesn't count."""
    rates = Rates()
    waits = [rates.wait(FORM, "a", now) for now in (0, 0, 0, 10, 29.9, 30, 30)]

    assert waits == [0, 0, 30, 20, 1, 0, 30]


def test_a_client_does_not_wait_for_another_but_for_all_of_them() -> None:
    rates = Rates()
    waits = [rates.wait(FORM, client, 0) for client in "aaabbcd"]

    assert waits == [0, 0, 30, 0, 0, 0, 12]
    assert rates.wait(FORM, "d", 12) == 0


def test_connections_do_not_share() -> None:
    """And one that is not limited never waits."""
    rates = Rates()
    free = Connection(name="free")
    assert [rates.wait(FORM, "a", 0) for _ in range(2)] == [0, 0]
    assert rates.wait(Connection(name="other", per_address=1), "a", 0) == 0
    assert [rates.wait(free, "a", 0) for _ in range(100)] == [0] * 100


def test_what_is_remembered_has_a_limit(monkeypatch) -> None:
    """The client that was heard of longest ago is forgotten."""
    monkeypatch.setattr(module, "_MOST", 3)
    rates, one = Rates(), Connection(name="one", per_address=1)
    assert [rates.wait(one, client, 0) for client in "abcd"] == [0] * 4
    assert [rates.wait(one, client, 0) for client in "ad"] == [0, 60]
