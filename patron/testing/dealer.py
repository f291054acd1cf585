"""
A small dealer in the database: two sales people with leads that were won, lost and are open, contacts, orders and what was spent.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from patron.core.nouns import Campaign, Customer, Interaction, Lead, Order, OrderLine, Product, Spend, Team, User
from patron.core.nouns.criterion import equal
from patron.core.session import Session
from patron.core.store import UnitOfWork
from patron.testing.application import NOW

DAYS = 60
"""How long before `NOW` the first lead was filed."""


def sample_dealer(session: Session) -> None:
    """
    Put the records of the dealer into an empty database of `app_with_database()`.

    Ann has four leads (two won, one lost, one open), Bob three (one won, one lost, one open); both are in the team `sales`. Each
    won lead has an order, and Ann's lost one an order that was cancelled. The last contact was three days before `NOW`.
    """
    with session.write(cause="import") as work:
        sales = work.first(Team, equal("code", "sales")) or work.add(Team(code="sales", name="Sales"))
        ann, bob = (
            work.add(User(login=login, name=login.title(), roles=("sales_rep",), team_id=sales.id)) for login in ("ann", "bob")
        )
        fair = work.add(Campaign(code="fair", name="Spring fair"))
        car = work.add(Product(code="A1", name="Model A", kind="car", list_price=Decimal(1000)))
        for number, (owner, status) in enumerate(
            [(ann, "won"), (ann, "won"), (ann, "lost"), (ann, "open"), (bob, "won"), (bob, "lost"), (bob, "open")]
        ):
            _lead(work, owner, status, number, fair, car)
        for month, kind in ((11, "advertising"), (12, "event"), (12, "store_rent")):
            campaign = fair.id if kind == "event" else None
            source = None if kind == "store_rent" else "showroom"
            work.add(Spend(on=date(2025, month, 5), amount=Decimal(100 * month), kind=kind, source=source, campaign_id=campaign))
        work.commit()


def _lead(work: UnitOfWork, owner: User, status: str, number: int, fair: Campaign, car: Product) -> None:
    filed = NOW - timedelta(days=DAYS - 5 * number)
    ended = None if status == "open" else filed + timedelta(days=20)
    customer = work.add(
        Customer(
            name=f"Customer {number}",
            owner_user_id=owner.id,
            birth_year=1960 + 7 * number,
            occupation="teacher" if number % 2 else "nurse",
            family_status="married" if number % 3 else None,
            income_band="middle" if number % 2 else "high",
        )
    )
    lead = work.add(
        Lead(
            customer_id=customer.id,
            source="showroom" if number % 2 else "phone",
            campaign_id=fair.id if number % 3 == 0 else None,
            filed_at=filed,
            owner_user_id=owner.id,
            likelihood=40,
            focus_point="price",
            interests=("Model A",),
            quoted_price=Decimal(1000),
        ),
        effective_at=filed,
    )
    work.add(_contact(customer, lead, owner, filed, ("price",)))
    work.add(_contact(customer, lead, owner, ended or NOW - timedelta(days=3), ("price", "product")))
    later = 20 if status == "lost" else 70
    lead = work.update(lead, effective_at=filed + timedelta(days=10), likelihood=later, quoted_price=Decimal(950))
    if status == "won":
        work.update(lead, effective_at=ended, status="won", won_at=ended)
        _order(work, customer, lead, owner, ended or NOW, car)
    elif status == "lost":
        work.update(lead, effective_at=ended, status="lost", lost_at=ended, lost_reason="price")
        if owner.login == "ann":
            _order(work, customer, lead, owner, ended or NOW, car, status="cancelled")


def _contact(customer: Customer, lead: Lead, owner: User, at: datetime, topics: tuple[str, ...]) -> Interaction:
    return Interaction(
        customer_id=customer.id, lead_id=lead.id, at=at, channel="phone", user_id=owner.id, topics=topics, outcome="reached"
    )


def _order(
    work: UnitOfWork, customer: Customer, lead: Lead, owner: User, at: datetime, car: Product, status: str = "placed"
) -> None:
    order = work.add(
        Order(
            customer_id=customer.id,
            lead_id=lead.id,
            number=f"N{lead.id}",
            ordered_at=at,
            channel="field" if lead.id % 2 else "phone",
            user_id=owner.id,
            status=status,
        )
    )
    for key, quantity in (("1", 1), ("2", 2)):
        amount = Decimal(950 * quantity)
        work.add(
            OrderLine(
                order_id=order.id,
                customer_id=customer.id,
                at=at,
                key=key,
                product_id=car.id,
                product_code=car.code,
                quantity=Decimal(quantity),
                amount=amount,
                cost=Decimal(800 * quantity),
            )
        )
