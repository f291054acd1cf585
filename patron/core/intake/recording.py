"""
What comes of an envelope: a customer, a lead, an entry on the timeline.

A provider's lead is one lead. A further sign of interest of somebody whose lead is pursued is a touch of that lead, not a second
one. Of several words about a field the first by its time stands, and what somebody of us entered stands over all of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from patron.core.assignment import Given, note_given
from patron.core.crm.interactions import follow_contact, note_first_contact
from patron.core.crm.merging import Merge, merge_within
from patron.core.crm.records import made
from patron.core.i18n import CORE, LANGUAGES, Translator
from patron.core.intake.antedating import antedate
from patron.core.intake.continuing import call_named, continue_call
from patron.core.intake.correcting import correct
from patron.core.intake.differing import is_within, line_of
from patron.core.intake.drafting import Draft, clean_text
from patron.core.intake.gathering import LIST, gather
from patron.core.intake.joining import join_answers
from patron.core.intake.listing import lead_listed, lead_named, lines_of, notes_of
from patron.core.intake.lookahead import UNSURE, Facts
from patron.core.intake.matching import NEW, Match, match
from patron.core.intake.notes import noted
from patron.core.intake.sitting import Sitting
from patron.core.intake.threads import thread_of
from patron.core.intake.understanding import Drafted
from patron.core.intake.weighing import weigh
from patron.core.intake.words import Words, weighed
from patron.core.message import Message
from patron.core.nouns import (
    LIVE,
    TOLD,
    Consent,
    Customer,
    FieldError,
    Identity,
    IdentityLink,
    Interaction,
    Lead,
    Receipt,
    fields_of,
)
from patron.core.nouns.criterion import among, equal
from patron.core.nouns.schemes import identity_of
from patron.core.records.intake import EnvelopeKind
from patron.core.resolving import require_known
from patron.core.store.keys import Key, Known, Party, keys_of_customers

_LONGEST_EVIDENCE = fields_of(Consent)["evidence"].length


@attrs.frozen(kw_only=True)
class Recorded:
    """
    What came of an envelope.

    Attributes:
        customer: who it is; None for a test.
        lead: the lead that it began or touched; None where it belongs to none.
        interaction: its entry on the timeline; None where it brought nothing but the lead.
        created: whether the lead is new.
        why: what spoke for the customer where no identity decided.
        consents: what was said about being contacted, to be stored with the receipt that proves it.
        thread: of an answer, the key of what the thread begins with.
        words: what was said of customer and lead, to be kept with the receipt, too.
    """

    customer: Customer | None = None
    lead: Lead | None = None
    interaction: Interaction | None = None
    created: bool = False
    why: Message | None = None
    consents: tuple[Consent, ...] = ()
    thread: str | None = None
    words: Words | None = None


def record(sitting: Sitting, drafted: Drafted, decided: int | None = None, facts: Facts = UNSURE) -> Recorded:
    """
    Bring what an envelope tells into the database.

    Args:
        sitting: the work, and the connection that it came in by.
        drafted: what the envelope tells.
        decided: whom it is from, where a person decided; see `match()`.
        facts: what was looked up for it.

    Raises:
        PatronError: somebody has to decide who it is, or nobody can own the lead.
        DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    if drafted.problem is not None:
        raise drafted.problem
    if drafted.draft is None:
        return Recorded()
    recording = _Recording(sitting, drafted, drafted.draft, facts)
    return attrs.evolve(recording.run(decided), thread=recording.thread_name)


class _Recording:
    """One envelope."""

    def __init__(self, sitting: Sitting, drafted: Drafted, draft: Draft, facts: Facts) -> None:
        self._sitting = sitting
        self._session = sitting.session
        self._work = sitting.work
        self._opened = sitting.opened
        self._owners = sitting.owners
        self._ahead = sitting.ahead
        self._facts = facts
        self._envelope = drafted.envelope
        self._draft = draft
        self._source = draft.lead.get("source") or sitting.opened.connection.source or sitting.opened.channel.source
        self._system = drafted.system
        threads = sitting.opened.channel.threads
        self._thread = thread_of(sitting.work, sitting.opened.connection.name, drafted.envelope) if threads else None

    @property
    def thread_name(self) -> str | None:
        """What the thread is called by in which it answers another."""
        return self._thread.name if self._thread is not None and self._thread.is_answer else None

    @property
    def _key(self) -> dict[str, str]:
        """What the provider calls the lead; empty where it doesn't say."""
        number = self._envelope.native_id
        return {"system": self._system, "source_key": number} if number else {}

    @property
    def _call_number(self) -> str | None:
        """What the provider calls the call, of which there may be more to tell; None where it doesn't say."""
        return self._draft.interaction.get("source_key") if self._envelope.kind is EnvelopeKind.CALL else None

    @property
    def _words(self) -> Words:
        """What it says of customer and lead."""
        voice = self._opened.connection.name, self._envelope.native_id
        customer, lead = weighed(self._draft.customer), weighed(self._draft.lead)
        return Words(
            at=self._draft.at,
            voice=voice,
            customer=customer,
            lead=lead,
            listed=self._envelope.listed,
            revised_at=self._envelope.revised_at,
        )

    @property
    def _is_contact(self) -> bool:
        """Whether it is a row of a list of contacts."""
        return self._envelope.listed and self._envelope.kind is not EnvelopeKind.LEAD

    def run(self, decided: int | None) -> Recorded:
        work, draft, joins = self._work, self._draft, self._opened.connection.joins
        known = self._ahead.known(draft.identities)
        if self._envelope.kind is EnvelopeKind.UPDATE:
            return self._updated(known, decided)
        if self._envelope.consents and self._envelope.kind is EnvelopeKind.MESSAGE:
            return self._only_said(known, decided)
        if self._is_contact and decided != NEW:
            return self._contact(known, decided)
        call = call_named(work, self._system, self._call_number)
        if call is not None:
            return self._continued(call)
        lead = self._keyed()
        stranger = None if lead is None else self._stranger(lead)
        asks = lead is None or (stranger is not None and bool(draft.identities or draft.customer))
        others = known if stranger is None else _without(known, stranger)
        found = match(self._session, work, draft, others, decided, self._facts.unborne) if asks else Match(customer=None)
        customer = found.customer if lead is None else work.get(Customer, lead.customer_id)
        if lead is not None and stranger is not None and found.customer not in (None, stranger):
            lead, customer = self._recognised(lead, stranger, found.customer)
            known = _merged(known, stranger, customer)
        answered = None if self._thread is None or lead or customer or decided is not None else self._thread.first
        if answered is not None:
            return self._answer(answered)
        unknown = customer is None
        if lead is None and customer is not None:
            lead = self._listed(customer) or (self._pursued(customer) if joins else None)
        remarks: list[str] = []
        is_first, own = False, lead is not None and self._is_own(lead)
        if lead is not None and not self._envelope.listed:
            # A provider's words about its lead are one inquiry: each further one is an entry, though it was said before.
            antedated = antedate(self._sitting, lead, draft.at, self._source, self._key) if joins else None
            is_first = antedated is not None and not own
            lead = antedated or lead
        if lead is not None:
            lead = self._listing(lead, own=own)
            remarks += self._not_listed(lead)
        words = self._words
        if customer is not None:
            known_as = weigh(self._sitting, words, customer, lead, nameless=self._stands_in(customer))
            customer, lead = known_as.customer, known_as.lead
            remarks += known_as.remarks
        begins = lead is None and (customer is None or self._envelope.kind is EnvelopeKind.LEAD)
        given = self._owner(customer) if begins else None
        owner = {} if given is None else given.owner
        customer = self._new_customer(owner) if customer is None else customer
        if begins:
            lead = self._new_lead(customer, owner)
            note_given(work, [(lead.id, given)] if given else [])
        self._ahead.renamed(customer.id)
        self._link(known, customer, lead, first=unknown)
        # A list that names a lead again is no sign of interest.
        touched = not begins and not is_first and joins
        told = lead is not None and not begins and self._is_told(lead, remarks)
        interaction = None if told else self._interaction(customer, lead, [*remarks, *self._joined(lead)], touched=touched)
        if interaction is not None:
            lead = self._follow(lead, interaction)
        said = self._consents([customer])
        return Recorded(
            customer=customer, lead=lead, interaction=interaction, created=begins, why=found.why, consents=said, words=words
        )

    def _continued(self, call: Interaction) -> Recorded:
        """Tell more of a call that is on the timeline; whose it is, and to which lead it belongs, is known."""
        work, draft = self._work, self._draft
        call = continue_call(work, call, draft)
        lead = None if call.lead_id is None else work.get(Lead, call.lead_id)
        if lead is not None:
            lead = antedate(self._sitting, lead, draft.at, self._source, self._key) or lead
        customer = work.get(Customer, call.customer_id)
        return Recorded(customer=customer, lead=note_first_contact(work, lead, call), interaction=call)

    def _answer(self, earlier: Receipt) -> Recorded:
        """Put an envelope onto the timeline that it belongs to; who wrote it from elsewhere is nobody that we know for that."""
        customer = self._work.get(Customer, earlier.customer_id or 0)
        lead = None if earlier.lead_id is None else self._work.get(Lead, earlier.lead_id)
        said = self._joined(lead)
        said.append(self._session.t("intake.answer_from", who=", ".join(one.value for one in self._draft.identities) or "–"))
        interaction = self._interaction(customer, lead, said, touched=True)
        return Recorded(customer=customer, lead=lead, interaction=interaction)

    def _joined(self, lead: Lead | None) -> list[str]:
        """Let answers that came before what they answer go over to it, and return what is to be told of others."""
        thread = self._thread
        if thread is None or not thread.waits or lead is None:
            return []
        first = lead.id if thread.first is None else thread.first.lead_id
        return [] if first is None else join_answers(self._sitting, thread, self._work.get(Lead, first))

    def _only_said(self, known: Mapping[Key, Known], decided: int | None) -> Recorded:
        """Note who does not want to be contacted, or does again: everybody whom the number stands for, for one of them wrote."""
        numbers = {party.customer_id for one in known.values() for party in one.parties} if decided is None else {decided} - {NEW}
        customers = [self._work.get(Customer, number) for number in sorted(numbers)]
        if not customers:
            # Nobody's turn is spent on a person who wants nothing of us.
            customers = [self._new_customer(self._owners.of({"source": self._source}))]
            self._link(known, customers[0], None, first=True)
        told = [self._interaction(one, None, [], touched=True) for one in customers]
        return Recorded(customer=customers[0], interaction=told[0], consents=self._consents(customers))

    def _updated(self, known: Mapping[Key, Known], decided: int | None) -> Recorded:
        """Tell more of those whom the first contact stands for: what is new, and what happened."""
        first = [known[one.scheme, one.value] for one in self._draft.identities[:1] if (one.scheme, one.value) in known]
        numbers = {party.customer_id for one in first for party in one.parties} if decided is None else {decided} - {NEW}
        customers = [self._work.get(Customer, number) for number in sorted(numbers)]
        told = [self._told_more(one, known) for one in customers]
        if not customers:
            return Recorded()
        said = self._consents(customers)
        return Recorded(customer=customers[0], interaction=told[0], consents=said, words=self._words)

    def _told_more(self, customer: Customer, known: Mapping[Key, Known]) -> Interaction | None:
        """Add to a customer what an update tells, and return its entry; None where it says nothing new."""
        work, draft = self._work, self._draft
        known_as = weigh(self._sitting, self._words, customer, None, nameless=self._stands_in(customer))
        customer, remarks = known_as.customer, [*draft.remarks, *known_as.remarks]
        self._ahead.renamed(customer.id)
        self._link(known, customer, None, first=False)
        happened = bool(self._envelope.interaction)
        if not happened:
            before = lines_of(work, customer)
            remarks = [one for one in remarks if not before.issuperset(one.splitlines())]
        if not happened and not remarks:
            return None
        # It is about the person: which lead is pursued just now depends on what has come before.
        return self._entry(customer, None, noted(draft.note, remarks))

    def _consents(self, customers: Sequence[Customer]) -> tuple[Consent, ...]:
        """Return what was said about being contacted, of each of those who may have said it."""
        return tuple(
            self._work.vocabulary.check(
                Consent(
                    customer_id=customer.id,
                    decision=said.decision,
                    channel=said.channel,
                    purpose=said.purpose,
                    at=self._draft.at,
                    given_by=said.given_by,
                    evidence=clean_text(said.evidence)[:_LONGEST_EVIDENCE] or None,
                )
            )
            for customer in customers
            for said in self._envelope.consents
        )

    def _keyed(self) -> Lead | None:
        """Return the lead that the provider means by its own number."""
        number = self._envelope.native_id
        if not number:
            return None
        called = [equal("system", self._system), equal("source_key", number)]
        found = () if self._facts.new_lead else self._work.find(Lead, called, limit=1, merged=True)
        if not found:
            return None if self._facts.unheard or self._envelope.listed else self._touched(number)
        into = found[0].duplicate_of_id
        return found[0] if into is None else self._work.get(Lead, into)

    def _is_own(self, lead: Lead) -> bool:
        """Return whether it is the lead that the provider means by its number."""
        return bool(lead.source_key) and (lead.system, lead.source_key) == (self._system, self._envelope.native_id)

    def _listing(self, lead: Lead, *, own: bool) -> Lead:
        """Return a lead with what its provider asks for by now, or with what somebody asks for beside it."""
        listed, at = self._draft.lead.get(LIST, ()), self._draft.at
        if not listed or (self._envelope.listed and lead.interests):
            return lead
        if own and lead.interests:
            return correct(self._work, lead, listed, self._opened.connection.name, at)
        return gather(self._work, lead, listed, at)

    def _not_listed(self, lead: Lead) -> list[str]:
        """Return what is asked for that is not on the list of a lead, for a person to read."""
        listed = self._draft.lead.get(LIST, ())
        if self._envelope.listed or is_within(listed, lead.interests):
            return []
        return [line_of(self._session, self._work, ("lead", LIST), listed)]

    def _touched(self, number: str) -> Lead | None:
        """Return the lead that learned before of what the provider calls so, and was another's."""
        of_ours = [equal("connection", self._opened.connection.name), equal("native_key", number), equal("outcome", "accepted")]
        told = self._work.find(Receipt, of_ours, order=["-id"], limit=1)
        return None if not told or told[0].lead_id is None else self._work.get(Lead, told[0].lead_id)

    def _stranger(self, lead: Lead) -> Customer | None:
        """Return the customer of a lead of whom nothing is known yet: no name, and no number but some of what is said now."""
        customer = self._work.get(Customer, lead.customer_id)
        if not self._stands_in(customer):
            return None
        known = set(keys_of_customers(self._work.connection, [customer.id]).get(customer.id, ()))
        said = {(one.scheme, one.value) for one in self._draft.identities}
        return customer if not known or known < said else None

    def _recognised(self, lead: Lead, stranger: Customer, customer: Customer) -> tuple[Lead, Customer]:
        """Merge somebody of whom nothing was known with the customer who it is, and the lead with the one that is pursued."""
        pursued = self._pursued(customer) if self._opened.connection.joins and lead.status in LIVE else None
        merge_within(self._session, self._work, Merge(noun="customer", keep=customer.id, others=(stranger.id,), certain=True))
        number = lead.id
        if pursued is not None:
            merge_within(self._session, self._work, Merge(noun="lead", keep=pursued.id, others=(lead.id,), certain=True))
            number = pursued.id
        return self._work.get(Lead, number), self._work.get(Customer, customer.id)

    def _contact(self, known: Mapping[Key, Known], decided: int | None) -> Recorded:
        """Put a contact of a list onto the timeline of a customer who is known; a list tells of each once."""
        work, draft = self._work, self._draft
        key = {"system": self._system, "source_key": self._envelope.native_id}
        before = work.first(Interaction, *(equal(name, value) for name, value in key.items()))
        if before is not None:
            lead = None if before.lead_id is None else work.get(Lead, before.lead_id)
            return Recorded(customer=work.get(Customer, before.customer_id), lead=lead, interaction=before)
        found = match(self._session, work, draft, known, decided)
        customer = require_known(found.customer, draft.identities)
        if decided is not None:
            self._link(known, customer, None, first=False)
        lead = lead_named(work, customer, draft.about)
        name = draft.customer.get("name")
        other = name and name != customer.name
        remarks = [*draft.remarks, *([line_of(self._session, work, ("customer", "name"), name)] if other else [])]
        if draft.about and lead is None:
            remarks.append(self._session.t("intake.remark", label=self._session.t("noun.lead"), value=draft.about))
        about = {"customer_id": customer.id, "lead_id": lead.id if lead else None, "note": noted(draft.note, remarks) or None}
        values = {"channel": self._opened.channel.contact, "at": draft.at, **draft.interaction, **key, **about}
        interaction = work.add(made(Interaction, values))
        lead = self._follow(lead, interaction)
        return Recorded(customer=customer, lead=lead, interaction=interaction, why=found.why)

    def _listed(self, customer: Customer) -> Lead | None:
        """Return the lead of a customer that a row of a list means."""
        if not self._envelope.listed or self._envelope.native_id:
            return None
        at = None if self._envelope.at is None else self._draft.at
        return lead_listed(self._work, customer, self._source, at, self._opened.connection.zone)

    def _pursued(self, customer: Customer) -> Lead | None:
        """Return the lead of a customer that is pursued, the latest of several."""
        mine = [equal("customer_id", customer.id), among("status", LIVE)]
        found = self._work.find(Lead, mine, order=["-filed_at", "-id"], limit=1)
        return found[0] if found else None

    def _owner(self, customer: Customer | None) -> Given:
        """Return whose a new lead is."""
        draft = self._draft
        about = draft.customer if customer is None else attrs.asdict(customer, recurse=False)
        return self._owners.given({**draft.lead, "source": self._source}, about)

    def _new_customer(self, owner: Mapping[str, int | None]) -> Customer:
        draft = self._draft
        name = draft.customer.get("name") or next((one.written for one in draft.identities if one.written), None)
        named = {"name": name or self._session.t("intake.nameless")}
        return self._work.add(made(Customer, {**owner, **draft.customer, **named}))

    def _new_lead(self, customer: Customer, owner: Mapping[str, int | None]) -> Lead:
        draft, key = self._draft, self._key
        given = {"customer_id": customer.id, "source": self._source, "filed_at": draft.at}
        return self._work.add(made(Lead, {**draft.lead, **given, **key, **owner}), effective_at=draft.at)

    def _link(self, held: Mapping[Key, Known], customer: Customer, lead: Lead | None, *, first: bool) -> None:
        links: list[IdentityLink] = []
        for identity in self._draft.identities:
            known = held.get((identity.scheme, identity.value))
            if known is None or customer.id not in {party.customer_id for party in known.parties}:
                number = self._work.identity(identity).id if known is None else known.id
                about = None if lead is None else lead.id
                preferred = first and not links
                links.append(IdentityLink(identity_id=number, customer_id=customer.id, lead_id=about, preferred=preferred))
        self._work.add_many(links)

    def _stands_in(self, customer: Customer) -> bool:
        """Return whether a customer's name is one of ours for somebody whose name we don't know yet."""
        return customer.name in _nameless() or any(_means(customer.name, one) for one in self._draft.identities)

    def _interaction(self, customer: Customer, lead: Lead | None, remarks: Sequence[str], *, touched: bool) -> Interaction | None:
        draft, kind = self._draft, self._envelope.kind
        note = noted(draft.note, [*draft.remarks, *remarks])
        # A visit or a call is one, though nothing was written down of it; a list that names a lead is none.
        told = note or touched or draft.interaction.get("effective")
        if not told and kind is EnvelopeKind.LEAD:
            return None
        return self._entry(customer, lead, note)

    def _entry(self, customer: Customer, lead: Lead | None, note: str) -> Interaction:
        draft, kind = self._draft, self._envelope.kind
        values: dict[str, Any] = {
            "channel": self._opened.channel.contact,
            "direction": "in",
            "effective": kind is EnvelopeKind.CALL,
            "at": draft.at,
            **({"outcome": TOLD} if kind is EnvelopeKind.UPDATE else {}),
            **self._next(),
            **draft.interaction,
            **({"system": self._system} if self._call_number else {}),
        }
        if lead is not None:
            values["lead_id"] = lead.id
        if kind is not EnvelopeKind.UPDATE and (lead is None or lead.source != self._source):
            values["source"] = self._source
        return self._work.add(made(Interaction, {**values, "customer_id": customer.id, "note": note or None}))

    def _follow(self, lead: Lead | None, interaction: Interaction) -> Lead | None:
        """Do what follows from an interaction; a next action that was due before is history, as in an import."""
        due = interaction.next_action_at
        if due is None or due < self._work.now or (lead is not None and lead.status not in LIVE):
            return note_first_contact(self._work, lead, interaction)
        return follow_contact(self._session, self._work, interaction, lead).lead

    def _next(self) -> dict[str, str]:
        """Return what is to be done where it is only said when."""
        said = self._draft.interaction
        return (
            {"next_action": self._session.t("intake.next_contact")}
            if "next_action_at" in said and "next_action" not in said
            else {}
        )

    def _is_told(self, lead: Lead, remarks: Sequence[str]) -> bool:
        """Return whether a lead's timeline says already what a row of a list says, which came by another way before."""
        note = noted(self._draft.note, [*self._draft.remarks, *remarks])
        return self._envelope.listed and note in notes_of(self._work, lead)


def _means(name: str, identity: Identity) -> bool:
    """Return whether a name is a number or an address, in whatever way it is written."""
    if name == identity.written:
        return True
    try:
        found = identity_of(identity.scheme, name)
    except FieldError:
        return False
    return found is not None and found.value == identity.value


def _without(known: Mapping[Key, Known], customer: Customer) -> dict[Key, Known]:
    """Return whom else identities stand for."""
    return {
        key: one._replace(parties=tuple(party for party in one.parties if party.customer_id != customer.id))
        for key, one in known.items()
    }


def _merged(known: Mapping[Key, Known], gone: Customer, into: Customer) -> dict[Key, Known]:
    """Return whom identities stand for when one customer was merged into another."""
    party = Party(into.id, into.name, into.batch_id)
    return {
        key: one._replace(parties=tuple(dict.fromkeys(party if two.customer_id == gone.id else two for two in one.parties)))
        for key, one in known.items()
    }


def _nameless() -> frozenset[str]:
    """Return what we call somebody whose name nobody said."""
    return frozenset(Translator(lang, CORE)("intake.nameless") for lang in LANGUAGES)
