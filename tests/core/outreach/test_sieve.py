"""Who of many may be contacted, in exports for campaigns."""

import io

import pytest

from patron.app import App
from patron.core.crm import AddConsent, AddCustomer, AddLead, Reach, add_consent, add_customer, add_lead
from patron.core.errors import UsageError
from patron.core.exchange import CsvWriter, ExportCommand, export_records
from patron.core.nouns import Customer


def exported(house: App, kind: str = "customers", **about: str) -> list[str]:
    page = io.BytesIO()
    with house.session() as session:
        writer = CsvWriter(page, "utf-8")
        export_records(session, ExportCommand(kind=kind, columns=("name",), **about), writer)  # type: ignore[arg-type]  # as given
        writer.close()
    return page.getvalue().decode().splitlines()[1:]


@pytest.fixture(name="crowd")
def _crowd(house: App, zhang: Customer) -> App:
    """Return the house with four customers: one agreed, one withdrew, one has no address, one never said."""
    with house.session() as session:
        names = [zhang.name]
        for name, reach in (("李四", "li@example.com"), ("无名", None), ("王五", "wang5@example.com")):
            reaches = (Reach("email", reach),) if reach else ()
            names.append(add_customer(session, AddCustomer(values={"name": name}, reaches=reaches)).customer.name)
        for name, decision in (("张三", "granted"), ("李四", "withdrawn"), ("无名", "granted")):
            about = {"customer_id": name, "decision": decision, "channel": "email", "purpose": "marketing"}
            add_consent(session, AddConsent(values=about))
    return house


@pytest.mark.requirement("R277", "R282")
def test_an_export_for_a_campaign_leaves_out_who_may_not_be_contacted(crowd: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert exported(crowd) == ["张三", "李四", "无名", "王五"]
    assert exported(crowd, purpose="marketing", channel="电子邮件") == ["张三"]


def test_of_a_customer_with_several_leads_all_or_none_are_exported(crowd: App) -> None:
    with crowd.session() as session:
        for name in ("张三", "张三", "王五"):
            add_lead(session, AddLead(values={"source": "store", "customer_id": name, "owner_user_id": "wang", "subject": name}))

    assert exported(crowd, "leads", purpose="marketing", channel="email") == ["张三", "张三"]


def test_a_purpose_without_a_channel_decides_nothing(crowd: App) -> None:
    with pytest.raises(UsageError, match="Name both"):
        exported(crowd, purpose="marketing")
