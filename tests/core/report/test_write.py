"""Which renderer is taken, and that a file is written whole or not at all."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from patron import testing
from patron.core.config import PluginSettings, Settings
from patron.core.errors import OutputError, PluginError, UsageError
from patron.core.host import Host, Owned
from patron.core.i18n import CORE
from patron.core.records import Document, Renderer, RenderOptions
from patron.core.report.write import choose_renderer, render, terminal_options, write_report
from patron.core.session import Session

DOCUMENT = Document(code="d", title="t", subtitle="s", lang="en", sections=())
OPTIONS = RenderOptions()


def fails(document: Document, options: RenderOptions) -> bytes:
    raise RuntimeError("no ink")


RENDERERS = (
    Renderer(code="plain", suffixes=(".txt",), media_type="text/plain", binary=False, render=lambda d, _: d.title.encode()),
    Renderer(code="terminal", suffixes=(), media_type="text/plain", binary=False, render=lambda *_: b"terminal"),
    Renderer(code="broken", suffixes=(".broken", ".tar.gz"), media_type="x/y", binary=True, render=fails),
    Renderer(code="wrong", suffixes=(".wrong",), media_type="x/y", binary=False, render=lambda *_: "text"),
    Renderer(code="needy", suffixes=(".needy",), media_type="x/y", binary=True, render=fails, needs=("jinja2", "json.decoder")),
)


class FewRenderers(Host):
    """A host that knows the renderers above and nothing else."""

    def document_renderers(self) -> tuple[Owned[Renderer], ...]:
        return tuple(Owned("maker", item, CORE) for item in RENDERERS)


@pytest.fixture
def session() -> Iterator[Session]:
    with testing.app().session() as opened:
        yield attrs.evolve(opened, host=FewRenderers())


@pytest.mark.parametrize(
    ("code", "target", "expected"),
    [
        (None, None, "terminal"),
        (None, "a.txt", "plain"),
        (None, "A.TXT", "plain"),
        (None, "archive.tar.gz", "broken"),
        ("plain", "a.broken", "plain"),
        ("broken", None, "broken"),
    ],
)
def test_format_goes_before_ending_and_the_terminal_is_the_default(session, code, target, expected) -> None:
    assert expected == choose_renderer(session, code=code, target=Path(target) if target else None).item.code


def test_an_unknown_format_is_answered_with_those_there_are(session) -> None:
    with pytest.raises(UsageError, match=r"no format 'plane'.*terminal.*nearest is plain"):
        choose_renderer(session, code="plane", target=None)


@pytest.mark.parametrize(
    ("code", "target", "named"), [("html", None, "html"), (None, "a.html", "a.html"), (None, None, "terminal")]
)
def test_without_any_format_the_plugins_are_named_that_would_have_some(code, target, named) -> None:
    settings = Settings(plugins=PluginSettings(off=("renderers",)))
    with (
        testing.app().session() as opened,
        pytest.raises(UsageError, match=rf"'{named}' can't be written: no plugin .*Switched off: renderers\.") as caught,
    ):
        choose_renderer(attrs.evolve(opened, host=Host.open(settings)), code=code, target=Path(target) if target else None)
    assert "已停用：renderers。" in caught.value.message("zh")


@pytest.mark.parametrize("name", ["report", "report.doc", ".txt.doc"])
def test_an_unknown_ending_is_answered_with_those_there_are(session, name) -> None:
    with pytest.raises(UsageError, match=r"Known endings: \.broken, \.needy, \.tar\.gz, \.txt"):
        choose_renderer(session, code=None, target=Path(name))


def test_a_report_is_written(session, tmp_path) -> None:
    target = tmp_path / "report.txt"
    write_report(session, choose_renderer(session, code=None, target=target), DOCUMENT, target, OPTIONS)

    assert b"t" == target.read_bytes()


@pytest.mark.parametrize("code", ["broken", "wrong"])
def test_a_renderer_that_fails_is_named_and_the_earlier_file_stays(session, tmp_path, code) -> None:
    target = tmp_path / "report.txt"
    target.write_text("earlier")
    with pytest.raises(PluginError, match=rf'maker.*Renderer\(code="{code}"\).render'):
        write_report(session, choose_renderer(session, code=code, target=target), DOCUMENT, target, OPTIONS)

    assert "earlier" == target.read_text()
    assert ["report.txt"] == [path.name for path in tmp_path.iterdir()]


def test_a_missing_folder_is_said_in_words(session, tmp_path) -> None:
    target = tmp_path / "missing" / "report.txt"
    with pytest.raises(OutputError, match="there is no folder"):
        write_report(session, choose_renderer(session, code=None, target=target), DOCUMENT, target, OPTIONS)


def test_rendered_bytes_come_back(session) -> None:
    assert b"terminal" == render(session, choose_renderer(session, code=None, target=None), DOCUMENT, OPTIONS)


@pytest.mark.parametrize(("code", "target"), [("needy", None), (None, "report.needy")])
def test_a_missing_package_is_said_before_there_is_work(session, monkeypatch, code, target) -> None:
    """Whether the format or the ending asks for it, and in both languages; what is there is no matter."""
    assert "needy" == choose_renderer(session, code=code, target=Path(target) if target else None).item.code
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(OutputError, match="needy of the plugin maker needs the package jinja2") as caught:
        choose_renderer(session, code=code, target=Path(target) if target else None)

    assert "jinja2" in caught.value.message("zh")


class Screen(io.StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"COLUMNS": "70"}, RenderOptions(width=70, colour=True)),
        ({"COLUMNS": "70", "NO_COLOR": "1"}, RenderOptions(width=70, colour=False)),
        ({"COLUMNS": "70", "NO_COLOR": ""}, RenderOptions(width=70, colour=True)),
        ({"COLUMNS": "400"}, RenderOptions(width=160, colour=True)),
    ],
)
def test_a_terminal_is_drawn_for(monkeypatch, environment, expected) -> None:
    """As wide as it is, up to where lines can be followed, and without colours where they are not wanted."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Screen())

    assert expected == terminal_options()


def test_a_pipe_is_written_plainly(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setattr(sys, "stdout", io.StringIO())

    assert RenderOptions() == terminal_options()
