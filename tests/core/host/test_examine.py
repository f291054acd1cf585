"""A thorough look at plugins finds everything that is wrong."""

from patron.core.config import Settings
from patron.core.host import Host
from patron.core.host.examine import examine

RAISES = "@hookimpl\ndef report_sections():\n    raise ValueError\n@hookimpl\ndef score_factors():\n    raise KeyError\n"


def problems(*names):
    host = Host.open(Settings())
    return [problem.key for problem in examine(host, [host.plugin(name) for name in names])]


def test_built_in_plugins_are_sound():
    assert [] == problems("demo", "renderers", "reports", "scores")


def test_every_failing_hook_is_found(install):
    install("one", RAISES, hooks='["report_sections", "score_factors"]')

    assert ["host.failed", "host.failed"] == problems("one")


def test_refusal_is_said_once(install):
    install("one", api="[9, 9]", hooks='["report_sections", "score_factors"]')
    install("two", "", hooks='["report_sections", "score_factors"]')

    assert ["host.api", "host.not_implemented"] == problems("one", "two")


def test_duplicates_of_all_hooks_are_found(install):
    code = (
        "from patron.core.records import Renderer\n@hookimpl\ndef document_renderers():\n"
        "    return [Renderer(code=c, suffixes=('.s',), media_type='', binary=False, render=bytes) for c in 'aa']\n"
    )
    install("one", code, hooks='["document_renderers"]')

    assert ["host.duplicate_renderer", "host.duplicate_suffix"] == problems("one")
