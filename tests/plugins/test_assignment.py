"""
The assigner that goes by the rules of the configuration.
"""

from patron import AssignmentRule, NewLead, Routing, Target
from patron.plugins.assignment import by_rules
from patron.testing import app

NORTH = AssignmentRule(name="north", holds=lambda new: new.customer.get("region") == "north", targets=(Target(team="north"),))
FLOOR = AssignmentRule(name="all", holds=lambda new: new.lead["source"] == "store", targets=(Target(rotation="floor"),))


def test_hook_lead_assigners_brings_the_rules_last():
    """A pack of ordinary order decides before."""
    (owned,) = app().host.lead_assigners()

    assert ("assignment", "rules", by_rules) == (owned.plugin, owned.item.code, owned.item.decide)
    assert owned.item.order > 100


def test_the_first_rule_that_holds_decides():
    new = NewLead(lead={"source": "store"}, customer={"region": "north"}, rules=(NORTH, FLOOR))

    assert Routing(targets=NORTH.targets, rule="north") == by_rules(new)


def test_where_no_rule_holds_nothing_is_decided():
    assert by_rules(NewLead(lead={"source": "phone"}, rules=(NORTH, FLOOR))) is None
