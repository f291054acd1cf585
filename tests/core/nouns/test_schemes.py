"""
Normal forms of identities: every way of writing a number leads to one value, and nothing that is no number to any.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.nouns import FieldError
from patron.core.nouns.schemes import identities_of, identity_of


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("0086 138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("+86-138-0013-8000", "+8613800138000"),
        ("手机：13800138000", "+8613800138000"),
        ("13800138000.0", "+8613800138000"),
        ("1.3800138E10", "+8613800138000"),
        ("Tel. 010-62345678", "+861062345678"),
        ("010-62345678-801", "+861062345678;ext=801"),
        ("010-62345678转801", "+861062345678;ext=801"),
        ("86-21-12345678", "+862112345678"),
        ("+14158675309", "+14158675309"),
        ("+44 (0)20 7946 0958", "+442079460958"),
    ],
)
def test_phone_numbers_have_one_form(written: str, value: str) -> None:
    found = identity_of("tel", written)

    assert found is not None
    assert ("tel", value, written) == (found.scheme, found.value, found.written)
    again = identity_of("tel", value)
    assert again is not None
    assert value == again.value


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("1.38E10", "identity.shortened_tel"),
        ("400-800-1234", "identity.service_tel"),
        ("95588", "identity.service_tel"),
        ("62345678", "identity.no_tel"),
        ("415-867-5309", "identity.no_tel"),
        ("call me", "identity.no_tel"),
        ("1380013800", "identity.no_tel"),
    ],
)
def test_what_is_no_personal_number_is_refused(written: str, key: str) -> None:
    with pytest.raises(FieldError) as refused:
        identity_of("tel", written)
    assert key == refused.value.key


@pytest.mark.parametrize("written", ["138****8000", "138xxxx8000", "138＊＊＊＊8000", "138 **** 8000"])
def test_a_masked_number_is_of_a_scheme_of_its_own(written: str) -> None:
    found = identity_of("tel", written)

    assert found is not None
    assert ("tel_masked", "138****8000") == (found.scheme, found.value)


@pytest.mark.parametrize("written", ["", "-", "无", "不详", "anonymous", "N/A", "手机："])
def test_no_number_is_none(written: str) -> None:
    assert identity_of("tel", written) is None


def test_a_cell_may_hold_several_numbers_each_once() -> None:
    found = identities_of("tel", "13800138000 / 139-0013-9000；+8613800138000;+861062345678;ext=801")

    assert ["+8613800138000", "+8613900139000", "+861062345678;ext=801"] == [one.value for one in found]


@pytest.mark.parametrize(
    ("written", "value"),
    [("Ada@Example.ORG", "Ada@example.org"), ("mailto:ada@example.org", "ada@example.org"), ("王@例子.cn", "王@例子.cn")],
)
def test_mail_has_a_domain_in_lower_case(written: str, value: str) -> None:
    found = identity_of("email", written)

    assert found is not None
    assert value == found.value


@pytest.mark.parametrize("written", ["ada", "ada@", "@example.org", "ada@example", "a b@example.org", "a@b..org"])
def test_what_is_no_mail_is_refused(written: str) -> None:
    with pytest.raises(FieldError):
        identity_of("email", written)


@given(st.text(max_size=24) | st.text(st.sampled_from("0123456789+-() *x转手机:.E"), max_size=24))
def test_whatever_is_written_a_number_is_stable_or_refused(written: str) -> None:
    try:
        found = identity_of("tel", written)
    except FieldError:
        return
    if found is not None:
        again = identity_of(found.scheme if found.scheme == "tel" else "tel", found.value)
        assert again is not None
        assert (found.scheme, found.value) == (again.scheme, again.value)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_is_the_same_however_it_is_written(number: str) -> None:
    """The usual way, eleven digits and nothing else, is read without looking for all that others write."""

    def read(written: str) -> object:
        try:
            return getattr(identity_of("tel", written), "value", None)
        except FieldError as error:
            return error.key

    assert read(f"手机：{number[:3]}-{number[3:]}") == read(f"+86 {number}") == read(number)
