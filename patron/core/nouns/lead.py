"""
Leads: one pursuit of one buying intention, from the first sign of it until it is won, lost or found to be none.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import attrs

from patron.core.nouns import field


@attrs.frozen(kw_only=True)
class Lead:
    """
    One pursuit of one buying intention of a customer.

    A lead always has an owner: a user or a department (exactly one of the two).

    Attributes:
        id: 0 until stored.
        version: counts changes.
        customer_id: whose intention it is.
        source: where it came from first, a code of `source`.
        system: the system that gave `source_key`; the pair of both is unique.
        source_key: what that system calls it; a second delivery of the same is no second lead.
        campaign_id: the campaign that brought it.
        medium: by what kind of advertising or service it came, in the words of who sent it: `cpc`, `email`, a portal's service.
        click_id: what the advertiser calls the click that brought it, so that a success can be told to them.
        referrer_id: the customer who recommended us (转介绍).
        filed_at: when the file was created, by the calendar of the business (建立档案).
        first_contact_at: when we first reached the customer.
        owner_user_id: the user who pursues it.
        owner_team_id: the department that owns it while no user does.
        status: `open`, `revived`, `won`, `lost`, `invalid` or `duplicate`.
        stage: where in the pipeline it stands; packs bring their own.
        level: how soon the customer means to buy, as the pack's policy grades it.
        pre_lost_at: since when it counts as nearly lost (准战败).
        won_at: when it was won.
        lost_at: when it was lost.
        lost_reason: why, a code.
        likelihood: how likely it is won, in percent.
        focus_point: the point of the product that attracts the customer (看中点).
        interests: the products or models that the customer is interested in.
        quoted_price: our last quote.
        offered_price: the customer's last offer.
        expected_on: the day on which the customer means to buy.
        subject: what it is about, in a few words.
        first_visit: what the customer answered to "is it your first visit?"; None where nobody asked.
        duplicate_of_id: the lead that this one repeats.
        batch_id: the import that made it.
        created_at: when it was stored.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    customer_id: int = field.reference("customer", required=True, moves=True)
    source: str = field.code("source", required=True, indexed=True, tracked=True)
    system: str | None = field.text(length=64)
    source_key: str | None = field.text()
    campaign_id: int | None = field.reference("campaign")
    medium: str | None = field.text(length=80)
    click_id: str | None = field.text(length=500)
    referrer_id: int | None = field.reference("customer")
    filed_at: datetime = field.instant(required=True, indexed=True)
    first_contact_at: datetime | None = field.instant()
    owner_user_id: int | None = field.reference("user", tracked=True)
    owner_team_id: int | None = field.reference("team", tracked=True)
    status: str = field.code("lead_status", default="open", tracked=True, indexed=True)
    stage: str = field.code("lead_stage", default="new", tracked=True)
    level: str | None = field.code("lead_level", tracked=True)
    pre_lost_at: datetime | None = field.instant(tracked=True)
    won_at: datetime | None = field.instant(tracked=True)
    lost_at: datetime | None = field.instant(tracked=True)
    lost_reason: str | None = field.code("lost_reason", tracked=True)
    likelihood: int | None = field.integer(0, 100, tracked=True)
    focus_point: str | None = field.text(tracked=True)
    interests: tuple[str, ...] = field.texts(tracked=True)
    quoted_price: Decimal | None = field.money(low=0, tracked=True)
    offered_price: Decimal | None = field.money(low=0, tracked=True)
    expected_on: date | None = field.day(tracked=True)
    subject: str | None = field.text()
    first_visit: bool | None = field.truth()
    duplicate_of_id: int | None = field.reference("lead", tracked=True)
    batch_id: int | None = field.reference("batch", system=True)
    created_at: datetime | None = field.instant(system=True)
    ext: Mapping[str, object] = field.extension()


LIVE = ("open", "revived")
"""The statuses of a lead that is pursued."""
