"""
Fields: what they take, what they refuse, and how it is kept.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.nouns import NOUNS, Customer, Field, FieldError, FieldKind, Lead, fields_of
from patron.testing.application import NOW


def field(kind: FieldKind, **about: Any) -> Field:
    return Field(name="it", kind=kind, **about)


@pytest.mark.parametrize(
    ("kind", "given_value", "kept"),
    [
        (FieldKind.TEXT, "  Zoe\u0308 ", "Zoë"),
        (FieldKind.TEXT, 13800138000, "13800138000"),
        (FieldKind.NOTE, "one\r\ntwo\rthree", "one\ntwo\nthree"),
        (FieldKind.CODE, " market_event ", "market_event"),
        (FieldKind.CODES, "price; product、price", ("price", "product")),
        (FieldKind.TEXTS, ["A", "B", "A"], ("A", "B")),
        (FieldKind.INTEGER, "30", 30),
        (FieldKind.INTEGER, 30.0, 30),
        (FieldKind.MONEY, 0.1, Decimal("0.1")),
        (FieldKind.MONEY, "-12.3456", Decimal("-12.3456")),
        (FieldKind.TRUTH, "是", True),
        (FieldKind.TRUTH, "no", False),
        (FieldKind.DAY, "2026-02-28", date(2026, 2, 28)),
        (FieldKind.INSTANT, "2026-01-01T08:00+08:00", datetime(2026, 1, 1, tzinfo=UTC)),
        (FieldKind.REFERENCE, 7, 7),
        (FieldKind.TEXT, "   ", None),
        (FieldKind.CODES, None, ()),
    ],
)
def test_values_are_kept_in_one_form(kind: FieldKind, given_value: object, kept: object) -> None:
    assert field(kind).clean(given_value) == kept


@pytest.mark.parametrize(
    ("kind", "given_value", "reason"),
    [
        (FieldKind.TEXT, "a\0b", "control_character"),
        (FieldKind.TEXT, "a\nb", "control_character"),
        (FieldKind.TEXT, "\ud800", "control_character"),
        (FieldKind.TEXT, "x" * 201, "too_long"),
        (FieldKind.TEXT, True, "expected_text"),
        (FieldKind.CODE, "Market Event", "expected_code"),
        (FieldKind.CODES, 5, "expected_several"),
        (FieldKind.INTEGER, "1.5", "expected_whole"),
        (FieldKind.INTEGER, True, "expected_whole"),
        (FieldKind.INTEGER, 2**63, "out_of_range"),
        (FieldKind.MONEY, "1.23456", "too_fine"),
        (FieldKind.MONEY, "NaN", "expected_number"),
        (FieldKind.MONEY, "1e400", "expected_number"),
        (FieldKind.MONEY, "922337203685478", "out_of_range"),
        (FieldKind.TRUTH, "perhaps", "expected_truth"),
        (FieldKind.DAY, "2026-02-30", "expected_day"),
        (FieldKind.DAY, NOW, "expected_day"),
        (FieldKind.INSTANT, "2026-01-01T08:00", "expected_instant"),
        (FieldKind.INSTANT, "0001-01-01T00:00+14:00", "expected_instant"),
        (FieldKind.REFERENCE, 0, "expected_reference"),
        (FieldKind.REFERENCE, "7", "expected_reference"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(kind: FieldKind, given_value: object, reason: str) -> None:
    with pytest.raises(FieldError) as refused:
        field(kind).clean(given_value)
    assert refused.value.key == f"field.{reason}"
    assert refused.value.details["field"] == "it"
    assert len(refused.value.message("en")) < 400


@given(value=st.one_of(st.text(), st.integers(), st.floats(), st.decimals(), st.binary(), st.none(), st.lists(st.text())))
def test_no_value_breaks_a_field(value: object) -> None:
    """Whatever comes is kept or refused, and what is kept is kept the same again."""
    for kind in FieldKind:
        one = field(kind)
        try:
            kept = one.clean(value)
        except FieldError as error:
            assert error.message("zh")  # noqa: PT017
        else:
            assert one.clean(kept) == kept


def test_a_record_names_the_field_that_was_refused() -> None:
    with pytest.raises(FieldError) as refused:
        Lead(customer_id=1, source="qq", filed_at=NOW, owner_user_id=1, likelihood=101)
    assert "likelihood in percent (likelihood): a number between 0 and 100 was expected, got '101'" in refused.value.message("en")


def test_a_record_without_what_is_required_is_refused() -> None:
    with pytest.raises(FieldError) as refused:
        Customer(name="  ")
    assert refused.value.key == "field.required"


@pytest.mark.parametrize("noun", list(NOUNS))
def test_every_noun_describes_its_fields(noun: str) -> None:
    """Codes name a list that exists, references a noun, and no field is declared without a kind."""
    from patron.core.nouns import core_codes

    for name, described in fields_of(NOUNS[noun]).items():
        assert described.name == name
        assert (described.codes is not None) is (described.kind in {FieldKind.CODE, FieldKind.CODES})
        assert described.codes is None or described.codes in core_codes()
        assert (described.target is not None) is (described.kind is FieldKind.REFERENCE)
        assert described.target is None or described.target in NOUNS


@pytest.mark.requirement("R002")
def test_the_nine_sources_of_leads_are_there() -> None:
    from patron.core.nouns import core_codes

    nine = ["email", "qq", "forum", "webshop", "phone", "sms", "store", "market_event", "showroom"]
    assert [code for code, about in core_codes()["source"].items() if "part_of" not in about] == nine
