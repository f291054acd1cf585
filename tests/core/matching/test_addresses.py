"""Addresses that mean the same place have the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron.core.matching.addresses import normal_address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江省杭州市西湖区文三路90号", "西湖区 文三路九十号"),
        ("杭州市西湖区文三路９０号", "西湖区文三路90号"),
        ("上海市徐汇区漕溪北路十二弄3号二〇一室", "徐汇区漕溪北路12弄3号201室"),
        ("12 Main St.", "12 main street"),
        ("Apt 4, 12 Main Rd", "apartment 4 12 MAIN ROAD"),
    ],
)
def test_one_place_has_one_form(one: str, other: str) -> None:
    assert normal_address(one) == normal_address(other)


def test_a_chinese_address_is_cut_at_its_levels() -> None:
    assert "西湖区 文三路 90号 2栋 301室" == normal_address("浙江省杭州市西湖区文三路90号二栋301室")
    assert "杭州市" == normal_address("杭州市")


@given(st.text("杭州市西湖区三十百路号12 St.é", max_size=16))
def test_any_text_has_a_form(written: str) -> None:
    assert normal_address(written) == normal_address(f" {written} ")
