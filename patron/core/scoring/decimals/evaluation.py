"""
The value of an expression for every row, in exact decimals or in money.
"""

import pyarrow as pa

from patron.core.scoring.decimals.arithmetic import to_money
from patron.core.scoring.decimals.column import Decimals
from patron.core.scoring.decimals.money import Money
from patron.core.scoring.decimals.reading import read_float_money
from patron.core.scoring.decimals.tree import Column, Expression, Rows


def evaluate(expression: Expression, rows: Rows) -> Decimals:
    """Return the exact value of *expression* for every row."""
    return expression.node.evaluate(rows)


def evaluate_money(expression: Expression, rows: Rows) -> Money:
    """Return the value of *expression* for every row as money: computed exactly, rounded once to 1/10,000, half to even."""
    node = expression.node
    if isinstance(node, Column) and pa.types.is_float64(rows.columns[node.name].type):
        return read_float_money(rows.columns[node.name])
    return to_money(evaluate(expression, rows))
