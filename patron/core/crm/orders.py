"""
Orders with their lines.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.access import Action
from patron.core.crm.course import not_before
from patron.core.crm.records import made, names_in, values_of
from patron.core.errors import UsageError
from patron.core.money import SCALE
from patron.core.nouns import Customer, Order, OrderLine, Product
from patron.core.nouns.criterion import equal
from patron.core.session import Session
from patron.core.store import UnitOfWork

_FINEST = Decimal(1).scaleb(-SCALE)


@attrs.frozen(kw_only=True)
class AddOrder:
    """
    Add an order.

    Attributes:
        values: field of the order → value, as people write them; customer and number at least.
        lines: the same for each line. Without an amount, a line costs quantity times list price (the product's, where the line
            names none) less discount.
    """

    values: Mapping[str, object]
    lines: Sequence[Mapping[str, object]] = ()


@attrs.frozen(kw_only=True)
class OrderView:
    """
    An order with its lines.

    Attributes:
        order: the order.
        lines: its lines, in their order.
        names: (noun, id) → what a referred record is called.
    """

    order: Order
    lines: tuple[OrderLine, ...] = ()
    names: Mapping[tuple[str, int], str] = MappingProxyType({})

    @property
    def amount(self) -> Decimal:
        """What the customer pays for all of it."""
        return sum((line.amount for line in self.lines), Decimal(0))


def add_order(session: Session, command: AddOrder) -> OrderView:
    """
    Add an order with its lines; the customer's first one says since when the customer is one.

    Raises:
        UsageError: a line has neither an amount nor a price.
        FieldError, DeniedError, StoreError: as `UnitOfWork.add()`.
    """
    with session.write(cause="add") as work:
        values = values_of(session, work).values("order", command.values)
        order = work.add(made(Order, {"ordered_at": work.now} | values))
        lines = [_line(session, work, order, number, written) for number, written in enumerate(command.lines, 1)]
        stored = work.add_many(lines) if lines else ()
        mark_since(work, work.get(Customer, order.customer_id), order.ordered_at, session.settings.timezone)
        work.commit()
    return OrderView(order=order, lines=stored)


def show_order(session: Session, order_id: int) -> OrderView:
    """
    Return an order with its lines.

    Raises:
        NotFoundError: there is none, or none that the actor may see.
    """
    with session.read() as reader:
        order = reader.get(Order, order_id)
        lines = reader.find(OrderLine, [equal("order_id", order_id)])
        return OrderView(order=order, lines=lines, names=names_in(reader, (order, *lines)))


def _line(session: Session, work: UnitOfWork, order: Order, number: int, written: Mapping[str, object]) -> OrderLine:
    values: dict[str, Any] = values_of(session, work).values("order_line", written)
    product = None if values.get("product_id") is None else work.get(Product, values["product_id"])
    if product is not None:
        values = {"product_code": product.code, "list_price": product.list_price} | values
    values.setdefault("quantity", Decimal(1))
    if values.get("amount") is None:
        if values.get("list_price") is None:
            raise UsageError("crm.no_amount", line=number)
        amount = values["quantity"] * values["list_price"] - (values.get("discount") or 0)
        values["amount"] = amount.quantize(_FINEST)
    defaults = {"key": str(number), "at": order.ordered_at}
    return made(OrderLine, defaults | values | {"order_id": order.id, "customer_id": order.customer_id})


def mark_since(work: UnitOfWork, customer: Customer, at: datetime, zone: str) -> Customer:
    """
    Note since when a customer is one, which an order may tell after later ones, and return the customer as it is then.

    Args:
        work: the unit of work.
        customer: who ordered, as it is now.
        at: when.
        zone: whose days count.
    """
    day = at.astimezone(ZoneInfo(zone)).date()
    if not is_since(customer, day) or not work.may(Action.UPDATE, customer):
        return customer
    # An earlier order corrects what is known; entered since its own time, the later one would have overtaken it.
    return work.update(customer, since=day, effective_at=not_before(work, customer, "since", at))


def is_since(customer: Customer, day: date) -> bool:
    """Say whether somebody is a customer since a day, as far as is known."""
    return customer.since is None or day < customer.since
