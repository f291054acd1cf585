"""Sizes of memory."""

import pytest

from patron.core.config import parse_size
from patron.core.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("500MB", 500 * 10**6),
        ("2GB", 2 * 10**9),
        ("2 g", 2 * 10**9),
        ("1.5GiB", 3 * 2**29),
        ("0.1k", 100),
        ("1TiB", 2**40),
    ],
)
def test_sizes_are_understood(text, size):
    assert size == parse_size(text)


@pytest.mark.parametrize("text", ["", "0", "GB", "-1GB", "1.GB", "1e9", "2 GB 3", "1XB", "1I", "nan", "０GB", "0.0000001k"])
def test_nonsense_is_refused(text):
    with pytest.raises(UsageError):
        parse_size(text)
