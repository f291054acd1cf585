"""
Campaigns and what marketing spends.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import attrs

from patron.core.nouns import field


@attrs.frozen(kw_only=True)
class Campaign:
    """
    A campaign, or an event as one.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        code: what files and commands call it.
        name: what people call it.
        kind: a code of `campaign_kind`.
        place: where it takes place.
        starts_on: its first day.
        ends_on: its last day.
        owner_user_id: who runs it.
        budget: what it may cost.
        themes: what it is about.
        target: whom it is for, in words.
        result: what came of it, in words.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    code: str = field.text(length=64, required=True, unique=True)
    name: str = field.text(required=True)
    kind: str = field.code("campaign_kind", default="event")
    place: str | None = field.text()
    starts_on: date | None = field.day()
    ends_on: date | None = field.day()
    owner_user_id: int | None = field.reference("user")
    budget: Decimal | None = field.money(low=0, tracked=True)
    themes: tuple[str, ...] = field.texts()
    target: str | None = field.note(length=4000)
    result: str | None = field.note(length=4000)
    ext: Mapping[str, object] = field.extension()


@attrs.frozen(kw_only=True)
class Spend:
    """
    Money spent on marketing.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        on: the day to which it belongs.
        amount: how much; what came back is taken off the spend that it belongs to.
        kind: a code of `spend_kind`.
        source: the source of leads that it was spent for.
        campaign_id: the campaign that it was spent for.
        note: in words.
        batch_id: the import that made it.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    on: date = field.day(required=True, indexed=True)
    amount: Decimal = field.money(low=0, required=True)
    kind: str = field.code("spend_kind", required=True)
    source: str | None = field.code("source")
    campaign_id: int | None = field.reference("campaign")
    note: str | None = field.note(length=4000)
    batch_id: int | None = field.reference("batch", system=True)
    ext: Mapping[str, object] = field.extension()
