"""
The kit for authors of plugins: a small shop to try things on, an application of the plugin at hand, and conformance checks.

A plugin's own tests need no more than this::

    import patron_mine
    from patron import testing


    def test_sections_conform():
        testing.check_sections(patron_mine)

Nothing here reads the configuration, the clock or the plugins of others that happen to be installed.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate
from types import ModuleType

import attrs
import pyarrow as pa

from patron.app import App
from patron.core.clock import fixed_clock
from patron.core.config import Settings
from patron.core.errors import OutputError
from patron.core.host import Host, Plugin
from patron.core.host.cache import ManifestCache
from patron.core.host.discovery import find_plugins, locate
from patron.core.host.manifest import parse_manifest
from patron.core.host.verify import implementations
from patron.core.i18n import LANGUAGES, Translator
from patron.core.money import UNIT
from patron.core.records import (
    Document,
    GroupRow,
    PurchaseRow,
    RenderOptions,
    ReportData,
    RowCounts,
    ScoreRun,
    Tally,
    TopShare,
    Totals,
)
from patron.core.report.build import build_report

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
"""What the clock of `app()` shows."""

AS_OF = date(2025, 12, 31)
"""The day of the sample run."""

# customer, orders, gross and refunds in whole units of money, first and last purchase; best first
_SHOP = (
    ("C07", 31, 9_200, -200, date(2023, 2, 1), date(2025, 12, 30)),
    ("王芳", 22, 6_100, 0, date(2023, 3, 9), date(2025, 12, 12)),
    ("C02", 18, 3_050, -50, date(2023, 5, 20), date(2025, 11, 30)),
    ("C11", 9, 1_400, 0, date(2024, 1, 15), date(2025, 12, 1)),
    ("C05", 7, 900, -100, date(2024, 4, 2), date(2025, 9, 9)),
    ("C03", 5, 500, 0, date(2024, 6, 6), date(2025, 10, 10)),
    ("李强", 3, 240, 0, date(2025, 1, 7), date(2025, 7, 7)),
    ("C09", 2, 120, 0, date(2025, 2, 2), date(2025, 3, 3)),
    ("C04", 1, 40, 0, date(2025, 8, 8), date(2025, 8, 8)),
    ("C08", 1, 30, -90, date(2025, 6, 1), date(2025, 6, 1)),
)


def app(*modules: ModuleType, lang: str = "en", settings: Settings | None = None) -> App:
    """
    Return an application with the built-in plugins and the given ones, its clock fixed at `NOW`.

    Args:
        modules: plugin modules, with their manifests beside them.
        lang: the language to speak.
        settings: the configuration; defaults without.

    Raises:
        PluginError: a manifest is broken.
    """
    own = tuple(_plugin(module) for module in modules)
    names = {plugin.name for plugin in own}
    built_in = tuple(found for found in find_plugins(ManifestCache(None)) if found.built_in and found.name not in names)
    host = Host((*built_in, *own))
    return App(settings=settings or Settings(), host=host, lang=lang, clock=fixed_clock(NOW))


def sample_run() -> ScoreRun:
    """Return the score run of a shop of ten customers, with refunds, Chinese names and a customer who brought nothing back."""
    values = [(gross + refunds) * UNIT for _, _, gross, refunds, _, _ in _SHOP]
    total, reached = sum(values), list(accumulate(values))
    return ScoreRun(
        id="0000sample",
        model="value",
        version="1",
        parameters={"by": "monetary", "groups": 10, "ties": "split"},
        as_of=AS_OF,
        zone="UTC",
        currency="",
        input_digest="0000sample",
        seconds=0.0,
        rows=RowCounts(read=120, used=120),
        first_day=min(first for *_, first, _ in _SHOP),
        last_day=max(last for *_, last in _SHOP),
        customers=len(_SHOP),
        ranked=len(_SHOP),
        by="monetary",
        totals=Totals(
            monetary=total,
            gross=sum(gross for _, _, gross, *_ in _SHOP) * UNIT,
            refunds=sum(refunds for _, _, _, refunds, *_ in _SHOP) * UNIT,
        ),
        groups=tuple(_group(place, values, reached) for place in range(len(values))),
        purchase_deciles=tuple(_purchase_row(percent, reached) for percent in range(10, 101, 10)),
        purchase_deciles_margin=(),
        pareto={"0.2": TopShare(customers=2, share=reached[1] / total)},
        curve=tuple((place / 10, value / total) for place, value in enumerate([0, *reached])),
        tallies={"abc": (_tally("A", values[:2]), _tally("B", values[2:5]), _tally("C", values[5:]))},
        grid=((0, 0, 0, 0, 2), (0, 0, 0, 2, 0), (0, 0, 2, 0, 0), (0, 2, 0, 0, 0), (2, 0, 0, 0, 0)),
    )


def empty_run() -> ScoreRun:
    """Return the score run of a file in which no row could be used: every report must stand it."""
    return attrs.evolve(
        sample_run(),
        rows=RowCounts(read=0, used=0),
        first_day=None,
        last_day=None,
        customers=0,
        ranked=0,
        totals=Totals(monetary=0, gross=0, refunds=0),
        groups=(),
        purchase_deciles=(),
        pareto={"0.2": TopShare(customers=0, share=None)},
        curve=(),
        tallies={},
        grid=(),
    )


def sample_scores(columns: Sequence[str] | None = None) -> pa.Table:
    """Return the scores of the sample run, best customer first; with names, only these columns."""
    table = pa.table(
        {
            "customer": [customer for customer, *_ in _SHOP],
            "first_purchase": [first for *_, first, _ in _SHOP],
            "last_purchase": [last for *_, last in _SHOP],
            "recency": [(AS_OF - last).days for *_, last in _SHOP],
            "orders": [orders for _, orders, *_ in _SHOP],
            "monetary": [Decimal(gross + refunds) for _, _, gross, refunds, *_ in _SHOP],
            "gross": [Decimal(gross) for _, _, gross, *_ in _SHOP],
            "refunds": [Decimal(refunds) for _, _, _, refunds, *_ in _SHOP],
            "rank": range(1, len(_SHOP) + 1),
            "decile": range(1, len(_SHOP) + 1),
            "abc": [*"AABBBCCCCC"],
        }
    )
    return table if columns is None else table.select(list(columns))


def sample_report_data(t: Translator, run: ScoreRun | None = None) -> ReportData:
    """Return what a report section is given, about the sample run or another one; scores of another run are empty."""
    if run is None or run.customers:
        return ReportData(run=run or sample_run(), scores=sample_scores, t=t)
    return ReportData(run=run, scores=lambda columns: sample_scores(columns).slice(0, 0), t=t)


def check_plugin(module: ModuleType) -> None:
    """
    Check that the host takes the plugin: manifest, hooks, arguments, and titles in every language that the manifest promises.

    Raises:
        PluginError: the host refuses it.
        AssertionError: it doesn't speak both English and Chinese.
    """
    plugin = _plugin(module)
    implementations(plugin)
    spoken = plugin.manifest.languages if plugin.manifest else ()
    _require(set(LANGUAGES) <= set(spoken), f"the manifest of {plugin.name} lists {spoken}, not all of {LANGUAGES}")


def check_sections(module: ModuleType) -> None:
    """
    Check the plugin's report sections, as `check_report()` checks a report, and the plugin itself, as `check_plugin()` does.

    Raises:
        PluginError: the host refuses the plugin, or a section failed.
        AssertionError: a heading or title lacks a language, a section says nothing of the sample shop, or can't be rendered.
    """
    check_plugin(module)
    host = app(module).host
    own = [owned for owned in host.report_sections() if owned.plugin == _plugin(module).name]
    _require(own, f"{module.__name__} brings no report sections")
    for owned in own:
        for lang in LANGUAGES:
            words = owned.catalogue.section(lang, owned.item.title.partition(".")[0])
            key = owned.item.title.partition(".")[2]
            _require(words.get(key), f"the heading {owned.item.title} of section {owned.item.code} is missing in {lang}")
    for report in sorted({owned.item.report for owned in own}):
        check_report(module, report, [owned.item.code for owned in own if owned.item.report == report])


def check_report(module: ModuleType, report: str, sections: Sequence[str] = ()) -> None:
    """
    Check that a report can be built of the sample shop and of an empty one, and rendered by every renderer, in both languages.

    Args:
        module: the plugin that brings the report or some of its sections.
        report: the report's code.
        sections: which sections; all if empty.

    Raises:
        PluginError: a section or a renderer failed.
        AssertionError: a section says nothing of the sample shop, the report has no title, or a rendering is empty.
    """
    for lang in LANGUAGES:
        with app(module, lang=lang).session() as session:
            for run in (sample_run(), empty_run()):
                scores = sample_report_data(session.t, run).scores
                document = build_report(session, report, run, scores, only=tuple(sections))
                _require(document.title != report, f"the report {report} has no title report.{report} in the words of its plugin")
                built = [section.code for section in document.sections]
                silent = [code for code in sections if code not in built] if run.customers else []
                _require(not silent, f"sections that say nothing of the sample shop in {lang}: {', '.join(silent)}")
                _check_renderings(session.host, document)


def _check_renderings(host: Host, document: Document) -> None:
    for owned in host.document_renderers():
        try:
            with host.blame(owned.plugin, f"document_renderers:{owned.item.code}"):
                content = owned.item.render(document, RenderOptions())
        except OutputError:  # an extra is not installed, or there is nothing that this format can show
            continue
        _require(content, f"{owned.item.code} renders {document.code} to nothing")


def _require(condition: object, complaint: str) -> None:
    """Raise an AssertionError unless the condition holds, with `python -O` too."""
    if not condition:
        raise AssertionError(complaint)


def _plugin(module: ModuleType) -> Plugin:
    """Describe a module as if it were installed under its own name, without `patron_`."""
    path, locale = locate(module.__name__)
    name = module.__name__.rpartition(".")[2].removeprefix("patron_")
    manifest = parse_manifest(ManifestCache(None).read(path, name), name)
    return Plugin(
        name=name,
        module=module.__name__,
        distribution=module.__name__,
        version="0",
        manifest=manifest,
        locale=locale,
        load=lambda _: module,
    )


def _group(place: int, values: Sequence[int], reached: Sequence[int]) -> GroupRow:
    return GroupRow(
        decile=place + 1,
        customers=1,
        monetary=values[place],
        margin=None,
        share=values[place] / reached[-1],
        cumulative_share=reached[place] / reached[-1],
        margin_share=None,
        lowest=values[place],
    )


def _purchase_row(percent: int, reached: Sequence[int]) -> PurchaseRow:
    needed = next(count for count, value in enumerate(reached, 1) if value * 100 >= reached[-1] * percent)
    return PurchaseRow(percent=percent, customers=needed, share_of_customers=needed / len(reached))


def _tally(value: str, members: Sequence[int]) -> Tally:
    return Tally(value=value, customers=len(members), monetary=sum(members))
