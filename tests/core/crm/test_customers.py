"""Customers: everything hangs on them, and what is known of one."""

import attrs
import pytest

from patron.app import App
from patron.core.crm import (
    AddCustomer,
    AddIdentity,
    AddInteraction,
    AddRecord,
    ChangeRecord,
    Query,
    Reach,
    add_customer,
    add_identity,
    add_interaction,
    add_record,
    change_record,
    find_id,
    history_of,
    list_records,
    show_customer,
)
from patron.core.errors import UsageError
from patron.core.nouns import Customer, FieldError, Interaction, Lead, Need, Order, OrderLine, fields_of
from patron.core.store import NotFoundError


@pytest.mark.requirement("R133")
@pytest.mark.parametrize("noun", [Lead, Interaction, Order, OrderLine, Need])
def test_everything_hangs_on_a_customer(noun: type) -> None:
    field = fields_of(noun)["customer_id"]

    assert (field.target, field.required) == ("customer", True)


@pytest.mark.requirement("R158")
def test_a_customer_keeps_means_habits_and_other_suppliers(office: App) -> None:
    values = {
        "name": "Lotus Ltd",
        "kind": "单位",
        "industry": "retail",
        "economic_situation": "grew by a third",
        "purchase_characteristics": "compares three offers",
        "product_kinds": "vans; trucks",
        "主要供应商": "Acme、Globex",
        "supplier_satisfaction": "2",
    }
    with office.session() as session:
        customer = add_customer(session, AddCustomer(values=values)).customer
        unhappy = list_records(session, Query(noun="customer", where="main_suppliers == 'Acme' and supplier_satisfaction <= 2"))

    assert (customer.kind, customer.product_kinds) == ("organisation", ("vans", "trucks"))
    assert unhappy.records == (customer,)


@pytest.mark.requirement("R138")
def test_who_knows_the_customer_and_how_well_is_kept_with_its_history(office: App) -> None:
    with office.session() as session:
        customer = add_customer(
            session, AddCustomer(values={"name": "张三", "owner_user_id": "wang", "relationship": 2})
        ).customer
        change_record(session, ChangeRecord(noun="customer", id=customer.id, values={"owner_user_id": "li", "relationship": 4}))
        view = show_customer(session, customer.id)
        strengths = [change.new for change in history_of(session, "customer", customer.id, field="relationship")]

    assert view.names["user", view.customer.owner_user_id or 0] == "Li"
    assert (view.customer.relationship, strengths) == (4, [2, 4])


@pytest.mark.requirement("R235")
def test_needs_are_stated_or_inferred_with_evidence(office: App, lead: Lead) -> None:
    with office.session("wang") as session:
        for subject, kind, evidence in (("seven seats", "客户提出", None), ("a tow bar", "inferred", "owns a boat")):
            values = {"customer_id": lead.customer_id, "subject": subject, "kind": kind, "evidence": evidence, "at": "2026-01-01"}
            add_record(session, AddRecord(noun="need", values=values))
        needs = show_customer(session, lead.customer_id).needs

    assert [(need.subject, need.kind, need.evidence) for need in needs] == [
        ("seven seats", "stated", None),
        ("a tow bar", "inferred", "owns a boat"),
    ]


@pytest.mark.requirement("R129")
def test_contacts_that_only_tend_the_relationship_are_counted(office: App, lead: Lead) -> None:
    with office.session("wang") as session:
        for purpose in ("sales", "关系维护", "relationship"):
            values = {"customer_id": lead.customer_id, "note": "hello", "purpose": purpose}
            add_interaction(session, AddInteraction(values=values))
        counts = show_customer(session, lead.customer_id).contacts_by_purpose

    assert dict(counts) == {"sales": 1, "relationship": 2}


def test_an_organisation_has_contacts(office: App) -> None:
    with office.session() as session:
        firm = add_customer(session, AddCustomer(values={"name": "Lotus Ltd", "kind": "organisation"})).customer
        values = {"name": "Ada", "organisation_id": "Lotus Ltd", "position": "buyer"}
        buyer = add_customer(session, AddCustomer(values=values)).customer

        assert show_customer(session, firm.id).contacts == (buyer,)


def test_the_preferred_identity_comes_first_and_one_is_not_kept_twice(office: App, lead: Lead) -> None:
    with office.session("wang") as session:
        for written, preferred in (("13800138000", False), ("+8613800138000", False), ("010-62345678", True)):
            reach = Reach("tel", written)
            add_identity(session, AddIdentity(customer_id=lead.customer_id, reach=reach, preferred=preferred))
        found = show_customer(session, lead.customer_id).identities

    assert [one.value for one in found] == ["+861062345678", "+8613800138000"]


@pytest.mark.parametrize(("login", "owner"), [("wang", "owner_user_id"), ("chen", "owner_team_id"), (None, "")])
def test_whoever_adds_a_customer_can_see_the_customer(office: App, login: str | None, owner: str) -> None:
    with office.session(login) as session:
        customer = add_customer(session, AddCustomer(values={"name": "Ada"})).customer
        assert show_customer(session, customer.id).customer == customer

    assert {name for name in ("owner_user_id", "owner_team_id") if getattr(customer, name) is not None} == {owner} - {""}


def test_a_customer_of_others_is_not_there(office: App, lead: Lead) -> None:
    with office.session("li") as session, pytest.raises(NotFoundError):
        show_customer(session, lead.customer_id)


def test_an_empty_text_takes_a_value_away_and_a_default_comes_back(office: App) -> None:
    with office.session() as session:
        customer = add_customer(session, AddCustomer(values={"name": "Ada", "kind": "organisation", "region": "North"})).customer
        changed = change_record(session, ChangeRecord(noun="customer", id=customer.id, values={"region": "", "kind": ""}))

    assert changed == attrs.evolve(customer, region=None, kind="person", version=2)
    assert isinstance(changed, Customer)


def test_a_customer_is_called_by_name_phone_or_address(office: App) -> None:
    """Whoever is not to be seen is nobody; a phone that stands for several names them."""
    with office.session() as session:
        for name, owner, written in (
            ("Ada", "wang", "13800138000"),
            ("Grace", "li", "ada@example.org"),
            ("Joan", "li", "13800138000"),
        ):
            scheme = "email" if "@" in written else "tel"
            command = AddCustomer(values={"name": name, "owner_user_id": owner}, reaches=(Reach(scheme, written),))
            add_customer(session, command)
        assert [find_id(session, "customer", one) for one in ("Ada", "#2", "3", "ada@EXAMPLE.org")] == [1, 2, 3, 2]
        with pytest.raises(UsageError, match="#1 Ada, #3 Joan"):
            find_id(session, "customer", "138 0013 8000")
    with office.session("wang") as session:
        assert [find_id(session, "customer", one) for one in ("+86 138 0013 8000", "13800138000")] == [1, 1]
        with pytest.raises(FieldError):
            find_id(session, "customer", "ada@example.org")
