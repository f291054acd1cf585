"""Where a key stands in the file."""

import pytest

from patron.core.config.source import line_of, variable_of

TEXT = """\
# a comment: score = 1
lang = "zh"  # here

[plugins]
off = [
    "a",
    "b",
]
order = ["c"]
[score]
"memory" = '''
2GB'''
threads = 1
[scoring]
abc = { top = 0.7, low = 1 }
rfm.cuts = [1]
[scoring."loyal"]
days = 3
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("lang",), 2),
        (("plugins",), 4),
        (("plugins", "off"), 5),
        (("plugins", "order"), 9),
        (("score", "memory"), 11),
        (("score", "threads"), 13),
        (("scoring", "abc", "low"), 15),
        (("scoring", "rfm", "cuts"), 16),
        (("scoring", "loyal"), 17),
        (("scoring", "loyal", "days"), 18),
        (("nowhere",), 1),
    ],
)
def test_line_of_a_key(keys, line):
    assert line == line_of(TEXT, keys)


def test_variable_of_a_key():
    assert "PATRON_SCORING_PROFIT_GROUP_TOP" == variable_of("scoring", "profit-group", "top")
