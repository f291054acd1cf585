"""
Text that a spreadsheet would run: a cell of a text file that begins as a formula does is written with an apostrophe before it.

The apostrophe says "this is text", and reading takes it away again. So that nothing is lost on the way there and back, text that
already looks as if it had been written so gets one apostrophe more. Numbers are not concerned: a column of them is written as it
is.
"""

import re

FORMULA = "'*[=+\\-@\\t\\r\\n\\x00＝＋－＠]"
"""How text begins that gets an apostrophe: as a formula does, or with what hides one, or as such text is written."""

_FORMULA = re.compile(FORMULA)


def guard(text: str) -> str:
    """Return *text* as it is written into a text file."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Return the text that `guard` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text
