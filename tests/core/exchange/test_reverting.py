"""
Taking an import back: all of it or nothing.
"""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from patron.app import App
from patron.core.errors import UsageError
from patron.core.exchange import revert_import, reverting
from patron.core.nouns import Batch, Campaign, Customer, Identity, IdentityLink, Lead, Order, OrderLine, Task
from patron.core.nouns.criterion import equal
from patron.core.store import ConflictError, Database, NotFoundError, StoreError
from patron.core.store.batches import referring
from patron.core.store.history import verify

HEADER = "姓名,手机,渠道,来店日期,意向车型,客户备注,城市,可能性\n"
FIRST = HEADER + "张三,13800138000,店面,2026-03-02,A,old,北京,40\n李四,13900139000,店面,2026-03-02,,,,\n"
SECOND = HEADER + "张三,13800138000,店面,2026-03-02,A;B,new,上海,80\n王五,13700137000,店面,2026-03-02,,,,\n"


def contents(app: App) -> dict[str, object]:
    """Return everything but versions, batches and history."""
    found: dict[str, object] = {}
    with app.session() as session, session.read() as reader:
        for noun in (Lead, Customer, Identity, IdentityLink, Order, OrderLine, Campaign):
            found[noun.__name__] = [
                {name: getattr(one, name) for name in one.__slots__ if name not in ("version", "batch_id", "__weakref__")}
                for one in reader.find(noun)
            ]
    return found


def revert(app: App, batch: int, login: str | None = None):
    with app.session(login) as session:
        return revert_import(session, batch)


def test_imports_that_stand_on_another_are_named_in_the_order_in_which_they_go(staff: App, bring) -> None:
    """Of four, one changed what the first brought, one hangs on that of the second, and one stands alone."""
    head = "source,source_key,name,tel,subject\n"
    row = "qq,{0},Ada,13{1}0013{1}{1}{1}0,{2}\n"
    texts = [head + row.format(1, 0, "a"), head + row.format(1, 0, "b") + row.format(2, 1, "c"), head + row.format(3, 2, "d")]
    for number, leads in enumerate(texts, 1):
        bring("leads", leads, name=f"{number}.csv")
    bring("interactions", "lead,at,channel\n2,2025-03-02,phone\n", name="4.csv")

    with staff.session() as session:
        with pytest.raises(ConflictError) as refused:
            revert_import(session, 1)
        assert ("exchange.stood_on", "4, 2") == (refused.value.key, refused.value.details["later"])
        for batch in (4, 2, 1):
            revert_import(session, batch)


def test_what_was_created_goes_and_what_was_changed_comes_back(staff: App, database: Database, bring) -> None:
    bring("leads", FIRST)
    before = contents(staff)
    second = bring("leads", SECOND, name="two.csv")
    assert before != contents(staff)
    result = revert(staff, second.result.batch_id)

    assert before == contents(staff)
    assert {"customer": 1, "lead": 1, "identity_link": 1} == dict(result.deleted)
    assert {"lead": 1, "customer": 1} == dict(result.restored)
    with staff.session() as session, session.read() as reader:
        assert "reverted" == reader.get(Batch, second.result.batch_id).status
        (lead,) = reader.find(Lead, [equal("likelihood", 40)])
        changes = sorted(reader.history(lead, "likelihood"), key=lambda change: change.sequence)
        assert ["import", "import", "revert"] == [change.cause for change in changes]
        assert verify(reader.connection).broken_at is None


def test_an_owner_comes_back(staff: App, bring) -> None:
    owned = "姓名,手机,渠道,来店日期,销售顾问,备注\n张三,13800138000,店面,2026-03-02,{},{}\n"
    bring("leads", owned.format("wang", "old"))
    before = contents(staff)
    second = bring("leads", owned.format("marketing", "new"), name="two.csv")
    assert before != contents(staff)
    revert(staff, second.result.batch_id)

    assert before == contents(staff)


def test_orders_and_their_customers_go(staff: App, bring) -> None:
    before = contents(staff)
    found = bring("orders", "number,product,quantity,ordered_at,list_price,external_id\n" + "A1,tea,1,2026-03-02,2.5,17\n" * 5)
    result = revert(staff, found.result.batch_id)

    assert before == contents(staff)
    assert {"order": 1, "order_line": 5, "customer": 1, "identity_link": 1} == dict(result.deleted)
    assert 5 == bring("orders", Path(found.result.file)).result.created  # the file may come in again


def test_nouns_without_a_batch_of_their_own_go_too(staff: App, bring) -> None:
    bring("campaigns", "code,name,place\nspring,Spring,North\n")
    before = contents(staff)
    found = bring("campaigns", "code,name,place\nspring,Spring,South\nautumn,Autumn,\n", name="two.csv")
    result = revert(staff, found.result.batch_id)

    assert before == contents(staff)
    assert ({"campaign": 1}, {"campaign": 1}) == (dict(result.deleted), dict(result.restored))


def test_a_record_that_the_import_itself_changed_goes(staff: App, bring) -> None:
    rows = (
        HEADER
        + "张三,13800138000,店面,2026-03-02,A,,,\n李四,13900139000,店面,2026-03-02,A,,,\n张三,13800138000,店面,2026-03-02,B,x,,\n"
    )
    found = bring("leads", rows, chunk=2)
    assert ["create", "create", "update"] == found.outcomes
    revert(staff, found.result.batch_id)
    assert [] == contents(staff)["Lead"] == contents(staff)["Customer"]


@pytest.mark.parametrize("what", ["created", "changed", "hanging"])
def test_what_somebody_went_on_with_is_not_touched(staff: App, bring, what: str) -> None:
    bring("leads", FIRST)
    second = bring("leads", SECOND, name="two.csv")
    with staff.session() as session, session.write() as work:
        by_name = {customer.name: customer for customer in work.find(Customer)}
        match what:
            case "created":
                work.update(by_name["王五"], region="North")
            case "changed":
                work.update(by_name["张三"], region="North")
            case "hanging":
                work.add(Task(customer_id=by_name["王五"].id, subject="call", owner_user_id=1))
        work.commit()
    before = contents(staff)
    with pytest.raises(ConflictError) as refused:
        revert(staff, second.result.batch_id)
    assert ("exchange.used_since" if what == "hanging" else "exchange.changed_since") == refused.value.key
    assert "customer" in refused.value.message()
    assert before == contents(staff)
    with staff.session() as session, session.read() as reader:
        assert "done" == reader.get(Batch, second.result.batch_id).status


def test_what_a_plugin_hung_on_it_is_not_deleted_with_it(staff: App, database: Database, bring) -> None:
    batch = bring("leads", FIRST).result.batch_id
    with database.migrating() as connection:
        reference = "BIGINT REFERENCES customers (id) ON DELETE CASCADE"
        connection.execute(text(f"CREATE TABLE visits_visits (id BIGINT PRIMARY KEY, customer_id {reference})"))
        connection.execute(text("INSERT INTO visits_visits SELECT 7, id FROM customers WHERE name = '张三'"))
    before = contents(staff)
    with pytest.raises(ConflictError, match="visits_visits 7 → customer 1") as refused:
        revert(staff, batch)
    assert "exchange.used_since" == refused.value.key
    assert before == contents(staff)


def test_nobody_goes_on_with_it_while_it_is_taken_back(
    staff: App, address: str, tmp_path: Path, bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at what was changed since and the deletion others wait, whose work would be deleted unseen."""
    batch = bring("leads", FIRST).result.batch_id
    others = Database.at(address, tmp_path, busy_seconds=0.05)
    tried = []

    def trying(connection: Connection, *arguments: Any) -> Any:
        found = referring(connection, *arguments)
        change = "UPDATE customers SET region = 'North', version = 2 WHERE name = '张三'"
        columns = "(customer_id, subject, kind, at, ext)"
        need = f"INSERT INTO needs {columns} SELECT id, 'tea', 'stated', 0, '{{}}' FROM customers WHERE name = '张三'"
        for statement in (change, need):
            with pytest.raises(StoreError) as refused, others.writing() as other:
                other.execute(text(statement))
            tried.append(refused.value.key)
        return found

    monkeypatch.setattr(reverting, "referring", trying)
    revert(staff, batch)
    others.close()

    assert ["store.busy"] * 2 == tried
    assert [] == contents(staff)["Customer"]


def test_an_import_is_reverted_once(staff: App, bring) -> None:
    batch = bring("leads", FIRST).result.batch_id
    revert(staff, batch)
    with pytest.raises(UsageError):
        revert(staff, batch)
    with pytest.raises(NotFoundError):
        revert(staff, 99)


def test_one_takes_back_own_imports_only(staff: App, bring) -> None:
    ours = bring("leads", FIRST).result.batch_id
    theirs = bring("leads", SECOND, name="two.csv", login="chen").result.batch_id
    for batch, login in ((ours, "chen"), (theirs, "wang")):
        with pytest.raises(NotFoundError):
            revert(staff, batch, login)
    revert(staff, theirs, "chen")
