"""A link of a letter on the server: who posts to it wants no more, once however often; who looks at it says nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest

from patron import ConsentSaid, Contact
from patron.app import App
from patron.core.crm import AddConsent, AddCustomer, Reach, add_consent, add_customer
from patron.core.intake import open_connection
from patron.core.nouns import Consent, Lead, Receipt
from patron.core.outreach import Answer, asking

Serving = Callable[..., AbstractContextManager[Any]]
pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(name="table")
def _table(installed: App, secret_file: str) -> dict[str, Any]:
    """Return the connection, in a house whose customer agreed to mail."""
    with installed.session() as session:
        add_customer(session, AddCustomer(values={"name": "张三"}, reaches=(Reach("email", "zhang@example.com"),)))
        said = {"customer_id": "#1", "decision": "granted", "channel": "email", "purpose": "marketing"}
        add_consent(session, AddConsent(values=said))
    return {"channel": "unsubscribe", "secret_file": secret_file}


def link(server: Any, written: str = "zhang@example.com") -> str:
    opened = open_connection(server.parts.session, "leave")
    said = ConsentSaid(decision="withdrawn", channel="email", purpose="marketing")
    return f"/intake/leave?{opened.channel.unsubscribe(Contact(scheme='email', written=written), said, opened.connection)}"


def all_of(app: App, noun: type) -> tuple[Any, ...]:
    with app.session() as session, session.read() as reader:
        return reader.find(noun, order=["id"])


@pytest.mark.requirement("R234", "R277")
def test_a_click_is_kept_once_and_counts(serving: Serving, installed: App, table: dict[str, Any]) -> None:
    """However often it is clicked at once; of a stranger it is kept for the day on which the address becomes somebody's."""
    with serving({"leave": table}) as server:
        address, stranger = link(server), link(server, "who@example.com")
        looked = server.client.get(address, headers={"accept-language": "zh-CN"})
        before = all_of(installed, Receipt)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: server.client.post(address, data=ONE_CLICK), range(8)))
        answers.append(server.client.post(stranger, data=ONE_CLICK))
        server.await_read(2)
    with installed.session() as session:
        may = asking(session, 1, channel="email", purpose="marketing").answer

    assert (looked.status_code, before) == (200, ())
    assert "不再接收" in looked.text
    assert {one.status_code for one in answers} == {200}
    assert all("you will get no more advertising by email" in one.text for one in answers)
    assert [(one.customer_id, one.decision, one.given_by) for one in all_of(installed, Consent)] == [
        (1, "granted", "spoken"),
        (1, "withdrawn", "message"),
        (2, "withdrawn", "message"),
    ]
    assert all(one.receipt_id for one in all_of(installed, Consent)[1:])
    assert may is Answer.NO
    assert all_of(installed, Lead) == ()


def test_a_click_and_the_button_within_the_minute_are_one(serving: Serving, installed: App, table: dict[str, Any]) -> None:
    """What came first is the evidence."""
    with serving({"leave": table}) as server:
        for said in ({}, ONE_CLICK, {"pressed": "yes"}):
            assert server.client.post(link(server), data=said).status_code == 200
            server.await_read()

    (one,) = all_of(installed, Consent)[1:]
    assert one.evidence == "unsubscribe link, and nothing else"
    assert [receipt.repeats for receipt in all_of(installed, Receipt)] == [2]


@pytest.mark.parametrize("mark", ["", "?t=", "?t=garbled", "?t=%00%ff&t=2"])
def test_a_link_that_is_none_gets_a_kind_page_and_is_not_kept(
    serving: Serving, installed: App, table: dict[str, Any], mark: str
) -> None:
    with serving({"leave": table}) as server:
        answers = [server.client.get(f"/intake/leave{mark}"), server.client.post(f"/intake/leave{mark}", data=ONE_CLICK)]

    assert [one.status_code for one in answers] == [404, 404]
    assert all("This link is not whole" in one.text for one in answers)
    assert all_of(installed, Receipt) == ()


def test_clicks_are_limited_as_everything_is(serving: Serving, table: dict[str, Any]) -> None:
    with serving({"leave": table | {"per_address": 2}}) as server:
        address = link(server)
        answers = [server.client.post(address, data=ONE_CLICK).status_code for _ in range(3)]
        looks = {server.client.get(address).status_code for _ in range(5)}

    assert (answers, looks) == ([200, 200, 429], {200})
