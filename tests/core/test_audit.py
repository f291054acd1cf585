"""
The audit as a use case: who may, what an anchor is.
"""

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.audit import parse_anchor, read_head, verify_history
from patron.core.errors import UsageError
from patron.core.nouns import Customer, User


def test_an_anchor_survives_paper(patron: App) -> None:
    """What was printed is the anchor again, and the history has it still when it has grown."""
    with patron.session() as session:
        with session.write() as work:
            work.add(Customer(name="Ada"))
            work.commit()
        anchor = parse_anchor(f" {read_head(session)}\n")
        with session.write() as work:
            work.add(Customer(name="Grace"))
            work.commit()
        verdict = verify_history(session, anchor)
    assert (verdict.checked, verdict.broken_at) == (2, None)


@pytest.mark.parametrize("text", ["", "1", "1:abc", "x:" + "0" * 64, "-1:" + "0" * 64])
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_anchor(text)


@pytest.mark.parametrize(("role", "may"), [("director", True), ("sales_manager", False), ("sales_rep", False)])
def test_who_may_audit(patron: App, role: str, may: bool) -> None:
    with patron.session() as session, session.write() as work:
        work.add(User(login="someone", name="Someone", roles=(role,)))
        work.commit()
    with patron.session("someone") as session:
        if may:
            assert verify_history(session).broken_at is None
            return
        with pytest.raises(DeniedError):
            verify_history(session)
