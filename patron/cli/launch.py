"""
What must be known before the command line can be parsed: the language to complain in, the configuration, and the plugins.
"""

import os
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import click

from patron.app import App
from patron.cli.reporter import TerminalReporter
from patron.cli.wording import WORDS, language_option, speak
from patron.core.config import Settings, wished_language
from patron.core.errors import PatronError
from patron.core.host import HookCall, Host
from patron.core.i18n import LANGUAGES, Translator, resolve_language

OWN = {
    "audit": "patron.cli.audit",
    "campaign": "patron.cli.campaign",
    "composites": "patron.cli.composites",
    "consent": "patron.cli.consent",
    "customer": "patron.cli.customer",
    "db": "patron.cli.db",
    "export": "patron.cli.exporting",
    "import": "patron.cli.importing",
    "init": "patron.cli.init",
    "intake": "patron.cli.intake",
    "interaction": "patron.cli.interaction",
    "lead": "patron.cli.lead",
    "match": "patron.cli.match",
    "need": "patron.cli.need",
    "order": "patron.cli.order",
    "outreach": "patron.cli.outreach",
    "plugins": "patron.cli.plugins",
    "product": "patron.cli.product",
    "rota": "patron.cli.rota",
    "runs": "patron.cli.runs",
    "score": "patron.cli.score",
    "spend": "patron.cli.spend",
    "market": "patron.cli.market",
    "task": "patron.cli.task",
    "team": "patron.cli.team",
    "user": "patron.cli.user",
    "worklist": "patron.cli.worklist",
}
"""Commands of the command line itself, which no plugin can take, and the modules whose `command` they are."""


class Launch(NamedTuple):
    """
    The state in which a command line is run.

    Attributes:
        app: the assembled parts; made of defaults and built-in plugins where the configuration was refused.
        t: the words of the command line.
        problem: why the configuration was refused; a command that works ends with it, help does not.
    """

    app: App
    t: Translator
    problem: PatronError | None = None


def global_options(t: Translator) -> list[click.Parameter]:
    """Return the options that stand before the command."""
    return [
        click.Option(["--config"], type=click.Path(path_type=Path), metavar="FILE", help=t("cli.config")),
        click.Option(["--as", "login"], metavar="USER", help=t("cli.as")),
        language_option(t, expose=True),
        click.Option(["--safe-mode"], is_flag=True, help=t("cli.safe_mode")),
        click.Option(["--trace"], is_flag=True, help=t("cli.trace_option")),
    ]


def launch(args: Sequence[str]) -> Launch:
    """Read the global options out of a command line that may be wrong elsewhere, and assemble the application."""
    silent = Translator(LANGUAGES[0], WORDS)
    settings = {"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False}
    reader = click.Command("patron", params=global_options(silent), add_help_option=False, context_settings=settings)
    with reader.make_context("patron", list(args), resilient_parsing=True) as ctx:
        asked = ctx.params
    lang = asked["lang"] or _language_behind(args)
    trace = _print_call if asked["trace"] else None
    try:
        app = App.open(
            asked["config"],
            safe_mode=bool(asked["safe_mode"]),
            lang=lang,
            reserved=OWN,
            reporter=TerminalReporter(),
            login=asked["login"] or os.environ.get("PATRON_AS"),
            trace=trace,
        )
        problem = None
    except PatronError as error:
        problem = error
        defaults = Settings()
        host = Host.open(defaults, safe_mode=True, reserved=OWN, trace=trace)
        app = App(
            settings=defaults,
            host=host,
            lang=resolve_language(lang, wished_language(asked["config"])),
            reporter=TerminalReporter(),
        )
    speak(app.lang)
    return Launch(app=app, t=Translator(app.lang, WORDS), problem=problem)


def _language_behind(args: Sequence[str]) -> str | None:
    """Return the language that `--lang` names anywhere in the command line, where it is one of ours."""
    for option, value in zip_longest(args, args[1:], fillvalue=""):
        if option == "--":
            return None
        name, _, attached = option.partition("=")
        if name == "--lang" and (attached or value) in LANGUAGES:
            return attached or value
    return None


def _print_call(call: HookCall) -> None:
    click.echo(f"trace: {call.plugin}.{call.hook} → {call.results} ({call.milliseconds:.1f} ms)", err=True)
