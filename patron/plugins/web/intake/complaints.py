"""
What is told of the mistakes of channels: of each once, for it stands in the reason of every delivery that it keeps in quarantine.
"""

import logging
from threading import Lock

from patron.core.intake import Received
from patron.core.session import Session
from patron.plugins.web.clients import WORDS

LOG = logging.getLogger("patron.serve")
_FAILED = "host.failed"


class Complaints:
    """
    Tell of plugins that failed at reading deliveries.

    Args:
        session: says in which language.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: set[tuple[object, object]] = set()
        self._lock = Lock()

    def tell(self, connection: str, received: Received) -> None:
        """Tell of the plugin that failed at a delivery, unless it did at the same place before."""
        for receipt in received.receipts:
            reason = receipt.reason
            if reason is None or reason.key != _FAILED:
                continue
            where = reason.details.get("plugin"), reason.details.get("place")
            with self._lock:
                if where in self._told:
                    continue
                self._told.add(where)
            say = self._session.t.within(WORDS)
            LOG.warning("%s", say("serve.quarantined", connection=connection, id=receipt.id, reason=self._session.said(reason)))
