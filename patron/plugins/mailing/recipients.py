"""
Whom a letter goes to, and what is known of each: read for many at once, as far as whoever writes may take it out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import attrs

from patron import Customer, Field, FieldKind, Identity, IdentityLink, Labels, Order, OrderLine, Product, Reader, User, among
from patron.core.nouns import COUNTED_ORDERS, value_of
from patron.core.session import Session
from patron.plugins.mailing.addressing import family_name, greeting

OWN = ("name", "family_name", "greeting", "contact_person", "last_product", "last_order_on", "products", "orders", "unsubscribe")
"""Values beside the fields of the customer."""

_NEVER = frozenset({"id", "version", "merged_into_id", "batch_id", "created_at", "note"})


@attrs.frozen(kw_only=True)
class Recipient:
    """
    Somebody to write to.

    Attributes:
        customer: the customer.
        address: where to; empty where the channel needs none.
        scheme: of the identity whose value the address is; empty where it is none.
        unsubscribe: the address at which they say that they want no more; empty where there is none.
        purchases: what they bought, the latest first.
        contact_person: who of us looks after them.
    """

    customer: Customer
    address: str = ""
    scheme: str = ""
    unsubscribe: str = ""
    purchases: tuple[tuple[datetime, str], ...] = ()
    contact_person: str = ""

    def values(self, session: Session, lang: str, unknown: str) -> Mapping[str, str]:
        """Return the values of a letter by name, in words of its language; empty where nothing is known."""
        labels, zone = Labels(session.records.vocabulary, lang), ZoneInfo(session.settings.timezone)
        bought = list(dict.fromkeys(name for _, name in self.purchases))
        last = f"{self.purchases[0][0].astimezone(zone):%Y-%m-%d}" if self.purchases else ""
        return {
            **{name: labels.value(field, value_of(self.customer, name), zone) for name, field in fields(session).items()},
            "name": self.customer.name,
            "family_name": family_name(self.customer),
            "greeting": greeting(self.customer, lang, unknown),
            "contact_person": self.contact_person,
            "last_product": bought[0] if bought else "",
            "last_order_on": last,
            "products": ("、" if lang == "zh" else ", ").join(bought),
            "orders": str(len({at for at, _ in self.purchases}) or ""),
            "unsubscribe": self.unsubscribe,
        }

    def knows(self, name: str) -> bool:
        """Say whether a field of the customer has a value."""
        return value_of(self.customer, name) not in {None, (), ""}


def fields(session: Session) -> Mapping[str, Field]:
    """Return the fields of a customer that a letter may have, or ask for."""
    found = session.records.vocabulary.fields("customer")
    return {name: one for name, one in found.items() if name not in _NEVER and one.kind is not FieldKind.REFERENCE}


def recipients(reader: Reader, customers: Sequence[Customer], schemes: Sequence[str], field: str | None) -> list[Recipient]:
    """
    Return customers with what is known of them.

    Args:
        reader: the database.
        customers: the customers.
        schemes: of the identities by which the channel reaches somebody.
        field: the field of the customer that says where, for a channel without.
    """
    ids = tuple(one.id for one in customers)
    if not ids:
        return []
    addresses, bought = _addresses(reader, ids, schemes), _purchases(reader, ids)
    names = reader.names(User, (one.owner_user_id for one in customers))
    return [
        Recipient(
            customer=one,
            address=addresses[one.id].value if one.id in addresses else str(getattr(one, field) or "") if field else "",
            scheme=addresses[one.id].scheme if one.id in addresses else "",
            purchases=tuple(bought.get(one.id, ())),
            contact_person=names.get(one.owner_user_id or 0, ""),
        )
        for one in customers
    ]


def _addresses(reader: Reader, ids: tuple[int, ...], schemes: Sequence[str]) -> dict[int, Identity]:
    links = reader.find(IdentityLink, [among("customer_id", ids)], order=["-preferred"])
    some = tuple({link.identity_id for link in links})
    wanted = [among("id", some), among("scheme", tuple(schemes))]
    known = {one.id: one for one in reader.find(Identity, wanted)} if some and schemes else {}
    found: dict[int, Identity] = {}
    for link in links:
        if link.identity_id in known:
            found.setdefault(link.customer_id, known[link.identity_id])
    return found


def _purchases(reader: Reader, ids: tuple[int, ...]) -> dict[int, list[tuple[datetime, str]]]:
    """Return customer → when they bought what, the latest first; what was cancelled they didn't buy."""
    orders = {one.id for one in reader.find(Order, [among("customer_id", ids), COUNTED_ORDERS])}
    lines = [one for one in reader.find(OrderLine, [among("customer_id", ids)], order=["-at", "-id"]) if one.order_id in orders]
    names = reader.names(Product, (one.product_id for one in lines))
    found: dict[int, list[tuple[datetime, str]]] = {}
    for line in lines:
        called = names.get(line.product_id or 0) or line.product_code
        if called and line.quantity > 0:
            found.setdefault(line.customer_id, []).append((line.at, called))
    return found
