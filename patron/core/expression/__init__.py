"""
Expressions that people type: amounts such as `Quantity*UnitPrice`, and conditions such as `Country == 'Germany'`.

Here is what all expressions share: tokens, the cursor that walks over them, and conditions; what is done with a condition is the
business of those who read it. Nothing is ever handed to the parser or evaluator of Python: a text becomes tokens, tokens become
one of a dozen small records, and whatever is not in the grammar is refused with the place where it stands.
"""

from patron.core.expression.condition import (
    Comparison,
    Condition,
    Containing,
    Joining,
    Missing,
    Negation,
    Test,
    each_test,
    parse_condition,
)
from patron.core.expression.tokens import Cursor, Number, Sort, tokenize

__all__ = [
    "Comparison",
    "Condition",
    "Containing",
    "Cursor",
    "Joining",
    "Missing",
    "Negation",
    "Number",
    "Sort",
    "Test",
    "each_test",
    "parse_condition",
    "tokenize",
]
