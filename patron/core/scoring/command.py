"""
What `patron score` is asked to do.
"""

from datetime import date
from pathlib import Path

import attrs

MEASURES = ("monetary", "margin", "orders")
"""What customers can be ranked by."""

TIES = ("split", "together")
"""Whether equal values may fall into neighbouring groups (sizes differ by at most one) or stay in the better one."""


@attrs.frozen(kw_only=True)
class ScoreCommand:
    """
    One scoring of order lines in files.

    Attributes:
        inputs: files and folders, together one input.
        customer: column of the customer id.
        time: column of the time of the order.
        amount: expression for the net amount of a line.
        order: column of the order id; None: every day with a purchase is an order.
        cost: expression for the variable cost of a line.
        discount: expression for the discount given on a line; the list price is amount plus discount.
        product: column of the product.
        currency: column of the currency; None: a column with a usual name for it, if there is one.
        where: filter expression; rows for which it does not hold are left out.
        as_of: the day the scores are true for; None: today.
        zone: zone of naive times and of calendar days; None: as configured.
        time_format: how times are written; None: ISO 8601.
        encoding: of text files; None: UTF-8.
        delimiter: of text files; None: found out.
        decimal: the decimal mark of text files.
        by: one of `MEASURES`.
        groups: into how many groups of equal number customers are ranked.
        ties: one of `TIES`.
        extras: codes of score factors that run only where they are asked for.
        ignore_zero: whether a line of amount zero is no purchase.
        memory: bytes that the work may take; None: as configured, else half of what is free.
        threads: None: as configured, else one for each processor.
    """

    inputs: tuple[Path, ...]
    customer: str
    time: str
    amount: str
    order: str | None = None
    cost: str | None = None
    discount: str | None = None
    product: str | None = None
    currency: str | None = None
    where: str | None = None
    as_of: date | None = None
    zone: str | None = None
    time_format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    by: str = attrs.field(default="monetary", validator=attrs.validators.in_(MEASURES))
    groups: int = attrs.field(default=10, validator=[attrs.validators.ge(1), attrs.validators.le(10_000)])
    ties: str = attrs.field(default="split", validator=attrs.validators.in_(TIES))
    extras: tuple[str, ...] = ()
    ignore_zero: bool = False
    memory: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    threads: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
