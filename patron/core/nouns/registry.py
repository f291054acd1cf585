"""
The nouns by name.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from patron.core.nouns.campaign import Campaign, Spend
from patron.core.nouns.consent import Consent
from patron.core.nouns.customer import Customer, Need
from patron.core.nouns.identity import Identity, IdentityLink
from patron.core.nouns.interaction import Interaction, Task
from patron.core.nouns.lead import Lead
from patron.core.nouns.market import MarketFigure
from patron.core.nouns.order import Batch, Order, OrderLine, Product
from patron.core.nouns.people import Team, User
from patron.core.nouns.receipt import Receipt

NOUNS: Mapping[str, type] = MappingProxyType(
    {
        "team": Team,
        "user": User,
        "batch": Batch,
        "customer": Customer,
        "market_figure": MarketFigure,
        "campaign": Campaign,
        "spend": Spend,
        "lead": Lead,
        "identity": Identity,
        "identity_link": IdentityLink,
        "interaction": Interaction,
        "task": Task,
        "need": Need,
        "product": Product,
        "order": Order,
        "order_line": OrderLine,
        "receipt": Receipt,
        "consent": Consent,
    }
)
"""Name → record, each behind those that it refers to."""

POINTERS: Mapping[str, str] = MappingProxyType({"customer": "merged_into_id", "lead": "duplicate_of_id"})
"""Noun whose records can be merged → the field of a merged one that says into which."""

_NAMES = {noun: name for name, noun in NOUNS.items()}


def noun_of(record: Any) -> str:
    """Return the name of the noun of a record, or of a noun's class."""
    return _NAMES[record if isinstance(record, type) else type(record)]


def value_of(record: Any, name: str) -> Any:
    """Return the value of a field of a record, an extension field by its name, which has a dot."""
    return record.ext.get(name) if "." in name else getattr(record, name)
