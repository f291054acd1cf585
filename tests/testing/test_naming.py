"""The kit sees envelopes that name what there isn't."""

import pytest

from patron import ConsentSaid, Contact, Envelope
from patron.core.nouns.vocabulary import Vocabulary
from patron.testing.naming import check_names

TEL = Contact(scheme="tel", written="1")


@pytest.mark.parametrize(
    ("envelope", "said"),
    [
        (Envelope(customer={"nmae": "Ada"}), "customer has no field 'nmae'; did you mean name"),
        (Envelope(lead={"interest_item": "A"}), "no field of the lead"),
        (Envelope(interaction={"note": "x", "chanel": "web"}), "no field of the interaction"),
        (Envelope(lead={"source": "portl"}), "source of the lead is 'portl'; expected one of"),
        (Envelope(interaction={"direction": "inn"}), "direction of the interaction is 'inn'"),
        (Envelope(contacts=(TEL, Contact(scheme="phone", written="1"))), "the scheme of a contact is 'phone'"),
        (Envelope(consents=(ConsentSaid(decision="no"),)), "the decision of a consent is 'no'"),
        (Envelope(consents=(ConsentSaid(decision="granted", channel="fax"),)), "the channel of a consent is 'fax'"),
        (Envelope(consents=(ConsentSaid(decision="granted", purpose="ads"),)), "the purpose of a consent is 'ads'"),
        (Envelope(consents=(ConsentSaid(decision="granted", given_by="nod"),)), "how a consent was given is 'nod'"),
    ],
)
def test_a_name_of_nothing_is_seen(envelope: Envelope, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_names([envelope], Vocabulary(), 0)


def test_names_that_are_there_pass() -> None:
    """So do labels of codes, and columns of a list, which are those of whoever wrote it."""
    said = ConsentSaid(decision="withdrawn", channel="sms", purpose="marketing")
    good = Envelope(
        customer={"name": "Ada", "性别": "女"},
        lead={"source": "电话"},
        interaction={"note": "x", "lead_id": "7"},
        contacts=(TEL,),
        consents=(said,),
    )

    check_names([good, Envelope(listed=True, lead={"颜色": "red"})], Vocabulary(), 0)
