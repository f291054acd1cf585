"""
Fact views: relations that reports count over, published by the core and by plugins, always with the rights of whoever asks.
"""

from patron.core.records.view import FactView, Function, ViewTimes
from patron.core.store.views.asking import BoundView, Buckets, Cut, Sum
from patron.core.store.views.entries import ENTRIES
from patron.core.store.views.leads import CONTACT_TOPICS, CONTACTS, LEAD_MOVES, LEADS
from patron.core.store.views.market import MARKET
from patron.core.store.views.responses import RESPONSES
from patron.core.store.views.sales import ORDER_LINES, ORDERS, SPENDS
from patron.core.store.views.source import ViewSource

CORE_VIEWS: tuple[FactView, ...] = (
    *(LEADS, CONTACTS, CONTACT_TOPICS, LEAD_MOVES, RESPONSES, ENTRIES),
    *(ORDERS, ORDER_LINES, SPENDS, MARKET),
)
"""What the core publishes."""

__all__ = ["CORE_VIEWS", "BoundView", "Buckets", "Cut", "FactView", "Function", "Sum", "ViewSource", "ViewTimes"]
