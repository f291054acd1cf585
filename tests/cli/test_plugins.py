"""`patron plugins`: what it prints, and how it ends."""

import json
import re

KEYS = {"hooks": '["report_sections"]'}
GOOD = "@hookimpl\ndef report_sections():\n    return []\n"
BAD = "@hookimpl\ndef report_sections():\n    raise ValueError('no luck')\n"


def test_list_shows_every_plugin(patron, install):
    install("good", GOOD, **KEYS)
    install("idle", GOOD, default='"off"', **KEYS)
    install("wrong", GOOD, api="[9, 9]", **KEYS)
    result = patron("plugins", "list")
    states = {line.split()[0]: line.split()[2] for line in result.out.splitlines() if re.match(r"\w+ +[\d.]+ ", line)}

    assert 0 == result.code
    assert {"good": "on", "idle": "off", "wrong": "refused"}.items() <= states.items()
    assert "The plugin wrong was refused" in result.out


def test_list_as_json(patron, install):
    install("good", GOOD, **KEYS)
    found = {plugin["name"]: plugin for plugin in json.loads(patron("plugins", "list", "--format", "json").out)}

    assert found["scores"]["built_in"]
    assert {
        "name": "good",
        "title": "One",
        "version": "1.0",
        "distribution": "patron-good",
        "built_in": False,
        "module": "patron_good",
        "state": "on",
        "problem": None,
        "api": [1, 1],
        "hooks": ["report_sections"],
        "commands": [],
        "languages": ["en", "zh"],
        "order": 100,
    } == found["good"]


def test_show_in_both_languages(patron, install):
    install("good", GOOD, **KEYS)

    assert re.search(r"^state +on$", patron("plugins", "show", "good").out, re.MULTILINE)
    assert re.search(r"^状态 +启用$", patron("--lang", "zh", "plugins", "show", "good").out, re.MULTILINE)
    assert re.search(r"^内置 +否$", patron("--lang", "zh", "plugins", "show", "good").out, re.MULTILINE)
    assert re.search(r"^built-in +yes$", patron("plugins", "show", "scores").out, re.MULTILINE)
    assert "一" in patron("--lang", "zh", "plugins", "show", "good").out


def test_show_of_an_unknown_plugin(patron):
    result = patron("plugins", "show", "scroes")

    assert 2 == result.code
    assert "The nearest is scores" in result.err


def test_check_of_sound_plugins(patron):
    result = patron("plugins", "check")

    assert 0 == result.code
    assert "" == result.out
    assert re.fullmatch(r"plugins checked: \d+, problems: 0\n", result.err)


def test_check_prints_all_problems(patron, install):
    install("bad", BAD, **KEYS)
    install("missing", "", **KEYS)
    result = patron("plugins", "check")

    assert 1 == result.code
    assert "The plugin bad failed in report_sections: ValueError: no luck" in result.out
    assert "The plugin missing was refused" in result.out
    assert 1 == patron("plugins", "check", "bad").code
    assert 0 == patron("plugins", "check", "scores").code


def test_check_of_one_plugin_sees_what_it_shares_with_others(patron, install):
    sections = "from patron import ReportSection\n@hookimpl\ndef report_sections():\n    return [{}]\n"
    own = "ReportSection(code='groups', report='deciles', title='t', build=list)"
    install("mine", sections.format(own), **KEYS)
    result = patron("--lang", "zh", "plugins", "check", "mine")

    assert 1 == result.code
    assert "插件 reports 和 mine 都提供报告小节 deciles.groups。" in result.out
    assert "已检查插件：1 个，问题：1 个\n" == result.err


def test_trace_runs_the_command(patron, install):
    install("good", GOOD, **KEYS)
    result = patron("--lang", "zh", "plugins", "trace", "report", "list", "--format", "json")

    assert 0 == result.code
    assert "deciles" in [entry["name"] for entry in json.loads(result.out)]
    calls = re.findall(r"^trace: (\S+) → \d+ \([\d.]+ ms\)$", result.err, re.MULTILINE)
    assert ["reports.cli_commands", "reports.report_sections", "calls.report_sections", "good.report_sections"] == calls


def test_trace_ends_as_the_command_does(patron):
    assert 2 == patron("plugins", "trace", "scroe").code
    assert "Usage: patron plugins list" in patron("plugins", "trace", "plugins", "list", "--help").out


def test_work_ends_with_a_refused_plugin(patron, install):
    install("wrong", GOOD, api="[9, 9]", **KEYS)
    failed, safe = patron("report", "list"), patron("--safe-mode", "report", "list")

    assert (1, 0) == (failed.code, safe.code)
    assert "patron: The plugin wrong was refused" in failed.err
    assert 'off = ["wrong"]' in failed.err
    assert "" == failed.out
