"""
The intake: what reaches us becomes leads, and nothing of it is lost or taken twice.
"""

from patron.core.intake.connections import Opened, open_connection
from patron.core.intake.failing import settle_or_count
from patron.core.intake.keeping import Checked, check, keep_all
from patron.core.intake.leaving import WayOut, way_out
from patron.core.intake.matching import NEW
from patron.core.intake.parsing import Parsed, parse_ahead
from patron.core.intake.polling import Polled, Standing, forget, poll, standings
from patron.core.intake.queueing import Backlog, backlog, require_writable, waiting
from patron.core.intake.reading import NOT_AUTHENTIC
from patron.core.intake.received import Received, outcomes_of
from patron.core.intake.receiving import receive, settle, settle_free, take_in
from patron.core.intake.rendering import render_leads
from patron.core.intake.replaying import ReceiptView, drop, replay, show_receipt
from patron.core.intake.settling import Settled, each_settled, receive_all, settle_all, settle_together, settle_waiting, together
from patron.core.intake.showing import is_for_others
from patron.core.intake.telling import tell

__all__ = [
    "NEW",
    "NOT_AUTHENTIC",
    "Backlog",
    "Checked",
    "Opened",
    "Parsed",
    "Polled",
    "ReceiptView",
    "Received",
    "Settled",
    "Standing",
    "WayOut",
    "backlog",
    "check",
    "drop",
    "each_settled",
    "forget",
    "is_for_others",
    "keep_all",
    "open_connection",
    "outcomes_of",
    "parse_ahead",
    "poll",
    "receive",
    "receive_all",
    "render_leads",
    "replay",
    "require_writable",
    "settle",
    "settle_all",
    "settle_free",
    "settle_or_count",
    "settle_together",
    "settle_waiting",
    "show_receipt",
    "standings",
    "take_in",
    "tell",
    "together",
    "waiting",
    "way_out",
]
