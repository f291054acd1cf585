"""
From the text of an expression to tokens: names, numbers, texts and signs, each with its place.

A name is a word in any script, words joined by dots, or anything between backticks or square brackets; between double quotes it
is a name in an amount and a text in a condition. Signs typed in full width (`（`, `＊`, `，`) are read as their half-width twins.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, TypeVar

import attrs

from patron.core.errors import ExpressionError
from patron.core.i18n import Worded
from patron.core.names import ALIKE, listed, nearest, shorten

LONGEST = 1000
"""Characters of an expression."""

DEEPEST = 32
"""Parentheses and signs within each other."""

MOST_DIGITS = 100
"""Digits before and after the decimal mark of a number: far beyond money, and still quickly computed with."""


Parsed = TypeVar("Parsed")


class Sort(Enum):
    """What a token is."""

    NAME = "name"
    QUOTED_NAME = "quoted name"
    NUMBER = "number"
    TEXT = "text"
    SIGN = "sign"
    END = "end"


@attrs.frozen
class Token:
    """
    One token.

    Attributes:
        sort: what it is.
        text: a name or text without its quotes, anything else as it stands.
        start: where it begins in the expression.
    """

    sort: Sort
    text: str
    start: int


class Number(NamedTuple):
    """
    A number of an expression: integer / 10**scale.

    Attributes:
        integer: its digits as one integer.
        scale: how many of them are decimal places; negative for trailing zeros left out.
    """

    integer: int
    scale: int

    def to_decimal(self) -> Decimal:
        """Return it as an exact decimal."""
        return Decimal(self.integer).scaleb(-self.scale)


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3}(?![0-9]))?)(?!\w|\.)
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<backticks>`(?:[^`]|``)+`)
    | (?P<brackets>\[[^\[\]]+\])
    | (?P<double>"(?:[^"]|"")*")
    | (?P<single>'(?:[^']|'')*')
    | (?P<sign>==|!=|<>|<=|>=|[-+*/()<>=,])""",
    re.VERBOSE,
)

# As typed with a Chinese input method; each is one character, so that places stay true.
_HALF_WIDTH = str.maketrans("（）＋－＊×，＝＜＞！−", "()+-**,=<>!-")


def tokenize(text: str, *, double_quotes: Sort) -> tuple[Token, ...]:
    """
    Split an expression into tokens, the last of which is the end.

    Args:
        text: the expression.
        double_quotes: what stands between double quotes, a name or a text.

    Raises:
        ExpressionError: the text is blank, too long, or holds a character that begins no token.
    """
    if not text.strip():
        raise ExpressionError("expression.blank")
    if len(text) > LONGEST:
        raise ExpressionError("expression.too_long", length=len(text), longest=LONGEST)
    tokens = []
    place = 0
    plain = text.translate(_HALF_WIDTH)
    while place < len(text):
        # Quoted parts keep their characters: the translated twin only finds the signs between them.
        match = _TOKEN.match(text, place) or _TOKEN.match(plain, place)
        if match is None:
            raise refuse("expression.character", text, place, character=text[place])
        if match.lastgroup != "space":
            tokens.append(_token(match, double_quotes))
        place = match.end()
    return (*tokens, Token(Sort.END, "", len(text)))


def _token(match: re.Match[str], double_quotes: Sort) -> Token:
    group, text = match.lastgroup, match.group()
    if group == "backticks":
        return Token(Sort.QUOTED_NAME, text[1:-1].replace("``", "`"), match.start())
    if group == "brackets":
        return Token(Sort.QUOTED_NAME, text[1:-1], match.start())
    if group == "double":
        return Token(double_quotes, text[1:-1].replace('""', '"'), match.start())
    if group == "single":
        return Token(Sort.TEXT, text[1:-1].replace("''", "'"), match.start())
    return Token(Sort(group), text, match.start())


class Cursor:
    """
    Walks over the tokens of an expression, and makes its errors.

    Attributes:
        text: the expression.
        columns: the columns there are.
    """

    def __init__(self, text: str, tokens: Sequence[Token], columns: Sequence[str]) -> None:
        self.text = text
        self.columns = columns
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._place]

    def take(self) -> Token:
        """Return the next token and step over it; the end stays."""
        token = self.token
        if token.sort is not Sort.END:
            self._place += 1
        return token

    def takes(self, *signs: str) -> str | None:
        """Step over the next token if it is one of *signs* (or words, in any case), and return it in lower case."""
        token = self.token
        if token.sort in (Sort.SIGN, Sort.NAME) and token.text.lower() in signs:
            return self.take().text.lower()
        return None

    def expect(self, sign: str) -> None:
        """Step over *sign*, or refuse what stands there instead."""
        if not self.takes(sign):
            raise self.refused("expression.expected", expected=sign)

    def whole(self, parse: "Callable[[Cursor], Parsed]", key: str) -> Parsed:
        """Parse the whole expression; what is left over is refused with the message *key*."""
        found = parse(self)
        if self.token.sort is not Sort.END:
            raise self.refused(key)
        return found

    def nested(self, parse: "Callable[[Cursor], Parsed]") -> Parsed:
        """Parse what stands one level deeper."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise refuse("expression.too_deep", self.text, self.token.start, deepest=DEEPEST)
        found = parse(self)
        self._depth -= 1
        return found

    def closed(self, parse: "Callable[[Cursor], Parsed]") -> Parsed:
        """Parse what stands before the closing parenthesis, and step over that."""
        found = parse(self)
        self.expect(")")
        return found

    def number(self) -> Number:
        """Step over the number that comes next and return it, or refuse one that is beyond all that amounts can be."""
        token = self.token
        _, digits, exponent = Decimal(token.text).as_tuple()
        if len(digits) > MOST_DIGITS or not isinstance(exponent, int) or abs(exponent) > MOST_DIGITS:
            raise refuse("expression.number", self.text, token.start, found=shorten(token.text, 40), most=MOST_DIGITS)
        self.take()
        return Number(int("".join(map(str, digits))), -exponent)

    def column(self, key: str) -> str:
        """Step over the column that comes next and return its name; refuse anything else with the message *key*."""
        token = self.token
        if token.sort not in (Sort.NAME, Sort.QUOTED_NAME):
            raise self.refused(key)
        if token.text not in self.columns:
            raise unknown_column(token.text, self.columns, self.text, token.start)
        return self.take().text

    def refused(self, key: str, **details: str | int) -> ExpressionError:
        """Return the error that the next token does not belong here; where the expression ends instead, that of `KEY_end`."""
        if self.token.sort is Sort.END:
            return refuse(f"{key}_end", self.text, self.token.start, **details)
        return refuse(key, self.text, self.token.start, found=shorten(self.token.text), **details)


def refuse(key: str, text: str, place: int, **details: Any) -> ExpressionError:
    """Return an error that shows the expression with a caret under the character at *place*."""
    start = max(0, place - 60)
    shown = text[start : place + 40].replace("\n", " ").replace("\t", " ")
    before = shown[: place - start]
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in before)
    return ExpressionError(key, picture=f"  {shown}\n  {' ' * width}^", **details)


def unknown_column(name: str, columns: Sequence[str], text: str, place: int) -> ExpressionError:
    """Return the error that there is no column *name*, with those there are and the nearest."""
    near = nearest(name, columns, cutoff=ALIKE)
    labelled = [one for one in columns if isinstance(one, Worded)]  # the others are what these are called besides
    key = "expression.unknown_column_near" if near else "expression.unknown_column"
    return refuse(key, text, place, name=shorten(name, 40), nearest=near, columns=listed(labelled or columns))
