"""Threads: an answer belongs to what it answers, whoever writes it, and from wherever."""

from pathlib import Path

from patron import Delivery, Session, testing
from patron.core.intake import receive
from patron.core.nouns import Customer, IdentityLink, Interaction, Lead
from patron.plugins.channels import mail


def take(session: Session, number: int, sender: str, *answers: int) -> None:
    references = " ".join(f"<{one}@example.com>" for one in answers)
    head = f"From: {sender}\nSubject: Model A\nMessage-ID: <{number}@example.com>\n"
    head += f"In-Reply-To: <{answers[-1]}@example.com>\nReferences: {references}\n" if answers else ""
    receive(session, "mail", Delivery(body=f"{head}\nText {number}".encode(), received_at=testing.NOW))


def test_an_answer_from_elsewhere_is_an_entry_of_the_thread(tmp_path: Path) -> None:
    """Of the same lead; the other address is told, and is nobody's for that."""
    with testing.app_with_database(tmp_path, mail).session() as session:
        take(session, 1, "zhang@example.com")
        take(session, 2, "office@dealer-of-zhang.example", 1)
        take(session, 3, "zhang@example.com", 1, 2)
        with session.read() as reader:
            found = [reader.count(noun) for noun in (Customer, Lead, IdentityLink)]
            entries = reader.find(Interaction, order=["id"])

    assert found == [1, 1, 1]
    assert [entry.lead_id for entry in entries] == [1, 1, 1]
    assert entries[1].note == "Model A\nText 2\nAnswered by office@dealer-of-zhang.example"


def test_an_answer_to_what_we_do_not_know_is_a_first_mail(tmp_path: Path) -> None:
    """And who is known by their address is that person, whatever they answer."""
    with testing.app_with_database(tmp_path, mail).session() as session:
        take(session, 1, "zhang@example.com")
        take(session, 2, "li@example.com", 77)
        take(session, 3, "li@example.com", 1)
        with session.read() as reader:
            entries = reader.find(Interaction, order=["id"])

    assert [entry.customer_id for entry in entries] == [1, 2, 2]
