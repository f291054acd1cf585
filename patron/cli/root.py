"""
The command `patron`: global options, and which commands there are.

The list is drawn from this module and the manifests of plugins; a command's module is imported when it is run.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

import patron
from patron.cli.formatting import Context
from patron.cli.launch import OWN, Launch, global_options
from patron.cli.wording import localise
from patron.core.host import Plugin


class Root(click.Group):
    """
    The command `patron` of one run.

    Args:
        launch: configuration, plugins and language of the run.
    """

    context_class = Context

    def __init__(self, launch: Launch) -> None:
        t = launch.t
        version = click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
        version.help = t("cli.version")
        super().__init__(
            "patron",
            params=[*global_options(t), version],
            help=t("cli.root"),
            epilog=t("cli.root_examples"),
            options_metavar=t("cli.options_metavar"),
            subcommand_metavar=t("cli.command_metavar"),
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self.launch = launch

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted({*OWN, *self._owners()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command in the reader's language; None where there is none of that name."""
        if cmd_name in OWN:
            return localise(import_module(OWN[cmd_name]).command, self.launch.t)
        owner = self._owners().get(cmd_name)
        if owner is None:
            self._explain_absence(cmd_name)
            return None
        return self._load(owner, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names; a complaint suggests those that are loaded on demand, too."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.NoSuchCommand(error.command_name, possibilities=names, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading any, and say what is wrong with the configuration or with plugins."""
        t, owners = self.launch.t, self._owners()
        rows = []
        for name in self.list_commands(ctx):
            words: Mapping[str, str] = owners[name].manifest.commands[name] if name in owners else {}  # type: ignore[union-attr]
            rows.append((name, words.get(t.lang) or words.get("en") or t(f"cli.command_{name}")))
        with formatter.section(t("cli.commands")):
            formatter.write_dl(rows)
        for problem in filter(None, (self.launch.problem, *self.launch.app.host.problems())):
            formatter.write_paragraph()
            formatter.write_text(t("cli.problem", message=problem.message(t.lang)))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for, with the application as click's context object."""
        ctx.obj = self.launch.app
        return super().invoke(ctx)

    def _owners(self) -> dict[str, Plugin]:
        """Return the plugin that each plugin command belongs to."""
        plugins = (plugin for plugin in self.launch.app.host.plugins if plugin.working and plugin.manifest)
        return {name: plugin for plugin in plugins for name in plugin.manifest.commands}  # type: ignore[union-attr]

    def _load(self, owner: Plugin, name: str) -> click.Command:
        host = self.launch.app.host
        for owned in host.commands(owner.name):
            if owned.item.name == name:
                with host.blame(owner.name, f"cli_commands ({name})"):
                    return localise(_checked(owned.item), self.launch.t.within(owned.catalogue))
        raise AssertionError(f"{owner.name} returned no {name}, and the host did not notice")

    def _explain_absence(self, name: str) -> None:
        """Say why a command is not there, where a plugin that is refused or switched off would bring it."""
        for plugin in self.launch.app.host.plugins:
            if plugin.manifest and name in plugin.manifest.commands:
                if plugin.enabled and plugin.problem:
                    raise plugin.problem
                if not plugin.enabled:
                    raise click.UsageError(self.launch.t("cli.switched_off", command=name, plugin=plugin.name))


def _checked(command: object) -> click.Command:
    if not isinstance(command, click.Command):
        raise TypeError(f"{type(command).__name__} is not a click.Command")
    return command


def _show_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"patron {patron.__version__}")
        ctx.exit()
