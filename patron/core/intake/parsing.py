"""
Parsing deliveries before they are brought in: nobody has to wait for a slow parser who wants to write meanwhile.

A channel makes of the same bytes the same envelopes, whatever is in the database. What somebody else has read or changed when it
is the turn of a delivery is not taken from here.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

import attrs

from patron.core.intake.connections import Opened
from patron.core.intake.reading import Read, read
from patron.core.session import Session
from patron.core.store import deliveries
from patron.core.store.deliveries import Kept


@attrs.frozen(kw_only=True)
class Parsed:
    """
    Deliveries with what their channel makes of them.

    Attributes:
        found: id → a delivery, and what was found in it.
    """

    found: Mapping[int, tuple[Kept, Read]] = MappingProxyType({})

    def of(self, opened: Opened, kept: Kept) -> Read:
        """Return what the channel makes of a delivery, which is asked again where the delivery is not as it was."""
        before, found = self.found.get(kept.id, (None, None))
        return read(opened, kept.delivery) if found is None or before is None or before.delivery != kept.delivery else found


NOTHING = Parsed()


def parse_ahead(session: Session, opened: Opened, numbers: Collection[int], *, again: bool = False) -> Parsed:
    """
    Return what the channel makes of deliveries, outside of any transaction that writes.

    Args:
        session: the session.
        opened: the connection that they came in by.
        numbers: the ids of the deliveries.
        again: parse those, too, that were read before; else those that wait alone.

    Raises:
        StoreError: the database can't be read.
    """
    with session.read() as reader:
        found = deliveries.read_all(reader.connection, numbers)
    return Parsed(found={one.id: (one, read(opened, one.delivery)) for one in found if one.waits or again})
