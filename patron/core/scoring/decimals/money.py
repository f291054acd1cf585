"""
A column of money: what an expression comes to, line by line.
"""

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
        currencies: currency markers seen in the columns; more than one after `settle_currencies` means mixed currencies.
    """

    values: Int64s
    status: UInt8s
    rounded: Bools
    currencies: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.values)
