"""
`patron call`: to draw calls and listen to them, to score them, and to keep the best to learn from.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from patron.plugins.calls.words import WORDS

if TYPE_CHECKING:
    from patron import SessionFactory

_SEEDS = 2**31
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True, help="calls.format"
)


@click.group("call", help="calls.help")
def call() -> None:
    """Hold the commands on calls."""


@call.command("sample", help="calls.sample_help", epilog="calls.sample_example")
@click.option("--period", "named", metavar="PERIOD", help="calls.period")
@click.option("--from", "first", metavar="DAY", help="calls.first")
@click.option("--to", "last", metavar="DAY", help="calls.last")
@click.option("--last", "latest", metavar="LENGTH", help="calls.latest")
@click.option("--size", type=click.IntRange(1, 100_000), help="calls.size")
@click.option("--seed", type=click.IntRange(0, _SEEDS), help="calls.seed")
@click.option("--for", "reviewer", metavar="LOGIN", help="calls.reviewer")
@click.option("--dry-run", is_flag=True, help="calls.dry_run")
@_FORMAT
@click.pass_obj
def sample_command(
    app: SessionFactory,
    /,
    named: str | None,
    first: str | None,
    last: str | None,
    latest: str | None,
    size: int | None,
    seed: int | None,
    reviewer: str | None,
    dry_run: bool,
    form: str,
) -> None:
    """Draw calls at random."""
    from patron.core.report.period import read_period
    from patron.plugins.calls.listing import listening
    from patron.plugins.calls.reviewing import calls_of, to_listen
    from patron.plugins.calls.sampling import DrawSample, draw_sample

    with app.session() as session:
        zone = session.settings.timezone
        week = "2w" if named is None and first is None and last is None and latest is None else latest
        period = read_period(session.clock.today(zone), zone, named=named, first=first, last=last, latest=week)
        chosen = secrets.randbelow(_SEEDS) if seed is None else seed
        drawn = draw_sample(session, DrawSample(period=period, seed=chosen, size=size, reviewer=reviewer, keep=not dry_run))
        found = calls_of(session, drawn.calls) if drawn.number is None else to_listen(session, sample=drawn.number)
        click.echo(listening(session, found, form), nl=False)
        t = session.t.within(WORDS)
        key = "calls.drawn" if drawn.number is not None else "calls.would_draw"
        about = {"first": period.first, "last": period.last, "seed": drawn.seed, "reps": drawn.reps}
        session.reporter.notice(t(key, calls=len(drawn.calls), of=drawn.of, number=drawn.number or 0, **about))


@call.command("list", help="calls.list_help", epilog="calls.list_example")
@click.option("--sample", type=click.IntRange(min=1), metavar="NUMBER", help="calls.of_sample")
@click.option("--everyone", is_flag=True, help="calls.everyone")
@click.option("--reviewed", is_flag=True, help="calls.reviewed_too")
@_FORMAT
@click.pass_obj
def list_command(app: SessionFactory, /, sample: int | None, everyone: bool, reviewed: bool, form: str) -> None:
    """Print the calls that are to be listened to."""
    from patron.plugins.calls.listing import listening
    from patron.plugins.calls.reviewing import to_listen

    with app.session() as session:
        found = to_listen(session, sample=sample, everyone=everyone, reviewed=reviewed)
        if not found:
            session.reporter.notice(session.t.within(WORDS)("calls.nothing_drawn"))
            return
        click.echo(listening(session, found, form), nl=False)


@call.command("review", help="calls.review_help", epilog="calls.review_example")
@click.argument("number", metavar="CALL", type=click.IntRange(min=1))
@click.option("--score", type=int, required=True, help="calls.score_option")
@click.option("--note", metavar="TEXT", help="calls.note")
@click.pass_obj
def review_command(app: SessionFactory, /, number: int, score: int, note: str | None) -> None:
    """Keep what one thinks of a call."""
    from patron.plugins.calls.reviewing import review_call
    from patron.plugins.calls.settings import settings_of

    with app.session() as session:
        review_call(session, number, score, note)
        best = settings_of(session).highest_score
        click.echo(session.t.within(WORDS)("calls.noted", id=number, score=score, best=best))


@call.command("attach", help="calls.attach_help", epilog="calls.attach_example")
@click.argument("number", metavar="CALL", type=click.IntRange(min=1))
@click.argument("address", metavar="ADDRESS")
@click.option("--line", metavar="NUMBER", help="calls.line_option")
@click.pass_obj
def attach_command(app: SessionFactory, /, number: int, address: str, line: str | None) -> None:
    """Note where a recording is."""
    from patron.plugins.calls.reviewing import attach_recording

    with app.session() as session:
        attach_recording(session, number, address, line)
        click.echo(session.t.within(WORDS)("calls.attached", id=number))


@call.group("model", help="calls.model_help")
def model() -> None:
    """Hold the commands on model calls."""


@model.command("add", help="calls.model_add_help", epilog="calls.model_add_example")
@click.argument("number", metavar="CALL", type=click.IntRange(min=1))
@click.option("--topic", "topics", required=True, metavar="TOPIC;…", help="calls.topics_option")
@click.option("--why", required=True, metavar="TEXT", help="calls.why_option")
@click.option("--product", metavar="CODE", help="calls.product_option")
@click.pass_obj
def model_add_command(app: SessionFactory, /, number: int, topics: str, why: str, product: str | None) -> None:
    """Put a call into the library."""
    from patron.plugins.calls.library import AddModel, add_model_call

    with app.session() as session:
        found = add_model_call(session, AddModel(call=number, topics=topics, why=why, product=product))
        key = "calls.model_added" if found.new else "calls.model_changed"
        click.echo(session.t.within(WORDS)(key, number=found.number, id=number))


@model.command("list", help="calls.model_list_help", epilog="calls.model_list_example")
@click.option("--topic", metavar="TOPIC", help="calls.topic_filter")
@click.option("--rep", metavar="LOGIN", help="calls.rep_filter")
@click.option("--product", metavar="CODE", help="calls.product_filter")
@_FORMAT
@click.pass_obj
def model_list_command(app: SessionFactory, /, topic: str | None, rep: str | None, product: str | None, form: str) -> None:
    """Print the model calls."""
    from patron.plugins.calls.library import model_calls
    from patron.plugins.calls.listing import library

    with app.session() as session:
        found = model_calls(session, topic=topic, rep=rep, product=product)
        if not found:
            session.reporter.notice(session.t.within(WORDS)("calls.no_models"))
            return
        click.echo(library(session, found, form), nl=False)


@model.command("withdraw", help="calls.model_withdraw_help", epilog="calls.model_withdraw_example")
@click.argument("number", metavar="MODEL", type=click.IntRange(min=1))
@click.option("--reason", required=True, metavar="TEXT", help="calls.reason_option")
@click.pass_obj
def model_withdraw_command(app: SessionFactory, /, number: int, reason: str) -> None:
    """Take a call out of the library."""
    from patron.plugins.calls.library import withdraw_model

    with app.session() as session:
        withdraw_model(session, number, reason)
        click.echo(session.t.within(WORDS)("calls.withdrawn", number=number))
