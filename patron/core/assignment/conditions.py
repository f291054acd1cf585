"""
Conditions of rules, decided on a lead that is not stored yet: from text to a function of the lead and its customer.

Fields of the lead stand under their name or label; those of the customer, too, and under `customer.NAME` where the lead has one
of the same name. Beside them `source_family` and `campaign` (its code) can be named. As in lists, nothing is no value: it meets
`!=` and no other comparison, and a list is compared by its members.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from patron.core.clock import instant_of
from patron.core.expression import Comparison, Condition, Containing, Joining, Missing, Negation, Number, parse_condition
from patron.core.i18n import LANGUAGES
from patron.core.nouns import Field, FieldKind, Labels, Vocabulary
from patron.core.records.assignment import NewLead

Test = Callable[[NewLead], bool]

_LISTS = (FieldKind.CODES, FieldKind.TEXTS)
_TEXTS = (FieldKind.TEXT, FieldKind.NOTE, *_LISTS)
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)
_FAMILY = Field(name="source_family", kind=FieldKind.CODE, codes="source_family")
_CAMPAIGN = Field(name="campaign", kind=FieldKind.TEXT)


@attrs.frozen
class _Named:
    """A value that conditions can name: what it is, and how it is read."""

    field: Field
    read: Callable[[NewLead], Any]


class ConditionReader:
    """
    Reads conditions of rules.

    Args:
        vocabulary: the fields and codes that there are.
        zone: of times that name none.
    """

    def __init__(self, vocabulary: Vocabulary, zone: str) -> None:
        self._labels = Labels(vocabulary, LANGUAGES[0])
        self._zone = ZoneInfo(zone)
        self._names = _names(vocabulary)

    def test(self, text: str) -> Test:
        """
        Return the function that says whether a condition holds for a lead.

        Raises:
            ExpressionError: the text is no condition, or names what is neither of the lead nor of the customer.
            FieldError: a literal doesn't fit its field.
        """
        return self._test(parse_condition(text, list(self._names)))

    def _test(self, condition: Condition) -> Test:
        match condition:
            case Negation(inner):
                negated = self._test(inner)
                return lambda new: not negated(new)
            case Joining(every, parts):
                tests, joined = [self._test(part) for part in parts], all if every else any
                return lambda new: joined(test(new) for test in tests)
            case Missing(name):
                read = self._names[name].read
                return lambda new: read(new) in (None, ())
            case Containing(name, text):
                return self._containing(self._names[name], text)
            case Comparison(name, sign, literal):
                return self._comparison(self._names[name], sign, literal)

    def _containing(self, named: _Named, text: str) -> Test:
        field, read = named.field, named.read
        if field.kind not in _TEXTS:
            raise field.refuse("no_text", text)
        if field.kind in _LISTS:
            return self._member(named, text)
        part = text.casefold()
        return lambda new: part in (read(new) or "").casefold()

    def _member(self, named: _Named, text: str) -> Test:
        member, read = self._labels.code_called(named.field, text) if named.field.codes else text, named.read
        return lambda new: member in (read(new) or ())

    def _comparison(self, named: _Named, sign: str, literal: Number | str) -> Test:
        field, read = named.field, named.read
        written = str(literal.to_decimal()) if isinstance(literal, Number) else literal
        if field.kind in _LISTS:
            if sign not in ("==", "!="):
                raise field.refuse("no_order", written)
            has = self._member(named, written)
            return has if sign == "==" else lambda new: not has(new)
        value = self._value(field, written)
        if value is None:
            return lambda new: (read(new) is None) == (sign == "==")
        if sign == "!=":
            return lambda new: read(new) != value
        compared = _COMPARED[sign]
        return lambda new: (found := read(new)) is not None and compared(found, value)

    def _value(self, field: Field, written: str) -> Any:
        if field.kind is FieldKind.CODE and written.strip():
            return self._labels.code_called(field, written)
        if field.kind is FieldKind.INSTANT and written.strip():
            try:
                return instant_of(datetime.fromisoformat(written.strip()), self._zone)
            except (ValueError, OverflowError) as error:
                raise field.refuse("expected_time", written) from error
        return attrs.evolve(field, required=False).clean(written)


def _names(vocabulary: Vocabulary) -> Mapping[str, _Named]:
    """Return what conditions can name, by everything that it is called."""
    found: dict[str, _Named] = {
        "source_family": _Named(_FAMILY, lambda new: new.source_family),
        "campaign": _Named(_CAMPAIGN, lambda new: new.campaign),
    }
    fields = {noun: _plain(vocabulary, noun) for noun in ("lead", "customer")}
    for called in (lambda _, name: name, *(Labels(vocabulary, lang).field for lang in LANGUAGES)):
        for noun, named in fields.items():
            for name, one in named.items():
                found.setdefault(called(noun, name), one)
    words = [Labels(vocabulary, lang) for lang in LANGUAGES]
    for whose in ("customer", *(one.noun("customer") for one in words)):
        for name, one in fields["customer"].items():
            found |= {f"{whose}.{said}": one for said in (name, *(labels.field("customer", name) for labels in words))}
    return found


def _plain(vocabulary: Vocabulary, noun: str) -> dict[str, _Named]:
    """Return the fields of a noun that say something by themselves: no references, whose numbers mean nothing to people."""
    fields = vocabulary.fields(noun).items()
    return {name: _Named(one, _reading(noun, name)) for name, one in fields if one.kind is not FieldKind.REFERENCE}


def _reading(noun: str, name: str) -> Callable[[NewLead], Any]:
    of_lead = noun == "lead"

    def read(new: NewLead) -> Any:
        values = new.lead if of_lead else new.customer
        return values.get("ext", {}).get(name) if "." in name else values.get(name)

    return read
