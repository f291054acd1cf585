"""Reasons of channels: a key with what it names, which goes from process to process."""

import pickle

from patron.core.records.intake import Unreadable
from patron.core.records.reason import Reason, details_of


def test_a_reason_is_its_key_and_keeps_what_it_names() -> None:
    reason = pickle.loads(pickle.dumps(Reason("reason.bad_line", line=3)))  # our own bytes

    assert ("reason.bad_line", {"line": 3}) == (reason, details_of(reason))
    assert {} == details_of("no prospect")


def test_a_traceback_shows_what_a_reason_names() -> None:
    assert "reason.bad_line (line=3)" == str(Unreadable(Reason("reason.bad_line", line=3)))
    assert "no prospect" == str(Unreadable("no prospect"))
