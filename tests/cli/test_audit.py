"""
`patron audit`: what it prints, and how it ends.
"""

import json

import pytest
from sqlalchemy import update

from patron.core.nouns import Customer
from patron.core.store.tables import CHANGES


@pytest.fixture(name="kept")
def _kept(database, address, monkeypatch):
    """Return a database with three changes, which the command line finds."""
    from patron.core.config import Settings
    from patron.core.config.settings import StoreSettings
    from patron.testing import app

    monkeypatch.setenv("PATRON_STORE_DATABASE", address)
    with app(settings=Settings(store=StoreSettings(database=address))).session() as session, session.write() as work:
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
