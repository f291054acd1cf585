"""Reports are the sections that name them: order, titles, blame, and what is said when a name is wrong."""

import attrs
import pytest

from patron import testing
from patron.core.config import PluginSettings, Settings
from patron.core.errors import PluginError, UsageError
from patron.core.host import Host, Owned
from patron.core.i18n import CORE
from patron.core.records import Document, Level, Note, ReportData, ReportSection
from patron.core.report.build import build_report, list_reports
from patron.core.report.facts import Fact, score_facts
from patron.core.session import Session


def section(
    code: str, order: int = 100, report: str = "mine", build=None, facts: tuple[str, ...] = ("score_run",)
) -> ReportSection:
    build = build or (lambda _: [Note(text=f"note of {code}")])
    return ReportSection(code=code, report=report, title=f"mine.{code}", order=order, build=build, facts=facts)


class FewSections(Host):
    """A host that knows the given sections and nothing else."""

    def __init__(self, *sections: ReportSection) -> None:
        super().__init__()
        self.sections = sections

    def report_sections(self) -> tuple[Owned[ReportSection], ...]:
        owned = (Owned("maker", item, CORE) for item in self.sections)
        return tuple(sorted(owned, key=lambda one: one.item.order))


def session_with(*sections: ReportSection, lang: str = "en") -> Session:
    with testing.app(lang=lang).session() as session:
        return attrs.evolve(session, host=FewSections(*sections))


def build(session: Session, name: str = "mine", **options) -> Document:
    return build_report(session, name, score_facts(session, testing.sample_run(), testing.sample_scores), **options)


def test_sections_stand_in_their_order() -> None:
    document = build(session_with(section("last", 30), section("first", 10), section("middle", 20)))

    assert ["first", "middle", "last"] == [one.code for one in document.sections]


def test_only_the_sections_of_this_report_are_built() -> None:
    document = build(session_with(section("own"), section("foreign", report="other")))

    assert ["own"] == [one.code for one in document.sections]


def test_only_the_sections_asked_for_are_built() -> None:
    def fails(data: ReportData) -> list[Note]:
        raise AssertionError("not asked for")

    document = build(session_with(section("one"), section("two", build=fails)), only=["one"])

    assert ["one"] == [one.code for one in document.sections]


def test_an_empty_section_is_left_out() -> None:
    document = build(session_with(section("empty", build=lambda _: []), section("full")))

    assert ["full"] == [one.code for one in document.sections]


def test_the_document_says_what_it_is_about_in_the_language_of_the_session() -> None:
    english, chinese = (build(session_with(section("one"), lang=lang)) for lang in ("en", "zh"))

    assert "10 customers · 2023-02-01 to 2025-12-30, as of 2025-12-31 (UTC)" == english.subtitle
    assert "10 位客户 · 2023-02-01 至 2025-12-30，截至 2025-12-31（UTC）" == chinese.subtitle
    assert ("en", "zh") == (english.lang, chinese.lang)
    assert "0000sample" in english.footer


def test_a_report_without_words_for_its_title_is_called_by_its_name() -> None:
    assert "mine" == build(session_with(section("one"))).title


def test_a_section_that_fails_is_named_with_its_plugin() -> None:
    def fails(data: ReportData) -> list[Note]:
        raise KeyError("gone")

    with pytest.raises(PluginError) as caught:
        build(session_with(section("broken", build=fails)))

    assert "maker" in str(caught.value)
    assert 'ReportSection(code="broken").build' in str(caught.value)


def test_a_section_that_returns_something_else_is_blamed() -> None:
    with pytest.raises(PluginError, match="figures, tables, charts and notes, not str"):
        build(session_with(section("broken", build=lambda _: "text")))


def test_a_section_can_read_the_scores() -> None:
    def counts(data: ReportData) -> list[Note]:
        return [Note(text=f"{data.scores(['customer']).num_rows} rows of {data.scores(['customer']).column_names}")]

    document = build(session_with(section("reads", build=counts)))

    assert (Note(text="10 rows of ['customer']"),) == document.sections[0].blocks


def test_an_unknown_report_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        build(session_with(section("one")), "mien")

    assert "'mien'" in str(caught.value)
    assert "The nearest is mine" in str(caught.value)
    assert 2 == caught.value.exit_code


def test_a_name_far_from_all_is_answered_without_a_nearest() -> None:
    with pytest.raises(UsageError, match=r"There are: mine\.$"):
        build(session_with(section("one")), "xyzzy")


def test_an_unknown_section_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no section 'on'.*one, two.*nearest is one"):
        build(session_with(section("one"), section("two")), only=["on"])


def test_without_any_report_the_plugins_are_named_that_would_bring_some() -> None:
    settings = Settings(plugins=PluginSettings(off=("calls", "reports")))
    with testing.app().session() as session, pytest.raises(UsageError, match=r"'mine'.*Switched off: .*reports") as caught:
        build(attrs.evolve(session, host=Host.open(settings)))
    assert "已停用：" in caught.value.message("zh")


def test_without_any_plugin_the_message_still_reads_well() -> None:
    with pytest.raises(UsageError, match="Switched off: –"):
        build(session_with())


def test_reports_are_listed_by_name_with_sections_and_plugins() -> None:
    entries = list_reports(session_with(section("b", 20), section("a", 10), section("c", report="another")))

    assert [("another", ("c",)), ("mine", ("a", "b"))] == [(entry.name, entry.sections) for entry in entries]
    assert ("maker",) == entries[0].plugins
    assert ("score_run",) == entries[0].facts


def test_the_built_in_report_has_a_title_in_both_languages() -> None:
    for lang, title in (("en", "Who brings the sales"), ("zh", "谁带来销售额")):
        with testing.app(lang=lang).session() as session:
            assert [title] == [entry.title for entry in list_reports(session) if entry.name == "deciles"]


LEADS = {"leads": Fact(value=("Wang", "Li"), about=lambda t: "2 leads", origin=lambda t: "database")}


def count_leads(data: ReportData) -> list[Note]:
    return [Note(text=f"{len(data.facts['leads'])} leads")]


def test_a_report_can_speak_of_other_facts_than_scores() -> None:
    """Nothing in a report rests on a score run: its subtitle and footer are those of the facts that its sections name."""
    session = session_with(section("leads", build=count_leads, facts=("leads",)))
    document = build_report(session, "mine", LEADS)

    assert (Note(text="2 leads"),) == document.sections[0].blocks
    assert ("2 leads", "database") == (document.subtitle, document.footer)


def test_a_document_says_of_all_its_facts_what_they_are() -> None:
    session = session_with(section("one"), section("leads", build=count_leads, facts=("leads",)))
    document = build_report(session, "mine", {**LEADS, **score_facts(session, testing.sample_run(), testing.sample_scores)})

    assert document.subtitle.startswith("2 leads · 10 customers · ")
    assert document.footer.startswith("database · Patron · run 0000sample")


def test_a_section_is_given_the_facts_that_it_names_and_no_others() -> None:
    """One that reads what it did not name is blamed at once, not on the day on which the fact is missing."""
    session = session_with(section("leads", build=lambda data: [Note(text=data.run.id)], facts=("leads",)))

    with pytest.raises(PluginError, match="score_run"):
        build_report(session, "mine", {**LEADS, **score_facts(session, testing.sample_run(), testing.sample_scores)})


def test_a_section_without_its_facts_says_what_is_missing() -> None:
    """The rest of the report is built all the same: the facts of one plugin's section don't stop the work of others."""
    document = build(session_with(section("leads", 10, build=count_leads, facts=("leads",)), section("one", 20)))
    missing, built = (each.blocks[0] for each in document.sections)

    assert Level.WARNING == missing.level
    assert missing.text.startswith("This part speaks of leads, which is not there. Switch on the plugin that brings leads;")
    assert Note(text="note of one") == built


def test_a_report_without_any_of_its_facts_is_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"report mine speaks of scores, .* patron score ….* --scores scores.parquet"):
        build_report(session_with(section("one")), "mine", {})


def test_a_section_that_names_no_facts_needs_none() -> None:
    document = build_report(session_with(section("one", facts=())), "mine", {})

    assert (Note(text="note of one"),) == document.sections[0].blocks
