"""The people of a dealership: known by their number alone, and reached by nothing that is anyone's."""

import numpy as np

from patron.core.nouns.schemes import identity_of
from patron.plugins.demo.dealership.people import CHINESE, people
from patron.plugins.demo.dealership.plan import Dealership

PLAN = Dealership()
SOME = people(PLAN, np.arange(1, 20_001))


def test_a_person_is_the_same_wherever_asked_for():
    twice = people(PLAN, np.array([5, 17, 5]))

    assert twice.names[0] == twice.names[2] == SOME.names[4]
    assert twice.phones[1] == SOME.phones[16]


def test_phones_and_accounts_are_told_apart():
    for column in (SOME.phones, SOME.emails, SOME.accounts):
        assert len(column) == len(column.unique())


def test_phones_accounts_and_mail_are_read_as_such():
    for scheme, column in (("tel", SOME.phones), ("email", SOME.emails), ("qq", SOME.accounts)):
        assert all(identity_of(scheme, value) is not None for value in column.slice(0, 50).to_pylist())


def test_some_have_english_names():
    assert abs(SOME.chinese.mean() - CHINESE) < 0.02
    assert all(name.isascii() != chinese for name, chinese in zip(SOME.names.to_pylist(), SOME.chinese.tolist(), strict=True))


def test_most_live_near():
    counts = np.bincount(SOME.regions)

    assert counts[0] > 3 * counts[-1] > 0
    assert 1955 <= SOME.birth_years.min() < SOME.birth_years.max() <= 2006
