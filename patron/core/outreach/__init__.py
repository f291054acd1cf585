"""
The one check through which everything goes that reaches out to a customer.
"""

from patron.core.outreach.addressing import Addressing, addressing
from patron.core.outreach.breaches import Breach, breaches_told, find_breaches
from patron.core.outreach.checking import asking, every_verdict, may_contact, refusals, verdicts
from patron.core.outreach.conflicts import Conflict, Touch, conflicts_of, find_conflicts
from patron.core.outreach.guarding import Approval, Guarded, RefusedError, guard, refusal, require_exemption
from patron.core.outreach.people import everything
from patron.core.outreach.planning import Planned, as_they_stand, plan, plan_many
from patron.core.outreach.sieve import Sieve, ask_of
from patron.core.outreach.standing import Stand, Standing, standing
from patron.core.outreach.verdict import Answer, Ask, Objection, Verdict
from patron.core.outreach.wording import objections_said, verdict_said

__all__ = [
    "Addressing",
    "Answer",
    "Approval",
    "Ask",
    "Breach",
    "Conflict",
    "Guarded",
    "Objection",
    "Planned",
    "RefusedError",
    "Sieve",
    "Stand",
    "Standing",
    "Touch",
    "Verdict",
    "addressing",
    "as_they_stand",
    "ask_of",
    "asking",
    "breaches_told",
    "conflicts_of",
    "every_verdict",
    "everything",
    "find_breaches",
    "find_conflicts",
    "guard",
    "may_contact",
    "objections_said",
    "plan",
    "plan_many",
    "refusal",
    "refusals",
    "require_exemption",
    "standing",
    "verdict_said",
    "verdicts",
]
