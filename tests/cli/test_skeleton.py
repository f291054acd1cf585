"""The skeleton of a plugin: installed as a stranger would, it works and its own tests pass."""

import os
import re
import subprocess
import sys
import tomllib

import pytest

from patron.cli.skeleton import _PLACES, write_skeleton
from patron.core.errors import OutputError, UsageError


@pytest.mark.parametrize("name", ["", "9x", "Big", "a-b", "a b", "../x", "é", "x" * 41, "a\n"])
def test_bad_names_are_refused(name, tmp_path):
    with pytest.raises(UsageError):
        write_skeleton("report", name, tmp_path / "out", taken=())
    assert not (tmp_path / "out").exists()


def test_name_of_an_installed_plugin_is_refused(patron):
    result = patron("plugins", "new", "report", "scores")

    assert 2 == result.code
    assert "A plugin scores is installed already" in result.err


@pytest.mark.parametrize("word", ["chanel", "plugin", ""])
def test_kind_that_is_none_is_told_which_there_are(word, patron):
    result = patron("plugins", "new", word, "big")

    assert 2 == result.code
    assert "There are: channel, report." in result.err
    assert "可选：channel, report。" in patron("--lang", "zh", "plugins", "new", word, "big").err


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(OutputError):
        write_skeleton("report", "big", tmp_path, taken=())
    with pytest.raises(OutputError):
        write_skeleton("report", "big", tmp_path / "mine.txt", taken=())
    assert ["mine.txt"] == [path.name for path in tmp_path.iterdir()]


def test_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="can't be written"):
        write_skeleton("report", "big", tmp_path / "file" / "inner", taken=())


def test_folder_is_named_after_the_plugin(patron, tmp_path):
    result = patron("plugins", "new", "report", "big_spenders")

    assert 0 == result.code
    assert (tmp_path / "patron-big-spenders" / "pyproject.toml").is_file()
    assert "pip install" in result.out


@pytest.mark.parametrize("name", ["report", "section", "class", "test"])
def test_names_that_the_files_use_are_names_like_any(name, tmp_path):
    """Every place is written once, and every message of the section has its words in both languages."""
    folder = write_skeleton("report", name, tmp_path / "out", taken=())
    module = folder / "src" / f"patron_{name}"
    asked = set(re.findall(r'"section\.(\w+)"', (module / "sections.py").read_text("utf-8")))

    for lang in ("en", "zh"):
        words = {path.name: tomllib.loads(path.read_text("utf-8")) for path in (module / "locale" / lang).iterdir()}
        assert asked == set(words["section.toml"])
        assert [name] == list(words["report.toml"])
    assert len(_PLACES["report"]) == sum(path.is_file() for path in folder.rglob("*"))


def test_chinese_words_are_chinese(tmp_path):
    """The title of the report and of the plugin too."""
    module = write_skeleton("report", "big", tmp_path / "out", taken=()) / "src" / "patron_big"
    titles = [tomllib.loads((module / "manifest.toml").read_text("utf-8"))["title"]["zh"]]
    for path in (module / "locale" / "zh").iterdir():
        titles += tomllib.loads(path.read_text("utf-8")).values()

    assert [] == [title for title in titles if not re.search(r"[\u4e00-\u9fff]", title)]


def test_a_channel_begun_keeps_what_channels_promise(patron, tmp_path):
    """Its own tests pass as they are written, and everything in it is said in both languages."""
    assert 0 == patron("plugins", "new", "channel", "fair_tablet", "--out", "out").code
    folder = tmp_path / "out"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder / "tests")]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)

    assert "2 passed" in result.stdout, result.stdout + result.stderr
    assert len(_PLACES["channel"]) == sum(path.is_file() for path in folder.rglob("*") if path.suffix != ".pyc")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [["report"], ["channel"], ["channel", "--full"]], ids=" ".join)
def test_what_is_written_is_clean(kind, patron, tmp_path):
    """For ruff as the skeleton itself sets it up, and for mypy where it is strict; what it is for is proved by its own tests."""
    assert 0 == patron("plugins", "new", *kind, "fair_tablet", "--out", "out").code
    checks = [["ruff", "check", "--no-cache", "--extend-select", "B,I,SIM,UP"], ["ruff", "format", "--no-cache", "--check"]]
    if "--full" in kind:
        checks.append(["mypy", "--strict", "--follow-imports=silent", "--ignore-missing-imports", "src", "tests"])
    for words in checks:
        command = [sys.executable, "-m", *words]
        result = subprocess.run(command, cwd=tmp_path / "out", capture_output=True, text=True, check=False, timeout=300)
        assert 0 == result.returncode, result.stdout + result.stderr


def test_every_file_of_a_full_channel_is_written_once(patron, tmp_path):
    """In both languages the same keys: the titles, the options, the reasons; docs/plugin-with-a-channel.md runs all of it."""
    assert 0 == patron("plugins", "new", "channel", "fair_tablet", "--full", "--out", "out").code
    module = tmp_path / "out" / "src" / "patron_fair_tablet"

    assert len(_PLACES["channel_full"]) == sum(path.is_file() for path in (tmp_path / "out").rglob("*"))
    for name in ("channel", "option", "reason"):
        english, chinese = (_keys(module / "locale" / lang / f"{name}.toml") for lang in ("en", "zh"))
        assert english == chinese


def _keys(path):
    """Return the keys of a file of words, those of a table with its name before them."""
    found = tomllib.loads(path.read_text("utf-8"))
    return {name: sorted(value) if isinstance(value, dict) else None for name, value in found.items()}


@pytest.mark.slow
def test_installed_skeleton_works(tmp_path):
    """Written, built, installed beside Patron and used from outside: listed, sound, shown, and its own tests pass."""
    source, site = tmp_path / "source", tmp_path / "site"
    env = {**os.environ, "PYTHONPATH": str(site), "PATRON_CACHE_DIR": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}

    def python(*words):
        command = [sys.executable, *map(str, words)]
        result = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=300)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    python("-m", "patron", "plugins", "new", "report", "big_spenders", "--out", source)
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    python("-m", "pip", "install", "--quiet", *offline, "--target", site, source)

    assert "big_spenders  0.1.0    on" in python("-m", "patron", "plugins", "list")
    python("-m", "patron", "plugins", "check", "big_spenders")
    assert "Big spenders" in python("-m", "patron", "report", "list")
    assert "3 passed" in python("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", source, source / "tests")
    python("-m", "patron", "demo", "shop", "--lines", "2000", "-o", "orders.parquet")
    score = ("score", "orders.parquet", "--customer", "customer_id", "--time", "ordered_at", "--amount", "amount")
    python("-m", "patron", *score, "-o", "scores.parquet")
    shown = python("-m", "patron", "--lang", "zh", "report", "show", "big_spenders", "--scores", "scores.parquet")
    assert "客户分组报告（Big spenders）" in shown
    assert "各组客户的贡献" in shown
