"""
The grammar of conditions.

    any         = all { "or" all }
    all         = condition { "and" condition }
    condition   = "not" condition | "(" any ")" | name test
    test        = ("==" | "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=") literal
                | ["not"] "in" "(" literal { "," literal } ")"
                | ["not"] "contains" text
                | "is" ["not"] "missing"

A literal is a number, a text between quotes, or the word `true` or `false`, which is the text of that word.
"""

from collections.abc import Callable, Iterator, Sequence

import attrs

from patron.core.expression.tokens import Cursor, Number, Sort, tokenize
from patron.core.names import shorten

_TRUTHS = ("true", "false")
_SIGNS = {"==": "==", "=": "==", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@attrs.frozen
class Comparison:
    """
    Compares what stands under a name with a literal.

    Attributes:
        name: the column or field.
        sign: `==`, `!=`, `<`, `<=`, `>` or `>=`.
        literal: a number or a text.
    """

    name: str
    sign: str
    literal: Number | str

    @property
    def orders(self) -> bool:
        """Whether it asks for more or less, rather than for the same."""
        return self.sign not in ("==", "!=")


@attrs.frozen
class Containing:
    """Holds where the text under a name has *text* in it, whatever the case."""

    name: str
    text: str


@attrs.frozen
class Missing:
    """Holds where nothing stands under a name."""

    name: str


@attrs.frozen
class Negation:
    """Holds where another condition does not."""

    condition: "Condition"


@attrs.frozen
class Joining:
    """Holds where all of its parts hold, or any of them."""

    every: bool
    parts: "tuple[Condition, ...]"


Test = Comparison | Containing | Missing
Condition = Test | Negation | Joining

Objection = Callable[[Comparison], str | None]
"""Returns the message key of what is wrong with a comparison, for the names that it knows; None for nothing."""


def parse_condition(text: str, names: Sequence[str], *, objection: Objection = lambda _: None) -> Condition:
    """
    Read a condition.

    Args:
        text: the expression.
        names: the columns or fields there are.
        objection: judges comparisons with a text.

    Raises:
        ExpressionError: the text is no condition, names something that is not there, or a comparison is objected to.
    """
    cursor = Cursor(text, tokenize(text, double_quotes=Sort.TEXT), names)
    return cursor.whole(_Grammar(objection).any, "expression.after_condition")


def each_test(condition: Condition) -> Iterator[Test]:
    """Yield the tests that a condition is made of, as they stand in its text."""
    match condition:
        case Negation(inner):
            yield from each_test(inner)
        case Joining(_, parts):
            for part in parts:
                yield from each_test(part)
        case _:
            yield condition


class _Grammar:
    """The grammar, rule by rule."""

    def __init__(self, objection: Objection) -> None:
        self._objection = objection

    def any(self, cursor: Cursor) -> Condition:
        return self._joined(cursor, "or", self._all, every=False)

    def _all(self, cursor: Cursor) -> Condition:
        return self._joined(cursor, "and", self._condition, every=True)

    def _joined(self, cursor: Cursor, word: str, parse: Callable[[Cursor], Condition], *, every: bool) -> Condition:
        parts = [parse(cursor)]
        while cursor.takes(word):
            parts.append(parse(cursor))
        return parts[0] if len(parts) == 1 else Joining(every, tuple(parts))

    def _condition(self, cursor: Cursor) -> Condition:
        return cursor.nested(self._innermost)

    def _innermost(self, cursor: Cursor) -> Condition:
        if cursor.takes("not"):
            return Negation(self._condition(cursor))
        if cursor.takes("("):
            return cursor.closed(self.any)
        return self._test(cursor, cursor.column("expression.column_expected"))

    def _test(self, cursor: Cursor, name: str) -> Condition:
        if sign := cursor.takes(*_SIGNS):
            return self._comparison(cursor, name, _SIGNS[sign])
        if cursor.takes("is"):
            negated = cursor.takes("not")
            cursor.expect("missing")
            return Negation(Missing(name)) if negated else Missing(name)
        negated = cursor.takes("not")
        found = self._set(cursor, name)
        return Negation(found) if negated else found

    def _set(self, cursor: Cursor, name: str) -> Condition:
        if cursor.takes("contains"):
            if cursor.token.sort is not Sort.TEXT:
                raise cursor.refused("expression.text_expected")
            return Containing(name, cursor.take().text)
        if not cursor.takes("in"):
            raise cursor.refused("expression.test_expected")
        cursor.expect("(")

        def equal(one: Cursor) -> Condition:
            return self._comparison(one, name, "==")

        return cursor.closed(lambda inner: self._joined(inner, ",", equal, every=False))

    def _comparison(self, cursor: Cursor, name: str, sign: str) -> Condition:
        if cursor.token.sort is Sort.TEXT:
            return self._text(cursor, Comparison(name, sign, cursor.token.text))
        if truth := cursor.takes(*_TRUTHS):
            return Comparison(name, sign, truth)
        minus = cursor.takes("-", "+") == "-"
        if cursor.token.sort is not Sort.NUMBER:
            raise cursor.refused("expression.literal_expected")
        integer, scale = cursor.number()
        return Comparison(name, sign, Number(-integer if minus else integer, scale))

    def _text(self, cursor: Cursor, comparison: Comparison) -> Comparison:
        complaint = self._objection(comparison)
        if complaint is not None:
            raise cursor.refused(complaint, name=shorten(comparison.name, 40))
        cursor.take()
        return comparison
