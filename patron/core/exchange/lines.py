"""
What a row says of an order line: its amount, exactly, and a digest of its content.
"""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact
from typing import Any

from patron.core.money import SCALE, UNIT
from patron.core.nouns import FieldError

_PLACES = Decimal(1).scaleb(-SCALE)
_SAID = ("product_code", "quantity", "list_price", "discount", "amount", "cost", "currency", "original_amount", "rate")


def complete_line(values: dict[str, Any], currency: str) -> bool:
    """
    Give a line its amount in the ledger currency, and say whether it had to be rounded.

    An amount that is missing is the list price times the quantity, less the discount; one in another currency is changed by the
    rate of the row.

    Raises:
        FieldError: the row doesn't say enough.
    """
    rounded = False
    if "amount" not in values and "original_amount" not in values:
        if "list_price" not in values:
            raise FieldError("exchange.no_amount", field="amount")
        gross = values["list_price"] * values.get("quantity", 1)
        values["amount"], rounded = _rounded(gross - values.get("discount", 0))
    foreign = str(values.get("currency", currency)).upper()
    if foreign == currency:
        values.pop("currency", None)
        return rounded
    if "rate" not in values:
        raise FieldError("exchange.no_rate", field="rate", currency=foreign, ledger=currency)
    values["currency"] = foreign
    if "original_amount" not in values or "amount" not in values:
        original = values.setdefault("original_amount", values.get("amount"))
        values["amount"], inexact = _rounded(original * values["rate"])
        rounded = rounded or inexact
    return rounded


def _rounded(value: Decimal) -> tuple[Decimal, bool]:
    context = Context(prec=60, rounding=ROUND_HALF_EVEN)
    result = value.quantize(_PLACES, context=context)
    return result, bool(context.flags[Inexact])


def content_of(values: dict[str, Any], at: datetime) -> str:
    """Return what tells the content of a line from others'."""
    said = [at.isoformat()]
    for name in _SAID:
        value = values.get(name)
        if value is not None:
            said += (name, str(int(value * UNIT)) if value.__class__ is Decimal else value)
    return "\x1f".join(said)
