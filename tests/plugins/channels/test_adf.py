"""The channel `adf`: what portals really send."""

import socket
from datetime import UTC, datetime

import pytest

from patron import Connection, Contact, Delivery, Unreadable, testing
from patron.core.config import Settings
from patron.core.config.settings import AssignmentSettings
from patron.core.intake import receive
from patron.core.nouns import Interaction, Lead, Team
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


def read(text, **options):
    body = text if isinstance(text, bytes) else text.encode()
    connection = Connection(name="adf", zone="Asia/Shanghai", options=options)
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), connection)


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
    assert one.lead == {
        "interests": ("2026 Honda Accord",),
        "expected_on": "2026-01-03",
        "medium": "New car lead",
        "adf.vendor": "City Honda",
    }
    assert one.interaction == {"note": "Best price & soon?"}


RICH = """<adf><prospect><id source="p">7</id>
  <vehicle interest="buy"><id>77</id><year>2026</year><make>Honda</make><model>Accord</model>
    <vin>1HG</vin><stock>S1</stock><doors>4</doors>
    <bodystyle>sedan</bodystyle><transmission>A</transmission><option><optionname>roof</optionname></option>
    <option><optionname>hook</optionname></option><price type="msrp" currency="USD">30000</price><price>1</price>
    <finance><method>Finance</method><amount type="monthly" limit="maximum" currency="USD">420</amount>
      <balance type="residual">9</balance></finance></vehicle>
  <vehicle interest="trade-in" status="used"><odometer status="replaced"><value>81000</value><units>Miles</units></odometer>
    <condition>good</condition></vehicle>
  <vehicle interest="swap"><make>Fiat</make><odometer units="versts">9</odometer></vehicle>
  <customer><contact><name>Wei</name><phone time="evening">+1 415 867 5310</phone></contact><timeframe>soon
    <latestdate>2026-02-01</latestdate></timeframe></customer></prospect></adf>"""


NOTE = {
    "en": """2026 Honda Accord: number of the offer: 77; VIN 1HG; stock number S1; doors: 4; body: sedan; transmission: A;
 options: roof, hook; list price: 30000 USD; price: 1; pays by a loan; a month: at most 420 USD; residual value: 9
a vehicle: trade-in; used; condition: good; odometer 81000 mi; the odometer was replaced
Fiat: swap; odometer 9 versts
when they mean to buy: soon
means to buy by 2026-02-01
+1 415 867 5310: best called in the evening""",
    "zh": """2026 Honda Accord：车源编号：77；车架号：1HG；库存编号：S1；车门数：4；车身：sedan；变速箱：A；
选装：roof, hook；厂商指导价：30000 USD；价格：1；付款方式：贷款；月供：不超过 420 USD；残值：9
车辆：置换旧车；二手车；车况：good；里程表读数：81000 英里；里程表更换过
Fiat：swap；里程表读数：9 versts
预计购车时间：soon
最迟购车日期：2026-02-01
+1 415 867 5310：宜在晚上联系""",
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_said_of_vehicles_stands_in_the_note_in_words_of_the_house(tmp_path, lang):
    app = testing.app_with_database(tmp_path, adf, lang=lang)
    with app.session() as session:
        receive(session, "adf", Delivery(body=RICH.encode(), received_at=testing.NOW))
        with session.read() as reader:
            (entry,) = reader.find(Interaction)

    assert NOTE[lang].replace(";\n", ";").replace("；\n", "；") == entry.note


STORES = {"p:17": "North", "A-18": "South", "City Honda": "North"}


@pytest.mark.parametrize(
    ("vendor", "store"),
    [
        ('<vendor><id source="p">17</id><vendorname>x</vendorname></vendor>', "North"),
        ("<vendor><id>z</id><id>a-18</id></vendor>", "South"),
        ("<vendor><contact><name>CITY honda</name></contact></vendor>", "North"),
        ("<vendor><id>9</id><vendorname>Other</vendorname></vendor>", "Other"),
        ('<vendor><id source="p">9</id></vendor>', "p:9"),
        ("<vendor/>", None),
    ],
)
@pytest.mark.parametrize("outside", [False, True])
def test_the_store_that_a_lead_is_for_stands_on_it(vendor, store, outside):
    """By its number at the portal or its name, in whatever case; the element may stand beside the prospect."""
    lead = "<prospect><customer><contact><name>Wei</name></contact></customer>{}</prospect>".format("" if outside else vendor)
    (one,) = read(f"<adf>{lead}{vendor if outside else ''}</adf>", vendors=STORES)

    assert one.lead.get("adf.vendor") == store


def test_a_rule_gives_the_leads_of_a_store_to_its_team(tmp_path):
    """A group of dealers has one address for all its stores."""
    rules = {"south": {"where": "adf.vendor == 'South'", "team": "marketing"}, "rest": {"team": "sales"}}
    settings = Settings(intake={"adf": {"vendors": STORES}}, assignment=AssignmentSettings(rules=rules))
    app = testing.app_with_database(tmp_path, adf, settings=settings)
    lead = "<prospect><id>{}</id><customer><contact><name>Wei</name></contact></customer><vendor><id>{}</id></vendor></prospect>"
    with app.session() as session:
        body = f"<adf>{lead.format(1, 'A-18')}{lead.format(2, 'other')}</adf>"
        receive(session, "adf", Delivery(body=body.encode(), received_at=testing.NOW))
        with session.read() as reader:
            teams = {one.id: one.code for one in reader.find(Team)}
            found = {one.source_key: (teams[one.owner_team_id], one.ext["adf.vendor"]) for one in reader.find(Lead)}

    assert {"1": ("marketing", "South"), "2": ("sales", "other")} == found


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
