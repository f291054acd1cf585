"""The quick way to a phone number says what the library says, and never more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.nouns import FieldError
from patron.core.nouns.phones import e164, e164_by_library
from patron.core.nouns.schemes import identity_of

MOBILES = st.from_regex(r"861[3-9][0-9]{9}", fullmatch=True)


@settings(max_examples=60)
@given(MOBILES | st.from_regex(r"861[0-9]{2}0{8}", fullmatch=True) | st.text("0123456789", min_size=1, max_size=17))
def test_the_quick_way_says_what_the_library_says(digits: str) -> None:
    try:
        expected = e164_by_library(digits, digits)
    except FieldError:
        if digits.startswith(("8616", "86194")) and len(digits) == 13:
            assert f"+{digits}" == e164(digits, digits)  # kept for mobiles, and to be handed out
        else:
            with pytest.raises(FieldError):
                e164(digits, digits)
    else:
        assert expected == e164(digits, digits)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+86 154 0000 0000", "identity.no_tel"),
        ("+1 234 567", "identity.no_tel"),
        ("+999 12345678", "identity.no_tel"),
        ("+1 800 555 0199", "identity.service_tel"),
        ("0099999-12345", "identity.no_tel"),
    ],
)
def test_a_number_that_is_only_possible_is_none(written: str, key: str) -> None:
    with pytest.raises(FieldError) as refused:
        identity_of("tel", written)
    assert key == refused.value.key


def test_a_number_abroad_gets_the_form_of_its_own_plan() -> None:
    """Italian fixed lines keep their 0, British ones lose it."""
    found = [identity_of("tel", one) for one in ("+39 06 6982", "+44 (0)20 7946 0958", "00852 9123 4567")]

    assert ["+39066982", "+442079460958", "+85291234567"] == [one.value for one in found if one]
