"""The quick way to a mail address says what the library says, and never more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patron.core.nouns import FieldError
from patron.core.nouns.mails import normal_mail, normal_mail_by_library

LOCALS = st.text("aZ0.!#$%&'*+/=?^_`{|}~- é", min_size=1, max_size=66)
DOMAINS = st.lists(st.text("aZ0-é", min_size=1, max_size=6), min_size=1, max_size=3).map(".".join)


@settings(max_examples=150)
@given(st.builds("{}@{}".format, LOCALS, DOMAINS | st.sampled_from(["Example.ORG", "a.test", "xn--fsqu00a.cn", "b.LOCAL"])))
def test_the_quick_way_says_what_the_library_says(address: str) -> None:
    try:
        expected = normal_mail_by_library(address, address)
    except FieldError:
        with pytest.raises(FieldError):
            normal_mail(address, address)
    else:
        assert expected == normal_mail(address, address)


@pytest.mark.parametrize("address", ["a@b.test", "a@ab--c.org", "a@-b.org", "a.@b.org", f"{'a' * 65}@b.org", f"a@{'b' * 64}.org"])
def test_what_nobody_can_have_is_refused(address: str) -> None:
    with pytest.raises(FieldError):
        normal_mail(address, address)
