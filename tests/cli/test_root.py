"""The command `patron`: help in both languages, suggestions, and commands loaded when they are run."""

import re
import sys
from importlib import import_module

import pytest

from patron.cli.launch import OWN
from patron.cli.wording import WORDS, localise
from patron.core.i18n import Translator

COMMANDS = """
import click

@click.command(help="one.help", epilog="Plain text.")
@click.argument("thing", help="one.thing")
@click.option("--size", help="one.size")
@click.pass_obj
def go(app, thing, size):
    with app.session() as session:
        click.echo(session.t.lang + thing)

@click.group(help="one.help")
def many():
    pass

many.add_command(go)

@hookimpl
def cli_commands():
    return [go, many]
"""
KEYS = {
    "hooks": '["cli_commands"]',
    "commands": '{go = {en = "Go far", zh = "走远"}, many = {en = "Many", zh = "许多"}}',
}


@pytest.fixture(name="one")
def _one(install):
    folder = install("one", COMMANDS, **KEYS)
    for lang, words in {"en": ("Go there.", "A thing.", "A size."), "zh": ("去那里。", "东西。", "大小。")}.items():
        (folder / "locale" / lang).mkdir(parents=True)
        text = "".join(f'{key} = "{word}"\n' for key, word in zip(("help", "thing", "size"), words, strict=True))
        (folder / "locale" / lang / "one.toml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("command", sorted(OWN))
def test_our_own_commands_are_ours(patron, install, command):
    """A plugin that brings a command of the command line is refused; help says so and lists ours."""
    install("one", hooks='["cli_commands"]', commands=f'{{{command} = {{en = "Go", zh = "走"}}}}')
    result = patron("--help")

    assert 0 == result.code
    assert f"the command {command} belongs to patron already" in " ".join(result.out.split())
    assert [command] == re.findall(rf"^  ({command})  ", result.out, re.MULTILINE)


def test_help_lists_commands_without_loading_any(patron, one):
    result = patron("--help")

    assert 0 == result.code
    listed = re.findall(r"^  ([a-z]+)  ", result.out, re.MULTILINE)
    assert sorted({*OWN, "analyse", "call", "demo", "go", "mail", "many", "report", "serve"}) == listed
    assert "Go far" in result.out
    assert "" == result.err
    assert "patron_one" not in sys.modules


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_help_is_a_bare_key(patron, lang):
    """Every command, down to its last option, speaks in words; plugins prove it of theirs."""
    assert [] == re.findall(r"  ([a-z_]+\.[a-z_]+)$", patron("--lang", lang, "--help").out, re.MULTILINE)

    def keys(command):
        texts = [command.help, command.short_help, command.epilog]
        texts += [getattr(option, "help", None) for option in command.params]
        yield from (text for text in texts if text and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text.strip()))
        for below in getattr(command, "commands", {}).values():
            yield from keys(below)

    t = Translator(lang, WORDS)
    assert [] == [key for module in OWN.values() for key in keys(localise(import_module(module).command, t))]


def test_help_speaks_chinese(patron, one):
    result = patron("--lang", "zh", "--help")

    assert 0 == result.code
    for words in ("用法", "[选项]", "选项", "命令", "走远", "显示本帮助并退出"):
        assert words in result.out
    assert not re.search(r"Usage|Options|Commands|Show this", result.out)


def test_language_of_the_environment_and_the_configuration(patron, monkeypatch, tmp_path):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "用法" in patron("--help").out
    (tmp_path / "patron.toml").write_text('lang = "en"')
    assert "Usage" in patron("--help").out
    monkeypatch.setenv("PATRON_LANG", "zh")
    assert "用法" in patron("--help").out
    assert "Usage" in patron("--lang", "en", "--help").out
    assert "Usage" in patron("--help", "--lang=en").out


def test_plugin_command_runs_and_speaks(patron, one):
    assert "enx\n" == patron("go", "x").out
    assert "zhx\n" == patron("go", "x", "--lang", "zh").out
    assert "zhx\n" == patron("--lang", "zh", "many", "go", "x").out


@pytest.mark.parametrize("words", [("go",), ("many", "go")])
def test_help_of_a_plugin_command_is_translated(patron, one, words):
    english, chinese = patron(*words, "--help").out, patron("--lang", "zh", *words, "--help").out

    assert [] == [part for part in ("Go there.", "A thing.", "A size.", "Plain text.", "--lang") if part not in english]
    assert [] == [part for part in ("去那里。", "东西。", "大小。", "Plain text.", "--lang") if part not in chinese]
    assert [] == re.findall(r"one\.\w+", english + chinese)


def test_version(patron):
    assert re.fullmatch(r"patron \d+\.\d+\.\d+\n", patron("--version").out)


def test_no_command_shows_help(patron):
    result = patron()

    assert 2 == result.code
    assert "Usage: patron" in result.err


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("scroe",), ("No such command 'scroe'", "'score'")),
        (("--sfe-mode",), ("No such option '--sfe-mode'", "'--safe-mode'")),
        (("plugins", "lst"), ("No such command 'lst'", "'list'")),
        (("plugins", "show"), ("Missing argument 'NAME'",)),
        (("plugins", "list", "--format", "xml"), ("'xml' is not one of 'text', 'json'",)),
        (("plugins", "list", "--safe-mode"), ("No such option", "stands before the command")),
        (("--lang", "fr", "plugins", "list"), ("'fr' is not one of 'en', 'zh'",)),
    ],
)
def test_usage_errors_say_what_and_suggest(patron, words, parts):
    result = patron(*words)

    assert 2 == result.code
    assert "" == result.out
    assert [] == [part for part in parts if part not in result.err]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("scroe",), ("没有命令 'scroe'", "您是否想输入 'score'")),
        (("--sfe-mode",), ("没有选项 '--sfe-mode'。", "'--safe-mode'")),
        (("score", "a.csv"), ("缺少选项 '--customer'。",)),
        (("plugins", "show"), ("缺少参数 'NAME'", "请运行")),
        (("plugins", "list", "--format", "xml"), ("'xml' 不在可选值中",)),
    ],
)
def test_usage_errors_in_chinese(patron, words, parts):
    result = patron("--lang", "zh", *words)

    assert [] == [part for part in parts if part not in result.err]
    assert not re.search(r"Usage|Error|Try|Missing|No such|Did you", result.err)


def test_refused_plugin_stands_below_the_help(patron, install):
    install("one", api="[9, 9]", **KEYS)
    result = patron("--help")

    assert 0 == result.code
    assert "The plugin one was refused" in " ".join(result.out.split())
    assert "Go far" not in result.out


def test_command_of_a_refused_plugin_says_why(patron, install):
    install("one", api="[9, 9]", **KEYS)
    result = patron("go")

    assert 1 == result.code
    assert "patron: The plugin one was refused" in result.err
    assert 'off = ["one"]' in result.err
    assert "--safe-mode" in result.err


def test_command_of_a_plugin_that_is_off_says_so(patron, one):
    result = patron("--safe-mode", "go")

    assert 2 == result.code
    assert "belongs to the plugin one, which is switched off" in result.err


def test_command_that_fails_to_load_names_the_plugin(patron, install):
    install("one", "import nowhere_at_all", **KEYS)
    result = patron("go")

    assert 1 == result.code
    assert "patron: The plugin one failed in import patron_one: ModuleNotFoundError" in result.err


def test_command_that_is_none_names_the_plugin(patron, install):
    code = "class Go:\n    name = 'go'\n@hookimpl\ndef cli_commands():\n    return [Go()]\n"
    install("one", code, hooks='["cli_commands"]', commands='{go = {en = "Go", zh = "走"}}')

    assert "The plugin one failed in cli_commands (go): TypeError: Go is not a click.Command" in patron("go").err


def test_broken_configuration_leaves_help(patron, tmp_path):
    (tmp_path / "patron.toml").write_text("lnag = 1")
    helped, failed = patron("--help"), patron("plugins", "list")

    assert 0 == helped.code
    assert "there is no key lnag" in " ".join(helped.out.split())
    assert 2 == failed.code
    assert re.match(r"patron: .*patron\.toml:1: there is no key lnag\. The nearest is lang\.", failed.err)
    assert "" == failed.out
    assert "没有名为 lnag 的键" in patron("--lang", "zh", "plugins", "list").err


@pytest.mark.parametrize("way", ["variable", "file", "neither"])
def test_broken_configuration_is_told_in_the_language_asked_for(patron, tmp_path, monkeypatch, way):
    """By the variable, or by the file itself as far as it can be read."""
    (tmp_path / "patron.toml").write_text('lang = "zh"\nlnag = 1\n' if way == "file" else "lnag = 1\n")
    if way == "variable":
        monkeypatch.setenv("PATRON_LANG", "zh")
    failed = patron("plugins", "list")

    assert 2 == failed.code
    assert ("there is no key" if way == "neither" else "没有名为 lnag 的键") in failed.err


def test_trace_tells_of_hook_calls(patron, one):
    result = patron("--trace", "go", "x")

    assert "enx\n" == result.out
    assert re.match(r"trace: one\.cli_commands → 2 \(\d+\.\d ms\)\n", result.err)
