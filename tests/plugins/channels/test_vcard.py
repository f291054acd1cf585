"""The channel `vcard`: business cards as phones and mail programs export them."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from patron import Connection, Contact, Customer, Delivery, Identity, Interaction, Unreadable, testing
from patron.core.crm.records import ChangeRecord, change_record
from patron.core.intake import receive
from patron.core.records.reason import details_of
from patron.plugins.channels import vcard
from patron.plugins.channels.vcard.channel import CHANNEL

OLD = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;=E4=B8=89;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0=E4=B8=
=89
TEL;WORK;FAX:010-62345678
TEL;CELL:138-0013-8000
EMAIL;INTERNET:zhang@example.com
END:VCARD
"""
NEW = """BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:1
REV:20251230T100000Z
N:Zhang;Wei;;;
TEL;TYPE=home:+8610-62345678
TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+8613900139000
item1.EMAIL;type=INTERNET;type=pref:wei@example.com
item1.X-ABLabel:Work
ORG:City Motors;Sales
TITLE:Buyer
ADR;TYPE=home:;;1 Main St;Oakland;CA;94601;USA
PHOTO;VALUE=uri:https://example.com/photo.jpg
NOTE:wants Model A\\, soon
END:VCARD
"""


def read(text):
    body = text if isinstance(text, bytes) else text.encode()
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="vcard"))


def test_hook_channels_of_vcard_keeps_its_promises():
    """An old phone's card, a new one, both in one file, and a text that is none."""
    other = OLD.replace("138", "137")
    samples = [
        testing.ChannelSample(body=OLD.encode()),
        testing.ChannelSample(body=(NEW + other).encode(), envelopes=2, parts=(NEW.encode(), other.encode())),
        testing.ChannelSample(body=(NEW + "BEGIN:VCARD\nFN:Half\n" + other).encode(), envelopes=3, broken=1),
        testing.ChannelSample(body=b"hello", readable=False),
    ]
    testing.check_channel(vcard, "vcard", samples)


def test_an_old_phone_writes_quoted_printable():
    """Over several lines, in UTF-8 or GBK; machines are not called."""
    (one,) = read(OLD)
    gbk = (
        OLD.replace("UTF-8", "GBK")
        .replace("=E5=BC=A0;=E4=B8=89", "=D5=C5;=C8=FD")
        .replace("=E5=BC=A0=E4=B8=\n=89", "=D5=C5=C8=\n=FD")
    )

    assert one.customer["name"] == read(gbk)[0].customer["name"] == "张三"
    assert one.contacts == (Contact(scheme="tel", written="138-0013-8000"), Contact(scheme="email", written="zhang@example.com"))


def test_a_new_card_has_a_number_and_what_is_preferred():
    """The name is made of its parts where it isn't written; nothing that the card points at is fetched."""
    (one,) = read(NEW)

    assert (one.native_id, one.key) == ("urn:uuid:1", "urn:uuid:1 20251230T100000Z")
    assert [contact.written for contact in one.contacts] == ["+8613900139000", "+8610-62345678", "wei@example.com"]
    address = "1 Main St, Oakland, CA, 94601, USA"
    assert one.customer == {"name": "Wei Zhang", "position": "Buyer", "address": address}
    assert one.interaction == {"note": "wants Model A, soon"}
    assert one.remarks == ("remark.org",)


def test_cards_in_the_encodings_of_phones():
    plain = OLD.replace(";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE", "").replace("=E5=BC=A0=E4=B8=\n=89", "张三")

    assert {read(plain.encode(encoding))[0].customer["name"] for encoding in ("gb18030", "utf-8-sig", "utf-16")} == {"张三"}


@pytest.mark.parametrize("text", ["", "x", OLD.replace("END:VCARD\n", ""), "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"])
def test_what_is_no_card_is_unreadable(text):
    with pytest.raises(Unreadable):
        read(text)


def test_a_card_that_is_broken_keeps_no_other_from_coming_in():
    """It is told by its line; a card inside of another belongs to that."""
    odd = "BEGIN:VCARD\nVERSION:3.0\nthis is no line\nEND:VCARD\n"
    agent = OLD.replace("END:VCARD", "AGENT:\nBEGIN:VCARD\nVERSION:2.1\nN:Helper\nEND:VCARD\nEND:VCARD")
    found = read(NEW + odd + agent)

    assert [one.customer["name"] for one in found if not one.broken] == ["Wei Zhang", "张三"]
    (broken,) = [one.broken for one in found if one.broken]
    assert (str(broken), dict(details_of(broken))) == ("reason.broken_at", {"line": NEW.count("\n") + 1})


@pytest.mark.parametrize("kind", ["KIND:group", "X-ADDRESSBOOKSERVER-KIND:group", "kind:GROUP"])
def test_a_group_of_cards_is_nobody(kind):
    """It is told as such; people and firms are somebody."""
    group = f"BEGIN:VCARD\nVERSION:4.0\n{kind}\nFN:Friends\nTEL:13800138000\nEND:VCARD\n"
    person = "BEGIN:VCARD\nVERSION:4.0\nKIND:individual\nFN:Ada\nEND:VCARD\n"
    one, aside = CHANNEL.parse(Delivery(body=(group + person).encode(), received_at=testing.NOW), Connection(name="vcard"))

    assert (one.customer["name"], one.aside) == ("Ada", "")
    assert (aside.contacts, aside.aside, details_of(aside.aside)["line"]) == ((), "reason.group", 1)


VERSIONS = {
    1: ("Zhang", "20240105T100000Z", "Buyer", "+8613900139000"),
    2: ("Zhang", "2025-01-05T10:00:00Z", "Chief buyer", "+8613900139000"),
    3: ("Li", "2025-06-01", "", "+8613700137000"),
}
"""Number → family name, revision, title and phone of a card."""
PEOPLE = ("Anna", "Boris", "Chloe", "Dieter", "Elsa", "Wei")


def version(number, card=5, revised=True):
    """Return a version of a card; first name and phone numbers are those of the card alone."""
    name, revision, title, phone = VERSIONS[number]
    lines = [
        f"UID:urn:uuid:{card}",
        f"REV:{revision}" if revised else "",
        f"FN:{PEOPLE[card]} {name}",
        f"TEL:{phone[:-2]}{card:02}",
    ]
    told = "\n".join(filter(None, (*lines, f"TITLE:{title}" if title else "")))
    return f"BEGIN:VCARD\nVERSION:3.0\n{told}\nEND:VCARD\n".encode()


def taken(session, *bodies):
    """Take in cards and return the customers, each with name and position."""
    for body in bodies:
        receive(session, "vcard", Delivery(body=body, received_at=testing.NOW))
    with session.read() as reader:
        return [(one.name, one.position) for one in reader.find(Customer, order=["id"])]


def test_of_several_versions_the_newest_counts_in_whatever_order_they_come(tmp_path):
    """What it has no more stays; a number that it has not any more, too; and nothing is told of what is out of date."""
    orders = list(permutations(VERSIONS))
    with testing.app_with_database(tmp_path, vcard).session() as session:
        found = taken(session, *(version(number, card) for card, order in enumerate(orders) for number in order))
        with session.read() as reader:
            phones = reader.count(Identity)
            told = {one.note for one in reader.find(Interaction)}

    assert found == [(f"{name} Li", "Chief buyer") for name in PEOPLE]
    assert phones == 2 * len(orders)
    assert told == {None}


def test_what_somebody_of_us_entered_stands_whatever_is_revised(tmp_path):
    with testing.app_with_database(tmp_path, vcard).session() as session:
        taken(session, version(1))
        change_record(session, ChangeRecord(noun="customer", id=1, values={"name": "Zhang Wei"}))
        found = taken(session, version(2), version(3))
        with session.read() as reader:
            told = [one.note for one in reader.find(Interaction) if one.note]

    assert found == [("Zhang Wei", "Chief buyer")]
    assert all("Wei" in note for note in told)
    assert len(told) == 2


def test_without_a_revision_the_first_word_stands(tmp_path):
    with testing.app_with_database(tmp_path, vcard).session() as session:
        found = taken(session, version(1, revised=False), version(2, revised=False))

    assert found == [("Wei Zhang", "Buyer")]


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("20250105T100000Z", datetime(2025, 1, 5, 10, tzinfo=UTC)),
        ("2025-01-05T10:00:00.5+08:00", datetime(2025, 1, 5, 2, 0, 0, 500_000, tzinfo=UTC)),
        ("20250105", datetime(2025, 1, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00+08:00", None),
        ("yesterday", None),
    ],
)
def test_a_revision_is_a_time_in_any_form_of_the_standard(written, at):
    (one,) = read(f"BEGIN:VCARD\nVERSION:3.0\nUID:1\nREV:{written}\nFN:A\nEND:VCARD\n")

    assert one.revised_at == at


def test_cards_without_a_number_that_differ_in_a_remark_alone_are_two():
    cards = "".join(f"BEGIN:VCARD\nFN:Ada\nORG:{firm}\nEND:VCARD\n" for firm in ("King", "Queen"))
    found = CHANNEL.parse(Delivery(body=cards.encode(), received_at=testing.NOW), Connection(name="vcard"))

    assert 2 == len({one.key for one in found})
