"""Errors in the reader's language."""

import pytest

from patron.core.access import Action
from patron.core.errors import PatronError
from patron.core.i18n import CORE, LANGUAGES
from patron.core.store import NotFoundError


def test_nouns_and_actions_are_named_as_people_name_them() -> None:
    details = {"actor": "li", "action": "administer", "resource": "user", "roles": "–"}
    error = PatronError("access.denied", **details)

    assert "li 无权管理用户" in error.message("zh")
    assert "li may not administer any user" in error.message("en")
    assert details == error.details
    assert "线索" in NotFoundError("store.not_found", noun="lead", id=7).message("zh")


def test_what_has_no_word_is_named_as_it_is() -> None:
    assert "visits_visits" in NotFoundError("store.not_found", noun="visits_visits", id=7).message("zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_action_has_a_word(lang: str) -> None:
    assert {action.value for action in Action} == CORE.section(lang, "action").keys()
