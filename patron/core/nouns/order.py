"""
Products, and the orders in which customers buy them.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import attrs

from patron.core.message import Message
from patron.core.nouns import field
from patron.core.nouns.criterion import Criterion, Operator
from patron.core.nouns.systems import MAIN


@attrs.frozen(kw_only=True)
class Product:
    """
    Something that can be bought.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        code: what files and orders call it.
        name: what people call it.
        kind: its kind, as reports group it.
        list_price: what one costs without discount.
        active: is still sold.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    code: str = field.text(length=64, required=True, unique=True)
    name: str = field.text(required=True)
    kind: str | None = field.text(length=80)
    list_price: Decimal | None = field.money(low=0, tracked=True)
    active: bool = field.truth(default=True)
    ext: Mapping[str, object] = field.extension()


@attrs.frozen(kw_only=True)
class Order:
    """
    One order of a customer; its amounts are the sums of its lines.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        customer_id: who ordered.
        lead_id: the lead that it won.
        system: the system that numbers it; the pair (system, number) is unique.
        number: its number there.
        ordered_at: when.
        channel: how the customer placed it, a code of `order_channel`.
        user_id: who of us took it.
        status: `placed`, `delivered`, `cancelled`, …
        batch_id: the import that made it.
        created_at: when it was stored.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    customer_id: int = field.reference("customer", required=True, moves=True)
    lead_id: int | None = field.reference("lead")
    system: str = field.text(length=64, default=MAIN)
    number: str = field.text(length=64, required=True)
    ordered_at: datetime = field.instant(required=True, indexed=True)
    channel: str | None = field.code("order_channel")
    user_id: int | None = field.reference("user")
    status: str = field.code("order_status", default="placed", tracked=True)
    batch_id: int | None = field.reference("batch", system=True)
    created_at: datetime | None = field.instant(system=True)
    ext: Mapping[str, object] = field.extension()


COUNTED_ORDERS = Criterion("status", Operator.UNEQUAL, "cancelled")
"""Which orders count, whatever is counted: those that were not cancelled; one whose status nobody noted was not."""


@attrs.frozen(kw_only=True)
class OrderLine:
    """
    One line of an order, or its refund (a negative amount).

    Customer and time stand on the line too: scoring reads ten million of them and joins nothing.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        order_id: the order.
        customer_id: who bought.
        at: when; a refund has a time of its own.
        key: tells the lines of one order apart: its line number, else a digest of its content and a count.
        product_id: what was bought.
        product_code: what the file calls it, known to us or not.
        quantity: how many.
        list_price: of one, without discount.
        discount: what was taken off the whole line.
        amount: what the customer pays for the line, net.
        cost: what the line costs us.
        currency: the currency of the original, where it is not the ledger's.
        original_amount: in that currency.
        rate: ledger units a unit of that currency.
        batch_id: the import that made it.
    """

    id: int = 0
    version: int = 1
    order_id: int = field.reference("order", required=True)
    customer_id: int = field.reference("customer", required=True)
    at: datetime = field.instant(required=True)
    key: str = field.text(length=64, required=True)
    product_id: int | None = field.reference("product")
    product_code: str | None = field.text(length=64)
    quantity: Decimal = field.quantity(default=Decimal(1))
    list_price: Decimal | None = field.money()
    discount: Decimal | None = field.money()
    amount: Decimal = field.money(required=True)
    cost: Decimal | None = field.money(restricted="cost")
    currency: str | None = field.text(length=3)
    original_amount: Decimal | None = field.money()
    rate: Decimal | None = field.quantity()
    batch_id: int | None = field.reference("batch", system=True)


@attrs.frozen(kw_only=True)
class Batch:
    """
    One run of an import, or a merge: what it read or merged, how far it came, what became of the rows.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        kind: the noun that was imported, or `merge`; a code of `import_kind`.
        file: the file's name; of a merge, which records became which.
        digest: SHA-256 of the file and of how its columns were mapped, or of what was merged, in hexadecimal.
        status: `running`, `done` or `reverted`.
        checkpoint: rows of the file that are settled; an interrupted import goes on behind them.
        created: rows that made something new.
        updated: rows that changed something.
        unchanged: rows that were there already.
        rejected: rows that were refused.
        asked: rows about which a person has to decide.
        reasons: why: kinds of reasons, with how many rows, the column, and the first rows.
        user_id: who imported or merged.
        started_at: when it began.
        finished_at: when it was done.
    """

    id: int = 0
    version: int = 1
    kind: str = field.code("import_kind", required=True)
    file: str = field.text(required=True)
    digest: str = field.text(length=64, required=True, indexed=True)
    status: str = field.code("batch_status", default="running", tracked=True)
    checkpoint: int = field.integer(0, default=0)
    created: int = field.integer(0, default=0)
    updated: int = field.integer(0, default=0)
    unchanged: int = field.integer(0, default=0)
    rejected: int = field.integer(0, default=0)
    asked: int = field.integer(0, default=0)
    reasons: Message | None = field.message()
    user_id: int | None = field.reference("user")
    started_at: datetime = field.instant(required=True)
    finished_at: datetime | None = field.instant()
