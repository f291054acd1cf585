"""
What we call an addition of a customer by an employee: by that number the details that are fetched find the lead.

WeCom has none. The same person is added by several employees, and again by one who had removed them, so the number has the
corporation, the person, the employee and the time in it.
"""

import re

import attrs

_NUMBER = re.compile(r"(?P<corporation>\S+) (?P<person>\S+) (?P<employee>\S+) (?P<at>\d{1,11})(?P<edited> edited)?")


@attrs.frozen(kw_only=True)
class Addition:
    """
    That an employee added a customer, or changed what is known of one.

    Attributes:
        corporation: whose customer it is.
        person: the corporation's own id of the customer.
        employee: the id of the employee.
        at: when, in seconds since 1970.
        edited: whether the customer was there before, and something was changed.
    """

    corporation: str
    person: str
    employee: str
    at: int
    edited: bool = False

    @property
    def number(self) -> str:
        """The number; no two are equal."""
        return f"{self.corporation} {self.person} {self.employee} {self.at}{' edited' if self.edited else ''}"

    @property
    def account(self) -> str:
        """By what the person is known: an id that is the corporation's own."""
        return f"wecom:{self.corporation}:{self.person}"


def addition_of(number: str) -> Addition | None:
    """Return what has a number; None where it is none of ours."""
    found = _NUMBER.fullmatch(number) if number.isascii() else None
    if found is None:
        return None
    corporation, person, employee, at, edited = found.groups()
    return Addition(corporation=corporation, person=person, employee=employee, at=int(at), edited=bool(edited))
