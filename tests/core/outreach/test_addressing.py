"""Whom somebody may take out to write to: marketing those who agreed, by the address that they agreed to."""

import io
from collections.abc import Callable

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import AddConsent, AddCustomer, Reach, add_consent, add_customer
from patron.core.exchange import CsvWriter, ExportCommand, export_records
from patron.core.nouns import Customer
from patron.core.store import NotFoundError

Export = Callable[..., list[str]]


@pytest.fixture(name="exported")
def _exported(house: App, zhang: Customer) -> Export:
    """Return what a user takes out of a house in which 张三 agreed to mail and 李四, of marketing itself, to none."""
    with house.session() as session:
        about = {"customer_id": zhang.name, "decision": "granted", "channel": "email", "purpose": "marketing"}
        add_consent(session, AddConsent(values=about))
        reaches = (Reach("tel", "13900139000"), Reach("email", "li@example.com"))
        add_customer(session, AddCustomer(values={"name": "李四", "owner_user_id": "ma"}, reaches=reaches))

    def export(login: str | None, columns: tuple[str, ...] = ("name", "tel", "email"), **about: str) -> list[str]:
        page = io.BytesIO()
        with house.session(login) as session:
            writer = CsvWriter(page, "utf-8")
            export_records(session, ExportCommand(kind="customers", columns=columns, labels=False, **about), writer)  # type: ignore[arg-type]  # as given
            writer.close()
        return page.getvalue().decode().splitlines()[1:]

    return export


@pytest.mark.requirement("R277")
def test_marketing_takes_out_who_agreed_with_that_address_and_no_other(exported: Export) -> None:
    assert exported("ma", purpose="marketing", channel="email") == ["张三,,zhang@example.com"]
    assert exported("ma", purpose="marketing", channel="sms") == []


def test_who_may_export_customers_needs_no_such_right(exported: Export) -> None:
    assert exported("zhao", purpose="marketing", channel="email") == ["张三,'+8613800138000,zhang@example.com"]
    assert exported("zhao") == ["张三,'+8613800138000,zhang@example.com"]


@pytest.mark.parametrize("about", [{}, {"purpose": "service", "channel": "email"}, {"purpose": "sales", "channel": "phone"}])
def test_marketing_takes_out_nobody_who_was_not_asked(exported: Export, about: dict[str, str]) -> None:
    """Where no yes is needed, everybody would be one who may be written to."""
    with pytest.raises(DeniedError, match=r"--purpose PURPOSE --channel CHANNEL.*: marketing"):
        exported("ma", **about)


def test_sales_people_take_out_nobody(exported: Export) -> None:
    with pytest.raises(DeniedError, match="may not export any customer"):
        exported("wang", purpose="marketing", channel="email")


def test_nobody_opens_a_door_to_themselves(house: App, exported: Export) -> None:
    """A yes that whoever wants to write recorded alone makes none, and takes no refusal back; that of somebody else does."""
    about = {"customer_id": "李四", "decision": "granted", "channel": "email", "purpose": "marketing"}
    with house.session("ma") as session:
        add_consent(session, AddConsent(values=about))

    assert exported("ma", purpose="marketing", channel="email") == ["张三,,zhang@example.com"]
    assert len(exported("zhao", purpose="marketing", channel="email")) == 1
    with house.session("wang") as session:
        add_consent(session, AddConsent(values={**about, "customer_id": "张三", "decision": "refused"}))
    with house.session("ma") as session:
        add_consent(session, AddConsent(values={**about, "customer_id": "张三"}))
    assert exported("ma", purpose="marketing", channel="email") == []


def test_a_small_house_may_trust_its_own_word(house_with: Callable[..., App], zhang: Customer) -> None:
    about = {"customer_id": zhang.name, "decision": "granted", "channel": "email", "purpose": "marketing"}
    page = io.BytesIO()
    with house_with(own_word=True).session("ma") as session:
        add_consent(session, AddConsent(values=about))
        command = ExportCommand(kind="customers", columns=("name",), purpose="marketing", channel="email")
        assert export_records(session, command, CsvWriter(page, "utf-8")) == 1


def test_a_number_that_one_may_see_anyhow_comes_along(house: App, exported: Export) -> None:
    with house.session() as session:
        about = {"customer_id": "李四", "decision": "granted", "channel": "email", "purpose": "marketing"}
        add_consent(session, AddConsent(values=about))

    assert exported("ma", purpose="marketing", channel="email") == [
        "张三,,zhang@example.com",
        "李四,'+8613900139000,li@example.com",
    ]


@pytest.mark.requirement("R234")
def test_marketing_notes_what_any_customer_says(house: App, zhang: Customer) -> None:
    """They may be told so by anybody whom they write to."""
    with house.session("ma") as session:
        said = add_consent(session, AddConsent(values={"customer_id": zhang.name, "decision": "refused", "channel": "sms"}))

    assert said.customer_id == zhang.id
    with house.session("li") as session, pytest.raises(NotFoundError):
        add_consent(session, AddConsent(values={"customer_id": f"#{zhang.id}", "decision": "granted"}))
