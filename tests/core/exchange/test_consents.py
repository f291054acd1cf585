"""
Consents from files: of customers who are known, never changed, and never in somebody else's name.
"""

from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.clock import fixed_clock
from patron.core.crm import AddConsent, AddCustomer, Reach, add_consent, add_customer
from patron.core.exchange import ExportCommand, export_records, writing_to
from patron.core.nouns import Consent
from patron.core.outreach import Answer, asking
from patron.testing.application import NOW


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


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("labels", [True, False])
def test_what_goes_out_comes_in_unchanged(staff: App, bring, tmp_path: Path, ending: str, labels: bool) -> None:
    """Also of who is known by a name alone, and whatever was said twice."""
    path = tmp_path / f"consents.{ending}"
    with staff.session() as session:
        add_customer(session, AddCustomer(values={"name": "张三"}, reaches=(Reach("email", "zhang@example.com"),)))
        add_customer(session, AddCustomer(values={"name": "李四"}))
        later = attrs.evolve(session, clock=fixed_clock(NOW + timedelta(microseconds=987_654)))
        for about in ({"customer_id": "张三", "channel": "email"}, {"customer_id": "李四"}, {"customer_id": "李四"}):
            add_consent(later, AddConsent(values={"decision": "refused", "evidence": "=said so", **about}))
        with writing_to(path) as writer:
            export_records(session, ExportCommand(kind="consents", labels=labels), writer)

    assert bring("consents", path).outcomes == ["unchanged"] * 3
    with staff.session() as session, session.read() as reader:
        assert len(reader.find(Consent)) == 3


def test_what_somebody_said_is_never_changed(staff: App, bring) -> None:
    """A row of an export that says something else is refused; without its number it is another thing that they said."""
    head = "patron_id,email,decision,channel,at\n"
    with staff.session() as session:
        add_customer(session, AddCustomer(values={"name": "张三"}, reaches=(Reach("email", "zhang@example.com"),)))
        said = {"customer_id": "张三", "decision": "refused", "channel": "email", "at": "2025-12-01"}
        number = add_consent(session, AddConsent(values=said)).id

    rows = [f"{number},zhang@example.com,granted,email,2025-12-01", f"{number},zhang@example.com,refused,email,2025-12-02"]
    assert bring("consents", head + "\n".join(rows) + "\n").outcomes == ["reject", "reject"]
    assert bring("consents", head + ",zhang@example.com,granted,email,2025-12-02\n", name="new.csv").outcomes == ["create"]


def test_consents_go_out_as_far_as_the_right_reaches(staff: App, tmp_path: Path) -> None:
    with staff.session() as session:
        for name, owner in (("张三", "chen"), ("李四", None)):
            add_customer(session, AddCustomer(values={"name": name, "owner_user_id": owner}))
            add_consent(session, AddConsent(values={"customer_id": name, "decision": "granted"}))

    def names(login: str) -> list[str]:
        path = tmp_path / f"{login}.csv"
        with staff.session(login) as session, writing_to(path) as writer:
            export_records(session, ExportCommand(kind="consents", columns=("name",)), writer)
        return path.read_text("utf-8-sig").splitlines()[1:]

    assert names("chen") == ["张三"]
    with pytest.raises(DeniedError):
        names("wang")


def test_a_name_alone_is_nobody(staff: App, bring) -> None:
    """However well the name is known; the row is told what to bring."""
    bring("customers", "name,tel\n张三,13800138000\n", name="customers.csv")
    found = bring("consents", "name,decision\n张三,withdrawn\n")

    assert ["reject"] == found.outcomes
    assert "exchange.name_alone" == found.result.reasons[0].code


def test_what_is_still_to_come_was_not_said(staff: App, bring) -> None:
    """As where it is noted by hand: the present can't hold what is true later."""
    with staff.session() as session:
        add_customer(session, AddCustomer(values={"name": "张三"}, reaches=(Reach("email", "zhang@example.com"),)))
    found = bring("consents", "email,decision,at\nzhang@example.com,refused,2099-01-01\n")

    assert ["reject"] == found.outcomes
    assert "2099-01-01 00:00 is still to come" in found.verdicts[0].reasons[0]
