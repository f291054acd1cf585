"""Options of analyses: numbers as they are written; small inputs that load no compiler."""

import subprocess
import sys
from fractions import Fraction

import pytest

from patron.plugins.mining.rows.commands import Positive, Share, parse_number

LOADED = """
import sys
from patron import testing
from patron.plugins.mining.commands import analyse
analyse(sys.argv[1:], obj=testing.app(), standalone_mode=False)
print("numba" in sys.modules)
"""


@pytest.mark.parametrize(
    ("text", "share"), [("0.1", "1/10"), ("10%", "1/10"), ("0.001", "1/1000"), ("1", "1"), ("1e-3", "1/1000")]
)
def test_a_share_is_kept_exactly(text, share):
    assert Fraction(share) == Share().convert(text, None, None)


def test_a_width_is_kept_exactly():
    assert Fraction(1, 10) == Positive().convert("0.1", None, None)


@pytest.mark.parametrize("text", ["", "x", "inf", "nan", "1e400", "1e-400", "1" * 31])
def test_what_is_no_plain_number_is_none(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("survival", "--duration", "days", "--event", "lost", "--format", "json"),
        (
            "basket",
            "--transaction",
            "days",
            "--item",
            "who",
            "--min-support",
            "0.1",
            "--min-confidence",
            "0.1",
            "--format",
            "json",
        ),
    ],
)
def test_small_inputs_load_no_compiler(text_file, arguments):
    path = text_file("days,lost,who\n1,1,a\n1,1,b\n2,0,a\n")
    name, *options = arguments
    code = [sys.executable, "-c", LOADED, name, str(path), *options]
    printed = subprocess.run(code, capture_output=True, text=True, check=True).stdout
    assert "False" == printed.split()[-1]
