"""
The life of a run: readers see one whole run at any moment, and nothing is left of one that broke off.
"""

from decimal import Decimal

import pytest
from sqlalchemy import inspect

from patron.core.access import DeniedError
from patron.core.nouns import User
from patron.core.store import ConflictError, StoreError
from patron.core.store.scores import abandon, complete, may_publish, prune, publish, runs_of, scores_of, superfluous
from patron.testing import app


def seen(session, customer=2):
    with session.read() as reader:
        found = scores_of(reader, customer)
        return None if found is None else found.values["monetary"]


def tables(session):
    with session.read() as reader:
        return sorted(name for name in inspect(reader.connection).get_table_names() if name.startswith("scores_"))


def test_a_run_is_seen_when_it_is_published(session, runs):
    assert seen(session) is None
    number = runs.begin()
    runs.write(number, 7)
    runs.step(complete, number)
    assert seen(session) is None
    assert runs.step(publish, number).code == f"value-{number}"

    assert Decimal(7) == seen(session)


def test_the_old_run_is_seen_until_the_new_one_is_published(session, runs):
    runs.make(1)
    number = runs.begin()
    runs.write(number, 2, customers=(1, 2))

    assert Decimal(1) == seen(session)


def test_a_run_with_missing_rows_is_not_published(session, runs):
    number = runs.begin()
    runs.write(number, 1, customers=(1, 2))

    with pytest.raises(StoreError) as refused:
        runs.step(complete, number)

    assert "score_run.incomplete" == refused.value.key


def test_the_next_run_clears_an_unfinished_one_away(session, runs):
    first = runs.begin()
    runs.write(first, 1)
    second = runs.begin()

    assert second > first
    assert [f"scores_{second}"] == tables(session)


def test_whoever_was_cleared_away_ends_with_an_error(session, runs):
    """Of two that write at the same time, the one that began last wins; the other can't publish."""
    first = runs.begin()
    runs.make(2)

    with pytest.raises(ConflictError) as refused:
        runs.step(publish, first)

    assert "score_run.superseded" == refused.value.key
    assert Decimal(2) == seen(session)


def test_a_published_run_is_never_cleared_away_as_unfinished(session, runs):
    made = runs.make(1)
    runs.step(abandon, "value", made.number)
    runs.begin()

    assert Decimal(1) == seen(session)


def test_an_abandoned_run_leaves_nothing(session, runs):
    number = runs.begin()
    runs.step(abandon, "value", number)

    assert [] == tables(session)
    with session.read() as reader:
        assert () == runs_of(reader)


def test_the_last_runs_are_kept(session, runs):
    made = [runs.make(mark) for mark in (1, 2, 3, 4, 5)]
    old = runs.step(superfluous, "value", 3)
    for run in old:
        runs.step(prune, run)

    assert [run.number for run in made[:2]] == [run.number for run in old]
    assert [f"scores_{run.number}" for run in made[2:]] == tables(session)
    assert Decimal(5) == seen(session)


def test_models_do_not_touch_each_other(session, runs):
    unfinished = runs.begin("churn")
    runs.make(1)
    runs.write(unfinished, 9)
    runs.step(complete, unfinished)
    runs.step(publish, unfinished)

    assert Decimal(1) == seen(session)


def test_only_who_may_create_scores_of_all_begins_a_run(patron, session, runs):
    with session.write() as work:
        work.add(User(login="wang", name="王芳", roles=("director",)))
        work.commit()

    with patron.session("wang") as theirs, pytest.raises(DeniedError):
        type(runs)(theirs).begin()

    assert [] == tables(session)


def test_who_does_not_see_every_order_line_begins_no_run(patron, session, runs):
    """Scores of a part of the lines would pass for those of everybody."""

    def office(reach):
        rights = {"create": {"score": "all"}, "read": {"score": "all", "order_line": reach}}
        return app(settings=patron.settings._replace(roles={"assistant": rights}))

    with session.write() as work:
        work.add(User(login="wang", name="王芳", roles=("assistant",)))
        work.commit()
    with office("team").session("wang") as theirs:
        with theirs.read() as reader:
            assert not may_publish(reader)
        with pytest.raises(DeniedError) as refused:
            type(runs)(theirs).begin()
    with office("all").session("wang") as theirs, theirs.read() as reader:
        assert may_publish(reader)

    assert "order_line" == refused.value.details["resource"]
    assert [] == tables(session)
