"""Business cards on their way out: the same when they are read again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from patron import Connection, Contact, Delivery, Envelope, testing
from patron.plugins.channels.vcard.channel import CHANNEL

CONNECTION = Connection(name="vcard")
WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"]), min_size=1, max_size=40
)
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
ENVELOPES = st.builds(
    Envelope,
    native_id=st.integers(1, 10**9).map("urn:x:{}".format),
    contacts=st.just((Contact(scheme="tel", written="+8613800138000"), Contact(scheme="email", written="zhang@example.com"))),
    customer=st.fixed_dictionaries({"name": TEXT}, optional={"position": TEXT}),
    interaction=st.fixed_dictionaries({}, optional={"note": TEXT}),
)


def told(envelope):
    return (envelope.native_id, envelope.contacts, dict(envelope.customer), dict(envelope.interaction))


@settings(max_examples=60)
@given(envelopes=st.lists(ENVELOPES, min_size=1, max_size=3, unique_by=lambda one: one.native_id))
def test_a_card_reads_as_it_was(envelopes):
    """Commas, semicolons and backslashes in it, and lines of any length."""
    body = CHANNEL.render(envelopes, CONNECTION)
    found = CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), CONNECTION)

    assert list(map(told, found)) == list(map(told, envelopes))
    assert CHANNEL.render(envelopes, CONNECTION) == body


def test_an_address_and_several_numbers_stand_on_the_card():
    contacts = tuple(Contact(scheme="tel", written=number) for number in ("+8613800138000", "+861062345678"))
    envelope = Envelope(native_id="x:1", contacts=contacts, customer={"name": "张三", "address": "1 Main St"})
    (one,) = CHANNEL.parse(Delivery(body=CHANNEL.render([envelope], CONNECTION), received_at=testing.NOW), CONNECTION)

    assert (one.contacts, one.customer) == (contacts, {"name": "张三", "address": "1 Main St"})
