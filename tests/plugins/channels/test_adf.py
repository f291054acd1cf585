"""The channel `adf`: what portals really send."""

import socket
from datetime import UTC, datetime

import pytest

from patron import Connection, Contact, Delivery, Unreadable, testing
from patron.plugins.channels import adf
from patron.plugins.channels.adf.channel import CHANNEL

LEAD = """<?xml version="1.0" encoding="UTF-8"?>
<?adf version="1.0"?>
<adf><prospect status="new">
  <id sequence="1" source="portal.example">A-1</id>
  <requestdate>2025-12-02T15:30:20-08:00</requestdate>
  <vehicle interest="buy" status="new"><year>2026</year><make>Honda</make><model>Accord</model>
    <colorcombination><exteriorcolor>white</exteriorcolor></colorcombination>
    <price type="quote" currency="USD">28900</price>
    <finance><method>finance</method><amount type="monthly" currency="USD">420</amount></finance></vehicle>
  <vehicle interest="trade-in" status="used"><year>2017</year><make>Buick</make><model>Regal</model>
    <odometer units="mi">81000</odometer></vehicle>
  <customer><contact><name part="first">Wei</name><name part="last">Zhang</name>
      <email>wei@example.com</email><phone type="fax">+1 415 867 0000</phone>
      <phone type="cellphone" time="evening" preferredcontact="1">+1 415 867 5310</phone>
      <address><street line="1">1 Main St</street><city>Oakland</city></address></contact>
    <timeframe><description>within a week</description><earliestdate>2026-01-03</earliestdate></timeframe>
    <comments>Best price & soon?</comments></customer>
  <vendor><vendorname>City Honda</vendorname><contact><phone>+1 415 000 0000</phone></contact></vendor>
  <provider><name part="full">portal.example</name><service>New car lead</service></provider>
</prospect></adf>"""

TWO = """<ADF xmlns="urn:x"><prospect><customer><contact><name part="full">甲</name><phone>13800138000</phone></contact>
</customer></prospect><prospect><customer><contact><name part="last">王</name><name part="first">小明</name>
<email>a@example.com</email>
</contact></customer></prospect></ADF>"""


def read(text):
    body = text if isinstance(text, bytes) else text.encode()
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="adf", zone="Asia/Shanghai"))


def test_hook_channels_of_adf_keeps_its_promises():
    """The samples are read, spoilt ones do no harm, and each comes in once."""
    prospects = TWO.removeprefix('<ADF xmlns="urn:x">').removesuffix("</ADF>").split("</prospect>")[:2]
    parts = tuple(f"<adf>{one}</prospect></adf>".encode() for one in prospects)
    samples = [
        testing.ChannelSample(body=LEAD.encode()),
        testing.ChannelSample(body=TWO.encode(), envelopes=2, parts=parts),
        testing.ChannelSample(body="请联系我 13900139000".encode(), readable=False),
    ]
    testing.check_channel(adf, "adf", samples)


def test_everything_that_has_a_field_is_in_it():
    """Name, contacts in the preferred order, vehicle, day, number and time; the rest is told in remarks."""
    (one,) = read(LEAD)

    assert one.native_id == "portal.example:A-1"
    assert one.at == datetime(2025, 12, 2, 23, 30, 20, tzinfo=UTC)
    assert one.contacts == (Contact(scheme="tel", written="+1 415 867 5310"), Contact(scheme="email", written="wei@example.com"))
    assert one.customer == {"name": "Wei Zhang", "address": "1 Main St, Oakland"}
    assert one.lead == {"interests": ("2026 Honda Accord",), "expected_on": "2026-01-03", "subject": "New car lead"}
    assert one.interaction == {"note": "Best price & soon?"}
    assert "2017 Buick Regal · trade-in · used · odometer 81000" in one.remarks
    assert "+1 415 867 5310: evening" in one.remarks


def test_a_prospect_without_a_number_is_known_by_what_it_says():
    """The same request sent again is the same; another person is another."""
    first, second = read(TWO)

    assert [first.native_id, second.native_id] == [one.native_id for one in read(TWO.replace("\n", " "))]
    assert first.native_id != second.native_id
    assert (first.customer["name"], second.customer["name"]) == ("甲", "王小明")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: ("\n  " + text).encode(),
        lambda text: text.replace("<?xml version", "<?XML VERSION").encode(),
        lambda text: text.replace("soon?", "soon?&nbsp;&eacute;<![CDATA[a & b]]>").encode(),
        lambda text: text.replace('encoding="UTF-8"', 'encoding="gb2312"').replace("Wei", "伟").encode("gb18030"),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("<adf>", '<!DOCTYPE adf SYSTEM "adf.dtd"><adf>').encode(),
        lambda text: text.replace("soon", "so\x08on").encode(),
        lambda text: text.encode("utf-16"),
    ],
)
def test_what_portals_do_to_xml_is_borne(spoil):
    """Blanks before the declaration, capitals in it, HTML's entities, old encodings, a document type, control signs."""
    (one,) = read(spoil(LEAD))

    assert one.native_id == "portal.example:A-1"
    assert one.customer["name"] in {"Wei Zhang", "伟 Zhang"}


@pytest.mark.parametrize(
    "text",
    [
        "<adf>",
        "<adf></adf>",
        "hello",
        '<!DOCTYPE a [<!ENTITY b "c">]><adf><prospect>&b;</prospect></adf>',
        "<adf>" + "<a>" * 100 + "<prospect/>" + "</a>" * 100 + "</adf>",
    ],
)
def test_what_is_no_lead_is_unreadable(text):
    """Broken XML, none, entities of its own, a tower of elements."""
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE x [<!ENTITY a "lol">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10))
        + "]>",
        '<!DOCTYPE x [<!ENTITY a "' + "A" * 20_000 + '">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>',
    ],
    ids=["laughs", "quadratic", "file", "parameter"],
)
def test_f32_what_entities_would_bring_is_not_brought(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is a socket opened, nor does anything grow."""
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was opened"))
    said = "&a;" * 300
    text = f"{bomb}<adf><prospect><id>1</id><customer><comments>{said}</comments></customer></prospect></adf>"

    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "<adf>" * 40_000 + "</adf>" * 40_000,
        "<adf " + " ".join(f'a{n}="1"' for n in range(40_000)) + "/>",
        "+ADw-!DOCTYPE x+AD4-<adf/>",
    ],
    ids=["deep", "attributes", "utf-7"],
)
def test_f32_a_flood_of_elements_or_attributes_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def test_the_dealer_is_never_taken_for_the_customer():
    """A prospect whose customer has no contact tells of nobody by name."""
    (one,) = read(
        "<adf><prospect><customer><comments>hi</comments></customer>"
        "<vendor><contact><name>Dealer Ltd</name><phone>010-62345678</phone></contact></vendor></prospect></adf>"
    )

    assert (one.contacts, one.customer, one.interaction) == ((), {}, {"note": "hi"})


def test_text_in_cdata_stays_as_it_is():
    """An & in it is no entity, and HTML's names outside are signs."""
    (one,) = read(
        "<adf><prospect><customer><comments>Jos&eacute; <![CDATA[price & trim]]> &lt;b&gt;</comments></customer></prospect></adf>"
    )

    assert one.interaction["note"] == "José price & trim <b>"
