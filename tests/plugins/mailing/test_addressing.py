"""How somebody is addressed: title and family name in the order of their language."""

import pytest

from patron import Customer
from patron.plugins.mailing.addressing import family_name, greeting, language_of


@pytest.mark.parametrize(
    ("name", "gender", "expected"),
    [
        ("张三", "male", "尊敬的张先生"),
        ("欧阳锋", "male", "尊敬的欧阳先生"),
        ("李静", "female", "尊敬的李女士"),
        ("李静", None, "尊敬的李静"),
        ("Mary McDonald", "female", "Dear Ms McDonald"),
        ("Ludwig van der Berg", "male", "Dear Mr van der Berg"),
        ("Berg, Ludwig", "male", "Dear Mr Berg"),
        ("Cher", "female", "Dear Cher"),
        ("Alex Smith", "other", "Dear Alex Smith"),
        ("+8613800138000", "male", "–"),
        ("unknown", None, "–"),
    ],
)
def test_a_letter_begins_with_the_real_name(name: str, gender: str | None, expected: str) -> None:
    customer = Customer(name=name, gender=gender)

    assert greeting(customer, language_of(customer), "–") == expected


def test_who_says_how_to_be_addressed_is() -> None:
    assert greeting(Customer(name="张三", salutation="张老师，您好"), "zh", "–") == "张老师，您好"


def test_an_organisation_has_no_family() -> None:
    assert greeting(Customer(name="华为技术", kind="organisation", gender="male"), "zh", "–") == "尊敬的华为技术"
    assert family_name(Customer(name="Acme")) == ""
