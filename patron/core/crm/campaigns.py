"""
Campaigns: the plan beside what it cost and what it brought.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import attrs

from patron.core.access import Action, Scope
from patron.core.crm.customers import counted, seen
from patron.core.crm.records import names_in
from patron.core.nouns import Campaign, Lead, Spend
from patron.core.nouns.criterion import Condition, Criterion, Joined, Operator, among, equal
from patron.core.session import Session
from patron.core.store import Reader


@attrs.frozen(kw_only=True)
class CampaignView:
    """
    A campaign and what is known of it, as far as the actor may see it.

    Attributes:
        campaign: the plan.
        cost: what was spent on it; None where the actor may not see spends.
        leads: leads that it brought.
        intentions: those of them with a product of interest, or with a level whose code has the attribute `intention`.
        won: those of them that were won.
        names: (noun, id) → what a referred record is called.
    """

    campaign: Campaign
    cost: Decimal | None = None
    leads: int = 0
    intentions: int = 0
    won: int = 0
    names: Mapping[tuple[str, int], str] = MappingProxyType({})


def show_campaign(session: Session, campaign_id: int) -> CampaignView:
    """
    Return a campaign with its cost and what it brought.

    Raises:
        NotFoundError: there is none, or none that the actor may see.
    """
    with session.read() as reader:
        campaign = reader.get(Campaign, campaign_id)
        mine = equal("campaign_id", campaign_id)
        return CampaignView(
            campaign=campaign,
            cost=_cost(reader, seen(reader, Spend, mine)),
            leads=counted(reader, Lead, mine),
            intentions=counted(reader, Lead, mine, _intention(reader)),
            won=counted(reader, Lead, mine, equal("status", "won")),
            names=names_in(reader, (campaign,)),
        )


def _cost(reader: Reader, spends: tuple[Spend, ...]) -> Decimal | None:
    if reader.policy.scope(reader.actor, Action.READ, "spend") is Scope.NONE:
        return None
    return sum((spend.amount for spend in spends), Decimal(0))


def _intention(reader: Reader) -> Condition:
    interested = Criterion("interests", Operator.MISSING, False)
    levels = tuple(code for code, about in reader.vocabulary.codes["lead_level"].items() if about.get("intention"))
    return Joined(False, (interested, among("level", levels))) if levels else interested
