"""The plan of a dealership: its sizes, its generators, its hours."""

import numpy as np
import pytest

from patron.plugins.demo.dealership.plan import END, Dealership, opening_hours, seconds_of
from patron.plugins.demo.dealership.plan import LAST_DAY as LAST


def test_sizes_follow_from_the_number_of_leads():
    plan = Dealership(leads=4_000)

    assert (20_000, 2_857, 9) == (plan.lines, plan.customers, plan.consultants)


def test_the_smallest_has_somebody_to_sell_and_somebody_to_buy():
    plan = Dealership(leads=1, lines=1)

    assert (1, 4) == (plan.customers, plan.consultants)


@pytest.mark.parametrize("wrong", [{"leads": 0}, {"lines": 0}, {"seed": -1}])
def test_sizes_that_make_no_house_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        Dealership(**wrong)


def test_every_part_draws_for_itself():
    """The same part draws the same again, another part or seed something else."""
    first, again, other, seeded = (
        plan.draws(part).random(4).tolist()
        for plan, part in [
            (Dealership(), "leads"),
            (Dealership(), "leads"),
            (Dealership(), "orders"),
            (Dealership(seed=8), "leads"),
        ]
    )

    assert first == again
    assert first not in (other, seeded)


def test_nothing_happens_at_night_or_after_the_end():
    """Times stay on their day and in their order, within the hours of work."""
    asked = seconds_of(LAST) + np.arange(0, 2 * 86_400, 977)
    moved = opening_hours(asked)
    today = asked < END

    assert (moved[today] // 86_400 == asked[today] // 86_400).all()
    assert (8.5 * 3_600 <= moved % 86_400).all()
    assert (moved % 86_400 <= 21 * 3_600).all()
    assert (np.diff(moved) >= 0).all()
    assert moved.max() < END
