"""The words: every key exists in every language with the same parameters, and every key that the code asks for exists."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from patron.core.i18n import CORE, LANGUAGES, Catalogue

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "patron"
FOLDERS = sorted(path for path in PACKAGE.rglob("*locale") if path.is_dir())
FILES = (".csv", ".html", ".parquet", ".toml", ".txt")
"""How names of files end that look like keys."""
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


def messages(folder, lang):
    catalogue = Catalogue(folder)
    return {
        f"{section}.{key}": text for section in catalogue.sections(lang) for key, text in catalogue.section(lang, section).items()
    }


def parameters(message):
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def name_of(folder):
    return folder.relative_to(ROOT).as_posix()


def catalogue_of(path):
    """Return the words that a source file speaks with: its plugin's, which fall back to the core's."""
    for folder in path.parents:
        if (folder / "locale").is_dir() and folder != PACKAGE:
            return CORE if folder == PACKAGE / "core" else Catalogue(folder / "locale", CORE)
    own = path.with_suffix(".locale")
    return Catalogue(own, CORE) if own.is_dir() else CORE


def asked_keys():
    """Yield (file, line, key, call or None) for every constant that looks like a key of a section that there is; no f-strings."""
    for path in sorted(PACKAGE.rglob("*.py")):
        sections = {section for folder in FOLDERS for section in Catalogue(folder).sections("en")}
        tree = ast.parse(path.read_text("utf-8"))
        calls = {id(call.args[0]): call for call in ast.walk(tree) if isinstance(call, ast.Call) and call.args}
        pieces = {id(part) for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for part in text.values}
        for node in ast.walk(tree):
            if (
                id(node) not in pieces
                and isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and KEY.fullmatch(node.value)
                and not node.value.endswith(FILES)
            ):
                call = calls.get(id(node))
                if node.value.split(".")[0] in sections or (call is not None and _raises(call)):
                    yield path, node.lineno, node.value, call


def _raises(call):
    return isinstance(call.func, ast.Name) and (call.func.id.endswith("Error") or call.func.id == "Reason")


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_languages_have_the_same_keys(folder):
    keys = {lang: set(messages(folder, lang)) for lang in LANGUAGES}

    assert all(keys["en"] == keys[lang] for lang in LANGUAGES), {lang: sorted(keys["en"] ^ keys[lang]) for lang in LANGUAGES}
    assert keys["en"]


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_languages_have_the_same_parameters(folder):
    english = messages(folder, "en")
    differing = [
        f"{lang}: {key}"
        for lang in LANGUAGES
        for key, message in messages(folder, lang).items()
        if parameters(message) != parameters(english.get(key, ""))
    ]

    assert [] == differing


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_chinese_is_chinese(folder):
    """A message that says something in English says it in Chinese too: one left untranslated has no Chinese character."""
    words = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")
    english, chinese = messages(folder, "en"), messages(folder, "zh")

    assert [] == [
        key for key in english if words.search(english[key]) and not re.search(r"[\u4e00-\u9fff]", chinese.get(key, "中"))
    ]


def test_every_key_that_is_asked_for_exists():
    missing = [
        f"{path.relative_to(ROOT)}:{line}: {key}"
        for path, line, key, _ in asked_keys()
        if catalogue_of(path).find("en", key) is None
    ]

    assert [] == missing


def test_errors_bring_what_their_messages_name():
    """An error is raised with every detail that its message fills in."""
    lacking = []
    for path, line, key, call in asked_keys():
        message = catalogue_of(path).find("en", key)
        if message is None or call is None or not _raises(call) or any(keyword.arg is None for keyword in call.keywords):
            continue
        absent = parameters(message) - {keyword.arg for keyword in call.keywords}
        if absent:
            lacking.append(f"{path.relative_to(ROOT)}:{line}: {key} lacks {sorted(absent)}")

    assert [] == lacking
