"""
Expressions of the command line: amounts such as `Quantity*UnitPrice`, and filters such as `Country == 'Germany'`.

Nothing is ever handed to Python's own parser or evaluator: a text becomes tokens, tokens become one of a dozen small records, and
whatever is not in the grammar is refused with the place where it stands.
"""

from patron.core.scoring.decimals.tree import Expression
from patron.core.scoring.expression.amount import parse_amount
from patron.core.scoring.expression.filter import Filter, parse_filter

__all__ = ["Expression", "Filter", "parse_amount", "parse_filter"]
