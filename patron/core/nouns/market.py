"""
What market research says of companies, regions and industries.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import attrs

from patron.core.nouns import field


@attrs.frozen(kw_only=True)
class MarketFigure:
    """
    What is bought, from anybody, of what we sell: by a company, in a region, or in an industry.

    A figure that names a company is about that company alone; one that names none is about everybody in its region and industry.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        on: a day of the time that it is about; that of the year's figure is any day of that year.
        amount: what is bought in that time.
        study: where the figure is from.
        company: the company, as the study writes it.
        customer_id: the customer that this company is; None for one that is no customer.
        region: the region, as customers have it.
        industry: the industry, as customers have it.
        note: in words.
        batch_id: the import that made it.
        created_at: when it was stored.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    on: date = field.day(required=True, indexed=True)
    amount: Decimal = field.money(low=0, required=True, tracked=True)
    study: str = field.text(length=120, required=True)
    company: str | None = field.text()
    customer_id: int | None = field.reference("customer", tracked=True, moves=True)
    region: str | None = field.text(length=80)
    industry: str | None = field.text(length=80)
    note: str | None = field.note(length=4000)
    batch_id: int | None = field.reference("batch", system=True)
    created_at: datetime | None = field.instant(system=True)
    ext: Mapping[str, object] = field.extension()
