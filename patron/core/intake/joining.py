"""
Answers that came before what they answer: they go over to the lead of that, as they would have been put there in the other order.

Who wrote them was a customer for nothing else, and is none then: somebody answers for another, and their address is nobody's for
that. Whose lead somebody of us has worked on, or who is known by anything else, stays a customer of their own, and is told.
"""

from collections.abc import Sequence
from typing import Any

from patron.core.access import ActorKind
from patron.core.crm.merging import Merge, merge_within
from patron.core.crm.merging.merge import hold_group
from patron.core.crm.records import made
from patron.core.i18n import CORE, LANGUAGES, Translator
from patron.core.intake.antedating import said_at
from patron.core.intake.notes import LONGEST_NOTE
from patron.core.intake.sitting import Sitting
from patron.core.intake.threads import Thread, answers_of
from patron.core.intake.words import drop_words
from patron.core.nouns import LIVE, Customer, Identity, IdentityLink, Interaction, Lead, Receipt
from patron.core.nouns.criterion import among, equal
from patron.core.store import UnitOfWork
from patron.core.store.moving import links_to, referred

_OURS = frozenset({ActorKind.CHANNEL.value, ActorKind.SYSTEM.value})
"""Who changes records without being asked by a person."""
_BROUGHT = frozenset({"customer", "lead", "interaction", "identity_link", "receipt"})
"""Nouns of what hangs on somebody of whom nothing came but answers, or who was joined so."""
_OTHERS = frozenset({"organisation_id", "referrer_id"})
"""Columns by which others refer to somebody: who is referred to is known by more than an answer."""


def join_answers(sitting: Sitting, thread: Thread, lead: Lead) -> list[str]:
    """
    Let the answers of a thread go over to the lead that it belongs to, and return what is to be told of those that don't.

    Args:
        sitting: the work.
        thread: the thread.
        lead: the lead of what it begins with.
    """
    work, remarks = sitting.work, list[str]()
    told = [one for one in answers_of(work, sitting.opened.connection.name, [thread.name]) if one.customer_id != lead.customer_id]
    words: dict[int, list[Receipt]] = {}
    for receipt in told:
        entry = None if receipt.interaction_id is None else work.get(Interaction, receipt.interaction_id)
        if entry is not None and _is_from(entry, ""):
            _put(work, receipt, entry, lead)
        else:
            words.setdefault(receipt.customer_id or 0, []).append(receipt)
    for number, own in words.items():
        remarks += _Answerer(sitting, work.get(Customer, number), own).join(lead)
    return remarks


def _put(work: UnitOfWork, receipt: Receipt, entry: Interaction, lead: Lead) -> None:
    """Put an answer of somebody whom we don't know onto the timeline of another lead."""
    own = entry.source or (None if entry.lead_id is None else work.get(Lead, entry.lead_id).source)
    place: dict[str, Any] = {"customer_id": lead.customer_id, "lead_id": lead.id}
    work.update(receipt, **place)
    if _is_from(entry, _address(work, lead.customer_id)):
        # They had written in their own thread, before we knew that it was theirs.
        place["note"] = (entry.note or "").rpartition("\n")[0] or None
    work.update(entry, **place, source=None if own == lead.source else own)


class _Answerer:
    """Somebody whose lead began with an answer, and the receipts of what they wrote in the thread."""

    def __init__(self, sitting: Sitting, customer: Customer, told: Sequence[Receipt]) -> None:
        self._sitting = sitting
        self._work = sitting.work
        self._customer = customer
        self._told = told

    def join(self, lead: Lead) -> list[str]:
        """Merge what began with an answer into another lead, or return why not, for a person to read."""
        work, number, t = self._work, self._customer.id, self._sitting.session.t
        hold_group(work, "customer", (lead.customer_id, number))
        own = self._own()
        if own is None:
            return []
        if self._is_worked_on(own):
            return [t("intake.answered_apart", who=self._customer.name, lead=own.id)]
        said = t("intake.answer_from", who=_address(work, number))
        for noun, keep, other in (("customer", lead.customer_id, number), ("lead", lead.id, own.id)):
            merge = Merge(noun=noun, keep=keep, others=(other,), certain=True, apart=True)
            merge_within(self._sitting.session, work, merge)
        self._sitting.ahead.renamed(number)
        for receipt in self._told:
            self._say(work.get(Receipt, receipt.id), lead, own.source, said)
        return []

    def _own(self) -> Lead | None:
        """Return the lead that the answers began; None where the customer was known before, or by anything else."""
        work, number = self._work, self._customer.id
        mine = [equal("customer_id", number)]
        leads = work.find(Lead, mine, limit=2)
        told, entries = {one.id for one in self._told}, {one.interaction_id for one in self._told}
        beside = (
            len(leads) != 1
            or self._customer.batch_id is not None
            or any(one.id not in told for one in work.find(Receipt, mine))
            or any(one.id not in entries for one in work.find(Interaction, mine))
        )
        return None if beside else leads[0]

    def _is_worked_on(self, lead: Lead) -> bool:
        """Return whether somebody of us has had a hand in a lead, or something hangs on it that came of no answer."""
        work = self._work
        changes = [*work.history(lead), *work.history(self._customer)]
        if lead.status not in LIVE or any(one.actor_kind not in _OURS for one in changes):
            return True
        return any(
            referred(work.connection, link, [record.id])
            for noun, record in (("customer", self._customer), ("lead", lead))
            for link in links_to(work.connection, noun)
            if link.noun not in _BROUGHT or link.column in _OTHERS
        )

    def _say(self, receipt: Receipt, lead: Lead, source: str, said: str) -> None:
        """Say in the entry of an answer who has answered, and of which source it is, as where it comes behind the first."""
        work = self._work
        receipt = drop_words(work, receipt)
        if receipt.interaction_id is None:
            about = {"customer_id": lead.customer_id, "lead_id": lead.id, "channel": self._sitting.opened.channel.contact}
            named = {} if source == lead.source else {"source": source}
            entry = {**about, **named, "direction": "in", "effective": False, "at": said_at(receipt), "note": said}
            work.update(receipt, interaction_id=work.add(made(Interaction, entry)).id)
            return
        before = work.get(Interaction, receipt.interaction_id)
        own, note = before.source or source, (before.note or "")[: LONGEST_NOTE - len(said) - 1]
        work.update(before, source=None if own == lead.source else own, note="\n".join(filter(None, (note, said))))


def _address(work: UnitOfWork, customer_id: int) -> str:
    """Return by what a customer is known, as it is told of who answers."""
    links = work.find(IdentityLink, [equal("customer_id", customer_id)], order=["id"])
    some = tuple(link.identity_id for link in links)
    found = work.find(Identity, [among("id", some)]) if some else ()
    return ", ".join(one.value for one in found) or "–"


def _is_from(entry: Interaction, who: str) -> bool:
    """Return whether an entry says at its end who has answered: somebody, or anybody."""
    last = (entry.note or "").rpartition("\n")[2]
    texts = [Translator(lang, CORE)("intake.answer_from", who=who) for lang in LANGUAGES]
    return last in texts if who else any(last.startswith(text.rstrip()) for text in texts)
