"""
Whether a plugin keeps what plugins promise: the host takes it, it speaks both languages, its sections build and render.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from patron.app import App
from patron.core.errors import OutputError
from patron.core.host import Host
from patron.core.host.verify import implementations
from patron.core.i18n import LANGUAGES
from patron.core.records import Document, RenderOptions
from patron.core.records.report import SCORE_RUN
from patron.core.report.asking import ReportQuery, scope_of
from patron.core.report.build import build_report, facts_named, sections_of
from patron.core.report.facts import Fact, Facts, score_facts
from patron.core.report.views import view_facts
from patron.core.session import Session
from patron.testing.application import app, plugin_of
from patron.testing.dealer import sample_dealer
from patron.testing.samples import empty_run, sample_report_data, tiered_run


def check_plugin(module: ModuleType) -> None:
    """
    Check that the host takes the plugin: manifest, hooks, arguments, and titles in every language that the manifest promises.

    Raises:
        PluginError: the host refuses it.
        AssertionError: it doesn't speak both English and Chinese.
    """
    plugin = plugin_of(module)
    implementations(plugin)
    spoken = plugin.manifest.languages if plugin.manifest else ()
    require(set(LANGUAGES) <= set(spoken), f"the manifest of {plugin.name} lists {spoken}, not all of {LANGUAGES}")


def check_sections(module: ModuleType, facts: Mapping[str, object] | None = None) -> None:
    """
    Check the plugin's report sections, as `check_report()` checks a report, and the plugin itself, as `check_plugin()` does.

    Args:
        module: the plugin.
        facts: samples of facts that the sections speak about beside the score run, by name.

    Raises:
        PluginError: the host refuses the plugin, or a section failed.
        AssertionError: a heading or title lacks a language, a section says nothing of the sample shop, or can't be rendered.
    """
    check_plugin(module)
    host = app(module).host
    own = [owned for owned in host.report_sections() if owned.plugin == plugin_of(module).name]
    require(own, f"{module.__name__} brings no report sections")
    for owned in own:
        for lang in LANGUAGES:
            words = owned.catalogue.section(lang, owned.item.title.partition(".")[0])
            key = owned.item.title.partition(".")[2]
            require(words.get(key), f"the heading {owned.item.title} of section {owned.item.code} is missing in {lang}")
    with tempfile.TemporaryDirectory() as folder:
        for report in sorted({owned.item.report for owned in own}):
            codes = [owned.item.code for owned in own if owned.item.report == report]
            _check_report(Path(folder), module, report, codes, facts)


def check_report(
    module: ModuleType, report: str, sections: Sequence[str] = (), facts: Mapping[str, object] | None = None
) -> None:
    """
    Check that a report can be built of the sample shop and of an empty one, and rendered by every renderer, in both languages.

    A report that speaks of what is stored is built of a database with a few records of every kind (`sample_dealer()`), and of one
    without any.

    Args:
        module: the plugin that brings the report or some of its sections.
        report: the report's code.
        sections: which sections; all if empty.
        facts: samples of facts that the sections speak about beside the score run, by name.

    Raises:
        PluginError: a section or a renderer failed.
        AssertionError: a section says nothing of the sample shop, the report has no title, or a rendering is empty.
    """
    with tempfile.TemporaryDirectory() as folder:
        _check_report(Path(folder), module, report, sections, facts)


def _check_report(
    folder: Path, module: ModuleType, report: str, sections: Sequence[str], facts: Mapping[str, object] | None
) -> None:
    others = {name: _sample(name, value) for name, value in (facts or {}).items()}
    for lang in LANGUAGES:
        for run in (tiered_run(), empty_run()):
            with _opened(folder, module, lang, report, others, full=run.customers > 0).session() as session:
                scores = sample_report_data(session.t, run).scores
                document = _build(session, report, {**score_facts(session, run, scores), **others}, tuple(sections))
                _check_document(session, document, report, sections if run.customers else ())


def _opened(folder: Path, module: ModuleType, lang: str, report: str, facts: Facts, *, full: bool) -> App:
    """Return an application of the plugin, with a database where the report speaks of what is stored."""
    from patron.testing.tables import app_with_database

    plain = app(module, lang=lang)
    with plain.session() as session:
        wanted = set(facts_named(sections_of(session, report))) - facts.keys() - {SCORE_RUN}
    if not wanted:
        return plain
    own = folder / ("full" if full else "empty")
    new = not own.exists()
    own.mkdir(exist_ok=True)
    made = app_with_database(own, module, lang=lang)
    if full and new:
        with made.session() as session:
            sample_dealer(session)
    return made


def _build(session: Session, report: str, facts: Facts, only: Sequence[str]) -> Document:
    if session.settings.store.database is None:
        return build_report(session, report, facts, only=only)
    scope = scope_of(session, ReportQuery(name=report))
    with session.read() as reader:
        views = view_facts(session, reader, scope, facts_named(sections_of(session, report, only)))
        return build_report(session, report, {**views, **facts}, only=only, scope=scope)


def _check_document(session: Session, document: Document, report: str, sections: Sequence[str]) -> None:
    require(document.title != report, f"the report {report} has no title report.{report} in the words of its plugin")
    built = [section.code for section in document.sections]
    silent = [code for code in sections if code not in built]
    require(not silent, f"sections that say nothing of the sample shop in {document.lang}: {', '.join(silent)}")
    _check_renderings(session.host, document)


def _sample(name: str, value: object) -> Fact:
    return Fact(value=value, about=lambda _: name, origin=lambda _: name)


def _check_renderings(host: Host, document: Document) -> None:
    for owned in host.document_renderers():
        try:
            with host.blame(owned.plugin, f'Renderer(code="{owned.item.code}").render'):
                content = owned.item.render(document, RenderOptions())
        except OutputError:  # an extra is not installed, or there is nothing that this format can show
            continue
        require(content, f"{owned.item.code} renders {document.code} to nothing")


def require(condition: object, complaint: str) -> None:
    """Raise an AssertionError unless the condition holds, with `python -O` too."""
    if not condition:
        raise AssertionError(complaint)
