"""
`patron runs`: the score runs that the database keeps, what they say, and why a customer has these scores.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from patron.cli.score_values import NOTHING, shown
from patron.cli.wording import WORDS
from patron.core.session import Session, SessionFactory

if TYPE_CHECKING:
    from patron.core.scoring.runs import Cause, ExplainedScore, Explanation
    from patron.core.store.scores import StoredRun

_FORMAT = click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="runs.format"
)
_RUN = click.option("--run", "code", metavar="RUN", help="runs.run")


@click.group("runs", help="runs.help")
def command() -> None:
    """Hold the commands about score runs."""


@command.command("list", help="runs.list_help")
@_FORMAT
@click.pass_obj
def list_(app: SessionFactory, /, style: str) -> None:
    """Print every run, newest first."""
    from patron.cli.tables import print_table
    from patron.core.scoring.runs import list_runs

    with app.session() as session:
        runs = list_runs(session)
        if style == "json":
            _print_json([_head(run) for run in runs])
            return
        t = session.t.within(WORDS)
        head = [t(f"runs.{name}") for name in ("code", "model", "as_of", "customers", "published", "state")]
        rows = [
            [run.code, f"{run.model} {run.version}", str(run.as_of), f"{run.customers:,}", _moment(session, run.published_at)]
            for run in runs
        ]
        states = [t(f"runs.{_state(run)}") for run in runs]
        print_table([head, *([*row, state] for row, state in zip(rows, states, strict=True))], right={3})


@command.command("show", help="runs.show_help")
@click.argument("code", metavar="RUN", required=False)
@_FORMAT
@click.pass_obj
def show(app: SessionFactory, /, code: str | None, style: str) -> None:
    """Print what a run says of all customers."""
    from patron.cli.score import REPORT, show_report
    from patron.core.scoring.runs import show_run

    with app.session() as session:
        stored, run = show_run(session, code)
        if style == "json":
            from patron.core.records.run_json import run_to_json

            _print_json({**_head(stored), "facts": run_to_json(run)})
            return
        from patron.core.report.build import build_report
        from patron.core.report.facts import score_facts
        from patron.core.scoring.stored import stored_table

        t = session.t.within(WORDS)
        details = {"code": stored.code, "published": _moment(session, stored.published_at), "state": t(f"runs.{_state(stored)}")}
        click.echo(t("runs.heading", **details))
        facts = score_facts(session, run, lambda names: stored_table(session, stored, names))
        show_report(session, build_report(session, REPORT, facts))


@command.command("explain", help="runs.explain_help", epilog="runs.explain_example")
@click.argument("customer")
@_RUN
@_FORMAT
@click.pass_obj
def explain_(app: SessionFactory, /, customer: str, code: str | None, style: str) -> None:
    """Print why a customer has these scores."""
    from patron.core.crm import find_id
    from patron.core.scoring.runs import explain

    with app.session() as session:
        found = explain(session, find_id(session, "customer", customer), code)
        if style == "json":
            _print_json(_as_json(found))
        else:
            _print_explanation(session, found)


def _print_explanation(session: Session, found: "Explanation") -> None:
    from patron.cli.composites import print_parts
    from patron.cli.tables import print_table
    from patron.core.crm.score_words import column_words, label_words

    t, names, labels = session.t.within(WORDS), column_words(session), label_words(session)
    key = "runs.explained" if found.before is None else "runs.explained_since"
    before = {} if found.before is None else {"before": found.before.code, "day": found.before.as_of}
    click.echo(t(key, customer=found.customer_id, name=found.name, run=found.run.code, as_of=found.run.as_of, **before))
    click.echo()
    head = [t(f"runs.{name}") for name in ("score", "value", "before", "decided_by", "value", "before", "same")]
    rows = [head]
    for score in found.scores:
        cells = [names(score.name), *_now_and_before(score, labels)]
        for cause in score.causes:
            decided = [names(cause.name), *_now_and_before(cause, labels)]
            ends = [shown(_number(end, cause.kind), cause.kind) for end in (cause.least, cause.greatest)]
            rows.append([*cells, *decided, " … ".join(ends) if cause.least is not None else ""])
            cells = ["", "", ""]
    print_table(rows, right={1, 2, 4, 5})
    for score in found.scores:
        if score.parts:
            click.echo("\n" + t("runs.parts", score=names(score.name), points=shown(score.value, score.kind)))
            print_parts(t, "text", score.parts, names)


def _now_and_before(one: "ExplainedScore | Cause", labels: Callable[[str, object], object]) -> tuple[str, str]:
    """Return a value as people read it, and what it was before, where it was another."""
    moved = one.before is not None and one.before != one.value
    before = shown(labels(one.name, one.before), one.kind) if moved else ""
    return shown(labels(one.name, one.value), one.kind), before


def _number(end: Any, kind: str) -> Any:
    return Decimal(end) if kind in ("money", "points") and end is not None else end


def _state(run: "StoredRun") -> str:
    if run.published_at is None:
        return "unfinished"
    return "current" if run.current else "kept"


def _moment(session: Session, at: datetime | None) -> str:
    return NOTHING if at is None else f"{at.astimezone(ZoneInfo(session.settings.timezone)):%Y-%m-%d %H:%M}"


def _head(run: "StoredRun") -> dict[str, Any]:
    times = {name: getattr(run, name) for name in ("started_at", "published_at")}
    return {
        "code": run.code,
        "model": run.model,
        "version": run.version,
        "as_of": run.as_of.isoformat(),
        "customers": run.customers,
        "digest": run.digest,
        "state": _state(run),
        "user_id": run.user_id,
        **{name: None if at is None else at.isoformat() for name, at in times.items()},
    }


def _as_json(found: "Explanation") -> dict[str, Any]:
    from patron.cli.composites import part_json

    return {
        "customer_id": found.customer_id,
        "name": found.name,
        "run": _head(found.run),
        "before": None if found.before is None else _head(found.before),
        "scores": [
            {
                "name": score.name,
                "kind": score.kind,
                "value": _plain(score.value),
                "before": _plain(score.before),
                "decided_by": [dict(_cause(cause)) for cause in score.causes],
                "parts": [part_json(part) for part in score.parts],
                "bounds": {value: {name: list(ends) for name, ends in ranges.items()} for value, ranges in score.bounds.items()},
            }
            for score in found.scores
        ],
    }


def _cause(cause: Any) -> Iterator[tuple[str, Any]]:
    for name in ("name", "kind", "value", "before", "least", "greatest"):
        yield name, _plain(getattr(cause, name))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
