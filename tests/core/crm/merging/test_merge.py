"""
Merging: what stands, what moves, what may not be, and who finds the one that stays.
"""

from typing import Any

import pytest
from sqlalchemy import select

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import (
    AddCustomer,
    AddInteraction,
    AddLead,
    AddOrder,
    AddRecord,
    AddTask,
    ChangeRecord,
    Query,
    Reach,
    add_customer,
    add_interaction,
    add_lead,
    add_order,
    add_record,
    add_task,
    change_record,
    find_id,
    history_of,
    list_records,
    show_customer,
    show_record,
)
from patron.core.crm.merging import Apart, Merge, Unmerge, decide_apart, merge, preview_merge, unmerge, with_versions
from patron.core.errors import UsageError
from patron.core.nouns import Customer, Need
from patron.core.store import ConflictError, NotFoundError
from patron.core.store.tables import METADATA

ON_ONE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
"""Where the database makes no difference."""


def customer(app: App, name: str = "张三", *reaches: str, **values: Any) -> int:
    """Add a customer who can be reached by phone numbers and addresses."""
    told = tuple(Reach("email" if "@" in one else "tel", one) for one in reaches)
    with app.session() as session:
        return add_customer(session, AddCustomer(values={"name": name, **values}, reaches=told)).customer.id


def merged(app: App, keep: int, *others: int, noun: str = "customer", **about: Any) -> Any:
    with app.session() as session:
        return merge(session, Merge(noun=noun, keep=keep, others=others, **about))


def undone(app: App, noun: str = "customer", **which: int) -> Any:
    with app.session() as session:
        return unmerge(session, Unmerge(noun=noun, **which))


def state(app: App) -> dict[str, list[Any]]:
    """Return everything that the database holds but histories, versions and batches."""
    found = {}
    with app.session() as session, session.read() as reader:
        for name, table in METADATA.tables.items():
            if name not in {"changes", "change_head", "batches"}:
                columns = [one for one in table.c if one.name != "version"]
                rows = reader.connection.execute(select(*columns)).all()
                found[name] = sorted(map(repr, rows))
    return found


@pytest.fixture(name="pair")
def _pair(office: App) -> tuple[App, int, int]:
    """Return two records of one person, each with everything that can hang on one."""
    app = office
    one = customer(app, "张三", "13800138000", region="North", buying_motives="price", note="tall", gender="male")
    other = customer(
        app, "张三", "13800138000", "zhang@example.com", since="2020-01-02", buying_motives="service;price", note="wears hats"
    )
    with app.session() as session:
        for number in (one, other):
            values = {"source": "store", "customer_id": f"#{number}", "owner_user_id": "wang", "filed_at": "2025-12-01T08:00"}
            lead = add_lead(session, AddLead(values=values)).lead
            add_interaction(session, AddInteraction(values={"lead_id": f"#{lead.id}", "note": "called", "channel": "phone"}))
            add_task(session, AddTask(values={"customer_id": f"#{number}", "subject": "call"}))
            needed = {"customer_id": f"#{number}", "subject": "seats", "at": "2025-12-02T08:00"}
            add_record(session, AddRecord(noun="need", values=needed))
            order = {"customer_id": f"#{number}", "number": f"N-{number}", "lead_id": f"#{lead.id}"}
            add_order(session, AddOrder(values=order, lines=({"product_code": "A", "amount": "10"},)))
    return app, one, other


@pytest.mark.requirement("R250")
def test_everything_that_hangs_on_one_hangs_on_the_other(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    done = merged(app, one, other)
    expected = {"lead": 1, "identity_link": 1, "interaction": 1, "task": 1, "need": 1, "order": 1, "order_line": 1}

    assert expected == dict(done.moved)
    with app.session() as session:
        view = show_customer(session, one)
        listed = list_records(session, Query(noun="customer")).records
    assert (2, 2, 2, 2) == (len(view.leads), len(view.needs), len(view.tasks), view.orders)
    assert ["+8613800138000", "zhang@example.com"] == sorted(identity.value for identity in view.identities)
    assert [one] == [record.id for record in listed]


@ON_ONE
def test_a_rule_says_which_value_stands(pair: tuple[App, int, int]) -> None:
    """What one of them lacks comes from the other; lists are united, notes joined, and the earliest day counts."""
    app, one, other = pair
    with app.session() as session:
        preview = preview_merge(session, Merge(noun="customer", keep=one, others=(other,)))
    told = {choice.field.name: (choice.stands, str(choice.rule)) for choice in preview.fields}
    keep = merged(app, one, other).keep

    assert (("price", "service"), "united") == told["buying_motives"]
    assert {"region", "gender", "since", "note", "buying_motives"} == set(told)
    assert ("North", "2020-01-02", "tall\n\nwears hats") == (keep.region, str(keep.since), keep.note)
    assert ("price", "service") == keep.buying_motives


@ON_ONE
def test_a_preview_counts_what_moves_and_changes_nothing(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    before = state(app)
    with app.session() as session:
        preview = preview_merge(session, Merge(noun="customer", keep=one, others=(other,)))

    assert before == state(app)
    assert (1, 1) == (preview.moving["order"], preview.moving["identity_link"])
    assert ("join",) == tuple(like.verdict for like in preview.likeness)


def test_undoing_restores_every_field_and_every_reference(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    before = state(app)
    merged(app, one, other)
    assert before != state(app)
    done = undone(app, id=other)

    assert before == state(app)
    assert ((other,), ()) == (done.restored, done.stayed)
    with app.session() as session, pytest.raises(UsageError):
        unmerge(session, Unmerge(noun="customer", batch_id=done.batch_id))


def test_what_was_said_since_stays_and_what_hangs_on_what_goes_back_goes_with_it(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    with app.session() as session:
        (lead,) = show_customer(session, other).leads
    merged(app, one, other)
    with app.session() as session:
        change_record(session, ChangeRecord(noun="customer", id=one, values={"since": "2019-05-05"}))
        about = add_interaction(session, AddInteraction(values={"lead_id": f"#{lead.id}", "note": "again", "channel": "phone"}))
        general = add_interaction(session, AddInteraction(values={"customer_id": f"#{one}", "note": "hello", "channel": "phone"}))
        assert one == about.interaction.customer_id
    done = undone(app, id=other)

    assert (("customer", one, "since"),) == done.stayed
    with app.session() as session:
        owners = [show_record(session, "interaction", added.interaction.id).records[0] for added in (about, general)]
        kept = show_record(session, "customer", one).records[0]
    assert [other, one] == [interaction.customer_id for interaction in owners]
    assert ("2019-05-05", "tall", ("price",)) == (str(kept.since), kept.note, kept.buying_motives)


@ON_ONE
def test_a_chain_is_undone_from_its_end(office: App) -> None:
    first, second, third = (customer(office, "张三", f"1380013800{digit}") for digit in range(3))
    before = state(office)
    one = merged(office, second, first, certain=True)
    two = merged(office, third, second, certain=True)
    with office.session() as session:
        assert third == find_id(session, "customer", f"#{first}")
        with pytest.raises(ConflictError) as caught:
            unmerge(session, Unmerge(noun="customer", id=first, batch_id=one.batch_id))
    assert str(two.batch_id) in caught.value.details["later"]
    undone(office, batch_id=two.batch_id)
    undone(office, batch_id=one.batch_id)

    assert before == state(office)


@ON_ONE
def test_several_become_one_under_one_number(office: App) -> None:
    ids = [customer(office, "张三", f"1380013800{digit}", note=f"note {digit}") for digit in range(4)]
    before = state(office)
    done = merged(office, ids[0], *ids[1:], certain=True)
    assert 4 == len(done.keep.note.split("\n\n"))
    assert tuple(ids[1:]) == undone(office, id=ids[2]).restored
    assert before == state(office)


@ON_ONE
def test_whoever_names_a_merged_customer_means_the_one_that_stays(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    merged(app, one, other)
    with app.session() as session:
        added = add_task(session, AddTask(values={"customer_id": f"#{other}", "subject": "again"}))
        reached = find_id(session, "customer", "zhang@example.com")
        gone = show_record(session, "customer", other).records[0]
        asked = list_records(session, Query(noun="customer", where=f"merged_into_id == '#{one}'")).records

    assert (one, one, one) == (added.customer_id, reached, gone.merged_into_id)
    assert [other] == [record.id for record in asked]


@ON_ONE
def test_nothing_is_written_to_a_merged_customer(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    merged(app, one, other)
    with app.session() as session, session.write() as work:
        need = Need(customer_id=other, subject="seats", at=work.now)
        with pytest.raises(ConflictError, match="merged into"):
            work.add(need)
        with pytest.raises(ConflictError):
            work.update(work.get(Customer, other), name="Ada")


@ON_ONE
def test_nothing_is_hung_on_a_merged_lead(office: App) -> None:
    """Not even by somebody who had read it before: it would be on no list."""
    number = customer(office)
    with office.session() as session:
        values = {"customer_id": number, "source": "webshop"}
        one, other = (add_lead(session, AddLead(values=values)).lead.id for _ in range(2))
        merged(office, one, other, noun="lead")
        for add in (
            lambda: add_interaction(session, AddInteraction(values={"lead_id": other, "channel": "phone"})),
            lambda: add_task(session, AddTask(values={"lead_id": other, "subject": "seats", "due_at": "2026-03-01"})),
        ):
            with pytest.raises(ConflictError, match="merged into"):
                add()


@ON_ONE
def test_the_history_says_who_merged_what(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    done = merged(app, one, other, reason="one person")
    with app.session() as session:
        (change,) = [each for each in history_of(session, "customer", other) if each.field == "merged_into_id"]
    assert (one, "merge", "one person", done.batch_id) == (change.new, change.cause, change.reason, change.batch_id)


@ON_ONE
def test_what_was_asked_for_stands(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    with app.session() as session, pytest.raises(UsageError):
        merge(session, Merge(noun="customer", keep=one, others=(other,), prefer={"note": 99}))
    assert "wears hats" == merged(app, one, other, prefer={"note": other}).keep.note


@ON_ONE
def test_a_doubt_takes_a_word(office: App) -> None:
    """Two dates of birth, a decision of somebody, or little that is alike."""
    one, other = customer(office, "张三", birth_year="1980"), customer(office, "李四", birth_year="1990")
    with office.session() as session:
        decide_apart(session, Apart(one=one, other=other))
        preview = preview_merge(session, Merge(noun="customer", keep=one, others=(other,)))
        assert ["apart", "differs", "unlike"] == [doubt.key for doubt in preview.doubts]
        with pytest.raises(UsageError, match="Nothing was merged"):
            merge(session, Merge(noun="customer", keep=one, others=(other,)))
    assert one == merged(office, one, other, certain=True).keep.id


@ON_ONE
@pytest.mark.parametrize("values", [{"kind": "organisation"}, {}])
def test_what_can_be_no_one_is_refused(office: App, values: dict[str, str]) -> None:
    """A person and an organisation, a record and itself."""
    one = customer(office)
    other = customer(office, **values) if values else one
    with office.session() as session, pytest.raises(UsageError):
        merge(session, Merge(noun="customer", keep=one, others=(other,), certain=True))


@ON_ONE
def test_a_decision_on_an_older_version_is_refused(pair: tuple[App, int, int]) -> None:
    app, one, other = pair
    with app.session() as session:
        seen = with_versions(preview_merge(session, Merge(noun="customer", keep=one, others=(other,))))
        change_record(session, ChangeRecord(noun="customer", id=other, values={"name": "李四"}))
        with pytest.raises(ConflictError):
            merge(session, seen)


@ON_ONE
def test_merging_takes_the_right_to_change_both_and_to_take_from_the_owner(office: App) -> None:
    mine, his = (customer(office, "张三", "13800138000", owner_user_id=login) for login in ("wang", "li"))
    also = customer(office, "张三", "13800138000", owner_user_id="wang")
    with office.session("wang") as session:
        for command in (merge, preview_merge):
            with pytest.raises(NotFoundError):
                command(session, Merge(noun="customer", keep=mine, others=(his,)))
        assert mine == merge(session, Merge(noun="customer", keep=mine, others=(also,))).keep.id
        assert (also,) == unmerge(session, Unmerge(noun="customer", id=also)).restored
    with office.session() as session:
        add_lead(session, AddLead(values={"source": "store", "customer_id": f"#{his}", "owner_user_id": "wang"}))
    with office.session("wang") as session, pytest.raises(DeniedError):
        merge(session, Merge(noun="customer", keep=mine, others=(his,)))
    with office.session("zhao") as session:
        assert mine == merge(session, Merge(noun="customer", keep=mine, others=(his,))).keep.id


def test_two_leads_of_a_customer_become_one(office: App) -> None:
    """Those of two customers don't."""
    one = customer(office)
    with office.session() as session:
        said = {"source": "store", "customer_id": f"#{one}", "owner_user_id": "wang"}
        leads = [add_lead(session, AddLead(values={**said, "filed_at": f"2025-12-0{day}T08:00"})).lead for day in (2, 1)]
        added = add_interaction(session, AddInteraction(values={"lead_id": f"#{leads[1].id}", "note": "x", "channel": "phone"}))
        other = add_lead(session, AddLead(values={"source": "store"}, customer={"name": "李四"})).lead
    before = state(office)
    done = merged(office, leads[0].id, leads[1].id, noun="lead")
    with office.session() as session:
        gone = show_record(session, "lead", leads[1].id).records[0]
        seen = list_records(session, Query(noun="lead")).records
        moved = show_record(session, "interaction", added.interaction.id).records[0]
        with pytest.raises(UsageError, match="patron customer merge"):
            merge(session, Merge(noun="lead", keep=leads[0].id, others=(other.id,)))
    assert ("duplicate", leads[0].id) == (gone.status, gone.duplicate_of_id)
    assert leads[1].filed_at == done.keep.filed_at
    assert [leads[0].id, other.id] == [lead.id for lead in seen]
    assert leads[0].id == moved.lead_id
    undone(office, "lead", id=leads[1].id)
    assert before == state(office)


@ON_ONE
def test_one_phone_and_two_names_are_a_doubt(office: App) -> None:
    """A household, or organisations of which the model knows nothing; another way to write a name is none."""
    doubts = []
    for names, reaches, about in (
        (("王伟", "王芳"), ("13800138000",), {}),
        (("Acme Ltd", "Beta"), (), {"kind": "organisation"}),
        (("Acme", "ACME Ltd."), (), {"kind": "organisation"}),
    ):
        one, other = (customer(office, name, *reaches, **about) for name in names)
        with office.session() as session:
            preview = preview_merge(session, Merge(noun="customer", keep=one, others=(other,)))
        doubts.append([doubt.key for doubt in preview.doubts])

    assert [["household"], ["names"], []] == doubts
