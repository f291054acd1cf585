"""
`patron match`: which records are of one person.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patron.cli.wording import WORDS
from patron.core.errors import UsageError
from patron.core.i18n import Translator
from patron.core.session import Session, SessionFactory

if TYPE_CHECKING:
    from patron.core.crm.merging.sure import Sure
    from patron.core.exchange.scanning import FileScan
    from patron.core.matching.scanning import Pair, Scan

_SHOWN = 20
"""Pairs that the terminal shows; a file takes all."""

_MAP = click.option("--map-file", "--map", "map_file", type=click.Path(path_type=Path), metavar="MAP.toml", help="match.map_file")
_MODEL = click.option("--model", type=click.Path(path_type=Path), metavar="MODEL.toml", help="match.model")
_FORMAT = click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="importing.format"
)


def _source(function: Any) -> Any:
    for option in (
        click.option("--sheet", metavar="NAME", help="importing.sheet"),
        click.option("--delimiter", metavar="D", help="importing.delimiter"),
        click.option("--encoding", metavar="E", help="importing.encoding"),
        _MAP,
    ):
        function = option(function)
    return function


def _reading(function: Any) -> Any:
    return _source(_MODEL(function))


@click.group("match", help="match.help", epilog="match.examples")
def command() -> None:
    """Hold the commands on who is who."""


@command.command("scan", help="match.scan", epilog="match.scan_examples")
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@_reading
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="CLUSTERS.csv|xlsx", help="match.output")
@click.option("--pairs", type=click.Path(path_type=Path), metavar="PAIRS.csv|xlsx", help="match.pairs")
@click.option("--merge-sure", "merges", is_flag=True, help="match.merge_sure")
@click.option("--dry-run", is_flag=True, help="match.dry_run")
@_FORMAT
@click.pass_obj
def scan(
    app: SessionFactory,
    /,
    path: Path | None,
    map_file: Path | None,
    model: Path | None,
    output: Path | None,
    pairs: Path | None,
    merges: bool,
    dry_run: bool,
    style: str,
    **reading: Any,
) -> None:
    """Print who is who among the records of a file, or among the customers of the database."""
    from patron.core.exchange import SourceOptions, Wishes, read_map_file
    from patron.core.exchange.scanning import scan_customers, scan_file
    from patron.core.matching.configured import model_of_settings

    if merges and path is not None:
        raise UsageError("match.merges_customers", catalogue=WORDS)
    if dry_run and not merges:
        raise UsageError("match.dry_run_alone", catalogue=WORDS)
    with app.session() as session:
        chosen = model_of_settings(session.settings, model)
        if path is None:
            found = scan_customers(session, chosen)
        else:
            wishes = Wishes() if map_file is None else read_map_file(map_file)
            found = scan_file(session, path, chosen, wishes, SourceOptions(**reading))
        t = session.t.within(WORDS)
        if output is not None:
            _write(output, ("record", "cluster", "score"), _rows(found))
        if pairs is not None:
            _write(pairs, ("one", "other", "verdict", "bits", "why"), _pair_rows(t, found))
        sure = _merge(session, found, dry_run=dry_run) if merges else None
        if style == "json":
            from patron.cli.printing import print_json

            print_json(_as_json(found) | ({} if sure is None else _merged_json(sure)))
            return
        _tell(t, found, path is None)
        if sure is not None:
            _tell_merged(t, sure)
        elif path is None and len(set(found.found.clusters)) < len(found.persons):
            click.echo("\n" + t("match.how_to_merge"))


@command.command("train", help="match.train", epilog="match.train_examples")
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@_source
@click.option("--model", type=click.Path(path_type=Path), metavar="MODEL.toml", help="match.first_model")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="MODEL.toml", help="match.trained")
@click.option("--truth", metavar="COLUMN", help="match.truth")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="match.seed")
@_FORMAT
@click.pass_obj
def train(
    app: SessionFactory,
    /,
    path: Path | None,
    map_file: Path | None,
    model: Path | None,
    output: Path | None,
    truth: str | None,
    seed: int,
    style: str,
    **reading: Any,
) -> None:
    """Learn a model of who is who from the records of a file, or from the customers of the database."""
    from patron.cli.training import as_json, tell
    from patron.core.errors import UsageError
    from patron.core.exchange import SourceOptions, Wishes, read_map_file
    from patron.core.exchange.training import check_model_target, train_on_customers, train_on_file, write_model
    from patron.core.matching import read_model

    if output is not None:
        check_model_target(output)
    first = read_model(model)
    if path is not None:
        wishes = Wishes() if map_file is None else read_map_file(map_file)
        found = train_on_file(path, first, wishes, SourceOptions(**reading), seed=seed, truth=truth)
    elif truth is not None:
        raise UsageError("matching.truth_of_file")
    else:
        with app.session() as session:
            found = train_on_customers(session, first, seed=seed)
    if output is not None:
        write_model(output, found.trained)
    if style == "json":
        from patron.cli.printing import print_json

        print_json(as_json(found))
        return
    with app.session() as session:
        tell(session.t.within(WORDS), found, output)


@command.command("explain", help="match.explain", epilog="match.explain_example")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("one", metavar="RECORD")
@click.argument("other", metavar="RECORD")
@_reading
@_FORMAT
@click.pass_obj
def explain(
    app: SessionFactory,
    /,
    path: Path,
    one: str,
    other: str,
    map_file: Path | None,
    model: Path | None,
    style: str,
    **reading: Any,
) -> None:
    """Print what speaks for two records of a file being of one person, and what against it."""
    from patron.cli.printing import print_json
    from patron.cli.tables import print_table
    from patron.core.exchange import SourceOptions, Wishes, read_map_file
    from patron.core.exchange.scanning import explain_in_file
    from patron.core.matching.configured import model_of_settings
    from patron.core.matching.wording import field_word, level_word

    with app.session() as session:
        chosen = model_of_settings(session.settings, model)
        wishes = Wishes() if map_file is None else read_map_file(map_file)
        pair = explain_in_file(path, chosen, wishes, SourceOptions(**reading), one, other)
        if style == "json":
            print_json(_pair_json(pair, [one, other]))
            return
        t = session.t.within(WORDS)
        head = [t("match.column_field"), t("match.column_level"), t("match.column_bits")]
        body = [[field_word(why, t), level_word(why, t), f"{why.bits:+.1f}"] for why in pair.reasons]
        print_table(
            [head, *body, [t("match.total"), t(f"match.verdict_{pair.verdict.name.lower()}"), f"{pair.bits:+.1f}"]], right={2}
        )
        click.echo(t("match.thresholds", ask=f"{chosen.ask:g}", join=f"{chosen.join:g}"))


def _tell(t: Translator, found: "FileScan", stored: bool) -> None:
    from patron.core.matching.wording import said

    scan = found.found
    persons = len(set(scan.clusters))
    click.echo(t("match.found", records=len(found.persons), persons=persons, joined=len(found.persons) - persons))
    if found.unread:
        click.echo(t("match.unread", rows=found.unread))
    if scan.left_out:
        click.echo(t("match.left_out", keys=scan.left_out, records=scan.left_out_records))
    shown = [("sure", scan.sure), ("asked", scan.asked)] if stored else [("asked", scan.asked)]
    for key, pairs in shown:
        if pairs:
            click.echo("\n" + t(f"match.{key}", pairs=len(pairs)))
        for pair in pairs[:_SHOWN]:
            one, other = (found.called(place) for place in (pair.one, pair.other))
            click.echo(f"  {one} – {other}  {pair.bits:.1f}  {said(pair.reasons, t)}")
        if len(pairs) > _SHOWN:
            click.echo("  " + t("match.more", pairs=len(pairs) - _SHOWN))


def _merge(session: Session, found: "FileScan", *, dry_run: bool) -> "Sure":
    from patron.core.crm.merging.sure import merge_sure

    groups: dict[int, list[int]] = {}
    for person, number in zip(found.persons, found.found.clusters, strict=True):
        groups.setdefault(number, []).append(int(person.key))
    return merge_sure(session, [group for group in groups.values() if len(group) > 1], only_look=dry_run)


def _tell_merged(t: Translator, sure: "Sure") -> None:
    """Print what was merged, or would be, and what is left to a person, with the commands to look and to decide."""
    merges = [f"{one.keep} ← {', '.join(map(str, one.others))}" for one in sure.commands]
    if merges:
        click.echo("\n" + t("match.merged" if sure.merged else "match.would_merge", groups=len(merges)))
        for line in merges[:_SHOWN]:
            click.echo(f"  {line}")
        if len(merges) > _SHOWN:
            click.echo("  " + t("match.more_groups", groups=len(merges) - _SHOWN))
    if sure.merged:
        click.echo(t("merging.undo_by", command=f"patron customer unmerge --batch {sure.merged[0].batch_id}"))
    if sure.left:
        click.echo("\n" + t("match.left", groups=len(sure.left)))
        for group in sure.left[:_SHOWN]:
            click.echo(f"  patron customer merge {' '.join(map(str, group))} --preview")


def _merged_json(sure: "Sure") -> dict[str, Any]:
    return {
        "batch": sure.merged[0].batch_id if sure.merged else None,
        "merged" if sure.merged else "would_merge": [{"keep": one.keep, "others": list(one.others)} for one in sure.commands],
        "left": [list(group) for group in sure.left],
    }


@command.command("apart", help="match.apart", epilog="match.apart_examples")
@click.argument("one", metavar="[ONE]", required=False)
@click.argument("other", metavar="[OTHER]", required=False)
@click.option("--undo", is_flag=True, help="match.undo")
@click.option("--reason", metavar="TEXT", help="records.reason")
@_FORMAT
@click.pass_obj
def apart(app: SessionFactory, /, one: str | None, other: str | None, undo: bool, reason: str | None, style: str) -> None:
    """Decide that two customers are not one, or list these decisions."""
    from patron.cli.printing import print_rows
    from patron.core.clock import wall_time
    from patron.core.crm import find_id
    from patron.core.crm.merging import Apart, decide_apart, list_apart

    with app.session() as session:
        t = session.t.within(WORDS)
        if one is None:
            names = ("one", "other", "decided_at", "reason")
            rows = [
                (found.one_id, found.other_id, wall_time(found.decided_at, session.settings.timezone), found.reason or "")
                for found in list_apart(session)
            ]
            print_rows(style, [t(f"match.apart_{name}") for name in names], names, rows)
            return
        if other is None:
            raise UsageError("match.apart_two", catalogue=WORDS)
        ids = [find_id(session, "customer", written) for written in (one, other)]
        news = decide_apart(session, Apart(one=ids[0], other=ids[1], reason=reason, undo=undo))
        key = ("match.together_again" if undo else "match.told_apart") if news else "match.no_news"
        click.echo(t(key, one=ids[0], other=ids[1]))


def _rows(found: "FileScan") -> list[tuple[str, ...]]:
    bits = found.found.bits
    names = found.names
    return [
        (person.key, names[number], f"{score:.3f}")
        for person, number, score in zip(found.persons, found.found.clusters, bits, strict=True)
    ]


def _pair_rows(t: Translator, found: "FileScan") -> list[tuple[str, ...]]:
    from patron.core.matching.wording import said

    return [
        (
            found.persons[pair.one].key,
            found.persons[pair.other].key,
            pair.verdict.name.lower(),
            f"{pair.bits:.3f}",
            said(pair.reasons, t),
        )
        for pair in (*found.found.sure, *found.found.asked)
    ]


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from patron.core.exchange import writing_to

    with writing_to(path) as target:
        target.header(header)
        target.rows(rows)


def _as_json(found: "FileScan") -> dict[str, Any]:
    scan: Scan = found.found
    return {
        "records": len(found.persons),
        "persons": len(set(scan.clusters)),
        "unread": found.unread,
        "compared": scan.compared,
        "left_out": {"keys": scan.left_out, "records": scan.left_out_records},
        "clusters": [dict(zip(("record", "cluster"), row, strict=False)) | {"score": float(row[2])} for row in _rows(found)],
        **{
            name: [_pair_json(pair, [found.persons[pair.one].key, found.persons[pair.other].key]) for pair in pairs]
            for name, pairs in (("sure", scan.sure), ("asked", scan.asked))
        },
    }


def _pair_json(pair: "Pair", keys: Sequence[str]) -> dict[str, Any]:
    return {
        "records": list(keys),
        "bits": pair.bits,
        "verdict": pair.verdict.name.lower(),
        "reasons": [{"field": why.field, "level": why.level, "bits": why.bits} for why in pair.reasons],
    }
