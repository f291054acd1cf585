"""
What a contact costs over each channel: by the code list, by what was said, or by what a rep costs a day.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from patron import UsageError, Vocabulary
from patron.core.money import UNIT
from patron.core.names import ALIKE, listed, nearest, shorten
from patron.plugins.mining.rows.commands import parse_number
from patron.plugins.mining.rows.words import WORDS

LIST = "order_channel"
"""The code list whose codes say what a contact costs, as `cost`."""

_DEAREST = 10**12


def prices(vocabulary: Vocabulary, said: Sequence[str], unit: Fraction) -> Mapping[str, int]:
    """
    Return the cost of one contact over each channel, in counts of 1/10,000, rounded once, half to even.

    Args:
        vocabulary: has the code list.
        said: `CHANNEL=COST`, or `CHANNEL=DAILY/CONTACTS` for what a rep costs a day and how many contacts they have a day; these
            go before the code list, and are no multiples of *unit*.
        unit: what one unit of the code list's costs is worth.

    Raises:
        UsageError: a cost is not understood.
    """
    known = {}
    for code, about in vocabulary.codes.get(LIST, {}).items():
        if "cost" in about:
            listed_cost = _own(str(about["cost"]))
            if listed_cost is None:
                raise UsageError("cost.bad_price", catalogue=WORDS, got=f"codes.{LIST}.{code}.cost = {shorten(about['cost'])}")
            known[code] = listed_cost * unit
    for text in said:
        channel, sign, cost = text.partition("=")
        value = _own(cost)
        if not sign or not channel.strip() or value is None:
            raise UsageError("cost.bad_price", catalogue=WORDS, got=shorten(text))
        known[channel.strip()] = value
    return {channel: _count(value) for channel, value in known.items()}


def check_channels(vocabulary: Vocabulary, said: Sequence[str], there: Collection[str]) -> None:
    """
    Refuse the cost of a channel that there is not: a slip of the pen would leave the cost of the channel that was meant.

    Args:
        vocabulary: has the code list.
        said: as `prices` takes it.
        there: channels over which contacts go, or would go.

    Raises:
        UsageError: neither a contact nor the code list knows a channel.
    """
    known = {*there, *vocabulary.codes.get(LIST, {})}
    for text in said:
        channel = text.partition("=")[0].strip()
        if channel not in known:
            near = nearest(channel, known, cutoff=ALIKE)
            key = "cost.no_channel_near" if near else "cost.no_channel"
            raise UsageError(
                key, catalogue=WORDS, got=shorten(text), channel=shorten(channel), nearest=near, known=listed(sorted(known))
            )


def price_of(prices: Mapping[str, int], channel: str) -> int:
    """
    Return the cost of one contact over a channel.

    Raises:
        UsageError: nobody said what it costs.
    """
    if channel not in prices:
        raise UsageError("cost.no_price", catalogue=WORDS, channel=shorten(channel), known=listed(sorted(prices)))
    return prices[channel]


def _own(text: str) -> Fraction | None:
    daily, sign, contacts = text.partition("/")
    cost, number = parse_number(daily.strip()), parse_number(contacts.strip()) if sign else Fraction(1)
    if cost is None or number is None or cost < 0 or number <= 0 or cost / number > _DEAREST:
        return None
    return cost / number


def _count(value: Fraction) -> int:
    with localcontext(prec=60):
        exact = Decimal(value.numerator) * UNIT / Decimal(value.denominator)
        return int(exact.to_integral_value(ROUND_HALF_EVEN))
