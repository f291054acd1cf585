"""
Customers: the root of everything known about a person or an organisation, whether they have bought yet or not; and their needs.
"""

from collections.abc import Mapping
from datetime import date, datetime

import attrs

from patron.core.nouns import field


@attrs.frozen(kw_only=True)
class Customer:
    """
    A person, or an organisation with contacts (persons whose `organisation_id` is its id).

    Every lead, interaction and order hangs on one. Someone who has not bought yet has no `since`.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        kind: `person` or `organisation`.
        name: the full name, as the customer writes it.
        salutation: how to address the customer in a letter.
        organisation_id: the organisation that a person is a contact of.
        position: the person's position there.
        owner_user_id: the regular contact person on our side.
        owner_team_id: the department that looks after the customer where no user does.
        relationship: how strong the relation to the contact person is, 1 (weak) to 5.
        since: the day of the first purchase or won lead.
        gender: code.
        birth_year: the year.
        age_band: where the year isn't known.
        occupation: what the person does.
        family_status: family and marital status, a code.
        income_band: code.
        region: the region, as territories and filters use it.
        address: one line a part.
        industry: of an organisation.
        economic_situation: in words.
        purchase_characteristics: how the customer buys.
        buying_motives: what the customer buys for: the price alone, or quality, value, service, …; the first matters most.
        product_kinds: kinds of products bought before, from anyone.
        main_suppliers: others that the customer buys from.
        supplier_satisfaction: satisfaction with these, 1 to 5.
        preferred_channels: by what means the customer wishes to be contacted, the most welcome first.
        disliked_channels: by what means the customer does not care to be contacted unasked.
        best_times: parts of the day that suit the customer.
        contact_limit: how often in `contact_days` days the customer cares to hear of us at most; None for no wish.
        contact_days: the days that `contact_limit` is about; None for those of the settings.
        note: anything else.
        merged_into_id: the record that this one was merged into.
        batch_id: the import that made it.
        created_at: when it was stored.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    kind: str = field.code("customer_kind", default="person")
    name: str = field.text(required=True, personal=True, indexed=True, tracked=True)
    salutation: str | None = field.text(length=80, personal=True)
    organisation_id: int | None = field.reference("customer", tracked=True)
    position: str | None = field.text(personal=True)
    owner_user_id: int | None = field.reference("user", tracked=True)
    owner_team_id: int | None = field.reference("team", tracked=True)
    relationship: int | None = field.integer(1, 5, tracked=True)
    since: date | None = field.day(tracked=True)
    gender: str | None = field.code("gender", personal=True)
    birth_year: int | None = field.integer(1880, 2100, personal=True)
    age_band: str | None = field.code("age_band", personal=True)
    occupation: str | None = field.text(personal=True)
    family_status: str | None = field.code("family_status", personal=True)
    income_band: str | None = field.code("income_band", personal=True)
    region: str | None = field.text(length=80, indexed=True)
    address: str | None = field.note(length=1000, personal=True)
    industry: str | None = field.text(length=80)
    economic_situation: str | None = field.note(length=4000, personal=True)
    purchase_characteristics: str | None = field.note(length=4000, personal=True)
    buying_motives: tuple[str, ...] = field.codes("buying_motive", tracked=True)
    product_kinds: tuple[str, ...] = field.texts()
    main_suppliers: tuple[str, ...] = field.texts()
    supplier_satisfaction: int | None = field.integer(1, 5)
    preferred_channels: tuple[str, ...] = field.codes("contact_channel", tracked=True)
    disliked_channels: tuple[str, ...] = field.codes("contact_channel", tracked=True)
    best_times: tuple[str, ...] = field.codes("day_part")
    contact_limit: int | None = field.integer(0, 1000, tracked=True)
    contact_days: int | None = field.integer(1, 366)
    note: str | None = field.note(personal=True)
    merged_into_id: int | None = field.reference("customer", tracked=True, system=True)
    batch_id: int | None = field.reference("batch", system=True)
    created_at: datetime | None = field.instant(system=True)
    ext: Mapping[str, object] = field.extension()


@attrs.frozen(kw_only=True)
class Need:
    """
    Something that a customer needs.

    Attributes:
        id: 0 until stored.
        version: counts changes.
        customer_id: whose need it is.
        lead_id: the buying intention that it belongs to.
        subject: what is needed.
        kind: `stated` by the customer, or `inferred` by us.
        evidence: what makes us think so.
        at: when it was noticed.
        ext: extension fields.
    """

    id: int = 0
    version: int = 1
    customer_id: int = field.reference("customer", required=True, moves=True)
    lead_id: int | None = field.reference("lead")
    subject: str = field.text(required=True)
    kind: str = field.code("need_kind", default="stated")
    evidence: str | None = field.note(length=4000)
    at: datetime = field.instant(required=True)
    ext: Mapping[str, object] = field.extension()
