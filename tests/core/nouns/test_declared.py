"""
Declared fields and codes: what a manifest or patron.toml may add, and what is wrong with what they say.
"""

from decimal import Decimal
from typing import Any

import pytest

from patron.core.errors import ConfigurationError
from patron.core.nouns import FieldError, Lead, Vocabulary
from patron.core.nouns.declared import vocabulary_of
from patron.core.nouns.vocabulary import core_codes
from patron.testing.application import NOW


def vocabulary(fields: dict[str, Any] | None = None, codes: dict[str, Any] | None = None) -> Vocabulary:
    return vocabulary_of([("patron.toml", fields or {}, codes or {})])


def lead(**ext: object) -> Lead:
    return Lead(customer_id=1, source="qq", filed_at=NOW, owner_user_id=1, ext=ext)


def test_extension_fields_are_typed_like_others() -> None:
    words = vocabulary(
        {"lead": {"auto.price": {"kind": "money"}, "auto.fuel": {"kind": "code", "codes": "fuel"}}}, {"fuel": {"petrol": {}}}
    )
    checked = words.check(lead(**{"auto.price": "199999.90", "auto.fuel": "petrol"}))
    assert checked.ext == {"auto.price": Decimal("199999.90"), "auto.fuel": "petrol"}
    assert list(words.fields("lead"))[-2:] == ["auto.price", "auto.fuel"]


@pytest.mark.parametrize(
    ("ext", "reason"),
    [
        ({"auto.price": "cheap"}, "expected_number"),
        ({"auto.fuel": "steam"}, "unknown_code"),
        ({"lottery.colour": "red"}, "unknown"),
    ],
)
def test_extension_fields_refuse_like_others(ext: dict[str, object], reason: str) -> None:
    words = vocabulary(
        {"lead": {"auto.price": {"kind": "money"}, "auto.fuel": {"kind": "code", "codes": "fuel"}}}, {"fuel": {"petrol": {}}}
    )
    with pytest.raises(FieldError) as refused:
        words.check(lead(**ext))
    assert refused.value.key == f"field.{reason}"


def test_codes_are_added_behind_those_of_the_core() -> None:
    words = vocabulary(codes={"source": {"douyin": {"family": "web", "department": "marketing"}}})
    assert next(iter(words.codes["source"])) == "email"
    assert list(words.codes["source"])[-1] == "douyin"
    assert words.attributes("source", "douyin")["family"] == "web"


def test_what_is_said_of_a_code_of_the_core_is_added_to_it() -> None:
    """A limit alone takes neither family nor department from a source; what is said anew takes the place of the old."""
    words = vocabulary(codes={"source": {"store": {"first_response_minutes": 30}, "email": {"department": "sales"}}})
    store, email = (words.attributes("source", code) for code in ("store", "email"))

    assert (store["family"], store["contact"], store["department"], store["first_response_minutes"]) == (
        "walk_in",
        "visit",
        "sales",
        30,
    )
    assert (email["family"], email["department"]) == ("web", "sales")
    assert list(words.codes["source"]) == list(core_codes()["source"])


def test_a_code_is_a_table() -> None:
    with pytest.raises(ConfigurationError, match=r"\[codes\.source\.store\]"):
        vocabulary(codes={"source": {"store": 3}})


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"deal": {"auto.x": {}}}, "nouns.unknown_noun"),
        ({"lead": {"colour": {}}}, "nouns.no_namespace"),
        ({"lead": {"auto.x": {"kind": "colour"}}}, "nouns.unknown_kind"),
        ({"lead": {"auto.x": {"king": "text"}}}, "nouns.unknown_key"),
        ({"lead": {"auto.x": {"kind": "code", "codes": "colours"}}}, "nouns.unknown_list"),
    ],
)
def test_a_wrong_declaration_is_refused(fields: dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        vocabulary(fields)
    assert refused.value.key == key


def test_two_can_not_declare_the_same_field() -> None:
    declared = {"lead": {"auto.x": {"kind": "text"}}}
    with pytest.raises(ConfigurationError) as refused:
        vocabulary_of([("one", declared, {}), ("two", declared, {})])
    assert refused.value.key == "nouns.field_twice"
