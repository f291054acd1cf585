"""The kit notices a channel that returns something else than it promises."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from patron import Contact, Envelope
from patron.testing.shapes import check_envelopes, check_reason

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_envelopes_pass() -> None:
    """So do none."""
    told = Envelope(key="1", at=AT, contacts=(Contact(scheme="tel", written="1"),), customer={"name": "Ada"})

    assert check_envelopes([told], "sample 0") == (told,)
    assert check_envelopes((), "sample 0") == ()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "sample 0: parse returned None; expected a list or tuple of Envelope, an empty one"),
        ((one for one in ()), "parse returned generator"),
        ("text", "parse returned str 'text'"),
        (Envelope(), "parse returned Envelope"),
        ([Envelope(), {"name": "Ada"}], "parse returned dict .* at place 1"),
        ([Envelope(key=7)], "of envelope 0 the field key is int '7'; expected a text"),  # type: ignore[arg-type]
        ([Envelope(at="2026")], "the field at is str"),  # type: ignore[arg-type]
        ([Envelope(at=AT.replace(tzinfo=None))], "the field at is datetime .*; expected a time in UTC"),
        ([Envelope(at=AT.astimezone(timezone(timedelta(hours=8))))], "the field at"),
        ([Envelope(contacts=["138"])], "the field contacts is list"),  # type: ignore[arg-type]
        ([Envelope(contacts=(Contact(scheme="tel", written=None),))], "a contact has written = None"),  # type: ignore[arg-type]
        ([Envelope(customer=None)], "the field customer is None"),  # type: ignore[arg-type]
        ([Envelope(unclear={"a": 1})], "the field unclear is dict"),  # type: ignore[dict-item]
        ([Envelope(kind="lead")], "the field kind is str"),  # type: ignore[arg-type]
        ([Envelope(awaits=1)], "the field awaits is int"),  # type: ignore[arg-type]
    ],
)
def test_anything_else_is_told(found: Any, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_envelopes(found, "sample 0")


def test_a_refusal_is_a_text() -> None:
    """None would let in whoever comes."""
    assert check_reason("", "sample 0") == ""

    with pytest.raises(AssertionError, match='sample 0: verify returned None; expected ""'):
        check_reason(None, "sample 0")
