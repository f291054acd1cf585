"""click's own words: every one that a user can meet is in our list, and the help of commands is put into words."""

import ast
from pathlib import Path

import click
import pytest

from patron.cli.wording import WORDS, localise, speak
from patron.core.i18n import Translator

# Said to programmers, or by parts of click that we don't use.
LEFT_OUT = {
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Choice({choices})",
    "Could not determine name for option with declarations {decls!r}",
    "Name '{name}' defined twice",
    (
        "No options defined but a name was passed ({name}). "
        "Did you mean to declare an argument instead? Did you mean to pass '--{name}'?"
    ),
    "Unknown color {colour!r}",
    "Unknown standard stream '{name}'",
}
MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types", "utils")


def said_by_click():
    folder = Path(click.__file__).parent
    for module in MODULES:
        for node in ast.walk(ast.parse((folder / f"{module}.py").read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
                for argument in node.args[: 2 if node.func.id == "ngettext" else 1]:
                    if isinstance(argument, ast.Constant):
                        yield argument.value


def test_every_word_of_click_is_translated():
    """A word that a newer click says is missing here until someone translates it."""
    assert [] == sorted(set(said_by_click()) - set(WORDS.section("zh", "click")) - LEFT_OUT)


def test_words_are_still_said_by_click():
    assert {"required"} == set(WORDS.section("en", "click")) - set(said_by_click())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_click_speaks(lang):
    speak(lang)
    try:
        expected = {"zh": "没有选项 '--x'。", "en": "No such option '--x'."}[lang]
        assert expected == click.NoSuchOption("--x").message
    finally:
        speak("en")


def test_localised_command_is_a_copy():
    """The command that a plugin returned keeps its keys, so that it can be put into another language."""
    command = click.Command("go", help="cli.lang", params=[click.Option(["--x"], help="cli.version")])
    twin = localise(command, Translator("zh", WORDS))

    assert ("cli.lang", "cli.version") == (command.help, command.params[0].help)
    assert ("使用的语言：英文或中文。", "显示版本并退出。") == (twin.help, twin.params[0].help)
    assert ["--x", "--lang"] == [parameter.opts[0] for parameter in twin.params]


def test_text_that_is_no_key_stays():
    command = click.Command("go", help="Does this. And that.", short_help="a/b.c", epilog="no.such.key")
    twin = localise(command, Translator("zh", WORDS))

    assert ("Does this. And that.", "a/b.c", "no.such.key") == (twin.help, twin.short_help, twin.epilog)


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Do one thing, and then another one that takes\na line of its own. More of it.\n\nNext.", None),
        ("做一件事。然后再做一件。", "做一件事。"),
        ("Write to FILE.csv and", "Write to FILE.csv and"),
    ],
)
def test_a_command_is_listed_with_its_whole_first_sentence(text, listed):
    """click would cut it off behind some characters."""
    twin = localise(click.Command("go", help=text), Translator("en", WORDS))

    assert (listed or "Do one thing, and then another one that takes a line of its own.") == twin.get_short_help_str(10)


@pytest.mark.parametrize(("lang", "name"), [("en", "integer"), ("zh", "整数")])
def test_what_an_option_takes_has_a_name_of_the_language(lang, name):
    """The command itself keeps click's type, which others share."""
    command = click.Command("go", params=[click.Option(["--x"], type=click.IntRange(1, 3)), click.Option(["--y"])])
    twin = localise(command, Translator(lang, WORDS))

    assert (name, "integer range") == (twin.params[0].type.name, command.params[0].type.name)
    assert ("text" if lang == "en" else "文本", "text") == (twin.params[1].type.name, click.STRING.name)


def test_language_of_a_command_is_its_own_where_it_has_one():
    command = click.Command("go", params=[click.Option(["--lang"])])

    assert 1 == len(localise(command, Translator("en", WORDS)).params)
