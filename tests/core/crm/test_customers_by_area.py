"""Customer data, sales and service, each by itself: whoever has one of them works in it, and the others are not there."""

from collections.abc import Callable, Mapping

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import (
    AddCustomer,
    AddIdentity,
    AddInteraction,
    AddLead,
    AddRecord,
    AddTask,
    ChangeRecord,
    Reach,
    add_customer,
    add_identity,
    add_interaction,
    add_lead,
    add_record,
    add_task,
    change_lead,
    change_record,
    change_user,
    show_customer,
    show_lead,
    show_timeline,
    show_worklist,
)
from patron.core.session import Session
from patron.testing import app

AREAS: Mapping[str, tuple[str, ...]] = {
    "data": ("customer", "identity", "identity_link"),
    "sales": ("customer", "lead"),
    "service": ("customer", "interaction", "need", "task"),
}
"""Area → what belongs to it; customers are what all areas are about."""


def customer_data(session: Session) -> None:
    customer = add_customer(session, AddCustomer(values={"name": "Ada"})).customer
    add_identity(session, AddIdentity(customer_id=customer.id, reach=Reach("tel", "13800138000")))
    change_record(session, ChangeRecord(noun="customer", id=customer.id, values={"relationship": 4}))
    assert [one.value for one in show_customer(session, customer.id).identities] == ["+8613800138000"]


def sales(session: Session) -> None:
    lead = add_lead(session, AddLead(values={"source": "store"}, customer={"name": "Grace"})).lead
    change_lead(session, ChangeRecord(noun="lead", id=lead.id, values={"quoted_price": 9}))
    assert len(show_lead(session, lead.id).negotiation.rounds) == 1
    assert show_customer(session, lead.customer_id).leads[0].id == lead.id


def service(session: Session) -> None:
    values = {"customer_id": "#1", "note": "inspected", "purpose": "service"}
    add_interaction(session, AddInteraction(values=values))
    add_task(
        session, AddTask(values={"subject": "wish a good trip", "customer_id": "#1", "kind": "care", "due_at": "2025-12-31"})
    )
    add_record(session, AddRecord(noun="need", values={"customer_id": "#1", "subject": "a tow bar", "at": "2025-12-30"}))
    view = show_customer(session, 1)
    assert (len(view.needs), len(view.tasks), dict(view.contacts_by_purpose)) == (1, 1, {"service": 1})
    assert {event.what for event in show_timeline(session, 1).events} == {"interaction", "planned", "needed"}
    assert [call.reasons[0].code for call in show_worklist(session).calls] == ["overdue"]


WORK: Mapping[str, Callable[[Session], None]] = {"data": customer_data, "sales": sales, "service": service}


@pytest.mark.parametrize("area", AREAS)
def test_an_area_works_without_the_others(office: App, area: str) -> None:
    """A role that has the rights to one area does all of its work, and none of another's."""
    rights = {action: dict.fromkeys(AREAS[area], "all") for action in ("read", "create", "update")}
    rights["read"] |= {"team": "all", "user": "all"}
    role = {"role": {"alone": {"en": "alone", "zh": "单一模块"}}}
    alone = app(settings=office.settings._replace(codes=role, roles={"alone": rights}))
    with alone.session() as session:
        add_customer(session, AddCustomer(values={"name": "Joan"}))
        change_user(session, ChangeRecord(noun="user", id=1, values={"roles": "alone"}))

    with alone.session("wang") as session:
        WORK[area](session)
        for other in AREAS.keys() - {area}:
            with pytest.raises(DeniedError):
                WORK[other](session)
