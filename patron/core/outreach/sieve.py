"""
A sieve for many: who may be contacted stays, who may not is left out and counted by what speaks against it.
"""

from collections import Counter
from collections.abc import Iterable

from patron.core.errors import UsageError
from patron.core.nouns import Labels
from patron.core.outreach.checking import verdicts
from patron.core.outreach.verdict import Answer, Ask
from patron.core.session import Session
from patron.core.store import Reader


class Sieve:
    """
    Leaves out who may not be contacted.

    Args:
        session: the session.
        reader: the database.
        ask: by what means, for what, and when.
    """

    def __init__(self, session: Session, reader: Reader, ask: Ask) -> None:
        self._session = session
        self._reader = reader
        self._ask = ask
        self.reasons: Counter[str] = Counter()
        """Code of an objection → how many it left out; of several the first counts."""

    def kept(self, customer_ids: Iterable[int]) -> frozenset[int]:
        """Return those of the customers who may be contacted; each is counted once if it is asked about once."""
        found = verdicts(self._session, self._reader, customer_ids, self._ask)
        for verdict in found.values():
            if verdict.answer is not Answer.YES:
                self.reasons[next(one.code for one in verdict.objections if one.answer is not Answer.YES)] += 1
        return frozenset(number for number, verdict in found.items() if verdict.answer is Answer.YES)

    def tell(self) -> None:
        """Say how many were left out, and why."""
        t = self._session.t
        if not self.reasons:
            return
        parts = [
            t("outreach.counted", reason=t(f"outreach.reason_{code}"), count=count) for code, count in self.reasons.most_common()
        ]
        self._session.reporter.notice(t("outreach.left_out", count=self.reasons.total(), reasons=", ".join(parts)))


def ask_of(session: Session, *, channel: str | None, purpose: str | None) -> Ask | None:
    """
    Return what is asked of everybody, now, where both were named by their codes or labels; None where neither was.

    Raises:
        UsageError: only one of them is named.
        FieldError: one is unknown.
    """
    if channel is None and purpose is None:
        return None
    if channel is None or purpose is None:
        raise UsageError("outreach.both_named")
    labels = Labels(session.records.vocabulary, session.t.lang)

    def code(name: str, written: str) -> str:
        return labels.code_called(labels.vocabulary.field("interaction", name), written)

    return Ask(at=session.clock.now(), channel=code("channel", channel), purpose=code("purpose", purpose))
