"""
The guard before an outgoing contact is told: what the customer had refused is refused, or told with a reason by who may.
"""

from datetime import datetime

import attrs

from patron.core.access import Action, DeniedError, roles_of
from patron.core.errors import PatronError
from patron.core.nouns import Customer, Interaction
from patron.core.nouns.criterion import equal
from patron.core.outreach.checking import may_contact
from patron.core.outreach.verdict import Answer, Ask, Verdict
from patron.core.outreach.wording import objections_said
from patron.core.session import Session
from patron.core.store import UnitOfWork

RIGHT = "exemption"
"""The right to contact somebody although they said not to be contacted."""


class RefusedError(PatronError):
    """The customer does not want to be contacted so; nothing was changed."""


@attrs.frozen(kw_only=True)
class Guarded:
    """
    An interaction that may be told.

    Attributes:
        interaction: with the reason in `exemption` where it goes against what the customer said, and without where it doesn't.
        verdict: what was found; None for a contact that came from the customer.
    """

    interaction: Interaction
    verdict: Verdict | None = None


@attrs.frozen
class Approval:
    """
    What was decided before: that somebody is contacted although they said not to be.

    Attributes:
        reason: why.
        at: when it was decided; what the customer said later is not covered.
    """

    reason: str
    at: datetime

    def covers(self, verdict: Verdict) -> bool:
        """Say whether all that speaks against a contact was known when it was decided."""
        return all(one.consent is None or one.consent.at <= self.at for one in verdict.objections)


def guard(session: Session, work: UnitOfWork, interaction: Interaction, approval: Approval | None = None) -> Guarded:
    """
    Return an interaction as it may be told.

    Args:
        session: the session.
        work: the unit of work.
        interaction: as it is to be told; `exemption` is why the customer was contacted all the same.
        approval: what somebody who may had decided before.

    Raises:
        RefusedError: the customer had refused it, and no reason is given.
        DeniedError: a reason is given by somebody who may not decide so.
    """
    if interaction.direction != "out":
        return Guarded(interaction=interaction)
    ask = Ask(at=interaction.at, channel=interaction.channel, purpose=interaction.purpose, told=True)
    verdict = may_contact(session, work, interaction.customer_id, ask)
    if verdict.answer is not Answer.NO:
        return Guarded(interaction=attrs.evolve(interaction, exemption=None), verdict=verdict)
    if interaction.exemption is not None:
        require_exemption(work)
    elif approval is not None and approval.covers(verdict):
        interaction = attrs.evolve(interaction, exemption=approval.reason)
    elif session.settings.outreach.breaches == "refuse":
        raise refusal(session, work, verdict)
    return Guarded(interaction=interaction, verdict=verdict)


def require_exemption(work: UnitOfWork) -> None:
    """
    See that the actor may decide that somebody is contacted although they said not to be.

    Raises:
        DeniedError: the actor may not.
    """
    if not work.policy.scope(work.actor, Action.CREATE, RIGHT):
        raise DeniedError("outreach.no_exemption", roles=roles_of(work.actor))


def refusal(session: Session, work: UnitOfWork, verdict: Verdict) -> RefusedError:
    """Return the refusal to contact a customer, with what would do instead."""
    found = work.find(Customer, [equal("id", verdict.customer_id)], limit=1)
    may = work.policy.scope(work.actor, Action.CREATE, RIGHT)
    label = session.records.vocabulary.code_label
    if verdict.instead is None:
        instead = session.t("outreach.advice_none")
    else:
        channel = label("contact_channel", verdict.instead, session.t.lang)
        instead = session.t("outreach.advice_instead", channel=channel)
    return RefusedError(
        "outreach.refusal",
        name=found[0].name if found else "",
        customer=verdict.customer_id,
        why=objections_said(session, verdict),
        instead=instead,
        otherwise=session.t("outreach.advice_right" if may else "outreach.advice_nobody"),
    )
