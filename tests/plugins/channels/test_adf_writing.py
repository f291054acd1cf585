"""ADF on its way out: strict, and the same when it is read again."""

from datetime import UTC, datetime

import attrs
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from patron import Connection, Contact, Delivery, Envelope, testing
from patron.plugins.channels.adf.channel import CHANNEL

CONNECTION = Connection(name="dealer", options={"vendor": "City Motors"})
WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"]), min_size=1, max_size=12
)
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
WISHES = st.lists(TEXT, min_size=1, max_size=3, unique=True).map(tuple)
ENVELOPES = st.builds(
    Envelope,
    native_id=st.builds("{}:{}".format, st.from_regex(r"[a-z.]{1,10}", fullmatch=True), st.integers(1, 10**9)),
    at=st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    contacts=st.just((Contact(scheme="tel", written="+8613800138000"), Contact(scheme="email", written="zhang@example.com"))),
    customer=st.fixed_dictionaries({"name": TEXT}, optional={"address": TEXT}),
    lead=st.fixed_dictionaries(
        {"interests": st.lists(TEXT, min_size=1, max_size=3, unique=True).map(tuple)}, optional={"medium": TEXT}
    ),
    interaction=st.fixed_dictionaries({}, optional={"note": TEXT}),
)


def read(body):
    return list(CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="dealer")))


@settings(max_examples=60)
@given(envelopes=st.lists(ENVELOPES, min_size=1, max_size=3))
def test_what_is_written_reads_as_it_was(envelopes):
    """Whatever signs are in it; the bytes are always the same. The dealer whom it is written for is read with it."""
    body = CHANNEL.render(envelopes, CONNECTION)

    assert read(body) == [attrs.evolve(one, lead={**one.lead, "adf.vendor": "City Motors"}) for one in envelopes]
    assert CHANNEL.render(envelopes, CONNECTION) == body


def test_everything_that_the_format_asks_for_is_there():
    """In its order, even where nothing is known; what has no place in it is left out."""
    bare = Envelope(native_id="digest:1", customer={"name": "张三"}, lead={"interests": "Model A", "expected_on": "2026-01-03"})
    body = CHANNEL.render([bare], CONNECTION)
    (prospect,) = fromstring(body.decode().partition("?>")[2])

    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n<adf>')
    assert [one.tag for one in prospect] == ["id", "requestdate", "vehicle", "customer", "vendor", "provider"]
    assert [one.tag for one in prospect.find("vehicle")] == ["year", "make", "model"]
    assert [one.tag for one in prospect.find("customer")] == ["contact", "timeframe"]
    assert prospect.findtext("vendor/vendorname") == "City Motors"
    assert read(body)[0].lead == {"interests": ("Model A",), "expected_on": "2026-01-03", "adf.vendor": "City Motors"}


def test_what_the_format_has_one_place_for_stands_there_once():
    """One e-mail address, and the dealer with an address of its own; what has no place is told in the comments."""
    contacts = [("email", "a@example.com"), ("email", "b@example.com"), ("tel", "+8613800138000"), ("qq", "10001")]
    envelope = Envelope(native_id="x:1", contacts=tuple(Contact(scheme=one, written=two) for one, two in contacts))
    options = {"vendor": "City Motors", "vendor_email": "leads@city.example", "vendor_phone": "+86 10 6234 5678"}
    body = CHANNEL.render([envelope], Connection(name="dealer", options=options))
    (prospect,) = fromstring(body.decode().partition("?>")[2])

    assert [one.tag for one in prospect.find("customer/contact")] == ["name", "email", "phone"]
    assert prospect.findtext("customer/comments") == "email b@example.com\nqq 10001"
    assert [(one.tag, one.text) for one in prospect.find("vendor/contact")] == [
        ("name", "City Motors"),
        ("email", "leads@city.example"),
        ("phone", "+86 10 6234 5678"),
    ]


def test_signs_that_xml_has_not_are_left_out():
    envelope = Envelope(native_id="x:1", customer={"name": "A\x00\x0bB\ud800<&>"}, lead={"interests": "C"})

    assert read(CHANNEL.render([envelope], CONNECTION))[0].customer["name"] == "AB<&>"
