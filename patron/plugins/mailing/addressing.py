"""
How somebody is addressed: by name, in the order and with the title of their language.
"""

import re
import unicodedata

from patron import Customer
from patron.core.matching.names import is_han, is_stand_in, parts_of_name

ENGLISH, CHINESE = "en", "zh"
_TITLES = {(ENGLISH, "female"): "Ms", (ENGLISH, "male"): "Mr", (CHINESE, "female"): "女士", (CHINESE, "male"): "先生"}
_HAN = re.compile(r"[\u3400-\u9fff]")


def has_name(customer: Customer) -> bool:
    """Say whether somebody's name is known; a number, an address, or a word for nobody is none."""
    return not is_stand_in(customer.name)


def language_of(customer: Customer) -> str:
    """Return the language of somebody's letter, which their name tells."""
    return CHINESE if _HAN.search(customer.name) else ENGLISH


def family_name(customer: Customer) -> str:
    """Return the family name as it is written, empty where it can't be told."""
    text = unicodedata.normalize("NFKC", customer.name).strip()
    family = parts_of_name(text).family
    if not family or is_han(family):
        return family
    before, comma, _ = text.partition(",")
    words = before.split()
    return " ".join(words) if comma and len(words) == len(family.split()) else " ".join(words[-len(family.split()) :])


def greeting(customer: Customer, lang: str, unknown: str) -> str:
    """
    Return how a letter begins: as the customer wishes to be addressed, else by title and family name, else by the whole name.

    Args:
        customer: to whom.
        lang: the language of the letter.
        unknown: how it begins where the name isn't known.
    """
    if customer.salutation:
        return customer.salutation
    if not has_name(customer):
        return unknown
    title, family = _TITLES.get((lang, customer.gender or "")), family_name(customer)
    if customer.kind != "person" or title is None or not family:
        called = customer.name
    else:
        called = f"{family}{title}" if lang == CHINESE else f"{title} {family}"
    return f"尊敬的{called}" if lang == CHINESE else f"Dear {called}"
