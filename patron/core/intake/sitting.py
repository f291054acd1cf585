"""
A sitting: one unit of work in which deliveries of one connection are brought in, one or many, and what they have in common.
"""

from collections.abc import Sequence

from patron.core.crm.owners import Owners
from patron.core.crm.values import ValueReader
from patron.core.intake.connections import Opened
from patron.core.intake.lookahead import Lookahead
from patron.core.intake.parsing import NOTHING, Parsed
from patron.core.intake.understanding import understand
from patron.core.session import Session
from patron.core.store import UnitOfWork, deliveries
from patron.core.store.deliveries import Kept


class Sitting:
    """
    Deliveries that are brought in by one unit of work.

    Args:
        session: the session.
        work: the unit of work.
        opened: the connection that they came in by.
        kept: the deliveries, which the work holds.
        parsed: what their channel made of them before; what is not among it is parsed now.

    Attributes:
        session, work, opened: the same.
        owners: says whose the leads are.
        values: reads what people write.
        understood: what the deliveries tell.
        ahead: what was looked up for all of them.
    """

    def __init__(
        self, session: Session, work: UnitOfWork, opened: Opened, kept: Sequence[Kept], parsed: Parsed = NOTHING
    ) -> None:
        if opened.channel.threads:
            # Of two that answer one another neither would see the other.
            deliveries.hold_connection(work.connection, opened.connection.name)
        self.session = session
        self.work = work
        self.opened = opened
        self.owners = Owners(session, work)
        self.values = ValueReader(work, session.settings.timezone, ids=False)
        self.understood = tuple(understand(opened, one, parsed.of(opened, one), self.values, session.t) for one in kept)
        self.ahead = Lookahead(work, opened, self.understood)
