"""
Conditions on records as people write them: `status == '跟进中' and owner_user_id == 'wang'`.

Fields and codes are written by name or by label, people by their login, days stand for their first instant in our zone. A list
field is compared by its members: `topics == 'price'` holds where price is one of them. What is said of lines of an order holds
where one line meets all of it. Nothing is no value: `level != 'x'` holds where there is none, `level < 5` does not.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from patron.core.crm.values import ValueReader
from patron.core.expression import Comparison, Containing, Joining, Missing, Negation, Number, parse_condition
from patron.core.expression import Condition as Written
from patron.core.i18n import LANGUAGES
from patron.core.nouns import Field, FieldKind, Labels, Vocabulary
from patron.core.nouns.criterion import Condition, Criterion, Having, Joined, Negated, Operator

_LISTS = (FieldKind.CODES, FieldKind.TEXTS)
_IDENTIFIER = Field(name="id", kind=FieldKind.REFERENCE)
_NONE: Mapping[str, Field] = MappingProxyType({})
_LINE, _OF = "order_line", "order_id"
"""The noun whose fields a condition on orders may name, and its reference to the order."""

_AS_IN_FILES = {"product": "product_code", "product_id": "product_code", "line": "key", "line_at": "at"}
"""What columns of files call fields of a line, which orders don't have or call otherwise."""


def parse_where(text: str, noun: str, values: ValueReader, further: Mapping[str, Field] = _NONE) -> Condition:
    """
    Read a condition on the records of a noun.

    Args:
        text: as people write it; see `patron.core.expression` for the grammar.
        noun: the kind of the records.
        values: reads the literals.
        further: values beside the fields, by everything that they can be called.

    Raises:
        ExpressionError: the text is no condition, or names a field that the noun doesn't have.
        FieldError: a literal doesn't fit its field.
    """
    own = names_of_fields(noun, values.reader.vocabulary)
    names = own | {called: field for called, field in further.items() if called not in own}
    lines = _names_of_line_fields(names, values.reader.vocabulary) if noun == "order" else {}
    return _Compiler(noun, names, values, lines).condition(parse_condition(text, _shown(names) + _shown(lines)))


def _shown(names: Mapping[str, Field]) -> list[str]:
    """Return names as a complaint lists them: those of fields with their labels, then what else they are called."""
    return [field.called if field.name == name else name for name, field in names.items()]


def names_of_fields(noun: str, vocabulary: Vocabulary) -> dict[str, Field]:
    """Return the fields of a noun by everything that they can be called: their names, and their labels in every language."""
    fields = {"id": _IDENTIFIER, **vocabulary.fields(noun)}
    labels = [Labels(vocabulary, lang) for lang in LANGUAGES]
    called = {words.field(noun, name): field for words in labels for name, field in fields.items()}
    return {**fields, **{label: field for label, field in called.items() if label not in fields}}


def _names_of_line_fields(names: Collection[str], vocabulary: Vocabulary) -> dict[str, Field]:
    """Return the fields of order lines by everything that they can be called, apart from *names*, which are the order's own."""
    fields = vocabulary.fields(_LINE)
    called = {name: _AS_IN_FILES.get(field.name, field.name) for name, field in names_of_fields(_LINE, vocabulary).items()}
    return {name: fields[field] for name, field in (called | _AS_IN_FILES).items() if name not in names}


class _Compiler:
    """From what was written to what the store understands."""

    def __init__(self, noun: str, names: dict[str, Field], values: ValueReader, lines: dict[str, Field]) -> None:
        self._noun = noun
        self._names = names
        self._values = values
        self._lines = lines
        self._own = values.reader.vocabulary.fields(noun)

    def condition(self, written: Written) -> Condition:
        match written:
            case Negation(inner):
                return Negated(self.condition(inner))
            case Joining(every, parts):
                return self._joined(every, [self.condition(part) for part in parts])
            case Missing(name) | Containing(name) | Comparison(name) if name in self._lines:
                of_lines = _Compiler(_LINE, self._lines, self._values, {})
                return Having(_LINE, _OF, of_lines.condition(written))
            case Missing(name):
                return Criterion(self._names[name].name, Operator.MISSING)
            case Containing(name, text):
                return self._containing(self._names[name], text)
            case Comparison(name, sign, literal):
                return self._comparison(self._names[name], Operator(sign), literal)

    @staticmethod
    def _joined(every: bool, parts: list[Condition]) -> Condition:
        of_lines = [part for part in parts if isinstance(part, Having)]
        if len(of_lines) > 1:  # one and the same line is meant
            one = Having(_LINE, _OF, Joined(every, tuple(part.condition for part in of_lines)))
            parts = [*(part for part in parts if not isinstance(part, Having)), one]
        return parts[0] if len(parts) == 1 else Joined(every, tuple(parts))

    def _containing(self, field: Field, text: str) -> Condition:
        if field.kind not in (FieldKind.TEXT, FieldKind.NOTE, FieldKind.MESSAGE, *_LISTS):
            raise field.refuse("no_text", text)
        return Criterion(field.name, Operator.CONTAINS, self._member(field, text) if field.kind in _LISTS else text)

    def _comparison(self, field: Field, operator: Operator, literal: Number | str) -> Condition:
        written = str(literal.to_decimal()) if isinstance(literal, Number) else literal
        if field.kind in _LISTS:
            has = Criterion(field.name, Operator.CONTAINS, self._member(field, written))
            if operator not in (Operator.EQUAL, Operator.UNEQUAL):
                raise field.refuse("no_order", written)
            return has if operator is Operator.EQUAL else Negated(has)
        value = self._value(field, written)
        if value is None:
            return Criterion(field.name, Operator.MISSING, operator is Operator.EQUAL)
        return Criterion(field.name, operator, value)

    def _value(self, field: Field, written: str) -> object:
        if field is _IDENTIFIER:
            return self._values.referred(field, written)
        if field.name not in self._own:
            return self._values.beside(field, written)
        return self._values.compared(self._noun, field, written)

    def _member(self, field: Field, written: str) -> str:
        return self._values.labels.code_called(field, written) if field.codes else written
