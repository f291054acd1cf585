"""
A column of money: what an expression comes to, line by line.
"""

from collections.abc import Mapping

import attrs

from patron.kernel.layout import Bools, Int64s, UInt8s


@attrs.frozen(kw_only=True, eq=False)
class Money:
    """
    Exact money of every row.

    Attributes:
        values: shape (rows,) int64 counts of 1/10,000; 0 where the status is not OK.
        status: shape (rows,) uint8, codes of `patron.core.scoring.status`.
        rounded: shape (rows,) bool, true where digits beyond 1/10,000 were rounded away.
        currencies: each currency marker seen in the columns → the rows that have it, ascending.
    """

    values: Int64s
    status: UInt8s
    rounded: Bools
    currencies: Mapping[str, Int64s] = attrs.field(factory=dict)

    def __len__(self) -> int:
        return len(self.values)
