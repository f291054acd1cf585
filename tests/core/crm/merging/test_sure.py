"""
Merging what a scan is sure of, and not asking again about whom somebody decided.
"""

import pytest

from patron.app import App
from patron.core.crm import AddCustomer, Query, Reach, add_customer, list_records
from patron.core.crm.merging import Apart, Unmerge, decide_apart, list_apart, unmerge
from patron.core.crm.merging.sure import merge_sure
from patron.core.exchange.scanning import FileScan, scan_customers
from patron.core.matching.configured import model_of_settings

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


def add(app: App, name: str, tel: str, **values: str) -> int:
    with app.session() as session:
        command = AddCustomer(values={"name": name, **values}, reaches=(Reach("tel", tel),))
        return add_customer(session, command).customer.id


def scanned(app: App) -> FileScan:
    with app.session() as session:
        return scan_customers(session, model_of_settings(session.settings))


def groups(found: FileScan) -> list[list[int]]:
    together: dict[int, list[int]] = {}
    for person, number in zip(found.persons, found.found.clusters, strict=True):
        together.setdefault(number, []).append(int(person.key))
    return [group for group in together.values() if len(group) > 1]


def test_sure_groups_are_merged_under_one_number_and_the_doubtful_are_left(patron: App) -> None:
    zhang = [add(patron, "张三", "13800138000") for _ in range(3)]
    wang = [add(patron, "王小明", "13900139000") for _ in range(2)]
    ada = [add(patron, "李芳芳", "13700137000", gender=gender) for gender in ("female", "male")]
    with patron.session() as session:
        looked = merge_sure(session, groups(scanned(patron)), only_look=True)
        done = merge_sure(session, groups(scanned(patron)))
        left = [record.id for record in list_records(session, Query(noun="customer")).records]

    assert (looked.commands, ()) == (done.commands, looked.merged)
    assert [zhang[0], wang[0], *ada] == left
    assert (tuple(ada),) == done.left
    assert {done.merged[0].batch_id} == {one.batch_id for one in done.merged}
    with patron.session() as session:
        # One group by itself, then what is left of the batch.
        assert (wang[1],) == unmerge(session, Unmerge(noun="customer", id=wang[1])).restored
        assert tuple(zhang[1:]) == unmerge(session, Unmerge(noun="customer", batch_id=done.merged[0].batch_id)).restored
        assert [*zhang, *wang, *ada] == [record.id for record in list_records(session, Query(noun="customer")).records]


def test_who_was_told_apart_is_not_asked_about(patron: App) -> None:
    one, other = (add(patron, "张三", "13800138000") for _ in range(2))
    assert [[one, other]] == groups(scanned(patron))
    with patron.session() as session:
        assert decide_apart(session, Apart(one=other, other=one, reason="father and son"))
        assert not decide_apart(session, Apart(one=one, other=other))
        assert [(one, other, "father and son")] == [(each.one_id, each.other_id, each.reason) for each in list_apart(session)]
    found = scanned(patron).found

    assert ((), ()) == (found.asked, found.sure)
    with patron.session() as session:
        assert decide_apart(session, Apart(one=one, other=other, undo=True))
    assert [[one, other]] == groups(scanned(patron))
