"""The host: order, on and off, refusals that name the culprit, hooks called once and only when asked for."""

import sys

import pytest

from patron.core.config import PluginSettings, Settings
from patron.core.errors import ConfigurationError, PluginError, UsageError
from patron.core.hookspecs import HOOKS
from patron.core.host import Host

SECTIONS = """
from patron.core.records import ReportSection

@hookimpl
def report_sections():
    return [ReportSection(code=code, report="r", title="t.t", build=list, order=order) for code, order in {}]
"""
FACTORS = """
from patron.core.records import FactorColumn, Kind, ScoreFactor

@hookimpl
def score_factors():
    return [ScoreFactor(code="{}", columns=(FactorColumn(name="{}", kind=Kind.COUNT),), compute=dict)]
"""
RENDERERS = """
from patron.core.records import Renderer

@hookimpl
def document_renderers():
    return [Renderer(code="{}", suffixes=("{}",), media_type="text/plain", binary=False, render=bytes)]
"""
COMMANDS = """
import click

@hookimpl
def cli_commands():
    return [click.Command(name) for name in {}]
"""
GO = '{go = {en = "Go", zh = "走"}}'


def open_host(safe_mode=False, trace=None, **plugins):
    return Host.open(Settings(plugins=PluginSettings(**plugins)), safe_mode=safe_mode, trace=trace)


def names(host):
    return [plugin.name for plugin in host.plugins if not plugin.built_in and plugin.enabled]


def refusal(name):
    return open_host().plugin(name).problem.key


def test_order_is_settings_then_manifest_then_name(install):
    install("aa")
    install("bb")
    install("cc", order="5")
    install("dd")

    assert ["cc", "aa", "bb", "dd"] == names(open_host())
    assert ["dd", "bb", "cc", "aa"] == names(open_host(order=("dd", "bb")))


def test_on_and_off(install):
    install("aa")
    install("bb", default='"off"')

    assert ["aa"] == names(open_host())
    assert ["bb"] == names(open_host(on=("bb",), off=("aa",)))


@pytest.mark.parametrize("key", ["on", "off", "order"])
def test_unknown_names_are_errors(install, key):
    install("loyalty")

    with pytest.raises(ConfigurationError, match=r"no plugin loyal is installed\. The nearest is loyalty"):
        open_host(**{key: ("loyal",)})


def test_safe_mode_leaves_built_in_plugins_only(install):
    install("aa")
    host = open_host(safe_mode=True, on=("aa",))

    assert [] == names(host)
    assert {plugin.name for plugin in host.plugins if plugin.built_in} == {
        plugin.name for plugin in host.plugins if plugin.enabled
    }


@pytest.mark.parametrize(("api", "fits"), [("[1, 1]", True), ("[0, 3]", True), ("[2, 3]", False), ("[0, 0]", False)])
def test_api_range(install, api, fits):
    install("one", api=api)
    problem = open_host().plugin("one").problem

    assert fits == (problem is None)
    assert fits or problem.key == "host.api"


def test_misspelt_hook_in_the_manifest(install):
    install("one", hooks='["report_section"]')

    with pytest.raises(PluginError, match=r"one was refused: there is no hook report_section\. The nearest is report_sections"):
        open_host().require_sound()


def test_misspelt_hook_in_the_module(install):
    install("one", SECTIONS.replace("report_sections", "report_section"), hooks='["report_sections"]')

    with pytest.raises(PluginError, match=r"one was refused: there is no hook report_section\. The nearest is report_sections"):
        open_host().report_sections()


def test_hook_that_is_not_listed(install):
    install("one", SECTIONS.format([]) + RENDERERS.format("r", ".r"), hooks='["report_sections"]')

    with pytest.raises(PluginError, match="implements the hook document_renderers, which its manifest does not list"):
        open_host().report_sections()


def test_hook_that_is_listed_and_missing(install):
    install("one", hooks='["report_sections"]')

    with pytest.raises(PluginError, match="lists the hook report_sections, but no function of patron_one"):
        open_host().report_sections()


def test_wrong_argument(install):
    install("one", SECTIONS.replace("sections()", "sections(session)").format([]), hooks='["report_sections"]')

    with pytest.raises(PluginError, match="its report_sections asks for an argument session, but this hook has no arg") as caught:
        open_host().report_sections()
    assert "report_sections 要求参数 session，但这个钩子没有参数" in caught.value.message("zh")


@pytest.mark.parametrize("arguments", ["session=None", "*session", "**session"])
def test_what_need_not_be_given_is_no_wrong_argument(install, arguments):
    install("one", SECTIONS.replace("sections()", f"sections({arguments})").format([("s", 1)]), hooks='["report_sections"]')

    assert "one" in [owned.plugin for owned in open_host().report_sections()]


@pytest.mark.parametrize("arguments", ["*, session", "a=1, *, session", "session, /"])
def test_what_must_be_given_is_a_wrong_argument(install, arguments):
    install("one", SECTIONS.replace("sections()", f"sections({arguments})").format([]), hooks='["report_sections"]')

    with pytest.raises(PluginError, match="asks for an argument session"):
        open_host().report_sections()


def test_function_of_another_name_says_its_hook(install):
    code = SECTIONS.replace("@hookimpl", '@hookimpl(specname="report_sections")').replace("def report_sections", "def mine")
    install("one", code.format([("s", 1)]), hooks='["report_sections"]')

    assert "one" in [owned.plugin for owned in open_host().report_sections()]


def test_name_that_is_no_code_is_refused(install):
    """A column of such a name would have to be quoted wherever it is asked for."""
    install("one", FACTORS.format("share", "Return Share"), hooks='["score_factors"]')

    with pytest.raises(PluginError, match=r"The plugin one failed in score_factors: 'Return Share' .*lower-case") as caught:
        open_host().score_factors()
    assert "小写字母" in caught.value.message("zh")
    assert "host.bad_column" == caught.value.key


def test_record_of_junk_is_blamed(install):
    install(
        "one",
        FACTORS.replace("(FactorColumn(", "(str(").replace('str(name="{}", kind=Kind.COUNT)', '"{}"').format("a", "b"),
        hooks='["score_factors"]',
    )

    with pytest.raises(PluginError, match="one failed in score_factors: AttributeError: 'str' object has no attribute 'name'"):
        open_host().score_factors()


def test_class_of_the_same_name_is_told_apart(install):
    install(
        "one",
        "class ReportSection: pass\n@hookimpl\ndef report_sections():\n    return [ReportSection()]\n",
        hooks='["report_sections"]',
    )

    with pytest.raises(PluginError, match=r"an item of type patron_one\.ReportSection, not ReportSection"):
        open_host().report_sections()


def test_plugins_that_are_off_are_known_by_their_hooks(install):
    install("one", hooks='["report_sections"]')

    assert ("one",) == open_host(off=("one", "scores")).switched_off("report_sections")


def test_wrapper(install):
    code = "@hookimpl(wrapper=True)\ndef report_sections():\n    return (yield)\n"
    install("one", code, hooks='["report_sections"]')

    with pytest.raises(PluginError, match="report_sections is a hook wrapper"):
        open_host().report_sections()


def test_commands_need_their_hook(install):
    install("one", commands=GO)

    assert "host.commands_without_hook" == refusal("one")


@pytest.mark.parametrize(("command", "owner"), [("score", "patron"), ("report", "reports")])
def test_command_of_another_is_refused(install, command, owner):
    """Of another plugin, and one that the caller keeps for itself."""
    install("one", hooks='["cli_commands"]', commands=f'{{{command} = {{en = "Go", zh = "走"}}}}')
    problem = Host.open(Settings(), reserved=("score",)).plugin("one").problem

    assert ("host.duplicate_command", owner) == (problem.key, problem.details["other"])


def test_second_owner_of_a_command_is_refused(install):
    install("aa", hooks='["cli_commands"]', commands=GO)
    install("bb", hooks='["cli_commands"]', commands=GO)

    assert [None, "host.duplicate_command"] == [
        problem and problem.key for problem in (open_host().plugin(name).problem for name in ("aa", "bb"))
    ]
    assert "host.duplicate_command" == open_host(order=("bb",)).plugin("aa").problem.key


def test_namesakes_are_refused_but_ours(install, tmp_path):
    folder = install("one", distribution="patron-one")
    other = folder.parent / "other-1.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Name: other\nVersion: 1.0\n")
    (other / "entry_points.txt").write_text("[patron]\none = patron_one\nscores = patron_one\n")
    host = open_host()
    problems = {(plugin.name, plugin.distribution): plugin.problem for plugin in host.plugins}

    assert "host.duplicate_name" == problems["scores", "other"].key
    assert problems["scores", "patron"] is None
    assert ["host.duplicate_name"] == [
        problem.key for (name, _), problem in problems.items() if name == "one" and problem is not None
    ]


@pytest.mark.parametrize(
    ("code", "hook", "key"),
    [
        (FACTORS.format("same", "{}"), "score_factors", "host.duplicate_factor"),
        (FACTORS.format("{}", "same"), "score_factors", "host.duplicate_column"),
        (RENDERERS.format("same", ".{}"), "document_renderers", "host.duplicate_renderer"),
        (RENDERERS.format("{}", ".same"), "document_renderers", "host.duplicate_suffix"),
        (SECTIONS.format([("same", 1)]), "report_sections", "host.duplicate_section"),
    ],
)
def test_duplicate_codes_name_both_plugins(install, code, hook, key):
    for name in ("aa", "bb"):
        install(name, code.replace("{}", name), hooks=f'["{hook}"]')

    with pytest.raises(PluginError) as caught:
        getattr(open_host(), hook)()
    assert key == caught.value.key
    assert ("aa", "bb") == (caught.value.details["other"], caught.value.details["plugin"])


def test_refused_plugin_that_is_off_is_no_matter(install):
    install("one", api="[9, 9]")

    with pytest.raises(PluginError):
        open_host().require_sound()
    open_host(off=("one",)).require_sound()
    open_host(safe_mode=True).require_sound()


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    "error", ["ValueError('no\\n  luck')", "SystemExit(3)", "Odd('bye')", "AssertionError()", "ValueError('x' * 9999)"]
)
def test_plugin_that_raises_is_named(install, hook, error):
    """Whatever a plugin raises in a hook, BaseException included, becomes an error that names it, the hook and the place."""
    code = f"class Odd(BaseException): pass\n@hookimpl\ndef {hook}():\n    raise {error}\n"
    install("one", code, hooks=f'["{hook}"]', **({"commands": GO} if hook == "cli_commands" else {}))
    host = open_host()

    with pytest.raises(PluginError) as caught:
        host.call(host.plugin("one"), hook)
    message = str(caught.value)
    assert message.startswith(f"The plugin one failed in {hook}: {error.partition('(')[0]}")
    assert "patron_one" in message
    assert ".py:5)" in message
    assert len(message) < 700
    assert "\n" not in message
    assert isinstance(caught.value.__cause__, BaseException)


@pytest.mark.parametrize("error", ["raise SystemExit(0)", "import nowhere_at_all", "raise BaseException", "1 +"])
def test_plugin_that_cannot_be_imported_is_named(install, error):
    install("one", error, hooks='["report_sections"]')

    with pytest.raises(PluginError, match="The plugin one failed in import patron_one"):
        open_host().report_sections()


def test_interrupt_is_nobodys_fault(install):
    install("one", "@hookimpl\ndef report_sections():\n    raise KeyboardInterrupt\n", hooks='["report_sections"]')

    with pytest.raises(KeyboardInterrupt):
        open_host().report_sections()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("None", "it returned NoneType, not a list"),
        ("'ab'", "it returned str"),
        ("[3]", "an item of type int, not ReportSection"),
    ],
)
def test_wrong_answers_are_named(install, answer, message):
    install("one", f"@hookimpl\ndef report_sections():\n    return {answer}\n", hooks='["report_sections"]')

    with pytest.raises(PluginError, match=message):
        open_host().report_sections()


def test_generator_that_fails_is_blamed(install):
    install("one", "@hookimpl\ndef report_sections():\n    yield 1 / 0\n", hooks='["report_sections"]')

    with pytest.raises(PluginError, match="one failed in report_sections: ZeroDivisionError"):
        open_host().report_sections()


@pytest.mark.parametrize(
    ("returned", "key"), [("[]", "not_returned"), ("['go', 'on']", "not_listed"), ("['go', 'go']", "not_listed")]
)
def test_hook_cli_commands_returns_what_is_listed(install, returned, key):
    install("one", COMMANDS.format(returned), hooks='["cli_commands"]', commands=GO)

    with pytest.raises(PluginError) as caught:
        open_host().commands("one")
    assert f"host.command_{key}" == caught.value.key


def test_hook_score_factors_stand_in_the_order_of_plugins(install):
    install("aa", FACTORS.format("a", "a"), hooks='["score_factors"]', order="200")
    install("bb", FACTORS.format("b", "b"), hooks='["score_factors"]', order="150")

    assert ["b", "a"] == [owned.item.code for owned in open_host().score_factors()][-2:]


def test_hook_report_sections_stand_by_order_then_plugin(install):
    install("aa", SECTIONS.format([("a1", 500), ("a2", 400)]), hooks='["report_sections"]')
    install("bb", SECTIONS.format([("b1", 500), ("b2", 300)]), hooks='["report_sections"]')
    own = [owned for owned in open_host().report_sections() if owned.item.report == "r"]

    assert [("bb", "b2"), ("aa", "a2"), ("aa", "a1"), ("bb", "b1")] == [(owned.plugin, owned.item.code) for owned in own]


VIEWS = """
@hookimpl
def fact_views():
    from patron import FactView
    return [FactView(name=name, noun="lead", columns=(), relation=None) for name in {}]
"""


def test_hook_fact_views_are_those_that_the_manifest_lists(install):
    install("one", VIEWS.format(["visits"]), hooks='["fact_views"]', views='["visits"]')
    host = open_host()

    assert ["visits"] == [owned.item.name for owned in host.fact_views() if owned.plugin == "one"]
    assert "one" == host.publisher_of("visits")
    assert host.publisher_of("nothing") is None


@pytest.mark.parametrize(("published", "listed"), [(["visits"], "[]"), ([], '["visits"]')])
def test_a_manifest_that_lists_other_views_is_refused(install, published, listed):
    install("one", VIEWS.format(published), hooks='["fact_views"]', views=listed)

    with pytest.raises(PluginError, match="disagree about the view visits"):
        open_host().fact_views()


def test_two_views_of_one_name_are_refused(install):
    install("one", VIEWS.format(["visits"]), hooks='["fact_views"]', views='["visits"]')
    install("two", VIEWS.format(["visits"]), hooks='["fact_views"]', views='["visits"]')

    with pytest.raises(PluginError, match="both publish a fact view visits"):
        open_host().fact_views()


def test_hook_document_renderers_stand_by_code(install):
    install("one", RENDERERS.format("aaa", ".aaa"), hooks='["document_renderers"]')
    codes = [owned.item.code for owned in open_host().document_renderers()]

    assert "aaa" == codes[0]
    assert sorted(codes) == codes


def test_words_of_a_plugin_fall_back_to_ours(install):
    folder = install("one", SECTIONS.format([("s", 1)]), hooks='["report_sections"]')
    (folder / "locale" / "en").mkdir(parents=True)
    (folder / "locale" / "en" / "t.toml").write_text('t = "Mine"')
    catalogue = next(owned.catalogue for owned in open_host().report_sections() if owned.plugin == "one")

    assert "Mine" == catalogue.find("zh", "t.t")
    assert "{path}" in catalogue.find("en", "config.not_found")


def test_hooks_are_called_once_and_only_when_asked_for(install):
    install("one", SECTIONS.format([("s", 1)]), hooks='["report_sections"]')
    calls = []
    host = open_host(trace=calls.append)
    assert "patron_one" not in sys.modules
    host.document_renderers()
    assert "patron_one" not in sys.modules
    host.report_sections()
    host.report_sections()

    assert [("one", 1)] == [(call.plugin, call.results) for call in calls if call.plugin == "one"]


def test_transcript_of_all_hook_calls(install):
    """The whole order in which plugins are asked, hook by hook."""
    code = "".join(f"@hookimpl\ndef {hook}():\n    return []\n" for hook in HOOKS if hook != "cli_commands")
    hooks = str([hook for hook in HOOKS if hook != "cli_commands"]).replace("'", '"')
    install("late", code, hooks=hooks, order="200")
    install("early", code, hooks=hooks, order="150")
    transcript = []
    host = open_host(trace=lambda call: transcript.append(f"{call.plugin}.{call.hook}"))
    host.score_factors()
    host.report_sections()
    host.document_renderers()

    assert [
        "scores.score_factors",
        "mining.score_factors",
        "early.score_factors",
        "late.score_factors",
        "reports.report_sections",
        "calls.report_sections",
        "early.report_sections",
        "late.report_sections",
        "renderers.document_renderers",
        "early.document_renderers",
        "late.document_renderers",
    ] == transcript


def test_unknown_plugin_names_the_nearest():
    with pytest.raises(UsageError, match="The nearest is scores"):
        open_host().plugin("score")
    with pytest.raises(UsageError, match=r"No plugin xyzzy is installed\. Installed: "):
        open_host().plugin("xyzzy")


def test_blame_lets_our_errors_pass():
    host = Host()
    with pytest.raises(UsageError), host.blame("one", "hook"):
        raise UsageError("host.no_such_plugin", name="a", nearest="b", known="c")
    with pytest.raises(BrokenPipeError), host.blame("one", "hook"):
        raise BrokenPipeError
    with pytest.raises(PluginError, match="one failed in hook: KeyError"), host.blame("one", "hook"):
        raise KeyError("a")
