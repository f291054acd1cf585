"""
Who works at the dealership: a director, two sales teams, an assistant, marketing and service.
"""

from patron.plugins.demo.dealership.house import Member, read_house
from patron.plugins.demo.dealership.plan import Dealership
from patron.plugins.demo.stock import read_names

TEAMS = {"sales-a": ("Sales team A", "销售一组"), "sales-b": ("Sales team B", "销售二组")}
"""The teams of the sales department: code → name in English and Chinese."""


def draw_staff(plan: Dealership) -> tuple[Member, ...]:
    """Return everybody: those who are always there, then the consultants."""
    return (*read_house().staff, *_consultants(plan))


def consultant_logins(plan: Dealership) -> list[str]:
    """Return what files call the consultants."""
    return [member.login for member in _consultants(plan)]


def consultant_names(plan: Dealership) -> list[str]:
    """Return the names of the consultants; each has one of its own."""
    return [member.name for member in _consultants(plan)]


def _consultants(plan: Dealership) -> list[Member]:
    english, chinese = read_names()
    teams = tuple(TEAMS)
    found = []
    for number in range(plan.consultants):
        names = chinese if number % 3 else english
        name = names[(number * 211 + plan.seed * 17) % len(names)]
        found.append(Member(login=f"sales{number + 1:02d}", name=name, role="sales_rep", team=teams[number % len(teams)]))
    return found
