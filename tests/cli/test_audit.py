"""
`patron audit`: what it prints, and how it ends.
"""

import json
import re

import pytest
from sqlalchemy import update

from patron.core.access import channel_actor
from patron.core.nouns import Customer
from patron.core.store.tables import CHANGES


@pytest.fixture(name="store")
def _store(database, address):
    """Return an application on the database."""
    from patron.core.config import Settings
    from patron.core.config.settings import StoreSettings
    from patron.testing import app

    return app(settings=Settings(store=StoreSettings(database=address)))


@pytest.fixture(name="kept")
def _kept(database, store, address, monkeypatch):
    """Return a database with three changes, which the command line finds."""
    monkeypatch.setenv("PATRON_STORE_DATABASE", address)
    with store.session() as session, session.write() as work:
        work.add_many([Customer(name=name) for name in ("Ada", "Grace", "Alan")])
        work.commit()
    return database


def test_a_sound_history(kept, patron):
    head = patron("audit", "head").out.strip()
    result = patron("audit", "verify", "--anchor", head)

    assert 0 == result.code
    assert result.out.startswith("The history holds: 3 changes")
    assert head in result.out
    found = json.loads(patron("audit", "verify", "--format", "json").out)
    assert {"checked": 3, "head": head, "broken_at": None, "reason": ""} == found


@pytest.mark.parametrize(("lang", "words"), [("en", "broken at change 2: its values were edited"), ("zh", "第 2 条变更处断开")])
def test_an_edited_history(kept, patron, lang, words):
    with kept.writing() as connection:
        connection.execute(update(CHANGES).where(CHANGES.c.sequence == 2).values(new='"Eve"'))
    result = patron("--lang", lang, "audit", "verify")

    assert 1 == result.code
    assert words in result.out


def test_no_anchor(kept, patron):
    result = patron("audit", "verify", "--anchor", "12")

    assert 2 == result.code
    assert "'12' is no anchor" in result.err


def test_without_a_database(patron):
    result = patron("audit", "verify")

    assert 2 == result.code
    assert "No database is configured. Run `patron init`" in result.err


@pytest.mark.parametrize(
    ("by", "shown"),
    [(None, ["channel web_form", "local administrator"]), ("channel", ["channel web_form"]), ("local", ["local administrator"])],
)
def test_who_changed_what(kept, patron, store, by, shown):
    """A channel's work says which channel; what is asked for is shown alone, in the list of all and in a record's history."""
    with store.session() as session, session.acting(channel_actor("web_form")).write(cause="intake") as work:
        work.add(Customer(name="Lovelace"))
        work.commit()
    asked = [] if by is None else ["--by", by]
    found = [re.split(r"\s{2,}", line.strip()) for line in patron("audit", "changes", *asked).out.splitlines()[1:]]
    assert shown == list(dict.fromkeys(cells[-2] for cells in found))
    own = json.loads(patron("customer", "history", "4", *asked, "--format", "json").out)
    assert (by != "local") is bool(own)


def test_nobody_makes_changes_under_such_a_name(kept, patron):
    result = patron("audit", "changes", "--by", "robot:x")
    assert 2 == result.code
    assert "'robot:x' is nobody who makes changes" in result.err
