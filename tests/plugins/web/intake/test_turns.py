"""Who keeps goes before who reads."""

from threading import Event, Thread

import pytest

from patron.plugins.web.intake.turns import Turns


def test_who_keeps_goes_before_who_reads() -> None:
    """However long those have waited who read."""
    turns, order, inside, let_go = Turns(one_at_a_time=True), [], Event(), Event()

    def hold() -> None:
        with turns.reading():
            inside.set()
            let_go.wait(10)

    def act(what: str) -> None:
        with turns.reading() if what == "read" else turns.keeping():
            order.append(what)

    threads = [Thread(target=hold)]
    threads[0].start()
    inside.wait(10)
    for what in ("read", "read", "keep"):
        threads.append(Thread(target=act, args=(what,)))
        threads[-1].start()
    while not turns._ahead:  # until the one who keeps has said that he waits
        pass
    let_go.set()
    for thread in threads:
        thread.join(10)

    assert order == ["keep", "read", "read"]


@pytest.mark.parametrize("needed", [True, False])
def test_a_turn_ends_also_where_it_fails(needed: bool) -> None:
    turns = Turns(one_at_a_time=needed)
    for turn in (turns.keeping, turns.reading, turns.keeping):
        with pytest.raises(ZeroDivisionError), turn():
            raise ZeroDivisionError


def test_a_database_that_bears_it_lets_all_write_at_once() -> None:
    turns = Turns(one_at_a_time=False)
    with turns.reading(), turns.keeping(), turns.reading():
        pass
