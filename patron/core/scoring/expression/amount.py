"""
The grammar of amounts.

    sum      = product { ("+" | "-") product }
    product  = factor { "*" factor }
    factor   = "-" factor | "+" factor | "(" sum ")" | number | column
"""

from collections.abc import Sequence

from patron.core.expression import Cursor, Sort, tokenize
from patron.core.scoring.decimals.tree import Column, Constant, Expression, Negation, Node, Operation


def parse_amount(text: str, columns: Sequence[str]) -> Expression:
    """
    Read an amount: a column, a number, or sums, differences and products of them.

    A text that is the name of a column, whatever characters it holds, is that column.

    Args:
        text: the expression.
        columns: the columns there are.

    Raises:
        ExpressionError: the text is not an amount, or names a column that is not there.
    """
    for whole in (text, text.strip()):
        if whole in columns:
            return Expression(text=text, names=(whole,), node=Column(whole))
    cursor = Cursor(text, tokenize(text, double_quotes=Sort.QUOTED_NAME), columns)
    node = cursor.whole(_sum, "expression.not_in_amount")
    return Expression(text=text, names=tuple(sorted(node.names())), node=node)


def _sum(cursor: Cursor) -> Node:
    node = _product(cursor)
    while symbol := cursor.takes("+", "-"):
        node = Operation(symbol, node, _product(cursor))
    return node


def _product(cursor: Cursor) -> Node:
    node = cursor.nested(_factor)
    while cursor.takes("*"):
        node = Operation("*", node, cursor.nested(_factor))
    return node


def _factor(cursor: Cursor) -> Node:
    if sign := cursor.takes("-", "+"):
        operand = cursor.nested(_factor)
        return Negation(operand) if sign == "-" else operand
    if cursor.takes("("):
        return cursor.closed(_sum)
    if cursor.token.sort is Sort.NUMBER:
        number = cursor.number()
        return Constant(number.integer, number.scale)
    return Column(cursor.column("expression.not_in_amount"))
