"""
Consents from files: of customers who are known, never changed, and never in somebody else's name.
"""

from patron.app import App
from patron.core.crm import AddCustomer, Reach, add_customer
from patron.core.nouns import Consent
from patron.core.outreach import Answer, asking


def test_a_row_says_what_a_customer_said(staff: App, bring) -> None:
    with staff.session() as session:
        for name, mail in (("张三", "zhang@example.com"), ("李四", "li@example.com")):
            add_customer(session, AddCustomer(values={"name": name}, reaches=(Reach("email", mail),)))
    head = "email,decision,channel,purpose,at,evidence\n"
    rows = "zhang@example.com,granted,email,marketing,2025-12-01,form 7\nli@example.com,拒绝,,,2025-12-02,\n"

    assert bring("consents", head + rows + "who@example.com,granted,,,,\n").outcomes == ["create", "create", "reject"]
    assert bring("consents", head + rows, name="again.csv").outcomes == ["unchanged", "unchanged"]
    with staff.session() as session, session.read() as reader:
        found = reader.find(Consent)
        answers = [asking(session, number, channel="email", purpose="marketing").answer for number in (1, 2)]
    assert [(one.customer_id, one.decision, one.given_by) for one in found] == [
        (1, "granted", "imported"),
        (2, "refused", "imported"),
    ]
    assert answers == [Answer.YES, Answer.NO]


def test_who_noted_it_and_by_what_receipt_is_never_the_files_to_say(staff: App, bring) -> None:
    """F38: such columns are none."""
    with staff.session() as session:
        add_customer(session, AddCustomer(values={"name": "张三"}, reaches=(Reach("email", "zhang@example.com"),)))
    bring("consents", "email,decision,user,user_id,receipt,receipt_id\nzhang@example.com,granted,wang,1,1,1\n")
    with staff.session() as session, session.read() as reader:
        (one,) = reader.find(Consent)

    assert (one.user_id, one.receipt_id) == (None, None)
