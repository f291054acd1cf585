"""
Rights, as a matrix: every role, noun and action on records of one's own, of the team and of others, as `roles.toml` says.

After every refusal all tables have the content that they had before.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import event, select

import patron.core.access
from patron.app import App
from patron.core.access import DeniedError, channel_actor, system_actor
from patron.core.nouns import (
    NOUNS,
    Batch,
    Campaign,
    Customer,
    FieldError,
    FieldKind,
    Identity,
    IdentityLink,
    Interaction,
    Lead,
    MarketFigure,
    Need,
    Order,
    OrderLine,
    Product,
    Spend,
    Task,
    Team,
    User,
    fields_of,
    noun_of,
)
from patron.core.nouns.criterion import Having, Joined, Negated, equal
from patron.core.session import Session
from patron.core.store import NotFoundError, UnitOfWork
from patron.core.store.tables import METADATA
from patron.testing.application import NOW

ROLES: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
    (Path(patron.core.access.__file__).parent / "roles.toml").read_text("utf-8")
)
ACTORS = {"channel": channel_actor("web_form"), "system": system_actor("tick")}
"""Roles that no user can have."""
OWNERS = ("own", "team", "other")
OWNERLESS = ("team", "user", "campaign", "spend", "market_figure", "product")
REACH = {"none": (), "own": ("own",), "team": ("own", "team"), "all": OWNERS}
HARMLESS: dict[str, dict[str, Any]] = {
    "team": {"name": "Renamed"},
    "user": {"name": "Renamed"},
    "batch": {"checkpoint": 7},
    "customer": {"region": "North"},
    "campaign": {"place": "Hall 4"},
    "spend": {"note": "paid"},
    "market_figure": {"note": "estimated"},
    "lead": {"likelihood": 55},
    "identity": {"verified": True},
    "identity_link": {"preferred": True},
    "interaction": {"note": "rang again"},
    "task": {"subject": "ring again"},
    "need": {"evidence": "said so"},
    "product": {"kind": "car"},
    "order": {"status": "delivered"},
    "order_line": {"product_code": "B"},
}


def allowed(role: str, action: str, noun: str, owner: str) -> bool:
    """Read the answer from the file, without the code that is tested."""
    rights = ROLES.get(role, {}).get(action, {})
    reach = rights.get(noun, rights.get("*", "none"))
    if noun in OWNERLESS:
        return reach == "all"
    if noun == "batch" and reach != "all":
        return owner == "own" and reach != "none"
    return owner in REACH[reach]


def belongings(work: UnitOfWork, owner: User, key: str) -> dict[str, Any]:
    """Store one record of every noun that hangs on a user, and return them by noun."""
    customer = work.add(Customer(name=f"Customer {key}", owner_user_id=owner.id))
    work.add(Customer(name=f"Relative {key}", owner_user_id=owner.id))
    lead = work.add(Lead(customer_id=customer.id, source="qq", filed_at=NOW, owner_user_id=owner.id))
    identity = work.add(Identity(scheme="email", value=f"{key}@example.org"))
    order = work.add(Order(customer_id=customer.id, number=key, ordered_at=NOW))
    records = [
        customer,
        lead,
        identity,
        order,
        work.add(IdentityLink(identity_id=identity.id, customer_id=customer.id)),
        work.add(Interaction(customer_id=customer.id, at=NOW, channel="phone", user_id=owner.id, recording="https://x")),
        work.add(Task(customer_id=customer.id, subject="ring", owner_user_id=owner.id)),
        work.add(Need(customer_id=customer.id, subject="a car", at=NOW)),
        work.add(OrderLine(order_id=order.id, customer_id=customer.id, at=NOW, key="1", amount=Decimal(5), cost=Decimal(3))),
        work.add(Batch(kind="lead", file="leads.csv", digest=key, started_at=NOW, user_id=owner.id)),
        work.add(Team(code=f"team_{key}", name="Team")),
        work.add(User(login=f"user_{key}", name="User", cost_rate=Decimal(90))),
        work.add(Campaign(code=key, name="Campaign")),
        work.add(Spend(on="2026-01-01", amount=5, kind="event")),
        work.add(MarketFigure(on="2026-01-01", amount=5, study="Survey", customer_id=customer.id)),
        work.add(Product(code=key, name="Product")),
    ]
    return {noun_of(record): record for record in records}


def another(record: Any, key: str) -> Any:
    """Return a new record like *record*, with a key of its own."""
    fresh: dict[str, Any] = {"id": 0, "version": 1}
    keys = {"order": "number", "identity": "value", "order_line": "key", "team": "code", "user": "login", "campaign": "code"}
    keys["product"] = "code"
    noun = noun_of(record)
    if noun in keys:
        fresh[keys[noun]] = f"new_{key}"
    if noun == "identity_link":
        fresh["customer_id"] = record.customer_id + 1  # the relative, who comes behind the customer
    if noun == "interaction":
        fresh["recording"] = None  # takes a right of its own
    return attrs.evolve(record, **fresh)


@pytest.fixture
def world(patron: App) -> Iterator[tuple[App, dict[str, dict[str, dict[str, Any]]]]]:
    """Return role → owner → noun → record, where a user of each role sits in one team with a colleague."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with patron.session() as session, session.write() as work:
        near, far = (work.add(Team(code=code, name=code)) for code in ("near", "far"))
        colleague = work.add(User(login="colleague", name="Colleague", team_id=near.id))
        stranger = work.add(User(login="stranger", name="Stranger", team_id=far.id))
        others = {"team": belongings(work, colleague, "colleague"), "other": belongings(work, stranger, "stranger")}
        for role in (*ROLES, "nothing"):
            roles = () if role in {"nothing", *ACTORS} else (role,)
            user = work.add(User(login=role, name=role, roles=roles, team_id=near.id))
            found[role] = {"own": belongings(work, user, role), **others}
        work.commit()
    return patron, found


@contextmanager
def session_of(app: App, role: str) -> Iterator[Session]:
    """Open a session with the rights of a role."""
    with app.session(None if role in ACTORS else role) as session:
        yield session.acting(ACTORS[role]) if role in ACTORS else session


def content(app: App) -> str:
    """Return a digest of all rows of all tables."""
    digest = hashlib.sha256()
    with app.session() as session, session.read() as reader:
        for table in METADATA.sorted_tables:
            for row in reader.connection.execute(select(table).order_by(*table.primary_key)):
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("action", ["read", "create", "update", "delete"])
@pytest.mark.requirement("R026")
def test_every_role_may_do_what_the_file_says_and_no_more(world: tuple[App, Any], action: str) -> None:
    app, found = world
    before = content(app)
    wrong = []
    for role, owners in found.items():
        with session_of(app, role) as session:
            for owner, records in owners.items():
                for noun, record in records.items():
                    may = permitted(session, action, record, f"{role}_{owner}")
                    if may is not allowed(role, action, noun, owner):
                        wrong.append((role, noun, owner, may))
    assert [] == wrong
    assert content(app) == before


def permitted(session: Any, action: str, record: Any, key: str) -> bool:
    """Try, keep nothing, and say whether it was permitted."""
    noun = noun_of(record)
    try:
        if action == "read":
            with session.read() as reader:
                return reader.get(type(record), record.id) is not None
        with session.write() as work:
            if action == "create":
                work.add(another(record, key))
            elif action == "update":
                work.update(record, **HARMLESS[noun])
            else:
                remove(work, record)
    except (DeniedError, NotFoundError):
        return False
    return True


def remove(work: UnitOfWork, record: Any) -> None:
    """Remove a record; that others refer to it is no question of rights."""
    from patron.core.store import StoreError

    try:
        with work.connection.begin_nested():
            work.remove(record)
    except (DeniedError, NotFoundError):
        raise
    except Exception as error:  # noqa: BLE001  # the driver's own complaint, before the session translates it
        assert "constraint" in str(error).lower() or isinstance(error, StoreError)  # noqa: PT017


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_a_refusal_changes_nothing(world: tuple[App, Any], action: str) -> None:
    """Even when the use case had written other things before it was refused, and then said commit."""
    app, found = world
    before = content(app)
    record = found["sales_rep"]["other"]["lead"]
    with app.session("sales_rep") as session, pytest.raises((DeniedError, NotFoundError)), session.write() as work:
        work.update(found["sales_rep"]["own"]["lead"], likelihood=99)
        work.commit()
        if action == "create":
            work.add(another(record, "x"))
        elif action == "update":
            work.update(record, likelihood=1)
        else:
            work.remove(record)
    assert content(app) == before


@pytest.mark.parametrize(
    ("role", "may"), [("sales_rep", False), ("assistant", True), ("sales_manager", True), ("director", False)]
)
def test_another_owner_takes_the_right_to_assign(world: tuple[App, Any], role: str, may: bool) -> None:
    """Whoever may only update can't give a record away, nor pull one over."""
    app, found = world
    lead, colleague = found[role]["own"]["lead"], found[role]["team"]["lead"].owner_user_id
    with app.session(role) as session:
        if may:
            with session.write() as work:
                assert work.update(lead, owner_user_id=colleague).owner_user_id == colleague
            return
        with pytest.raises(DeniedError), session.write() as work:
            work.update(lead, owner_user_id=colleague)


def test_nothing_can_be_hung_on_what_one_may_not_update(world: tuple[App, Any]) -> None:
    app, found = world
    stranger = found["sales_rep"]["other"]["customer"]
    with app.session("sales_rep") as session, pytest.raises(NotFoundError), session.write() as work:
        work.update(found["sales_rep"]["own"]["need"], customer_id=stranger.id)


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        (noun, name)
        for noun in ("lead", "task", "interaction", "need", "order", "identity_link")
        for name, field in fields_of(NOUNS[noun]).items()
        if field.target in {"customer", "lead", "identity", "order"}
    ],
)
def test_no_new_record_refers_to_what_one_may_not_see(world: tuple[App, Any], noun: str, name: str) -> None:
    """Every reference of every noun that a user may make, for what hangs on a record tells of it."""
    app, found = world
    mine, others = found["sales_rep"]["own"], found["sales_rep"]["other"]
    target = fields_of(NOUNS[noun])[name].target
    assert target is not None
    with app.session("sales_rep") as session, pytest.raises((NotFoundError, DeniedError)), session.write() as work:
        work.add(attrs.evolve(another(mine[noun], "x"), **{name: others[target].id}))


def test_who_may_only_read_can_not_write_the_past_either(world: tuple[App, Any]) -> None:
    """The value is the present one; only the time since when it is true would be another."""
    app, found = world
    lead, team = found["sales_rep"]["own"]["lead"], found["sales_rep"]["own"]["lead"].owner_user_id
    for login in ("director", "sales_rep"):
        with app.session(login) as session, pytest.raises((DeniedError, NotFoundError)), session.write() as work:
            work.update(lead, owner_user_id=team, effective_at=NOW - timedelta(days=400))


def test_nobody_raises_their_own_rights_by_a_right_to_update(patron: App) -> None:
    """A role that may update users is no administrator yet."""
    trusting = patron._replace(settings=patron.settings._replace(roles={"clerk": {"read": {"*": "all"}, "update": {"*": "all"}}}))
    with trusting.session() as session, session.write() as work:
        clerk = work.add(User(login="clerk", name="Clerk", roles=("sales_rep",)))
        work.connection.execute(METADATA.tables["users"].update().values(roles=("clerk",)))
        work.commit()
    with trusting.session("clerk") as session, pytest.raises(DeniedError), session.write() as work:
        work.update(work.get(User, clerk.id), roles=("administrator",))


def test_an_identity_never_becomes_another(patron: App) -> None:
    """Its value stands for everybody who has it."""
    with patron.session() as session, session.write() as work:
        identity = work.identity(Identity(scheme="tel", value="+8613800138000"))
        with pytest.raises(FieldError, match="another value is another record"):
            work.update(identity, value="+8613900139000")


def test_what_patron_sets_itself_can_not_be_given(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        customer = work.add(Customer(name="Ada"))
        with pytest.raises(FieldError, match="set by Patron itself"):
            work.update(customer, batch_id=1)


def test_lists_counts_and_single_reads_agree(world: tuple[App, Any]) -> None:
    """For every role and noun the list has exactly the records that can be read one by one, and the count is its length."""
    app, found = world
    for role in found:
        with session_of(app, role) as session, session.read() as reader:
            for name, noun in NOUNS.items():
                every = {record[name].id for owners in found.values() for record in owners.values() if name in record}
                try:
                    listed = {record.id for record in reader.find(noun)}
                except DeniedError:
                    listed = set()
                single = set()
                for number in every:
                    try:
                        single.add(reader.get(noun, number).id)
                    except (DeniedError, NotFoundError):
                        continue
                assert listed & every == single, (role, name)
                if listed:
                    assert reader.count(noun) == len(listed)


def test_a_user_who_left_may_nothing(patron: App) -> None:
    with patron.session() as session, session.write() as work:
        work.add(User(login="gone", name="Gone", roles=("administrator",), active=False))
        work.commit()
    with patron.session("gone") as session, pytest.raises(DeniedError), session.read():
        pass


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_the_rights_to_many_records_are_asked_for_at_once(world: tuple[App, Any]) -> None:
    """A hundred records of somebody who may make own ones take no more statements than one."""
    app, found = world
    customer = found["sales_rep"]["own"]["customer"]

    def statements(many: int) -> int:
        seen: list[str] = []
        with app.session("sales_rep") as session, session.write() as work:
            event.listen(work.connection.engine, "before_cursor_execute", lambda *about: seen.append(about[2]))
            work.hold_identities([Identity(scheme="email", value=f"{number}@example.org") for number in range(many)])
            work.add_many([Interaction(customer_id=customer.id, at=NOW, channel="phone") for _ in range(many)])
        return len(seen)

    assert statements(1) == statements(100)


RESTRICTED = [(noun, name) for noun, kind in NOUNS.items() for name, field in fields_of(kind).items() if field.restricted]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("noun", "name"), RESTRICTED)
def test_a_restricted_field_has_no_value_for_who_lacks_the_right(world: tuple[App, Any], noun: str, name: str) -> None:
    """For every role, on every way: single reads, lists, conditions however wrapped, sorting, history and writing."""
    app, found = world
    before, kind, right = content(app), NOUNS[noun], fields_of(NOUNS[noun])[name].restricted
    value = "x" if fields_of(kind)[name].kind is FieldKind.TEXT else Decimal(1)
    for role, owners in found.items():
        rights = ROLES.get(role, {}).get("read", {})
        may, record = rights.get(right, rights.get("*")) == "all", owners["own"][noun]
        known = equal(name, getattr(record, name))
        with session_of(app, role) as session, session.write() as work:
            if not permitted(session, "read", record, role):
                continue
            assert may is (getattr(work.get(kind, record.id), name) is not None)
            assert may is any(getattr(one, name) is not None for one in work.find(kind))
            for criteria, order in (
                ([known], []),
                ([Negated(known)], []),
                ([Joined(False, (known, known))], []),
                ([], [f"-{name}"]),
            ):
                assert may is named(work, kind, criteria, order)
            if noun == "order_line":
                assert may is named(work, Order, [Having("order_line", "order_id", known)], [])
            if not may:
                with pytest.raises(DeniedError, match=name), work.attempt():
                    work.update(record, **{name: value})
                with pytest.raises(DeniedError), work.attempt():
                    work.add(attrs.evolve(another(record, role), **{name: value}))
    assert content(app) == before


def named(work: UnitOfWork, kind: type[Any], criteria: Any, order: Any) -> bool:
    """Say whether records may be chosen or sorted so, by listing and by counting."""
    try:
        work.find(kind, criteria, order=order)
        work.count(kind, criteria)
    except DeniedError:
        return False
    return True
