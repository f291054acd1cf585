"""
The nouns of the CRM, their fields, and the vocabulary of an installation.
"""

from patron.core.nouns.campaign import Campaign, Spend
from patron.core.nouns.change import Change
from patron.core.nouns.consent import Consent
from patron.core.nouns.customer import Customer, Need
from patron.core.nouns.field import Field, FieldError, FieldKind, fields_of
from patron.core.nouns.identity import Identity, IdentityLink
from patron.core.nouns.interaction import TOLD, Interaction, Task
from patron.core.nouns.labels import Labels
from patron.core.nouns.lead import LIVE, Lead
from patron.core.nouns.market import MarketFigure
from patron.core.nouns.order import COUNTED_ORDERS, Batch, Order, OrderLine, Product
from patron.core.nouns.people import OWNERS, Team, User
from patron.core.nouns.receipt import Receipt
from patron.core.nouns.registry import NOUNS, POINTERS, noun_of, value_of
from patron.core.nouns.vocabulary import Vocabulary, core_codes

__all__ = [
    "COUNTED_ORDERS",
    "LIVE",
    "NOUNS",
    "OWNERS",
    "POINTERS",
    "TOLD",
    "Batch",
    "Campaign",
    "Change",
    "Consent",
    "Customer",
    "Field",
    "FieldError",
    "FieldKind",
    "Identity",
    "IdentityLink",
    "Interaction",
    "Labels",
    "Lead",
    "MarketFigure",
    "Need",
    "Order",
    "OrderLine",
    "Product",
    "Receipt",
    "Spend",
    "Task",
    "Team",
    "User",
    "Vocabulary",
    "core_codes",
    "fields_of",
    "noun_of",
    "value_of",
]
