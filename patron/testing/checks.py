"""
Whether a plugin keeps what plugins promise: the host takes it, it speaks both languages, its sections build and render.
"""

from collections.abc import Mapping, Sequence
from types import ModuleType

from patron.core.errors import OutputError
from patron.core.host import Host
from patron.core.host.verify import implementations
from patron.core.i18n import LANGUAGES
from patron.core.records import Document, RenderOptions
from patron.core.report.build import build_report
from patron.core.report.facts import Fact, score_facts
from patron.testing.application import app, plugin_of
from patron.testing.samples import empty_run, sample_report_data, sample_run


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
    for report in sorted({owned.item.report for owned in own}):
        check_report(module, report, [owned.item.code for owned in own if owned.item.report == report], facts)


def check_report(
    module: ModuleType, report: str, sections: Sequence[str] = (), facts: Mapping[str, object] | None = None
) -> None:
    """
    Check that a report can be built of the sample shop and of an empty one, and rendered by every renderer, in both languages.

    Args:
        module: the plugin that brings the report or some of its sections.
        report: the report's code.
        sections: which sections; all if empty.
        facts: samples of facts that the sections speak about beside the score run, by name.

    Raises:
        PluginError: a section or a renderer failed.
        AssertionError: a section says nothing of the sample shop, the report has no title, or a rendering is empty.
    """
    others = {name: _sample(name, value) for name, value in (facts or {}).items()}
    for lang in LANGUAGES:
        with app(module, lang=lang).session() as session:
            for run in (sample_run(), empty_run()):
                scores = sample_report_data(session.t, run).scores
                document = build_report(session, report, {**score_facts(run, scores), **others}, only=tuple(sections))
                require(document.title != report, f"the report {report} has no title report.{report} in the words of its plugin")
                built = [section.code for section in document.sections]
                silent = [code for code in sections if code not in built] if run.customers else []
                require(not silent, f"sections that say nothing of the sample shop in {lang}: {', '.join(silent)}")
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
