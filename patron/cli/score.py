"""
`patron score`: every customer of files, or of the database, scored, ranked and drawn.
"""

import json
from pathlib import Path
from typing import Any

import click

from patron.cli.dates import Day
from patron.cli.score_cluster import Engine, check_engine, scored_on_cluster
from patron.cli.score_orders import check_options, keep, require_export, scored
from patron.cli.wording import WORDS
from patron.core.config import LEAST_MEMORY, parse_size, size_text
from patron.core.errors import UsageError
from patron.core.i18n import Translator
from patron.core.session import Session, SessionFactory

SHOWN = ("figures", "groups", "purchases", "declared", "reading")
"""Sections of the report that the terminal shows; the whole report is a file's business."""

REPORT = "deciles"
"""The report that is drawn of a score run."""


class Size(click.ParamType[int]):
    """An amount of memory such as `2GB` or `500MB`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes."""
        if isinstance(value, int):
            return value
        try:
            size = parse_size(str(value))
        except UsageError:
            self.fail(_words(ctx)("score_command.bad_size", value=str(value)[:40]), param, ctx)
        if size < LEAST_MEMORY:
            self.fail(
                _words(ctx)("score_command.little_memory", value=str(value)[:40], least=size_text(LEAST_MEMORY)), param, ctx
            )
        return size


class Place(click.ParamType[Any]):
    """A path, or a URL, which no path may take apart."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a path, or the URL as it is."""
        return value if isinstance(value, str) and "://" in value else Path(value)


@click.command(name="score", help="score_command.help", epilog="score_command.examples")
@click.argument("inputs", nargs=-1, type=Place(), metavar="[INPUT]...")
@click.option("--customer", metavar="COL", help="score_command.customer")
@click.option("--time", metavar="COL", help="score_command.time")
@click.option("--amount", metavar="EXPR", help="score_command.amount")
@click.option("--order", metavar="COL", help="score_command.order")
@click.option("--cost", metavar="EXPR", help="score_command.cost")
@click.option("--discount", metavar="EXPR", help="score_command.discount")
@click.option("--product", metavar="COL", help="score_command.product")
@click.option("--currency", metavar="COL", help="score_command.currency")
@click.option("--where", metavar="EXPR", help="score_command.where")
@click.option("--as-of", type=Day(), metavar="DATE", help="score_command.as_of")
@click.option("--tz", "zone", metavar="ZONE", help="score_command.tz")
@click.option("--time-format", metavar="FMT", help="score_command.time_format")
@click.option("--encoding", metavar="E", help="score_command.encoding")
@click.option("--delimiter", metavar="D", help="score_command.delimiter")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="score_command.decimal")
@click.option(
    "--by", type=click.Choice(["monetary", "margin", "orders"]), default="monetary", show_default=True, help="score_command.by"
)
@click.option("--groups", type=click.IntRange(1, 10_000), default=10, show_default=True, help="score_command.groups")
@click.option("--ties", type=click.Choice(["split", "together"]), default="split", show_default=True, help="score_command.ties")
@click.option("--with", "extras", multiple=True, metavar="FACTOR", help="score_command.extras")
@click.option("--ignore-zero", is_flag=True, help="score_command.ignore_zero")
@click.option("--memory", type=Size(), metavar="SIZE", help="score_command.memory")
@click.option("--threads", type=click.IntRange(1, 1024), help="score_command.threads")
@click.option("--previous", type=click.Path(path_type=Path), metavar="SCORES.parquet", help="score_command.previous")
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="score_command.engine")
@click.option("--scheduler", metavar="ADDRESS", help="score_command.scheduler")
@click.option("--workers", type=click.IntRange(1, 100_000), help="score_command.workers")
@click.option("--no-keep", is_flag=True, help="score_command.no_keep")
@click.option("-o", "--output", type=Place(), metavar="OUT.parquet|csv|xlsx", help="score_command.output")
@click.option("--report", type=click.Path(path_type=Path), metavar="OUT.html", help="score_command.report")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="score_command.format"
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    output: Path | str | None,
    report: Path | None,
    style: str,
    no_keep: bool,
    engine: str,
    scheduler: str | None,
    workers: int | None,
    previous: Path | None,
    **options: Any,
) -> None:
    """Score every customer."""
    who = Engine(engine, scheduler, workers)
    check_engine(ctx, who, options["inputs"], output)
    target = Path(output) if output is not None and not who.is_cluster else None
    app: SessionFactory = ctx.obj
    with app.session() as session:
        check_options(ctx, session, options["inputs"])
        from patron.core.scoring import write_scores  # pyarrow and numpy load only when there is work
        from patron.core.scoring.capacity import keep_freed_memory, leave_pandas_out

        leave_pandas_out()
        keep_freed_memory()
        renderer = _check_targets(session, options["inputs"], target, report)
        if not options["inputs"] and (output is not None or report is not None):
            require_export(session)
        t = session.t.within(WORDS)
        if who.is_cluster and output is not None:
            scores: Any = scored_on_cluster(session, options, who, output)
        else:
            scores = scored(session, options, previous)
        _tell_skipped(session, scores.run)
        if options["inputs"] and options["as_of"] is None:
            _tell_past(session, scores.run)
        if not options["inputs"] and not no_keep:
            keep(session, scores)
        if target is not None:
            write_scores(scores, target)
        if output is not None:
            # Said at once: should the report fail, the scores are there.
            session.reporter.notice(t("score_command.wrote_scores", path=output))
        document = None
        if report is not None or style == "text":
            from patron.core.report.build import build_report
            from patron.core.report.facts import score_facts

            document = build_report(session, REPORT, score_facts(session, scores.run, scores.table))
        if report is not None and document is not None:
            from patron.core.records import RenderOptions
            from patron.core.report.write import write_report

            write_report(session, renderer, document, report, RenderOptions())
            session.reporter.notice(t("score_command.wrote_report", path=report))
        if style == "json":
            from patron.core.records.run_json import run_to_json

            click.echo(json.dumps(run_to_json(scores.run), ensure_ascii=False, indent=2))
        elif document is not None:
            show_report(session, document)


def _check_targets(session: Session, inputs: tuple[Path | str, ...], output: Path | None, report: Path | None) -> Any:
    """Refuse, before the long work, what could not be written or would overwrite what is read; return the report's renderer."""
    from patron.core.files import check_target, same_place
    from patron.core.scoring.output import check_output

    for target in (output, report):
        if target is not None and target.is_file() and any(same_place(target, Path(path)) for path in inputs):
            raise UsageError("score.same_file", path=target)
    if output is not None and report is not None and same_place(output, report):
        raise UsageError("score.same_file", path=report)
    if output is not None:
        check_output(output)
        check_target(output)
    if report is None:
        return None
    from patron.core.report.write import choose_renderer

    renderer = choose_renderer(session, code=None, target=report)
    check_target(report)
    return renderer


def show_report(session: Session, document: Any) -> None:
    """Print the sections of the report that the terminal shows."""
    import attrs

    from patron.core.report.write import choose_renderer, render, terminal_options

    short = attrs.evolve(document, sections=tuple(section for section in document.sections if section.code in SHOWN))
    renderer = choose_renderer(session, code="terminal", target=None)
    click.echo(render(session, renderer, short, terminal_options()).decode(), nl=False)


def _tell_skipped(session: Session, run: Any) -> None:
    """Say on stderr what was left out."""
    t = session.t.within(WORDS)
    for reason, skipped in run.rows.skipped.items():
        if reason == "where":
            continue
        places = ", ".join(f"{place.file}:{place.line}" for place in skipped.first[:3])
        why = session.t(f"reason.{reason}")
        more = t("score_command.example", value=skipped.example) if skipped.example else ""
        session.reporter.notice(t("score_command.skipped", count=f"{skipped.count:,}", why=why, places=places, more=more))
        hint = _hint(t, reason)
        if hint:
            session.reporter.notice(hint)


def _tell_past(session: Session, run: Any) -> None:
    """Say on stderr that today is long after the last purchase, so that nobody is an active customer as of today."""
    from patron.core.scoring.features import months_before

    months = session.settings.score.recent_months
    if run.last_day is not None and run.last_day < months_before(run.as_of, months):
        t = session.t.within(WORDS)
        session.reporter.notice(t("score_command.past", last=run.last_day, as_of=run.as_of, months=months))


def _hint(t: Translator, reason: str) -> str:
    key = f"score_command.hint_{reason}"
    words = t(key)
    return "" if words == key else words


def _words(ctx: click.Context | None) -> Translator:
    app = None if ctx is None else ctx.find_root().obj
    return Translator(getattr(app, "lang", "en"), WORDS)
