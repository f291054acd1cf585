"""
Words a person sees, in English and Simplified Chinese.

A package that shows words keeps them beside its code, in `locale/<lang>/<section>.toml`; the key `score.done` is the entry
`done` of `score.toml`. A section file is read when one of its keys is first asked for, so that a command pays only for the
words it prints. Nothing here formats numbers or dates: both languages write them alike.

In a message `{rows:row|rows}` is a count with its noun, `1 row` or `12 rows`; what somebody wrote, `{got!r}`, stands between the
quotation marks of the language; and a name that knows what people call it (`Worded`) is told with its label.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Self

LANGUAGES = ("en", "zh")
"""Every language a message must exist in; the first is the fallback."""


class Worded(str):
    """
    A name that files, options and programs use, and that knows what people call it: `来源（source）`.

    Args:
        name: the name.
        label: what people call it in a language; None where nobody said.
    """

    __slots__ = ("_label",)

    def __new__(cls, name: str, label: Callable[[str], str | None]) -> Self:
        """Return the name."""
        made = super().__new__(cls, name)
        made._label = label
        return made

    _label: Callable[[str], str | None]

    def in_words(self, lang: str) -> str:
        """Return the label with the name behind it; the name alone where that is what people call it, too."""
        label = self._label(lang)
        if label is None or label == self:
            return str(self)
        return f"{label}（{self}）" if lang == "zh" else f"{label} ({self})"


class Catalogue:
    """
    The messages of one package.

    Args:
        folder: the directory that holds one sub-folder for each of `LANGUAGES`.
        fallback: asked for a key that this catalogue does not have (a plugin falls back to the core).
    """

    def __init__(self, folder: Path, fallback: "Catalogue | None" = None) -> None:
        self.folder = folder
        self.fallback = fallback
        self._sections: dict[tuple[str, str], Mapping[str, str]] = {}

    def section(self, lang: str, name: str) -> Mapping[str, str]:
        """Return the messages of one section file, keys flattened with dots; empty where there is no such file."""
        found = self._sections.get((lang, name))
        if found is None:
            path = self.folder / lang / f"{name}.toml"
            found = _flatten(tomllib.loads(path.read_text("utf-8"))) if path.is_file() else {}
            self._sections[lang, name] = found
        return found

    def sections(self, lang: str) -> tuple[str, ...]:
        """Return the names of the section files of one language, sorted."""
        return tuple(sorted(path.stem for path in (self.folder / lang).glob("*.toml")))

    def find(self, lang: str, key: str) -> str | None:
        """Return the message of *key* in *lang*, else in English, else in the fallback catalogue, else None."""
        name, _, rest = key.partition(".")
        for candidate in (lang, LANGUAGES[0]):
            message = self.section(candidate, name).get(rest)
            if message is not None:
                return message
        return self.fallback.find(lang, key) if self.fallback else None

    def __reduce__(self) -> str | tuple[object, ...]:
        """Travel between processes: the words of the core are those of the core wherever it is installed."""
        return "CORE" if self is CORE else (Catalogue, (self.folder, self.fallback))


class Translator:
    """
    Turns keys into words of one language.

    Called with a key and named parameters it returns the message with the parameters filled in as by `str.format`. An unknown key
    comes back as it is: a missing word must not hide the message it belongs to (a test holds the catalogues complete).

    Attributes:
        lang: one of `LANGUAGES`.
        catalogue: where the messages come from.
    """

    def __init__(self, lang: str, catalogue: Catalogue) -> None:
        self.lang = lang
        self.catalogue = catalogue

    def __call__(self, key: str, /, **params: object) -> str:
        message = self.catalogue.find(self.lang, key)
        if message is None:
            return key
        return _Sentence(self.lang).vformat(message, (), params) if params else message

    def within(self, catalogue: Catalogue) -> "Translator":
        """Return a translator to the same language with the words of another catalogue."""
        return Translator(self.lang, catalogue)


class _Sentence(Formatter):
    """Fills in a message as its language writes."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        value = super().get_value(key, args, kwargs)
        in_words = getattr(value, "in_words", None)
        return value if in_words is None else in_words(self._lang)

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion == "r" and self._lang == "zh" and isinstance(value, str):
            return f"“{repr(value)[1:-1]}”"
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return f"{value} {one if str(value) == '1' else many}" if bar else str(super().format_field(value, format_spec))


def resolve_language(*wishes: str | None, environ: Mapping[str, str] | None = None) -> str:
    """
    Return the language to speak: the first wish that is set, else what the locale of the environment says, else English.

    Any tag that begins with `zh` (`zh_CN.UTF-8`, `zh-Hans`, …) means Simplified Chinese; every other tag means English.
    """
    env = os.environ if environ is None else environ
    locale = (env.get("LC_ALL"), env.get("LC_MESSAGES"), env.get("LANG"))
    tag = next((wish for wish in (*wishes, *locale) if wish), "en")
    return "zh" if tag.lower().startswith("zh") else "en"


def language_asked(*wishes: str) -> str:
    """
    Return the first of our languages that a reader wishes for, English where they wish for none of them.

    Args:
        wishes: each a language, or several with how much each is wished for, as browsers say in `Accept-Language`.
    """
    asked = (one for wish in wishes for one in _by_weight(wish[:_LONGEST_WISH]))
    return next((lang for one in asked if (lang := one.replace("_", "-").partition("-")[0].lower()) in LANGUAGES), LANGUAGES[0])


_LONGEST_WISH = 1_000


def _by_weight(wish: str) -> list[str]:
    weighed = []
    for one in wish.split(","):
        tag, _, weight = one.partition(";")
        try:
            weighed.append((float(weight.strip().lower().removeprefix("q=") or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight > 0]


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = str(value).strip()
    return flat


CORE = Catalogue(Path(__file__).parent / "locale")
"""The words of the core: errors, reasons, column names."""
