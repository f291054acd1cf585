"""
`patron composites`: the composite scores that are declared, rows and records scored by one, and one record scored with reasons.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.cli.dates import Day
from patron.cli.options import FORMAT, read_settings
from patron.cli.wording import WORDS
from patron.core.errors import InputError, UsageError
from patron.core.i18n import Translator
from patron.core.names import listed
from patron.core.session import Session, SessionFactory

if TYPE_CHECKING:
    from patron.core.scoring.composites import Composite, Factor, Part, Scorecard
    from patron.core.scoring.composites.records import RecordScores

_NOTHING = "–"
_BEST = 10
_AS_OF = click.option("--as-of", type=Day(), metavar="DATE", help="composites.as_of")
_ZONE = click.option("--tz", "zone", metavar="ZONE", help="composites.tz")


@click.group("composites", help="composites.help")
def command() -> None:
    """Hold the commands about composite scores."""


@command.command("list", help="composites.list_help", epilog="composites.list_example")
@FORMAT
@click.pass_obj
def list_(app: SessionFactory, /, style: str) -> None:
    """Print every composite score that is declared."""
    from patron.cli.printing import print_rows
    from patron.core.scoring.composites import composites_of

    with app.session() as session:
        found = composites_of(session.host, session.settings)
        t = session.t.within(WORDS)
        head = ("name", "title", "of", "factors", "classes", "declared_by")
        rows = [
            [
                one.name,
                one.title(t.lang),
                one.of,
                [factor.name for factor in one.factors],
                list(one.classes),
                one.plugin or "patron.toml",
            ]
            for one in found.values()
        ]
        print_rows(style, [t(f"composites.{name}") for name in head], head, rows)


@command.command("show", help="composites.show_help", epilog="composites.show_example")
@click.argument("name")
@FORMAT
@click.pass_obj
def show(app: SessionFactory, /, name: str, style: str) -> None:
    """Print how a composite score is put together."""
    from patron.cli.printing import print_rows

    with app.session() as session:
        one = _found(session, name)
        t = session.t.within(WORDS)
        head = ("factor", "column", "weight", "transform", "worth", "missing")
        whole = sum(factor.weight for factor in one.factors)
        rows = [
            [factor.name, factor.column, f"{factor.weight / whole:.1%}", factor.transform, _worth(factor), str(factor.missing)]
            for factor in one.factors
        ]
        if style == "text":
            of = t(f"composites.of_{one.of}") if one.of in ("scores", "rows") else session.t(f"noun.{one.of}")
            click.echo(t("composites.heading", title=one.title(t.lang), name=one.name, of=of))
            if one.classes:
                click.echo(
                    t("composites.class_line", classes=", ".join(f"{label} ≥ {least}" for label, least in one.classes.items()))
                )
            click.echo()
        print_rows(style, [t(f"composites.{key}") for key in head], head, rows)


@command.command("score", help="composites.score_help", epilog="composites.score_example")
@click.argument("name")
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--id", "id_column", metavar="COL", help="composites.id")
@click.option("--where", metavar="EXPR", help="composites.where")
@_AS_OF
@_ZONE
@click.option("--contributions", "parts", is_flag=True, help="composites.contributions")
@click.option("--encoding", metavar="E", help="score_command.encoding")
@click.option("--delimiter", metavar="D", help="score_command.delimiter")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", show_default=True, help="score_command.decimal")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|parquet", help="composites.output")
@FORMAT
@click.pass_obj
def score(
    app: SessionFactory,
    /,
    name: str,
    inputs: tuple[Path, ...],
    id_column: str | None,
    where: str | None,
    output: Path | None,
    style: str,
    encoding: str | None,
    delimiter: str | None,
    decimal: str,
    **options: Any,
) -> None:
    """Score the rows of files, or the records of the database."""
    from patron.core.scoring.composites.records import RecordsCommand, score_records
    from patron.core.scoring.rows import RowsCommand
    from patron.core.scoring.table_files import check_tables, csv_text, write_table

    rows = None
    if inputs:
        rows = RowsCommand(inputs=inputs, where=where, encoding=encoding, delimiter=delimiter, decimal=decimal)
    with app.session() as session:
        one = _found(session, name)
        t = session.t.within(WORDS)
        check_tables(inputs, [output])
        if not inputs and output is not None:
            from patron.cli.score_orders import require_export

            require_export(session)
        found = score_records(
            session, RecordsCommand(composite=one, rows=rows, id=id_column, where=None if inputs else where, **options)
        )
        for factor, bad in found.bad.items():
            if bad:
                session.reporter.notice(t("composites.unreadable", factor=factor, count=f"{bad:,}"))
        if output is not None:
            write_table(found.table, output)
            session.reporter.notice(t("composites.written", path=output))
        if style == "csv":
            click.echo(csv_text(found.table), nl=False)
        elif style == "json":
            _print_json(_scores_json(found))
        else:
            _print_scores(t, found, one.title(t.lang))


@command.command("try", help="composites.try_help", epilog="composites.try_example")
@click.argument("name")
@click.argument("values", nargs=-1, metavar="FIELD=VALUE...")
@_AS_OF
@_ZONE
@click.option("--scores", type=click.Path(path_type=Path), metavar="SCORES.parquet", help="composites.scores")
@FORMAT
@click.pass_obj
def try_(
    app: SessionFactory, /, name: str, values: tuple[str, ...], as_of: Any, zone: str | None, scores: Path | None, style: str
) -> None:
    """Score one record, and say what each factor brought."""
    from patron.core.scoring.composites import known_fields

    with app.session() as session:
        one = _found(session, name)
        card = _card(session, one, scores)
        record = read_settings(values)
        known_fields(one, record)
        zone = zone or session.settings.timezone
        found = card.score(record, as_of or session.clock.today(zone), zone)
        t = session.t.within(WORDS)
        if style == "json":
            _print_json(
                {
                    "composite": one.name,
                    "points": points_text(found.points),
                    "class": found.label,
                    "known": found.known,
                    "factors": [part_json(part) for part in found.parts],
                }
            )
            return
        if style == "text":
            points = _NOTHING if found.points is None else points_text(found.points)
            key = (
                "composites.no_score"
                if found.points is None
                else "composites.result"
                if found.label is None
                else "composites.classed"
            )
            click.echo(t(key, title=one.title(t.lang), points=points, label=found.label or "", known=f"{found.known:.0%}"))
            click.echo()
        print_parts(t, style, found.parts)


def print_parts(t: Translator, style: str, parts: "tuple[Part, ...]", names: Callable[[str], str] = str) -> None:
    """Print what each factor brought to a score; *names* are what columns are called."""
    from patron.cli.printing import print_rows

    head = ("factor", "value", "points", "weight", "contribution")
    rows = [
        [
            names(part.name),
            _said(t, part),
            points_text(part.points) or _NOTHING,
            f"{part.weight:.1%}",
            points_text(part.contribution),
        ]
        for part in parts
    ]
    print_rows(style, [t(f"composites.{key}") for key in head], head, rows, right={2, 3, 4})


def points_text(points: int | None) -> str | None:
    """Return points as decimal text."""
    from patron.core.money import to_text

    return None if points is None else to_text(points)


def part_json(part: "Part") -> dict[str, Any]:
    """Return what a factor brought as JSON has it."""
    value = part.value
    return {
        "name": part.name,
        "column": part.column,
        "value": value if value is None or isinstance(value, str | int | float) else str(value),
        "status": part.status,
        "points": points_text(part.points),
        "weight": part.weight,
        "contribution": points_text(part.contribution),
    }


def _said(t: Translator, part: "Part") -> str:
    value = _NOTHING if part.value is None else str(part.value)
    return t("composites.not_understood", value=value[:40]) if part.status == "bad" else value[:40]


def _found(session: Session, name: str) -> "Composite":
    from patron.core.scoring.composites import find_composite
    from patron.core.scoring.composites.stored import check_fields

    one = find_composite(session.host, session.settings, name)
    check_fields(one, session.records.vocabulary)
    return one


def _card(session: Session, one: "Composite", scores: Path | None) -> "Scorecard":
    from patron.core.scoring.composites import Scorecard
    from patron.core.scoring.composites.fitting import fit

    if scores is not None:
        from patron.core.report.stored import open_scores

        cards = open_scores(scores).run.composites
        if one.name not in cards:
            raise InputError("composite.not_in_scores", path=scores, name=one.name, known=listed(sorted(cards)) or _NOTHING)
        return Scorecard.from_json(cards[one.name])
    if one.fitted():
        factors = listed(factor.name for factor in one.open_factors())
        raise UsageError("composite.needs_population", name=one.name, factors=factors)
    return fit(one, lambda _: None)  # type: ignore[arg-type, return-value]  # nothing is open, so nobody asks


def _worth(factor: "Factor") -> str:
    """Return in short what values are worth."""
    if factor.codes:
        shown = ", ".join(f"{code} {points}" for code, points in factor.codes.items())
        return shown if factor.other is None else f"{shown}, … {factor.other}"
    if factor.bands:
        return ", ".join(f"≥ {start}: {points}" for start, points in factor.bands)
    if factor.transform == "quantile":
        return str(factor.groups)
    ends = ["…" if end is None else str(end) for end in (factor.low, factor.high)]
    return " → ".join(reversed(ends) if factor.reverse else ends)


def _print_scores(t: Translator, found: "RecordScores", title: str) -> None:
    from patron.cli.tables import print_table

    rows = len(found.table)
    click.echo(t("composites.scored", title=title, rows=f"{rows:,}", scored=f"{found.scored:,}", as_of=found.as_of))
    if found.card.classes:
        click.echo()
        tally = [
            [label, f"{count:,}", f"{count / found.scored:.1%}" if found.scored else _NOTHING]
            for label, count in found.tally().items()
        ]
        print_table([[t(f"composites.{key}") for key in ("class", "records", "share")], *tally], right={1, 2})
    click.echo()
    whole = sum(factor.weight for factor in found.card.factors)
    factors = [
        [
            factor.name,
            f"{factor.weight / whole:.1%}",
            f"{found.known[factor.name] / rows:.1%}" if rows else _NOTHING,
            points_text(found.brought[factor.name] // found.scored) if found.scored else _NOTHING,
        ]
        for factor in found.card.factors
    ]
    head = [t(f"composites.{key}") for key in ("factor", "weight", "known", "mean_contribution")]
    print_table([head, *[[str(cell) for cell in row] for row in factors]], right={1, 2, 3})
    best = found.best(_BEST).to_pylist()
    if best:
        click.echo("\n" + t("composites.best"))
        names = found.table.schema.names[: 3 if found.card.classes else 2]
        print_table([names, *[[_NOTHING if row[name] is None else str(row[name]) for name in names] for row in best]], right={1})


def _scores_json(found: "RecordScores") -> dict[str, Any]:
    factors = {
        factor.name: {
            "known": found.known[factor.name],
            "unreadable": found.bad[factor.name],
            "contribution": points_text(found.brought[factor.name]),
        }
        for factor in found.card.factors
    }
    return {
        "composite": found.card.name,
        "as_of": found.as_of.isoformat(),
        "records": len(found.table),
        "scored": found.scored,
        "classes": dict(found.tally()),
        "factors": factors,
        "scorecard": found.card.to_json(),
        "scores": [{name: _plain(value) for name, value in row.items()} for row in found.table.to_pylist()],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
