"""Threads: an answer belongs to what it answers, whoever writes it, from wherever, and in whatever order they come."""

from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage
from itertools import count, permutations
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from patron import Delivery, Session, testing
from patron.core.crm.merging import Unmerge, unmerge
from patron.core.crm.records import ChangeRecord, change_record
from patron.core.intake import receive
from patron.core.nouns import Customer, Identity, IdentityLink, Interaction, Lead
from patron.core.store.keys import known_identities
from patron.plugins.channels import mail


def take(
    session: Session, number: int, sender: str, *answers: int, hour: int | None = None, nearest: bool = False, tag: str = ""
) -> None:
    """
    Take in the mail of a number, which answers others; it is sent at the hour of its number unless it says another.

    Args:
        session: the session.
        number: which mail it is.
        sender: who writes.
        answers: the numbers of the mails that it answers.
        hour: when it was sent.
        nearest: whether the program names the last of the answered mails alone.
        tag: tells people and mails of one try from those of others.
    """
    message = EmailMessage()
    message["From"] = f"{sender}@{tag}example.com"
    message["Subject"] = "Re: Model A" if answers else "Model A"
    message["Message-ID"] = f"<{number}@{tag}example.com>"
    message["Date"] = testing.NOW - timedelta(hours=100 - (number if hour is None else hour))
    if answers:
        message["In-Reply-To"] = f"<{answers[-1]}@{tag}example.com>"
        if not nearest:
            message["References"] = " ".join(f"<{one}@{tag}example.com>" for one in answers)
    message.set_content(f"Text {number}")
    receive(session, "mail", Delivery(body=message.as_bytes(), received_at=testing.NOW))


def came(session: Session, tag: str) -> tuple[list[Any], ...]:
    """Return customers with what they are known by, their leads, and the entries on their timelines, without number and tag."""
    with session.read() as reader:
        people = {one.id: one.name.replace(tag, "") for one in reader.find(Customer) if f"@{tag}" in one.name}
        values = {one.id: one.value.replace(tag, "") for one in reader.find(Identity)}
        links = [one for one in reader.find(IdentityLink) if one.customer_id in people]
        leads = [one for one in reader.find(Lead) if one.customer_id in people]
        entries = [one for one in reader.find(Interaction) if one.customer_id in people]
    begun = {one.id: (people[one.customer_id], one.filed_at) for one in leads}
    told = [
        (people[one.customer_id], begun.get(one.lead_id or 0), one.at, (one.note or "").replace(tag, ""), one.source)
        for one in entries
    ]
    known = [(people[one.customer_id], values[one.identity_id]) for one in links]
    about = [(people[one.customer_id], one.filed_at, one.subject, one.status, one.source) for one in leads]
    return sorted(people.values()), sorted(known), sorted(about), sorted(told, key=repr)


def test_an_answer_from_elsewhere_is_an_entry_of_the_thread(tmp_path: Path) -> None:
    """Of the same lead; the other address is told, and is nobody's for that."""
    with testing.app_with_database(tmp_path, mail).session() as session:
        take(session, 1, "zhang")
        take(session, 2, "office", 1)
        take(session, 3, "zhang", 1, 2)
        with session.read() as reader:
            found = [reader.count(noun) for noun in (Customer, Lead, IdentityLink)]
            entries = reader.find(Interaction, order=["id"])

    assert found == [1, 1, 1]
    assert [entry.lead_id for entry in entries] == [1, 1, 1]
    assert entries[1].note == "Re: Model A\nText 2\nAnswered by office@example.com"


def test_an_answer_to_what_we_do_not_know_is_a_first_mail(tmp_path: Path) -> None:
    """And who is known by their address is that person, whatever they answer."""
    with testing.app_with_database(tmp_path, mail).session() as session:
        take(session, 1, "zhang")
        take(session, 2, "li", 77)
        take(session, 3, "li", 1)
        with session.read() as reader:
            entries = reader.find(Interaction, order=["id"])

    assert [entry.customer_id for entry in entries] == [1, 2, 2]


def test_a_thread_is_one_lead_in_whatever_order_it_comes(tmp_path: Path) -> None:
    """Of three people; the lead is that of the first mail, whatever its clock says."""
    found = []
    with testing.app_with_database(tmp_path, mail).session() as session:
        for first in (1, 9):
            mails = [(1, "zhang", (), first), (2, "office", (1,), 2), (3, "li", (1, 2), 3)]
            for number, order in enumerate(permutations(mails)):
                for place, who, answers, hour in order:
                    take(session, place, who, *answers, hour=hour, tag=f"{first}-{number}.")
                found.append(came(session, f"{first}-{number}."))

    assert found == [found[0]] * 6 + [found[-1]] * 6
    assert [1, 1, 1, 3] * 2 == [len(some) for tries in (found[0], found[-1]) for some in tries]


@st.composite
def threads(draw: st.DrawFn) -> list[tuple[int, str, tuple[int, ...]]]:
    """Return the mails of one or two threads, each of somebody, whose first one may never come; li takes part in both."""
    found: list[tuple[int, str, tuple[int, ...]]] = []
    for begin, people in draw(st.sampled_from([THREADS[:1], THREADS])):
        before: list[tuple[int, ...]] = [(begin,)]
        thread: list[tuple[int, str, tuple[int, ...]]] = [(begin, draw(people), ())]
        for number in range(begin + 1, begin + draw(st.integers(2, 4))):
            answers = draw(st.sampled_from(before))
            thread.append((number, draw(people), answers))
            before.append((*answers, number))
        found += thread[draw(st.integers(0, 1)) :]
    return found


THREADS = [(1, st.sampled_from(["zhang", "office", "li"])), (11, st.sampled_from(["wu", "li"]))]
"""The number of the first mail, and who may write one."""


def test_whatever_mail_comes_first_the_records_are_the_same(tmp_path: Path) -> None:
    """Also of threads whose first mail never comes: they begin with the earliest that does. Who is known before stays so."""
    tries = count()
    with testing.app_with_database(tmp_path, mail).session() as session:

        def brought(mails: Iterable[tuple[int, str, tuple[int, ...]]]) -> tuple[list[Any], ...]:
            tag = f"{next(tries)}."
            for number, who, answers in ((0, "li", ()), *mails):
                take(session, number, who, *answers, tag=tag)
            return came(session, tag)

        @settings(max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(mails=threads(), data=st.data())
        def are_the_same(mails: list[tuple[int, str, tuple[int, ...]]], data: st.DataObject) -> None:
            assert brought(mails) == brought(data.draw(st.permutations(mails)))

        are_the_same()


def test_programs_that_name_the_nearest_mail_alone_make_no_second_lead(tmp_path: Path) -> None:
    """Where the mail between comes last, it shows that the others are one thread."""
    mails = [(1, "zhang", ()), (2, "zhang", (1,)), (3, "office", (2,))]
    found = []
    with testing.app_with_database(tmp_path, mail).session() as session:
        for order in permutations(mails):
            tag = f"{len(found)}."
            for number, who, answers in order:
                take(session, number, who, *answers, nearest=True, tag=tag)
            found.append(came(session, tag))

    assert found == [found[0]] * 6
    assert [len(some) for some in found[0]] == [1, 1, 1, 3]


def test_a_lead_on_which_somebody_works_stays_and_is_told(tmp_path: Path) -> None:
    with testing.app_with_database(tmp_path, mail).session() as session:
        take(session, 2, "office", 1)
        change_record(session, ChangeRecord(noun="lead", id=1, values={"likelihood": "40"}))
        take(session, 1, "zhang")
        with session.read() as reader:
            leads = [(one.id, one.customer_id) for one in reader.find(Lead, order=["id"])]
            (entry,) = [one for one in reader.find(Interaction) if one.lead_id == 2]

    assert leads == [(1, 1), (2, 2)]
    assert entry.note == "Model A\nText 1\nAnswered by office@example.com, who has a lead of their own: 1"


def test_who_is_known_by_more_than_answers_stays_a_customer(tmp_path: Path) -> None:
    """A mail beside the thread is theirs, and so is what they answered before."""
    with testing.app_with_database(tmp_path, mail).session() as session:
        take(session, 2, "office", 1)
        take(session, 5, "office")
        take(session, 1, "zhang")
        with session.read() as reader:
            found = reader.count(Customer), reader.count(Lead)
            entries = [one.customer_id for one in reader.find(Interaction, order=["at"])]

    assert found == (2, 2)
    assert entries == [2, 1, 1]


def test_what_went_over_can_be_taken_back(tmp_path: Path) -> None:
    """With the address, which was nobody's meanwhile."""
    with testing.app_with_database(tmp_path, mail).session() as session:
        take(session, 2, "office", 1)
        take(session, 1, "zhang")
        with session.read() as reader:
            office = reader.first(Identity)
            assert office is not None
            (gone,) = known_identities(reader.connection, [office]).values()
        unmerge(session, Unmerge(noun="lead", id=1))
        unmerge(session, Unmerge(noun="customer", id=1))
        with session.read() as reader:
            (back,) = known_identities(reader.connection, [office]).values()
            leads = [(one.id, one.customer_id, one.status) for one in reader.find(Lead, order=["id"])]

    assert gone.parties == ()
    assert [party.customer_id for party in back.parties] == [1]
    assert leads == [(1, 1, "open"), (2, 2, "open")]
