"""
The intake: what reaches us becomes leads, and nothing of it is lost or taken twice.
"""

from patron.core.intake.connections import Opened, open_connection
from patron.core.intake.matching import NEW
from patron.core.intake.polling import Polled, Standing, forget, poll, standings
from patron.core.intake.receiving import Received, outcomes_of, receive, settle, settle_waiting, take_in
from patron.core.intake.replaying import ReceiptView, drop, replay, show_receipt

__all__ = [
    "NEW",
    "Opened",
    "Polled",
    "ReceiptView",
    "Received",
    "Standing",
    "drop",
    "forget",
    "open_connection",
    "outcomes_of",
    "poll",
    "receive",
    "replay",
    "settle",
    "settle_waiting",
    "show_receipt",
    "standings",
    "take_in",
]
