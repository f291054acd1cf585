"""
Assignment by the rules of `patron.toml`: the first whose condition holds says where a new lead goes.
"""

from collections.abc import Sequence

from patron import LeadAssigner, NewLead, Routing, hookimpl

ORDER = 1000
"""Behind whatever an industry pack decides."""


@hookimpl
def lead_assigners() -> Sequence[LeadAssigner]:
    """Bring the assigner that goes by the rules."""
    from patron import LeadAssigner

    return [LeadAssigner(code="rules", decide=by_rules, order=ORDER)]


def by_rules(new: NewLead) -> Routing | None:
    """Return where the first rule that holds for a lead sends it; None where none does."""
    from patron import Routing

    rule = next((rule for rule in new.rules if rule.holds(new)), None)
    return None if rule is None else Routing(targets=rule.targets, rule=rule.name)
