"""
Templates of letters: text with `{{name}}` in it, and a few lines before it that say of which kind it is.

    Subject: Your {{last_product}}
    Language: en

    {{greeting}},

    you bought {{last_product | something}} of us on {{last_order_on}}. …
    {{ask birth_year}}

Nothing in a template is run. A value that isn't known is what stands behind the bar; without one, who lacks it gets no letter.
A line with `{{ask FIELD}}` asks for a field, and vanishes for everybody of whom it is known.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs

from patron import InputError, UsageError
from patron.core.names import listed, shorten
from patron.plugins.mailing.words import WORDS

_PLACE = re.compile(r"\{\{\s*(ask\s+)?([a-z_][a-z0-9_.]*)\s*(?:\|([^{}]*))?\}\}")
_HEADS = ("subject", "language")
_MOST = 200_000


class LackingError(Exception):
    """
    A value isn't known, and nothing stands in for it.

    Args:
        name: of the value.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@attrs.frozen(kw_only=True)
class Template:
    """
    A template.

    Attributes:
        path: the file that it was read from, for complaints.
        subject: one line; empty for letters that have none.
        lang: the language of the letter; empty for any.
        body: the text.
    """

    path: str
    subject: str
    lang: str
    body: str

    def names(self) -> frozenset[str]:
        """Return the names of the values that it has, but those that it asks for."""
        return frozenset(name for ask, name, _ in _places(self.subject + self.body) if not ask)

    def asked(self) -> frozenset[str]:
        """Return the fields that it asks for."""
        return frozenset(name for ask, name, _ in _places(self.subject + self.body) if ask)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines of the text with their numbers in the file's text."""
        yield from enumerate(self.body.splitlines(), 1)


def read_template(path: Path) -> Template:
    """
    Read a template.

    Raises:
        InputError: the file can't be read, or is no text.
        UsageError: a place is not written as places are.
    """
    try:
        text = path.read_bytes()[:_MOST].decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError("source.no_file", file=str(path)) from error
    except PermissionError as error:
        raise InputError("source.no_permission", file=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = shorten(getattr(error, "strerror", None) or error)
        raise InputError("mailing.unreadable", catalogue=WORDS, path=path, reason=reason) from error
    head, body = _head(text.replace("\r\n", "\n"))
    bare = _PLACE.sub("", body + head.get("subject", ""))
    if "{{" in bare or "}}" in bare:
        line = next(line for line in bare.splitlines() if "{{" in line or "}}" in line)
        raise UsageError("mailing.no_place", catalogue=WORDS, path=path, line=shorten(line.strip()))
    return Template(path=str(path), subject=head.get("subject", ""), lang=head.get("language", "").lower(), body=body)


def check_names(template: Template, known: Mapping[str, object], fields: Mapping[str, object]) -> None:
    """
    See that a template names what there is.

    Raises:
        UsageError: it names a value or asks for a field that doesn't exist.
    """
    for names, there in ((template.names(), known), (template.asked(), fields)):
        for name in sorted(names - there.keys()):
            raise UsageError("mailing.no_value", catalogue=WORDS, path=template.path, got=shorten(name), known=listed(there, 80))


def render(text: str, values: Mapping[str, str], ask: Callable[[str], str]) -> str:
    """
    Return a text with its values.

    Args:
        text: of the template.
        values: name → value; missing or empty where it isn't known.
        ask: returns what asks for a field, empty where it is known; its line vanishes then.

    Raises:
        LackingError: a value isn't known, and nothing stands in for it.
    """
    lines = []
    for line in text.split("\n"):
        asked = [name for is_ask, name, _ in _places(line) if is_ask]
        if asked and not any(ask(name) for name in asked):
            continue
        lines.append(_PLACE.sub(lambda found: _filled(found, values, ask), line))
    return "\n".join(lines)


def _filled(found: re.Match[str], values: Mapping[str, str], ask: Callable[[str], str]) -> str:
    if found[1]:
        return ask(found[2])
    value = values.get(found[2]) or (found[3].strip() if found[3] is not None else None)
    if value is None:
        raise LackingError(found[2])
    return value


def _places(text: str) -> Iterator[tuple[bool, str, str | None]]:
    for found in _PLACE.finditer(text):
        yield bool(found[1]), found[2], found[3]


def _head(text: str) -> tuple[dict[str, str], str]:
    """Return what stands in the lines before the first empty one, where these are such lines, and the text."""
    first, _, rest = text.partition("\n\n")
    pairs = [line.partition(":") for line in first.splitlines()]
    if not pairs or not all(sign and name.strip().lower() in _HEADS for name, sign, _ in pairs):
        return {}, text
    return {name.strip().lower(): value.strip() for name, _, value in pairs}, rest
