"""
Exact decimals: columns of any type read without a rounding error, combined exactly, rounded once into money.
"""

from patron.core.scoring.decimals.arithmetic import to_money
from patron.core.scoring.decimals.column import Decimals
from patron.core.scoring.decimals.evaluation import evaluate, evaluate_money
from patron.core.scoring.decimals.money import Money
from patron.core.scoring.decimals.number import currency_name, parse_number, settle_currencies
from patron.core.scoring.decimals.reading import read_decimals

__all__ = [
    "Decimals",
    "Money",
    "currency_name",
    "evaluate",
    "evaluate_money",
    "parse_number",
    "read_decimals",
    "settle_currencies",
    "to_money",
]
