"""
The command line in the reader's language: click's own words, and the help of commands and options.

click looks each of its words up under the name `_` (gettext) in the module that says it, in the language of the process. There we
put our own look-up, so that click speaks the language that was asked for and needs no compiled catalogues. A word that we don't
have stays English; a test compares our list with what click says.
"""

import copy
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import click

from patron.cli.formatting import Context
from patron.core.i18n import CORE, LANGUAGES, Catalogue, Translator

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)
"""The words of the command line."""

_TYPES = {"text": "cli.type_text", "integer": "cli.type_integer", "integer range": "cli.type_integer"}
"""click's names of what an option takes, which it doesn't translate → ours."""

_SENTENCE = re.compile(r".*?(?:[.!?](?=\s|$)|[。！？])", re.DOTALL)

_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


class _Spoken:
    """click's words in the language last asked for: what `_` and `ngettext` are in its modules."""

    words: Mapping[str, str] = {}

    @classmethod
    def one(cls, message: str) -> str:
        return cls.words.get(message, message)

    @classmethod
    def many(cls, singular: str, plural: str, count: int) -> str:
        return cls.one(singular if count == 1 else plural)


def speak(lang: str) -> None:
    """Let click speak *lang* from now on."""
    _Spoken.words = {} if lang == LANGUAGES[0] else WORDS.section(lang, "click")
    for module in _modules_of_click():
        for name, spoken in (("_", _Spoken.one), ("ngettext", _Spoken.many)):
            if hasattr(module, name):
                setattr(module, name, spoken)


def localise(command: click.Command, t: Translator) -> click.Command:
    """
    Return a copy of a command whose help, and that of its options and sub-commands, is in the language of *t*.

    Each takes `--lang` as well, so that it may stand before or behind the command.
    """
    twin = copy.copy(command)
    twin.context_class = Context
    twin.options_metavar = own_words(t)("cli.options_metavar")
    twin.help, twin.short_help, twin.epilog = (_words(text, t) for text in (command.help, command.short_help, command.epilog))
    twin.short_help = twin.short_help or _first_sentence(twin.help or "")  # click would cut the help off
    twin.params = [_localise_parameter(parameter, t) for parameter in command.params]
    if isinstance(twin, click.Group) and isinstance(command, click.Group):
        twin.subcommand_metavar = own_words(t)("cli.command_metavar")
        twin.commands = {name: localise(inner, t) for name, inner in command.commands.items()}
    if not any("--lang" in parameter.opts for parameter in command.params):
        twin.params.append(language_option(own_words(t), expose=False))
    return twin


def language_option(t: Translator, *, expose: bool) -> click.Option:
    """Return the option `--lang`."""
    return click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=expose, help=t("cli.lang"))


def own_words(t: Translator) -> Translator:
    """Return a translator to the language of *t* with the words of the command line."""
    return t.within(WORDS)


def _localise_parameter(parameter: click.Parameter, t: Translator) -> click.Parameter:
    twin = copy.copy(parameter)
    if isinstance(twin, click.Option | click.Argument):
        twin.help = _words(getattr(parameter, "help", None), t)
    name = _TYPES.get(parameter.type.name)
    if name:
        twin.type = copy.copy(parameter.type)
        twin.type.name = own_words(t)(name)
    return twin


def _words(text: str | None, t: Translator) -> str | None:
    return t(text) if text and _KEY.fullmatch(text) else text


def _first_sentence(text: str) -> str:
    text = text.strip().partition("\n\n")[0]
    found = _SENTENCE.match(text)
    return " ".join((found[0] if found else text).split())


def _modules_of_click() -> list[ModuleType]:
    return [module for name, module in tuple(sys.modules.items()) if name.partition(".")[0] == "click"]
