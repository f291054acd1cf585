"""
What the adding up is given and what it gives: batches of judged lines, and one row of sums a customer.
"""

from typing import Any, TypeVar, cast

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from patron.kernel.aggregate import CustomerSums, Lines
from patron.kernel.layout import Bools, Int64s

Array = TypeVar("Array", bound=npt.NDArray[Any])


@attrs.frozen(kw_only=True, eq=False)
class PreparedLines:
    """
    A batch of lines, ready to be added up; every array has a row for each row of the batch.

    Attributes:
        keep: the rows that count; None: all. What stands in the others means nothing.
        customers: int64 or text ids; null only where a row does not count.
        lines: days and money.
        orders: int64 or text ids; None: an order is a day.
        order_known: false where the order id is blank; None where all are known.
        products: int64 or text ids; None: products are not counted.
        product_known: false where the product is blank; None where all are known.
    """

    keep: Bools | None = None
    customers: pa.Array
    lines: Lines
    orders: pa.Array | None = None
    order_known: Bools | None = None
    products: pa.Array | None = None
    product_known: Bools | None = None

    @property
    def rows(self) -> int:
        """How many lines count."""
        return len(self.customers) if self.keep is None else int(np.count_nonzero(self.keep))

    @property
    def with_extra(self) -> bool:
        """Whether there are costs or discounts."""
        return self.lines.costs is not None or self.lines.discounts is not None

    def kept(self) -> "PreparedLines":
        """Return the lines that count alone."""
        keep = self.keep
        if keep is None:
            return self

        def marked(array: Array | None) -> Array | None:
            return None if array is None else cast(Array, array[keep])

        def filtered(ids: pa.Array | None) -> pa.Array | None:
            return None if ids is None else ids.filter(pa.array(keep))

        return PreparedLines(
            customers=filtered(self.customers),
            lines=Lines(*(marked(column) for column in self.lines)),  # type: ignore[arg-type]  # days and amounts are there
            orders=filtered(self.orders),
            order_known=marked(self.order_known),
            products=filtered(self.products),
            product_known=marked(self.product_known),
        )


@attrs.frozen(kw_only=True, eq=False)
class CustomerAggregates:
    """
    The input, added up: one row a customer, in ascending order of id.

    Attributes:
        ids: int64 or large strings, ascending, distinct.
        sums: by customer; all arrays in the order of ids.
        orders: distinct orders.
        products: distinct products; None where they were not counted.
        without_order: purchases whose order id is blank.
    """

    ids: pa.Array
    sums: CustomerSums
    orders: Int64s
    products: Int64s | None
    without_order: int
