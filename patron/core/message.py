"""
Messages that wait for their reader: kept as a key with what it names, and put into words when somebody reads them.

An error ends a job and is told at once. What concerns somebody later, perhaps in another language (why a receipt is in
quarantine, why a provider could not be asked), is a `Message`. What can't be said by a key of ours is kept as it was written. A
message of a plugin also has the words that it had when it was kept: the plugin may be gone when somebody asks.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

import attrs

from patron.core.errors import PatronError
from patron.core.i18n import CORE, LANGUAGES, Catalogue
from patron.core.names import shorten

LONGEST = 500
"""Characters of a text that a message names."""

_MOST = 20
_KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BETWEEN = MappingProxyType({"en": ("; ", ", "), "zh": ("；", "，")})
"""What stands between the parts of a list, and of a list within a list."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})

Catalogues = Callable[[str], Catalogue | None]
"""Returns the words of a plugin; None where it is not installed."""


def _nobody(_: str) -> None:
    """Know no plugin."""


@attrs.frozen(kw_only=True)
class Message:
    """
    Something to be put into words.

    Attributes:
        key: of the message, in the catalogue of the plugin or of the core; empty where there are words alone.
        details: what it names: texts, numbers, messages, and tuples of them.
        plugin: whose words it has; empty for those of the core.
        words: language → how it is said where nobody has the key.
    """

    key: str = ""
    details: Mapping[str, Any] = _NOTHING
    plugin: str = ""
    words: Mapping[str, str] = _NOTHING

    @classmethod
    def of(cls, error: PatronError) -> Self:
        """Return what an error says."""
        if error.catalogue is CORE:
            return cls(key=error.key, details=_kept(error.details))
        return cls(words={lang: _clean(error.message(lang)) for lang in LANGUAGES})

    @classmethod
    def of_plugin(
        cls,
        plugin: str,
        catalogue: Catalogue,
        said: str,
        details: Mapping[str, object] = _NOTHING,
        blotted: Callable[[str], str] = str,
    ) -> Self:
        """
        Return what a plugin says.

        Args:
            plugin: its name.
            catalogue: its words.
            said: a key of them, or of the core's; anything else is text, which is quoted as it is.
            details: what the message names.
            blotted: takes secrets out of what was not written by whoever wrote the words: details, and text that is no key.
        """
        if not is_key(said) or catalogue.find(LANGUAGES[0], said) is None:
            return cls(key="message.quoted", details={"text": _clean(" ".join(blotted(said).split()))})
        # Blotted before it is cut as well, which may leave half of a secret.
        whole = {name: blotted(value) if isinstance(value, str) else value for name, value in details.items()}
        bare = cls(key=said, details=_kept(whole), plugin=plugin).without(blotted)
        return attrs.evolve(bare, words={lang: _clean(bare.told(lang, lambda _: catalogue)) for lang in LANGUAGES})

    @classmethod
    def text(cls, text: str) -> Self:
        """Return what somebody wrote, to be told as it is."""
        return cls(key="message.text", details={"text": _clean(text)})

    @classmethod
    def several(cls, parts: "Iterable[Message]") -> Self:
        """Return messages in a row as one."""
        return cls(key="message.text", details={"text": tuple(parts)})

    @classmethod
    def joined(cls, parts: "Sequence[Self]") -> Self | None:
        """Return messages as one: None where there is none, and one alone as it is."""
        return cls.several(parts) if len(parts) > 1 else next(iter(parts), None)

    @classmethod
    def parse(cls, kept: str) -> Self:
        """Return the message that `to_json` gave, as JSON text; any other text, in full, is what somebody wrote."""
        try:
            said = json.loads(kept) if kept.startswith("{") else None
            if said is not None:
                return cls._read(said)
        except (ValueError, TypeError, AttributeError):
            pass
        return cls(key="message.text", details={"text": kept})

    @classmethod
    def _read(cls, said: Mapping[str, Any]) -> Self:
        details = {name: cls._thawed(value) for name, value in said.get("details", {}).items()}
        return cls(**{**said, "details": details})

    @classmethod
    def _thawed(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return cls._read(value)
        return tuple(map(cls._thawed, value)) if isinstance(value, list) else value

    def parts(self) -> "tuple[Message, ...]":
        """Return the messages that `joined()` or `several()` put in a row; one that is alone is the only one."""
        said = self.details.get("text") if self.key == "message.text" else None
        return tuple(one for one in said if isinstance(one, Message)) if isinstance(said, tuple) else (self,)

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold of it, without what is empty."""
        details = {name: _frozen(value) for name, value in self.details.items()}
        said = {"key": self.key, "plugin": self.plugin, "details": details, "words": dict(self.words)}
        return {name: value for name, value in said.items() if value}

    def without(self, blotted: Callable[[str], str]) -> Self:
        """Return the message with all of its texts changed, so that no secret stands in it."""
        details = {name: _changed(value, blotted) for name, value in self.details.items()}
        return attrs.evolve(self, details=details, words={lang: blotted(text) for lang, text in self.words.items()})

    def told(self, lang: str, catalogues: Catalogues = _nobody) -> str:
        """
        Return the message in words; never an exception, whatever became of the key since.

        Args:
            lang: of the reader.
            catalogues: returns the words of plugins.
        """
        return self._told(lang, catalogues, 0)

    def _told(self, lang: str, catalogues: Catalogues, depth: int) -> str:
        catalogue = catalogues(self.plugin) if self.plugin else CORE
        if not self.key or catalogue is None or catalogue.find(lang, self.key) is None:
            return self._left(lang)
        details = {name: _told(value, lang, catalogues, depth) for name, value in self.details.items()}
        try:
            return PatronError(self.key, catalogue=catalogue, **details).message(lang)
        except (LookupError, ValueError, TypeError, AttributeError):
            return self._left(lang)

    def _left(self, lang: str) -> str:
        """Return what is left to say where the key has no words, or names something else than it did."""
        kept = self.words.get(lang) or self.words.get(LANGUAGES[0])
        said = ", ".join(f"{name}={_told(value, lang, _nobody, 0)}" for name, value in self.details.items())
        return kept or f"{self.key} ({said})".removesuffix(" ()")

    def in_words(self, lang: str) -> str:
        """Return the message within another one, which goes on behind it."""
        return self.told(lang).rstrip(".。")

    def __str__(self) -> str:
        return self.told(LANGUAGES[0])


def is_key(text: str) -> bool:
    """Say whether a text looks like the key of a message."""
    return _KEY.fullmatch(text) is not None and len(text) <= LONGEST


def _kept(details: Mapping[str, object]) -> dict[str, Any]:
    return {name: _part(value) for name, value in details.items()}


def _part(value: object) -> Any:
    """Return a detail as a message keeps it: of bounded length, and in both languages what has words of its own."""
    if value is None or isinstance(value, bool | float | Message):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else _clean(str(value))
    if isinstance(value, tuple | list):
        return tuple(map(_part, value[:_MOST]))
    if isinstance(value, PatronError):
        return Message.of(value)
    in_words = getattr(value, "in_words", None)
    if in_words is not None:
        return Message(words={lang: _clean(in_words(lang)) for lang in LANGUAGES})
    return _clean(str(value))


def _clean(text: str) -> str:
    return shorten(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text), LONGEST)


def _frozen(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_frozen(one) for one in value]
    return value.to_json() if isinstance(value, Message) else value


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_changed(one, change) for one in value)
    if isinstance(value, Message):
        return value.without(change)
    return change(value) if isinstance(value, str) else value


def _told(value: Any, lang: str, catalogues: Catalogues, depth: int) -> Any:
    if isinstance(value, tuple):
        sign = _BETWEEN[lang][min(depth, 1)]
        return sign.join(str(_told(one, lang, catalogues, depth + 1)) for one in value)
    if isinstance(value, Message):
        return value._told(lang, catalogues, depth).rstrip(".。")  # noqa: SLF001  # of the same class
    return value
