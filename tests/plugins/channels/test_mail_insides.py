"""What comes by mail and is none by itself: mailboxes in one file, and leads in XML within messages."""

import html
import io
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from patron import Delivery, testing
from patron.core.intake import receive
from patron.core.nouns import Interaction, Lead
from patron.plugins.channels import adf, mail
from patron.plugins.channels.mail.insides import split

ADF = """<?xml version="1.0" encoding="UTF-8"?><?adf version="1.0"?><adf><prospect><id source="cars.example">L-7</id>
<vehicle><make>Honda</make></vehicle><customer><contact><name part="full">张三</name><phone>13800138000</phone></contact>
</customer></prospect></adf>"""


def message(text: str, subtype: str = "plain") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "Portal <leads@cars.example>", "New lead", "<1@cars.example>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, subtype=subtype)
    return made


def attached(kind: str, name: str) -> EmailMessage:
    made = message("See attachment.")
    main, _, sub = kind.partition("/")
    made.add_attachment(ADF.encode("gb18030").replace(b"UTF-8", b"gb2312"), maintype=main, subtype=sub, filename=name)
    return made


def twice() -> EmailMessage:
    made = attached("application/x-adf+xml", "lead.adf")
    made.add_attachment(ADF.encode(), maintype="text", subtype="xml", filename="lead.xml")
    return made


@pytest.mark.parametrize(
    "made",
    [
        message(ADF),
        message("A lead for you:\n\n" + ADF + "\n\n-- \nCars Ltd"),
        message(f"<html><body><p>A lead</p><pre>{html.escape(ADF)}</pre></body></html>", "html"),
        attached("application/x-adf+xml", "lead"),
        attached("text/xml", "lead.txt"),
        attached("application/octet-stream", "LEAD.ADF"),
        twice(),
    ],
    ids=["text", "text around it", "html", "type", "xml", "name", "twice"],
)
def test_a_lead_in_xml_is_read_wherever_it_stands(made: EmailMessage, tmp_path: Path) -> None:
    """It is the portal's person who is interested, as if the XML had come by itself."""
    app = testing.app_with_database(tmp_path, mail, adf)
    with app.session() as session:
        (receipt,) = receive(session, "mail", Delivery(body=made.as_bytes(), received_at=testing.NOW)).receipts
        with session.read() as reader:
            (lead,) = reader.find(Lead)

    assert receipt.outcome == "accepted"
    assert (lead.source, lead.source_key, lead.interests) == ("webshop", "cars.example:L-7", ("Honda",))


def test_no_lead_in_xml_is_left_behind(tmp_path: Path) -> None:
    """Of two attachments one is broken: the mail waits as a whole, and says why."""
    made = attached("application/x-adf+xml", "lead.adf")
    made.add_attachment(
        ADF.replace("L-7", "L-8").replace("</adf>", "").encode(), maintype="text", subtype="xml", filename="b.xml"
    )
    app = testing.app_with_database(tmp_path, mail, adf)
    with app.session() as session:
        (receipt,) = receive(session, "mail", Delivery(body=made.as_bytes(), received_at=testing.NOW)).receipts
        with session.read() as reader:
            assert reader.count(Lead) == 0

    assert (receipt.outcome, "XML is broken in line" in str(receipt.reason)) == ("quarantined", True)


@pytest.mark.parametrize(
    ("text", "why"),
    [(ADF.replace("</adf>", ""), "XML is broken in line"), ("<adf>" + "x" * 300_000 + ADF, "this channel reads 262144 at most")],
    ids=["broken", "too large"],
)
def test_no_lead_in_xml_is_lost_in_a_mail_that_a_program_wrote(text: str, why: str, tmp_path: Path) -> None:
    """Portals say that their mails are automatic, as bounces do; what can't be read in them waits for a person."""
    app = testing.app_with_database(tmp_path, mail, adf)
    with app.session() as session:
        received = receive(session, "mail", Delivery(body=message(text).as_bytes(), received_at=testing.NOW))
        with session.read() as reader:
            assert reader.count(Lead) == 0

    assert [(one.outcome, why in str(one.reason)) for one in received.receipts] == [("quarantined", True)]


def test_a_broken_lead_in_xml_is_none_of_the_portal(tmp_path: Path) -> None:
    """Or the next one of the portal would join it."""
    made = message(ADF.replace("</adf>", ""))
    del made["Auto-Submitted"]
    app = testing.app_with_database(tmp_path, mail, adf)
    with app.session() as session:
        received = receive(session, "mail", Delivery(body=made.as_bytes(), received_at=testing.NOW))

    assert [receipt.outcome for receipt in received.receipts] == ["quarantined"]


@pytest.mark.parametrize("text", ["<adf>" + "x" * 300_000 + ADF, "How much is <adf>?"])
def test_what_is_no_lead_in_xml_is_a_mail_like_any_other(text: str, tmp_path: Path) -> None:
    """Too large, or a word between brackets: the mail itself becomes the lead."""
    made = message(text)
    del made["Auto-Submitted"]
    app = testing.app_with_database(tmp_path, mail, adf)
    with app.session() as session:
        received = receive(session, "mail", Delivery(body=made.as_bytes(), received_at=testing.NOW))
        with session.read() as reader:
            (lead,), (entry,) = reader.find(Lead), reader.find(Interaction)

    assert [receipt.outcome for receipt in received.receipts] == ["accepted"]
    assert (lead.source, lead.subject, entry.channel) == ("email", "New lead", "email")


def test_an_mbox_is_taken_apart(tmp_path: Path) -> None:
    """As Python's own mailbox writes it; lines that begin with From are no new message."""
    bodies = [message(f"Number {number}\n\nFrom here on it is quoted, and >From too\n").as_bytes() for number in range(3)]
    box = mailbox.mbox(tmp_path / "box")
    for body in bodies:
        box.add(body)
    box.close()
    with (tmp_path / "box").open("rb") as file:
        found = [one.rstrip() for one in split(file)]

    assert found == [body.rstrip() for body in bodies]


@pytest.mark.parametrize("body", [b"", b"From: a@example.com\n\nFrom here\n", b"From me to you\n", b"\n\nx"])
def test_what_is_no_mbox_is_one_message(body: bytes) -> None:
    assert list(split(io.BytesIO(body))) == [body]
