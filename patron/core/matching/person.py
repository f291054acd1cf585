"""
A person as matching sees one: what is written of somebody, brought into forms that can be compared.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import attrs

from patron.core.matching.addresses import normal_address
from patron.core.matching.names import NameParts, folded, is_stand_in, parts_of_name, parts_of_names
from patron.core.nouns import FieldError
from patron.core.nouns.schemes import identities_of

WRITTEN = ("key", "name", "family", "given", "tel", "email", "id", "born", "address", "place", "postcode", "region")
"""What may be known of a person: the names of columns in a map."""

_MASKED = "tel_masked"
_MOST = 4
"""Phone numbers (mail addresses, ids) of a person that are compared, the first ones."""


@attrs.frozen(kw_only=True)
class Person:
    """
    A person in normal forms; what isn't known is empty.

    Attributes:
        key: what the record is called where it comes from.
        family: the family name.
        given: the given names.
        tel: phone numbers, none of them masked.
        email: mail addresses.
        id: numbers that are one person's: of a customer, a passport, an account.
        born: the day as `YYYY-MM-DD`, or the year alone.
        address: the words of the street address.
        place: the city or suburb.
        postcode: the code.
        region: the state, province or region.
        masked: phone numbers of which only some digits are known: they say whose they are not.
    """

    key: str = ""
    family: str = ""
    given: str = ""
    tel: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    born: str = ""
    address: str = ""
    place: str = ""
    postcode: str = ""
    region: str = ""
    masked: tuple[str, ...] = ()


class Outline(NamedTuple):
    """
    What is seen of a person without reading names and addresses: numbers in normal forms, of the rest whether it is known.

    Attributes:
        tel, email, id: as of a `Person`.
        born, address, region: as they are kept; nothing where they are not known.
        place, postcode: nothing; what is kept has them in the address.
    """

    tel: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    born: object = None
    address: object = None
    region: object = None
    place: str = ""
    postcode: str = ""


def person_of(written: Mapping[str, Iterable[str]]) -> Person:
    """
    Return the person of whom something is written.

    A value that is none, such as a phone number that doesn't exist, counts as missing.

    Args:
        written: one of `WRITTEN` → the cells about it, in order; those of an address belong together.
    """
    cells = {name: [cell.strip() for cell in values if cell and cell.strip()] for name, values in written.items()}
    whole = {name: " ".join(values) for name, values in cells.items()}
    name = parts_of_names(whole.get("family", ""), whole.get("given", ""))
    if not any(name):
        written_name = whole.get("name", "")
        name = NameParts() if is_stand_in(written_name) else parts_of_name(written_name)
    return Person(
        key=whole.get("key", ""),
        family=name.family,
        given=name.given,
        tel=_identities("tel", cells.get("tel", ())),
        masked=_identities("tel", cells.get("tel", ()), kept=_MASKED),
        email=tuple(dict.fromkeys(one.casefold() for one in _identities("email", cells.get("email", ())))),
        id=tuple(filter(None, map(_bare, cells.get("id", ()))))[:_MOST],
        born=_day(whole.get("born", "")),
        address=normal_address(whole.get("address", "")),
        place=folded(whole.get("place", "")),
        postcode=_bare(whole.get("postcode", "")),
        region=folded(whole.get("region", "")),
    )


def _identities(scheme: str, cells: Iterable[str], *, kept: str = "") -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cell in cells:
        try:
            # Of a masked number many may be meant: it says nothing about who it is.
            found |= dict.fromkeys(one.value for one in identities_of(scheme, cell) if one.scheme == (kept or scheme))
        except FieldError:
            continue
    return tuple(found)[:_MOST]


TELLING = ("birth_year", "address", "region")
"""Fields of a customer by which matching tells people apart, beside the name."""


def person_known(key: str, name: str | None, about: Mapping[str, object], identities: Iterable[tuple[str, str]]) -> Person:
    """
    Return the person of whom fields and identities in their normal forms are known.

    Args:
        key: what the record is called.
        name: the whole name.
        about: `birth_year`, `address` and `region` of a customer.
        identities: scheme and value of what identifies the person.
    """
    known = tuple(identities)
    tel, email, numbers = _compared(known)
    parts = NameParts() if not name or is_stand_in(name) else parts_of_name(name)
    return Person(
        key=key,
        family=parts.family,
        given=parts.given,
        tel=tel,
        email=email,
        id=numbers,
        born=str(about.get("birth_year") or ""),
        address=normal_address(str(about["address"])) if about.get("address") else "",
        region=folded(str(about["region"])) if about.get("region") else "",
        masked=tuple(value for scheme, value in known if scheme == _MASKED)[:_MOST],
    )


def outline_known(telling: Iterable[object], identities: Iterable[tuple[str, str]]) -> Outline:
    """Return the outline of the person whom `person_known()` returns; *telling* has the values of `TELLING`."""
    born, address, region = telling
    return Outline(*_compared(identities), born, address, region)


def _compared(identities: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return phone numbers, mail addresses and other numbers of a person, as they are compared."""
    found: dict[str, list[str]] = {"tel": [], "email": [], "id": []}
    for scheme, value in identities:
        if scheme not in _SAYS_NOTHING:
            found[scheme if scheme in found else "id"].append(value)
    return (
        tuple(found["tel"][:_MOST]),
        tuple(dict.fromkeys(map(str.casefold, found["email"])))[:_MOST],
        tuple(filter(None, map(_bare, found["id"])))[:_MOST],
    )


_SAYS_NOTHING = (_MASKED, "external")
"""Of a masked number many may be meant; systems count on, so the next number is the next customer; an equal one decides alone."""


_DAY = re.compile(r"(?P<year>1[89]\d\d|20\d\d)(?:[-./年]?(?P<month>\d{1,2})[-./月]?(?P<day>\d{1,2})日?)?(?:[T ].*)?")
_SIGNS = re.compile(r"[\W_]+")


def _day(written: str) -> str:
    text = unicodedata.normalize("NFKC", written).removesuffix(".0")
    found = _DAY.fullmatch(text)
    if not found:
        return _SIGNS.sub("", text)
    year, month, day = found.groups()
    return year if month is None else f"{year}-{int(month):02}-{int(day):02}"


def _bare(written: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", written).casefold().removesuffix(".0"))
