"""
Every hook, in the order in which a job meets them: commands, score factors, fact views, report sections, alerts, renderers,
channels, assigners of leads.

Each is a contract: when it is called, what it is given, what it returns, in which order the answers stand, and what happens when
one fails. A hook is implemented by a function of the same name, marked with `patron.hookimpl`, in the module that the plugin's
entry point names. All hooks here ask for records, so they take no arguments; they are called at most once in a process, and only
for plugins whose manifest lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from patron.core.records import Alert, Channel, FactView, LeadAssigner, Renderer, ReportSection, ScoreFactor

PROJECT = "patron"
"""The name under which pluggy knows our markers, and the entry-point group in which plugins are found."""

API = 1
"""The version of this contract. A hook added leaves it; a hook changed or taken away raises it."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def cli_commands() -> Sequence[click.Command]:  # type: ignore[empty-body]  # a specification has no body
    """
    Bring the plugin's commands.

    *Called*: when one of the commands that the manifest lists is run or asked for help; never for `patron --help`, which is
    drawn from manifests.

    *Args*: none. A command that works opens a session: it takes the application with `@click.pass_obj` and works in
    `with app.session() as session:` (`patron.SessionFactory`).

    *Return*: the commands, each with a `name` that the manifest lists; groups bring their sub-commands along.

    *Order*: commands are listed by name; two plugins with one command name are refused.

    *Errors*: an exception ends the process with a message that names the plugin and this hook; so does a listed command that is
    not returned, or a returned one that is not listed.
    """


@hookspec
def score_factors() -> Sequence[ScoreFactor]:  # type: ignore[empty-body]  # a specification has no body
    """
    Add columns to the scores of every customer.

    *Called*: once in a run of `patron score`, before the input is read.

    *Args*: none; a factor is given the customer table and its parameters when its turn comes.

    *Return*: the factors. Their codes and the names of their columns are unique over all plugins, in `snake_case`.

    *Order*: a factor runs after those whose columns it needs; among free ones, in the order of plugins, then as returned. The
    columns stand in the scores in this order.

    *Errors*: an exception here or in a factor's `compute`, a column that was promised and not returned, one of another length,
    kind or dtype, a label or number that can't be, or a column that is there already, ends the run with a message that names the
    plugin and the factor. Nothing is written.
    """


@hookspec
def fact_views() -> Sequence[FactView]:  # type: ignore[empty-body]  # a specification has no body
    """
    Publish relations over what is stored, for anybody's report to count over.

    *Called*: once, when a report is listed or built over the database.

    *Args*: none; the `relation` of a view is given a `ViewSource` when a report asks for the view, and gets its tables from
    there, each with the rows that the actor may see.

    *Return*: the views. Their names are unique over all plugins and the core, in `snake_case`, and stand in the manifest under
    `views`, so that a report without them can say which plugin to switch on.

    *Order*: irrelevant; a view is asked for by name.

    *Errors*: an exception here or in a `relation`, a relation without one of the columns that the view promises, or a view that
    the manifest does not list ends the command with a message that names the plugin.
    """


@hookspec
def report_sections() -> Sequence[ReportSection]:  # type: ignore[empty-body]  # a specification has no body
    """
    Add sections to a report, or begin a new one.

    *Called*: once, when a report is listed or built.

    *Args*: none; a section is given a `ReportData`, with the facts that it names, when it is built.

    *Return*: the sections. A code is unique in its report.

    *Order*: by the section's `order`, then in the order of plugins, then as returned.

    *Errors*: an exception here or in a section's `build` ends the command with a message that names the plugin and the section. A
    fact that is not there is no error: the section is not called, and the report says in its place what is missing.
    """


@hookspec
def alerts() -> Sequence[Alert]:  # type: ignore[empty-body]  # a specification has no body
    """
    Say what should be nought, and is told where it is not.

    *Called*: once in a process, when somebody asks whom to call.

    *Args*: none; what is counted is counted over fact views, of what the actor may see.

    *Return*: the alerts. A code is unique over all plugins.

    *Order*: in the order of plugins, then as returned. Only who may see more than their own of what a view is about is told.

    *Errors*: an exception here, or in the counting of an alert, ends the command with a message that names the plugin. An alert
    over a view that is not there, or that the actor may not see, is not raised.
    """


@hookspec
def document_renderers() -> Sequence[Renderer]:  # type: ignore[empty-body]  # a specification has no body
    """
    Bring ways to write a document.

    *Called*: once, when a format or a file ending is looked up.

    *Args*: none; a renderer is given the document and the options when it is used.

    *Return*: the renderers. Codes and file endings are unique over all plugins.

    *Order*: irrelevant; formats are listed by code.

    *Errors*: an exception here or in `render` ends the command with a message that names the plugin and the renderer; no file is
    left half-written.
    """


@hookspec
def channels() -> Sequence[Channel]:  # type: ignore[empty-body]  # a specification has no body
    """
    Bring ways by which signs of interest reach us.

    *Called*: once in a process, when something is received, replayed, or a channel is looked up.

    *Args*: none; a channel is given a `Delivery` and a `Connection` when it has to verify, read or answer one. It works on these
    alone: it opens no file, socket or database, looks at no clock, and keeps nothing between calls.

    *Return*: the channels. A code is unique over all plugins.

    *Order*: irrelevant; channels are listed by code.

    *Errors*: an exception here ends the command with a message that names the plugin. `verify` refuses by the reason that it
    returns, or by `Unreadable`; any other exception in it is a mistake of the channel: nothing is kept, over HTTP the answer is
    503, so that the provider brings the delivery again, and what is fetched is asked for again. `Unreadable` from `parse` puts a
    delivery into quarantine, or rejects it where it is foreign; any other exception from `parse` puts it into quarantine with a
    reason that names the plugin. `Unavailable` or any other exception from `fetch` and `complete` ends that errand and is told;
    what they yielded before is kept. Reasons are keys of the plugin's words. What was received is kept in every case but refusal
    by `verify`, a mistake in `verify` or `redact`, and too many bytes, and can be replayed.
    """


@hookspec
def lead_assigners() -> Sequence[LeadAssigner]:  # type: ignore[empty-body]  # a specification has no body
    """
    Decide where new leads go.

    *Called*: once in a process, when the first lead comes in that nobody has; the assigners are then asked for every such lead.
    They are not asked for leads that come with an owner, nor for those of customers who come back to theirs.

    *Args*: none; an assigner is given a `NewLead`: the values of the lead and of its customer, the rules of the configuration,
    and the members of rotations as they stand. It changes nothing.

    *Return*: the assigners. A code is unique over all plugins.

    *Order*: by the assigner's `order`, then in the order of plugins, then as returned; the first that answers a lead with a
    `Routing` decides, None leaves it to the next. The assigner `rules`, which goes by the rules of the configuration, comes last,
    with 1000.

    *Errors*: an exception here ends the command with a message that names the plugin. An exception in `decide`, or an answer that
    is no `Routing`, leaves the lead with the department of its source, where it waits; the message that names the plugin is told,
    and stands in the explanation of the lead.
    """


HOOKS = tuple(name for name, value in tuple(globals().items()) if hasattr(value, f"{PROJECT}_spec"))
"""The names of all hooks, in the order above."""
