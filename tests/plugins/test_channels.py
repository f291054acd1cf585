"""Every way by which people come to us has a door that works."""

import csv
import io
import json
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from patron import Delivery, testing
from patron.core.config import Settings
from patron.core.intake import receive
from patron.core.nouns import Campaign, Customer, Identity, IdentityLink, Interaction, Lead, Receipt, noun_of
from patron.core.nouns.criterion import equal
from patron.plugins.channels import adf, cdr, event, google_ads, mail, phone, qq, sheets, twilio, vcard, walkin, web_form, webhook

MESSAGE = {"id": "e", "op": 0, "t": "C2C_MESSAGE_CREATE", "d": {"id": "m", "author": {"user_openid": "U"}, "content": "?"}}
CALL = "uniqueid,src,dst,start,billsec,disposition\n1,13800138000,801,2025-12-30 10:00,42,ANSWERED\n"
VISIT = "姓名,手机\n张三,13800138000\n"
FORM = "application/x-www-form-urlencoded"
POST = json.dumps({"name": "张三", "tel": "13800138000"})
SECRET = {"secret_env": "DOORS_SECRET"}
THREAD = {"post": {"id": 7, "username": "sam", "cooked": "<p>How much is <b>Model A</b>?</p>", "topic_title": "Model A"}}
ORDER = {"order_no": "W1", "buyer": {"name": "张三", "phone": "13800138000"}, "product": {"title": "Model A"}}
CHAT = {"message_id": "m1", "from": {"id": "u1", "name": "张三"}, "text": "在吗"}
UPLINK = {"sequence_id": "s1", "phone_number": "13800138000", "content": "怎么卖"}
REFERRAL = {"reference": "P1", "customer": {"name": "张三", "phone": "13800138000"}, "partner": "Broker Ltd"}


def preset(name):
    return {"channel": "webhook", "preset": name}


DOORS = [
    ("email", "web", "email", mail, {"channel": "mail"}, "From: <a@example.com>\nSubject: ?\n\n?", ""),
    ("qq", "web", "im", qq, {"channel": "qq", **SECRET}, json.dumps(MESSAGE), ""),
    ("qq", "web", "im", webhook, preset("im"), json.dumps(CHAT), ""),
    ("forum", "web", "web", webhook, preset("forum"), json.dumps(THREAD), ""),
    ("webshop", "web", "web", webhook, preset("webshop"), json.dumps(ORDER), ""),
    ("phone", "phone", "phone", cdr, {"channel": "cdr"}, CALL, ""),
    ("phone", "phone", "phone", phone, {"channel": "phone"}, '{"tel": "13800138000", "note": "?"}', ""),
    ("phone", "phone", "phone", webhook, preset("phone"), '{"call_id": "1", "caller": "13800138000"}', ""),
    ("sms", "phone", "sms", twilio, {"channel": "twilio", **SECRET}, "MessageSid=SM1&From=%2B8613800138000&Body=%3F", FORM),
    ("sms", "phone", "sms", webhook, preset("sms"), json.dumps([UPLINK]), ""),
    ("store", "walk_in", "visit", walkin, {"channel": "walkin"}, VISIT, ""),
    ("market_event", "event", "visit", event, {"channel": "event"}, VISIT, ""),
    ("showroom", "walk_in", "visit", walkin, {"channel": "walkin", "source": "showroom"}, VISIT, ""),
    ("website", "web", "web", web_form, {"channel": "web_form"}, "name=%E5%BC%A0&phone=13800138000&message=%3F", FORM),
    ("website", "web", "partner", webhook, preset("partner"), json.dumps(REFERRAL), ""),
    ("msn", "web", "im", webhook, preset("msn"), json.dumps(CHAT), ""),
]
"""Source, its family, how the person spoke, whose channel, connection, what comes by it, its type."""


@pytest.mark.requirement("R002", "R062")
@pytest.mark.parametrize(
    ("source", "family", "contact", "module", "table", "body", "content_type"),
    DOORS,
    ids=[f"{door[0]} by {door[4].get('preset', door[4]['channel'])}" for door in DOORS],
)
def test_every_source_has_a_door(source, family, contact, module, table, body, content_type, tmp_path, monkeypatch):
    """What comes by it becomes a lead of the source, and an entry that says how the person spoke."""
    monkeypatch.setenv("DOORS_SECRET", "s3cret")
    app = testing.app_with_database(tmp_path, module, settings=Settings(intake={"door": table}))
    with app.session() as session:
        delivery = Delivery(body=body.encode(), received_at=testing.NOW, content_type=content_type)
        (receipt,) = receive(session, "door", delivery).receipts
        with session.read() as reader:
            (lead,), (customer,) = reader.find(Lead), reader.find(Customer)
            entries = reader.find(Interaction)
        families = session.records.vocabulary.codes["source"]

    assert (receipt.outcome, receipt.lead_id, lead.customer_id) == ("accepted", lead.id, customer.id)
    assert (lead.source, families[source]["family"]) == (source, family)
    assert {entry.channel for entry in entries} <= {contact}


@pytest.fixture(name="codes", scope="module")
def _codes():
    with testing.app().session() as session:
        return session.records.vocabulary.codes


@pytest.mark.requirement("R002", "R062")
def test_the_sources_are_all(codes):
    """There are nine, with the sub-sources of the web; each of them is tried here."""
    sources = codes["source"]
    nine = {code for code, about in sources.items() if "part_of" not in about}

    assert set(sources) == {door[0] for door in DOORS}
    assert len(nine) == 9
    assert {about["part_of"] for code, about in sources.items() if code not in nine} <= nine


@pytest.mark.requirement("R062")
def test_the_families_are_three_and_that_of_events(codes):
    """Store and show room are where people walk in; a market event is a family of its own."""
    families = {code: about["family"] for code, about in codes["source"].items()}

    assert set(families.values()) == set(codes["source_family"]) == {"walk_in", "phone", "web", "event"}
    assert {code for code, family in families.items() if family == "walk_in"} == {"store", "showroom"}
    assert {code for code, family in families.items() if family == "event"} == {"market_event"}


@pytest.mark.requirement("R276")
def test_people_are_in_touch_in_five_ways_on_the_same_data(codes):
    """Each has a door, and lists of sources, families, contact and order channels are four, which refer to each other."""
    ways = {code: about.get("family") for code, about in codes["contact_channel"].items()}
    tried = {ways[door[2]] for door in DOORS}

    assert tried == set(codes["contact_family"]) == {"face_to_face", "phone", "email", "internet", "partner"}
    assert {about["contact"] for about in codes["source"].values()} <= set(ways)
    assert len(codes["order_channel"]) == 3


@pytest.mark.requirement("R276")
def test_one_person_is_one_customer_whichever_way_they_come(tmp_path):
    """By phone, at an event, in the show room, from a partner: one customer, one lead, an entry for each contact."""
    tables = {
        "call": {"channel": "phone"},
        "fair": {"channel": "event"},
        "desk": {"channel": "walkin"},
        "broker": preset("partner"),
    }
    bodies = {"phone": '{"tel": "138-0013-8000", "note": "?"}', "event": VISIT, "walkin": VISIT, "broker": json.dumps(REFERRAL)}
    app = testing.app_with_database(tmp_path, phone, event, walkin, webhook, settings=Settings(intake=tables))
    with app.session() as session:
        for name, body in bodies.items():
            receive(session, name, Delivery(body=body.encode(), received_at=testing.NOW))
        with session.read() as reader:
            found = reader.count(Customer), reader.count(Lead), {one.channel for one in reader.find(Interaction)}

    assert found == (1, 1, {"phone", "visit", "partner"})


AGAIN = {
    "form": ({"channel": "web_form", "key": "pk"}, urlencode({"key": "pk", "name": "A", "phone": "13800138000", "message": "?"})),
    "hook": ({"channel": "webhook", "scheme": "token", **SECRET}, '{"name": "B", "tel": "13900139000", "note": "call me"}'),
    "sms": (preset("sms") | {"scheme": "token", **SECRET}, '{"phone_number": "13800138001", "content": "how much?"}'),
    "named": ({"channel": "webhook", "scheme": "token", **SECRET}, '{"id": "7", "tel": "13900139002", "note": "call me"}'),
}


def test_who_asks_the_same_after_weeks_is_heard(tmp_path, monkeypatch):
    """Where a request has neither id nor time; a retry within ten minutes is one, and what has an id is for ever."""
    monkeypatch.setenv("DOORS_SECRET", "s3cret")
    tables = {name: table for name, (table, _) in AGAIN.items()}
    found = {}
    with testing.app_with_database(tmp_path, web_form, webhook, settings=Settings(intake=tables)).session() as session:
        for name, (_, body) in AGAIN.items():
            about = {"content_type": FORM if name == "form" else "application/json", "method": "POST"}
            for days in (40, 40 - 1 / 1440, 0):
                at = testing.NOW - timedelta(days=days)
                headers = {"authorization": "s3cret"}
                done = receive(session, name, Delivery(body=body.encode(), received_at=at, headers=headers, **about))
                found.setdefault(name, []).append(done.outcomes[0].value)

    anew = ["accepted", "duplicate", "accepted"]
    assert found == {"form": anew, "hook": anew, "sms": anew, "named": ["accepted", "duplicate", "duplicate"]}


LEADS = [{"id": "0", "name": "张三", "tel": "13800138000"}, {"id": "1", "name": "李四", "tel": "13900139000"}]
HEAD, FIRST, SECOND = "姓名,手机\n", "张三,138-0013-8000\n", "王五,13700137000\n"
TOLD = [
    ("shop", json.dumps(LEADS), [json.dumps(row) for row in LEADS]),
    ("desk", HEAD + FIRST + SECOND, [HEAD + FIRST, HEAD + SECOND]),
    ("fair", "name,tel\n李四,+8613900139000\n", []),
    ("call", '{"tel": "013700137000", "name": "王五", "call_id": "c1"}', []),
    ("site", "name=%E5%BC%A0%E4%B8%89&phone=13800138000&submission_id=s1", []),
]
"""Three people who come by five connections: connection, the delivery, the same in parts."""
CONNECTIONS = {"shop": "webhook", "desk": "walkin", "fair": "event", "call": "phone", "site": "web_form"}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(order=st.lists(st.integers(0, len(TOLD) - 1), max_size=6), rest=st.permutations(range(len(TOLD))), data=st.data())
def test_whatever_order_repetition_and_splitting_the_same_people_have_the_same_leads(tmp_path_factory, order, rest, data):
    """By several channels at once, as long as each thing is told at least once."""
    tables = {name: {"channel": code} for name, code in CONNECTIONS.items()}
    folder = tmp_path_factory.mktemp("order")
    app = testing.app_with_database(folder, webhook, walkin, event, phone, web_form, settings=Settings(intake=tables))
    with app.session() as session:
        for number in [*order, *rest]:
            name, whole, parts = TOLD[number]
            for body in data.draw(st.sampled_from([[whole], parts or [whole], parts[::-1] or [whole]])):
                kind = FORM if name == "site" else ""
                receive(session, name, Delivery(body=body.encode(), received_at=testing.NOW, content_type=kind))
        with session.read() as reader:
            names = sorted(one.name for one in reader.find(Customer))
            leads = sorted(one.customer_id for one in reader.find(Lead))
            open_receipts = [one for one in reader.find(Receipt) if one.outcome not in {"accepted", "duplicate"}]

    assert names == sorted(["张三", "李四", "王五"])
    assert len(leads) == len(set(leads)) == 3
    assert open_receipts == []


PRODUCTS = st.lists(st.sampled_from(["X", "GT", "Z4"]), max_size=2, unique=True).map(tuple)
PEOPLE = {"13800138000": ["张三"], "13900139000": ["李四"], "ann@example.com": ["Ann Berg", "Berg, Ann", "ANN BERG"]}
"""By what three people can be reached, and how they write their names, where the channel has one at all."""
SINGLE = {
    "subject": ("car", "van"),
    "campaign": ("spring", "autumn"),
    "day": ("2026-03-01", "2026-04-01", "2026-05-01"),
    "city": ("Ulm", "Bonn", "Köln"),
    "address": ("Main St 1", "Elm St 2"),
    "colour": ("red", "blue"),
    "brands": ("Audi", "Seat;Audi"),
}
"""Of lead and customer: what holds one word, what a pack has declared, and a list that grows."""


@attrs.frozen
class Asked:
    """An inquiry: by which channel, of whom, when, what for, with which words, and what it says of single fields."""

    by: str
    who: str
    hour: int
    products: tuple
    words: str
    name: str
    said: tuple

    @property
    def about(self):
        return dict(self.said)

    @property
    def at(self):
        return testing.NOW - timedelta(hours=100 - self.hour)

    @property
    def delivery(self):
        """Return what brings it; what says itself when it was reaches us late."""
        body, timed, kind = getattr(self, f"_{self.by}")()
        body = body if isinstance(body, bytes) else body.encode()
        return self.by, Delivery(body=body, received_at=testing.NOW if timed else self.at, content_type=kind)

    @property
    def row(self):
        """Return the inquiry as a row of a webhook."""
        reach = {"email" if "@" in self.who else "tel": self.who}
        about = {"id": f"h{self.hour}", "name": self.name, "time": self.at.isoformat(), "note": self.words, **reach, **self.about}
        return about | ({"product": ";".join(self.products)} if self.products else {})

    def _hook(self):
        return json.dumps(self.row), True, "application/json"

    def _form(self):
        said = {"email" if "@" in self.who else "phone": self.who, "name": self.name, "message": self.words, **self.about}
        return urlencode(said | {"interest": ";".join(self.products), "submission_id": self.hour}), False, FORM

    def _adf(self):
        reach = f"<email>{self.who}</email>" if "@" in self.who else f"<phone>{self.who}</phone>"
        cars = "".join(f"<vehicle><model>{one}</model></vehicle>" for one in self.products)
        about = f"<id>a{self.hour}</id><requestdate>{self.at.isoformat()}</requestdate>{cars}"
        street, day = self.about.get("address", ""), self.about.get("day", "")
        place = f"<address><street>{street}</street></address>"
        contact = f'<contact><name part="full">{self.name}</name>{reach}{place}</contact>'
        when = f"<timeframe><earliestdate>{day}</earliestdate></timeframe>"
        customer = f"<customer>{contact}{when}<comments>{self.words}</comments></customer>"
        service = f"<provider><service>{self.about.get('subject', '')}</service></provider>"
        return f"<adf><prospect>{about}{customer}{service}</prospect></adf>", True, ""

    def _ads(self):
        field = "EMAIL" if "@" in self.who else "PHONE_NUMBER"
        columns = {
            "FULL_NAME": self.name,
            field: self.who,
            "CITY": self.about.get("city", ""),
            **({"VEHICLE_MODEL": self.products[0]} if self.products else {}),
        }
        rows = [{"column_id": code, "string_value": value} for code, value in columns.items()]
        return json.dumps({"lead_id": f"g{self.hour}", "user_column_data": rows, "google_key": "s3cret"}), False, ""

    def _sms(self):
        return urlencode({"MessageSid": f"SM{self.hour}", "From": f"+86{self.who}", "Body": self.words or "?"}), False, FORM

    def _post(self):
        message = EmailMessage()
        message["From"] = formataddr((self.name, self.who))
        message["Subject"] = self.about.get("subject", "")
        message["Message-ID"] = f"<{self.hour}@example.com>"
        message["Date"] = self.at
        message.set_content(self.words or "?")
        return message.as_bytes(), True, "message/rfc822"


FIELDS = st.lists(st.sampled_from(sorted(SINGLE)), max_size=4, unique=True)


@st.composite
def inquiries(draw):
    """Return what several people ask, each at a time of its own."""
    hours = draw(st.lists(st.integers(0, 99), min_size=2, max_size=6, unique=True))
    found = []
    for hour in hours:
        who = draw(st.sampled_from(sorted(PEOPLE)))
        ways = ["hook", "form", "adf", "ads", "post" if "@" in who else "sms"]
        said = tuple((field, draw(st.sampled_from(SINGLE[field]))) for field in draw(FIELDS))
        name, words = draw(st.sampled_from(PEOPLE[who])), draw(st.sampled_from(["", "call me"]))
        found.append(Asked(draw(st.sampled_from(ways)), who, hour, draw(PRODUCTS), words, name, said))
    return found


HOOKED = {name: name for name in ("tel", "email", "name", "note", "subject", "address")} | {
    "native_id": "id",
    "at": "time",
    "interests": "product",
    "campaign_id": "campaign",
    "expected_on": "day",
    "customer.region": "city",
    "lead.Colour": "colour",
    "customer.main_suppliers": "brands",
}
ASKED = {
    "hook": {"channel": "webhook", "fields": HOOKED},
    "form": {"channel": "web_form"},
    "adf": {"channel": "adf"},
    "ads": {"channel": "google_ads", **SECRET},
    "sms": {"channel": "twilio", **SECRET},
    "post": {"channel": "mail"},
}
COLOUR = {"lead": {"house.colour": {"kind": "text", "en": "Colour"}}}
_OWN = {"id", "version", "customer_id", "lead_id", "identity_id", "created_at", "written"}
"""Of a record: numbers, in whose place it is told what they are about, and how somebody happened to write theirs."""


def brought(folder, deliveries):
    """Return all fields of what comes of deliveries in an order: leads with their people, entries, identities."""
    modules = (webhook, web_form, adf, google_ads, twilio, mail)
    with testing.app_with_database(folder, *modules, settings=Settings(intake=ASKED, fields=COLOUR)).session() as session:
        with session.write() as work:
            work.add_many([Campaign(code=code, name=code.title()) for code in SINGLE["campaign"]])
            work.commit()
        for name, delivery in deliveries:
            assert {one.value for one in receive(session, name, delivery).outcomes} <= {"accepted", "duplicate"}
        with session.read() as reader:
            values = {one.id: one.value for one in reader.find(Identity)}
            links = reader.find(IdentityLink)
            customers = reader.find(Customer)
            about = {one.id: (one.name, one.owner_team_id) for one in customers}
            reached = {link.customer_id: values[link.identity_id] for link in links}
            begun = {one.id: one.filed_at for one in reader.find(Lead)}
            records = [*customers, *reader.find(Lead), *reader.find(Interaction), *reader.find(Identity), *links]
    told = []
    for record in records:
        fields = {name: value for name, value in attrs.asdict(record, recurse=False).items() if name not in _OWN}
        number = record.id if isinstance(record, Customer) else getattr(record, "customer_id", None)
        told.append(
            (noun_of(record), about.get(number), reached.get(number), begun.get(getattr(record, "lead_id", None)), fields)
        )
    return sorted(told, key=repr)


@settings(
    max_examples=8, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(asked=inquiries(), data=st.data())
def test_whatever_comes_first_the_records_are_the_same(tmp_path_factory, asked, data):
    """Every field of them: what was asked for first by its own time began the lead, though it came last, twice, or in a list."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOORS_SECRET", "s3cret")
        in_order = brought(tmp_path_factory.mktemp("order"), [one.delivery for one in sorted(asked, key=lambda one: one.hour)])
        shuffled = [*data.draw(st.permutations(asked)), *data.draw(st.lists(st.sampled_from(asked), max_size=2))]
        rows = [one.row for one in dict.fromkeys(shuffled) if one.by == "hook"]
        deliveries = [one.delivery for one in shuffled]
        if rows and data.draw(st.booleans()):
            deliveries = [one for one in deliveries if one[0] != "hook"]
            together = Delivery(body=json.dumps(rows).encode(), received_at=testing.NOW, content_type="application/json")
            deliveries.insert(data.draw(st.integers(0, len(deliveries))), ("hook", together))
        out_of_order = brought(tmp_path_factory.mktemp("any"), deliveries)

    assert in_order == out_of_order


NAMES = [
    *("NULL", "undefined", "None", "true", "1/0", "-1E+02", "0x1F", "NaN", "007", "#12", "%s%n%p", "{0}", "{{7*7}}", "$(reboot)"),
    *("Robert'); DROP TABLE lead;--", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|'/C calc'!A0"),
    *("../../etc/passwd", "C:\\nul", "a;b|c、d", 'O\'Neil, "Tim"', "&lt;b&gt; &#0; &nope;", "BEGIN:VCARD", "From: x", "\\"),
    *("田中さん", "사회과학원", "ثم نفس سقطت", "𠜎𠜱𠝹𠱓", "Ω≈ç√∫˜µ", "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n", "👩‍👩‍👧‍👦🏳️‍🌈", "ﷺ", "ß ﬁ Ǆ"),
    *(
        "anna\u202eberg",
        "carl\u200bdorn",
        "emil\ufefffalk",
        "gerd\u2028hahn",
        "ida\x85jung",
        "\u3000张\u3000三\u3000",
        "karl\tlenz",
        "mona\nnolte",
        "otto\r\nprell",
        "quint\x0brose",
        "a\x1b[31mb",
    ),
    *("sven\x00thal", "udo\x7fvogt", "wanda\ufffexaver", "  ", "", "x" * 100_000),
]
"""Names that have broken programs: code, mark-up, scripts, signs that nobody sees, none at all, and one without end."""


def _listed(name, tel):
    out = io.StringIO()
    csv.writer(out).writerows([["name", "tel"], [name, tel]])
    return out.getvalue()


def _card(name, tel):
    said = name.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").replace("\r", "")
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;{said};;;\r\nFN:{said}\r\nTEL:{tel}\r\nEND:VCARD\r\n"


def _mailed(name, tel):
    message = EmailMessage()
    message["From"] = f"a{tel}@example.com"
    message.set_content(f"{name}\n{tel}")
    return message.as_bytes()


WAYS = {
    "webhook": lambda name, tel: json.dumps({"name": name, "tel": tel}),
    "phone": lambda name, tel: json.dumps({"name": name, "tel": tel, "note": name}),
    "walkin": lambda name, tel: json.dumps({"customer_name": name, "phone": tel, "remark": name}),
    "event": _listed,
    "csv": _listed,
    "web_form": lambda name, tel: urlencode({"name": name, "phone": tel, "message": name}),
    "adf": lambda name, tel: (
        f'<adf><prospect><id>{tel}</id><customer><contact><name part="full">{escape(name)}</name>'
        f"<phone>{tel}</phone></contact></customer></prospect></adf>"
    ),
    "vcard": _card,
    "mail": _mailed,
}
"""Channel → what brings somebody of a name and a number."""


NOT_TAKEN = {"csv": ["quarantined"], "event": ["rejected"], "web_form": ["rejected"]}
"""Channel → what becomes of the one that it does not take: a zero byte makes a row damaged, a form has its bounds."""


@pytest.mark.parametrize("code", WAYS)
def test_no_name_is_too_strange_to_come_in(code, tmp_path):
    """Each delivery comes to an outcome, who is taken in is found by the name that is kept, and nothing is lost."""
    modules = (adf, event, mail, phone, sheets, vcard, walkin, web_form, webhook)
    app = testing.app_with_database(tmp_path, *modules, settings=Settings(intake={"door": {"channel": code}}))
    kind = FORM if code == "web_form" else ""
    with app.session() as session:
        done = []
        for number, name in enumerate(NAMES):
            body = WAYS[code](name, f"138{number * 1_234_577 % 10**8:08d}")
            body = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
            done += receive(session, "door", Delivery(body=body, received_at=testing.NOW, content_type=kind)).outcomes
        with session.read() as reader:
            kept = [one.name for one in reader.find(Customer)]
            found = [reader.count(Customer, [equal("name", name)]) for name in kept]
            leads = reader.count(Lead)

    not_taken = NOT_TAKEN.get(code, [])
    assert [outcome for outcome in done if outcome != "accepted"] == not_taken
    assert len(NAMES) - len(not_taken) == leads == len(kept)
    assert all(found)
    assert all(0 < len(name) <= 200 for name in kept)
