"""The staff: everybody has a name, a login and a team."""

from patron.plugins.demo.dealership.plan import Dealership
from patron.plugins.demo.dealership.staff import TEAMS, consultant_logins, consultant_names, draw_staff

PLAN = Dealership(leads=100_000)


def test_nobody_is_there_twice():
    staff = draw_staff(PLAN)

    assert len(staff) == len({member.login for member in staff}) == len({member.name for member in staff})


def test_everybody_belongs_somewhere():
    staff = draw_staff(PLAN)

    assert {"sales", "marketing", "service", *TEAMS} == {member.team for member in staff}
    assert {"director", "sales_manager", "senior_rep", "sales_rep", "assistant", "marketing", "service"} == {
        member.role for member in staff
    }


def test_consultants_grow_in_number_with_the_leads():
    assert 60 == len(consultant_logins(PLAN)) == len(consultant_names(PLAN))
    assert 9 == len(consultant_logins(Dealership()))
