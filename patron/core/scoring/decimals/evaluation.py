"""
The value of an expression for every row, in exact decimals or in money.
"""

from patron.core.scoring.decimals.arithmetic import to_money
from patron.core.scoring.decimals.column import Decimals
from patron.core.scoring.decimals.money import Money
from patron.core.scoring.decimals.tree import Expression, Rows


def evaluate(expression: Expression, rows: Rows) -> Decimals:
    """Return the exact value of *expression* for every row."""
    return expression.node.evaluate(rows)


def evaluate_money(expression: Expression, rows: Rows) -> Money:
    """Return the value of *expression* for every row as money: computed exactly, rounded once to 1/10,000, half to even."""
    return to_money(evaluate(expression, rows))
