"""Rows of whom it is not sure whom they mean wait for a person, as what reaches us through a channel does."""

import pytest

from patron.app import App
from patron.core.intake import NEW, replay
from patron.core.nouns import Batch, Customer, Identity, Interaction, Lead, Receipt, User

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
HEAD = "Gast,手机,渠道,来店日期,备注,颜色,号\n"
HUSBAND, WIFE = "张三,13800138000,店面,2025-03-02,,red,1\n", "李芳,13800138000,店面,2025-03-05,看了两次,blue,2\n"
COLUMNS = {"Gast": "name", "号": "external_id"}


def everything(app: App, noun: type) -> tuple:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


@pytest.mark.parametrize("together", [True, False])
def test_a_row_with_the_phone_of_somebody_else_is_asked_about(staff: App, bring, together: bool) -> None:
    """Whether the other one came in the same file or before; the answer makes of it what the row says, at the time it says."""
    files = [HUSBAND + WIFE] if together else [HUSBAND, WIFE]
    found = [bring("leads", HEAD + rows, columns=COLUMNS, name=f"{number}.csv") for number, rows in enumerate(files)][-1]

    assert "ask" == found.outcomes[-1]
    assert (1, 0, None) == (found.result.asked, found.result.rejected, found.result.rejects)
    assert "1 张三 (14.6 bits: phone equal +21.2, name differs -6.6)" in found.verdicts[-1].reasons[0]
    (receipt,) = everything(staff, Receipt)
    assert ("csv", "quarantined") == (receipt.connection, receipt.outcome)
    with staff.session() as session:
        (done,) = replay(session, [receipt.id], NEW)
    customer, lead = everything(staff, Customer)[-1], everything(staff, Lead)[-1]
    assert done.receipts[0].lead_id == lead.id
    assert ("李芳", customer.id, "store") == (customer.name, lead.customer_id, lead.source)
    assert (receipt.at, ["看了两次\n颜色: blue"]) == (lead.filed_at, [one.note for one in everything(staff, Interaction)])


def test_who_decided_is_not_asked_again(staff: App, bring) -> None:
    """The question is the same, however often the row comes, until it is answered; then the row is settled."""
    bring("leads", HEAD + HUSBAND, columns=COLUMNS)
    asked = [bring("leads", HEAD + WIFE + "\n" * number, columns=COLUMNS, name=f"{number}.csv") for number in range(2)]
    (receipt,) = everything(staff, Receipt)

    assert [["ask"], ["ask"]] == [one.outcomes for one in asked]
    assert 1 == receipt.repeats
    with staff.session() as session:
        replay(session, [receipt.id], 1)
    answered = bring("leads", HEAD + WIFE + "\n\n", columns=COLUMNS, name="three.csv")
    assert ["unchanged"] == answered.outcomes
    assert [1, 1] == [lead.customer_id for lead in everything(staff, Lead)]
    assert [0, 1, 1, 0] == [batch.asked for batch in everything(staff, Batch)]


def test_a_dry_run_asks_nobody(staff: App, bring) -> None:
    found = bring("leads", HEAD + HUSBAND + WIFE, columns=COLUMNS, dry_run=True)

    assert ["create", "ask"] == found.outcomes
    assert () == everything(staff, Receipt)


def test_without_likeness_identities_decide_alone(staff: App, bring) -> None:
    """Nobody is asked, and the same file can be brought in so after it was brought in otherwise."""
    bring("leads", HEAD + HUSBAND + WIFE, columns=COLUMNS)
    found = bring("leads", HEAD + HUSBAND + WIFE, columns=COLUMNS, likeness=False)

    assert ["unchanged", "create"] == found.outcomes


def test_of_no_known_identity_the_name_and_more_is_weighed(staff: App, bring) -> None:
    """In the same file and in a later one; a name alone is somebody new."""
    home = "浙江省杭州市西湖区文三路90号2栋301室"
    head = "name,tel,source,filed_at,address\n"
    first = (
        f"濮阳慧琳,13800138000,store,2025-03-02,{home}\n濮阳慧琳女士,13900139000,phone,2025-03-03,西湖区文三路九十号2栋301室\n"
    )
    bring("leads", head + first)
    near = home.replace("2栋301室", "3栋302室")
    later = f"濮阳慧琳,,email,2025-03-04,{home}\n濮阳慧琳,,forum,2025-03-05,\n濮阳慧琳,,forum,2025-03-06,{near}\n"
    found = bring("leads", head + later, name="later.csv")

    assert ["create", "create", "ask"] == found.outcomes
    assert [1, 1, 1, 2] == [lead.customer_id for lead in everything(staff, Lead)]


@pytest.mark.parametrize("dry_run", [True, False])
def test_who_may_not_look_at_questions_is_not_kept_from_asking_again(staff: App, bring, dry_run: bool) -> None:
    """The open question is found without the right to read it; the rows beside it come in."""
    with staff.session() as session, session.write() as work:
        work.add(User(login="ma", name="马丽", roles=("assistant",), team_id=1))
        work.commit()
    bring("leads", HEAD + HUSBAND, columns=COLUMNS, login="ma", name="0.csv")
    bring("leads", HEAD + WIFE, columns=COLUMNS, login="ma", name="1.csv")
    new = "赵六,13700137000,店面,2025-03-06,,red,3\n"
    found = bring("leads", HEAD + WIFE + new, columns=COLUMNS, login="ma", name="2.csv", dry_run=dry_run)

    assert ["ask", "create"] == found.outcomes
    (receipt,) = everything(staff, Receipt)
    assert 0 == receipt.repeats


@pytest.mark.parametrize(("system", "keyed"), [(None, ("forum", "17")), ("portal-a", ("portal-a", "17"))])
def test_an_answered_row_keeps_the_key_that_an_import_gives_it(
    staff: App, bring, system: str | None, keyed: tuple[str, str]
) -> None:
    """So it is the same lead when the file comes again and says more: of the system that was named, else of its source."""
    head = "name,tel,source,source_key,external_id,subject\n"
    bring("leads", f"{head}张三,13800138000,forum,1,,\n")
    bring("leads", f"{head}李芳,13800138000,forum,17,C5,\n", system=system, name="two.csv")
    (receipt,) = everything(staff, Receipt)
    with staff.session() as session:
        replay(session, [receipt.id], NEW)
    again = bring("leads", f"{head}李芳,13800138000,forum,17,C5,Model A\n", system=system, name="three.csv")

    _, lead = everything(staff, Lead)
    assert (keyed, "Model A") == ((lead.system, lead.source_key), lead.subject)
    assert ["update"] == again.outcomes
    own = "C5" if system is None else f"{system}:C5"
    assert [own] == [one.value for one in everything(staff, Identity) if one.scheme == "external"]
