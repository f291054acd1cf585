"""
What rows say of one record, noted until the chunk is written.
"""

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from patron.core.errors import PatronError
from patron.core.exchange.moments import is_vaguer


@attrs.define(eq=False)
class Noted:
    """
    A record of the chunk, and what rows say of it.

    Attributes:
        record: as stored; None for a new one, and where nobody asked for it.
        values: field → what is said, where that is news; extension fields under `ext`.
    """

    record: Any = None
    values: dict[str, Any] = attrs.field(factory=dict)

    def require_seen(self, seen: Collection[int]) -> None:
        """
        Refuse to go on with a stored record that is not among those the actor may see.

        To be asked before a row is compared with the record: whether a row would be news tells what the record says.

        Raises:
            PatronError: the actor may not see it.
        """
        if self.record is not None and self.record.id not in seen:
            raise PatronError("exchange.out_of_reach")

    @property
    def is_news(self) -> bool:
        """Whether what rows say, all of them together, is something else than what is stored."""
        if self.record is None:
            return True
        known = self.record.ext if "ext" in self.values else {}
        return any(getattr(self.record, name) != value for name, value in self.values.items() if name != "ext") or any(
            name not in known or known[name] != value for name, value in self.values.get("ext", {}).items()
        )

    def take(self, values: Mapping[str, Any]) -> bool:
        """Note values and say whether they are news."""
        news = False
        for name, value in values.items():
            before = self.values[name] if name in self.values else getattr(self.record, name, None)
            if name == "ext":
                known = before or {}
                told = {one: said for one, said in value.items() if not is_vaguer(said, known.get(one))}
                news = news or any(one not in known or known[one] != said for one, said in told.items())
                self.values["ext"] = {**(self.values.get("ext") or {}), **told}
            elif before != value and not is_vaguer(value, before):
                news = True
                self.values[name] = value
        return news
