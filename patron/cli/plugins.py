"""
`patron plugins`: which plugins there are, what is wrong with them, what they are asked, and how to begin one.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from patron.app import App
from patron.cli.tables import print_table
from patron.cli.wording import WORDS
from patron.core.errors import UsageError
from patron.core.host import Plugin
from patron.core.i18n import Translator
from patron.core.names import shorten


@click.group("plugins", help="plugins.help")
def command() -> None:
    """Hold the commands about plugins."""


@command.command("list", help="plugins.list_help")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="plugins.format")
@click.pass_obj
def list_(app: App, /, style: str) -> None:
    """Print every installed plugin."""
    if style == "json":
        click.echo(json.dumps([_as_json(plugin, app.lang) for plugin in app.host.plugins], ensure_ascii=False, indent=2))
        return
    t = Translator(app.lang, WORDS)
    head = tuple(t(f"plugins.{key}") for key in ("name", "version", "state", "title"))
    rows = [(plugin.name, plugin.version, t(f"plugins.{_state(plugin)}"), plugin.title(app.lang)) for plugin in app.host.plugins]
    print_table([head, *rows])
    for problem in app.host.problems():
        click.echo("\n" + problem.message(app.lang))


@command.command("show", help="plugins.show_help")
@click.argument("name")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="plugins.format")
@click.pass_obj
def show(app: App, /, name: str, style: str) -> None:
    """Print what is known of one plugin."""
    plugin = app.host.plugin(name)
    facts = _as_json(plugin, app.lang)
    if style == "json":
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    t = Translator(app.lang, WORDS)
    facts["state"] = t(f"plugins.{facts['state']}")
    print_table([(t(f"plugins.{key}"), _as_text(value, t)) for key, value in facts.items() if value not in (None, [])])


@command.command("check", help="plugins.check_help")
@click.argument("name", required=False)
@click.pass_context
def check(ctx: click.Context, name: str | None) -> None:
    """Import plugins, call all their hooks, and print every problem; exit 1 where there is one."""
    from patron.core.host.examine import examine  # imports records: only here

    app: App = ctx.obj
    plugins = [app.host.plugin(name)] if name else [plugin for plugin in app.host.plugins if plugin.enabled]
    with app.session() as session:
        codes = session.records.vocabulary.codes
    problems = [problem.message(app.lang) for problem in examine(app.host, plugins, codes)]
    for problem in problems:
        click.echo(problem)
    t = Translator(app.lang, WORDS)
    click.echo(t("plugins.checked", count=len(plugins), problems=len(problems)), err=True)
    if problems:
        ctx.exit(1)


@command.command(
    "trace",
    help="plugins.trace_help",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("words", metavar="COMMAND [ARGS]...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def trace(ctx: click.Context, words: Sequence[str]) -> None:
    """Run another command and print every hook call to stderr."""
    from patron.cli.process import run  # the process runs this command: a cycle, were it at the top

    asked = ctx.find_root().params
    given = ["--trace"]
    given += ["--config", str(asked["config"])] if asked["config"] else []
    given += ["--as", asked["login"]] if asked["login"] else []
    given += ["--lang", ctx.obj.lang]
    given += ["--safe-mode"] if asked["safe_mode"] else []
    ctx.exit(run([*given, *words]))


class _Kinds(click.Group):
    """The kinds of plugins that can be begun; a complaint about any other names them."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the kind that the first word names."""
        if args[0] not in self.commands:
            raise UsageError("plugins.no_kind", catalogue=WORDS, got=shorten(args[0]), known=", ".join(sorted(self.commands)))
        return super().resolve_command(ctx, args)


@command.group("new", cls=_Kinds, help="plugins.new_help")
def new() -> None:
    """Hold the kinds of plugins that can be begun."""


@new.command("report", help="plugins.new_report_help")
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="plugins.out")
@click.pass_obj
def new_report(app: App, /, name: str, out: Path | None) -> None:
    """Write the skeleton of a plugin that adds a report section."""
    _begin(app, "report", name, out)


@new.command("channel", help="plugins.new_channel_help")
@click.argument("name")
@click.option("--full", is_flag=True, help="plugins.full")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="plugins.out")
@click.pass_obj
def new_channel(app: App, /, name: str, out: Path | None, *, full: bool) -> None:
    """Write the skeleton of a plugin that brings a channel of the intake."""
    _begin(app, "channel_full" if full else "channel", name, out)


def _begin(app: App, kind: str, name: str, out: Path | None) -> None:
    from patron.cli.skeleton import write_skeleton

    folder = write_skeleton(kind, name, out, taken=[plugin.name for plugin in app.host.plugins])
    click.echo(Translator(app.lang, WORDS)("plugins.written", folder=folder))


def _state(plugin: Plugin) -> str:
    if not plugin.enabled:
        return "off"
    return "refused" if plugin.problem else "on"


def _as_json(plugin: Plugin, lang: str) -> dict[str, object]:
    facts: dict[str, object] = {
        "name": plugin.name,
        "title": plugin.title(lang),
        "version": plugin.version,
        "distribution": plugin.distribution,
        "built_in": plugin.built_in,
        "module": plugin.module,
        "state": _state(plugin),
        "problem": plugin.problem.message(lang) if plugin.problem else None,
    }
    if plugin.manifest:
        manifest = plugin.manifest
        facts |= {"api": list(manifest.api), "hooks": list(manifest.hooks), "commands": sorted(manifest.commands)}
        facts |= {"languages": list(manifest.languages), "order": manifest.order}
    return facts


def _as_text(value: object, t: Translator) -> str:
    if isinstance(value, bool):
        return t("plugins.yes" if value else "plugins.no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
