"""
Errors that a person can act on.

Every error of Patron is a `PatronError`: a message key and its details, put into words of the reader's language at the edge
(the command line, a web page). Bad rows of an input are not errors but data (`patron.core.records.RowCounts`); an exception
means that the whole job can't go on. Nothing here is raised for a bug: bugs are ordinary Python exceptions.
"""

from types import MappingProxyType
from typing import ClassVar

from patron.core.i18n import CORE, Catalogue, Translator, Worded


class PatronError(Exception):
    """
    The base of all errors that end a job with a clear message.

    Attributes:
        key: the message's key in the catalogue, `errors.…` for those of the core.
        details: the values that the message names: what, where, expected.
        exit_code: what the process ends with; 1 (failed) unless a subclass says otherwise.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, key: str, /, *, catalogue: Catalogue = CORE, **details: object) -> None:
        super().__init__(key, details)
        self.key = key
        self.details = details
        self.catalogue = catalogue

    def message(self, lang: str = "en") -> str:
        """Return the message in *lang*: what happened, where, what was expected, and what to do."""
        return Translator(lang, self.catalogue)(
            self.key, **{name: _in_words(name, value, lang) for name, value in self.details.items()}
        )

    def in_words(self, lang: str) -> str:
        """Return the message within that of another error, which goes on behind it."""
        return self.message(lang).rstrip(".。")

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes: an exception is otherwise made anew of its positional arguments."""
        return _rebuilt, (type(self), self.key, self.catalogue, self.details)


def _rebuilt(kind: type[PatronError], key: str, catalogue: Catalogue, details: dict[str, object]) -> PatronError:
    return kind(key, catalogue=catalogue, **details)


_LABELLED = MappingProxyType({"noun": "noun", "resource": "noun", "action": "action", "by": "fields"})
"""Details that are names of ours → the section of the catalogue that says what people call them."""


def _in_words(name: str, value: object, lang: str) -> object:
    if name in _LABELLED:
        return CORE.find(lang, f"{_LABELLED[name]}.{value}") or value
    if name == "field" and type(value) is str:
        return Worded(value, lambda lang: CORE.find(lang, f"fields.{value}") or CORE.find(lang, f"exchange.column.{value}"))
    return value


class Suspended(BaseException):
    """
    Leaves code that asked something whose answer is still being found; it is called again when the answer is there.

    Like an interrupt it passes what catches exceptions, and is nobody's failure.
    """


class UsageError(PatronError):
    """What was asked for can't be done as asked: an option's value is wrong, or two options contradict each other."""

    exit_code = 2


class ConfigurationError(PatronError):
    """The configuration file or a `PATRON_*` variable was refused."""

    exit_code = 2


class InputError(PatronError):
    """An input can't be read at all, or nothing in it can be used."""


class ExpressionError(UsageError):
    """An expression of the command line was not understood, or names a column that is not there."""


class OutputError(PatronError):
    """A result could not be written; no half-written file is left."""


class CapacityError(PatronError):
    """A number or an amount of data went beyond what can be held exactly; nothing was wrapped or cut."""


class PluginError(PatronError):
    """A plugin was refused or failed; the message names the plugin and, where there is one, the hook."""
