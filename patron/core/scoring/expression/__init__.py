"""
Expressions on the columns of an input: amounts such as `Quantity*UnitPrice`, and filters such as `Country == 'Germany'`.
"""

from patron.core.scoring.decimals.tree import Expression
from patron.core.scoring.expression.amount import parse_amount
from patron.core.scoring.expression.filter import Filter, parse_filter

__all__ = ["Expression", "Filter", "parse_amount", "parse_filter"]
