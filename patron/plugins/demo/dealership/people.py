"""
The people who come to the dealership: what they are called, where they live, how they can be reached.

Everything follows from a person's number and the seed. Nobody has the phone number of a living person: the prefixes are given to
no operator. Mail goes to the domain that is kept for examples; account numbers are longer than any that exist.
"""

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patron.plugins.demo.chances import Bools, Ints, scramble, skewed, trait
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.plan import Dealership
from patron.plugins.demo.stock import read_names

CHINESE = 0.78
"""Part of the people who are called by a Chinese name, and about whom notes are taken in Chinese."""

_PREFIXES = ("160", "161", "163", "164", "168", "169")
_STEP = 73_687_873
"""Deals the numbers behind the prefix to people: odd and no multiple of five, so that no two get the same."""

_TAILS = 10**8
_FIRST_ACCOUNT = 970_000_000_000


@attrs.frozen(kw_only=True, eq=False)
class People:
    """
    Some people, in the order in which they were asked for.

    Attributes:
        numbers: who they are.
        chinese: who has a Chinese name.
        names: full names.
        phones: eleven digits.
        emails: addresses.
        accounts: numbers of accounts for instant messages.
        regions: index of where each lives.
        occupations: index of what each does.
        birth_years: when each was born.
    """

    numbers: Ints
    chinese: Bools
    names: pa.Array
    phones: pa.Array
    emails: pa.Array
    accounts: pa.Array
    regions: Ints
    occupations: Ints
    birth_years: Ints


def people(plan: Dealership, numbers: Ints) -> People:
    """Return the people with these numbers, counted from 1."""
    house = read_house()
    english, chinese = read_names()
    traits, others = scramble(numbers, plan.seed), scramble(numbers, plan.seed + 1)
    is_chinese = trait(traits, 0) < CHINESE
    index = np.where(
        is_chinese, len(english) + skewed(trait(traits, 1), len(chinese), 1.3), skewed(trait(traits, 1), len(english), 1.1)
    )
    digits = pc.cast(pa.array(numbers), pa.string())
    return People(
        numbers=numbers,
        chinese=is_chinese,
        names=pa.array([*english, *chinese]).take(pa.array(index)),
        phones=_phones(numbers, plan.seed),
        emails=pc.binary_join_element_wise("guest", digits, "@example.com", ""),
        accounts=pc.cast(pa.array(_FIRST_ACCOUNT + numbers), pa.string()),
        regions=skewed(trait(traits, 2), len(house.regions), 2.2),
        occupations=skewed(trait(traits, 3), len(house.occupations), 1.4),
        birth_years=1955 + (trait(others, 0) * 25 + trait(others, 1) * 26).astype(np.int64),
    )


def _phones(numbers: Ints, seed: int) -> pa.Array:
    prefixes = pa.array(_PREFIXES).take(pa.array(numbers % len(_PREFIXES)))
    tails = (numbers * _STEP + seed * 7_919) % _TAILS
    return pc.binary_join_element_wise(prefixes, pc.utf8_lpad(pc.cast(pa.array(tails), pa.string()), 8, "0"), "")
