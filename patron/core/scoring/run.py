"""
The use case `score`: from files of order lines to every customer scored.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import ExitStack, suppress
from datetime import date
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from patron.core.config import Settings
from patron.core.errors import InputError, UsageError
from patron.core.records import RowCounts, Skipped
from patron.core.scoring import ranking
from patron.core.scoring.aggregate import Aggregation
from patron.core.scoring.capacity import memory_for, threads_for
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.days import check_time_format
from patron.core.scoring.expression import Filter
from patron.core.scoring.factors import FactorPlan, apply_factors, plan_factors
from patron.core.scoring.features import EPOCH, feature_table, months_before
from patron.core.scoring.id_columns import are_integers, may_become_integers
from patron.core.scoring.lines import LineReader, Mapping
from patron.core.scoring.prepared import CustomerAggregates
from patron.core.scoring.result import Scores
from patron.core.scoring.skipped import FIRST, SkippedRows
from patron.core.scoring.source import Source, SourceOptions, Task, open_source
from patron.core.scoring.summary import input_digest, summarise
from patron.core.session import Session
from patron.kernel.aggregate import Rules, warm_up
from patron.kernel.layout import compiled_pays

PIECE_ROWS = 262_144
"""Rows that are judged and added up together: enough for every bucket, few enough that their memory is used again."""

_NAMED = 3


def score(session: Session, command: ScoreCommand) -> Scores:
    """
    Score every customer of the files that the command names.

    Args:
        session: the clock, the settings, the plugins.
        command: what to read and how.

    Raises:
        UsageError: the command contradicts itself, or names what the input does not have.
        InputError: the input can't be read, or no row of it counts.
        CapacityError: there is more money or there are more customers than can be held.
        PluginError: a plugin failed.
    """
    if not command.inputs:
        raise UsageError("score.no_input")
    _check(command)
    options = SourceOptions(encoding=command.encoding, delimiter=command.delimiter, decimal=command.decimal)
    return score_source(session, command, open_source(command.inputs, options))


def score_source(session: Session, command: ScoreCommand, source: Source) -> Scores:
    """
    Score every customer of a source, whatever it reads from; the inputs of the command are not looked at.

    Raises:
        PatronError: as `score`.
    """
    started = session.clock.elapsed()
    _check(command)
    zone = _checked_zone(command.zone or session.settings.timezone)
    as_of = command.as_of or session.clock.today(zone)
    plan = plan_factors(session.host, session.settings)
    mapping = Mapping.of(command, source)
    skipped = SkippedRows(source.files)
    reader = LineReader(
        source, mapping, command, as_of=as_of, zone=zone, text_ids=_text_columns(source, mapping), skipped=skipped
    )
    found = _aggregate(session, command, source, mapping, reader, _rules(command, as_of, session.settings.score.recent_months))
    left_out = _skipped_rows(skipped, source)
    rows = RowCounts(
        read=reader.used + sum(each.count for each in left_out.values()),
        used=reader.used,
        rounded=reader.rounded,
        without_order=found.without_order,
        without_currency=reader.used - reader.currencies.named if reader.currencies.found else 0,
        skipped=left_out,
    )
    if rows.used == 0:
        raise _nothing_usable(rows, source, session, mapping.where)
    features = feature_table(found, as_of, with_cost=command.cost is not None, with_discount=command.discount is not None)
    del found  # what went into the features as it is stays; the rest makes room
    with ThreadPoolExecutor(1) as aside:
        digest = aside.submit(input_digest, features)
        ranked = ranking.rank_customers(features, command.by, command.groups, together=command.ties == "together")
        scored = apply_factors(features.with_columns(ranking.rank_columns(ranked)), plan)
        run = summarise(
            scored,
            ranked,
            by=command.by,
            top=session.settings.score.top_percent,
            rows=rows,
            parameters=_parameters(command, plan, session.settings),
            zone=zone,
            currency=", ".join(reader.currencies.found),
            digest=digest.result(),
            seconds=round(session.clock.elapsed() - started, 3),
        )
    return Scores(run=run, customers=scored, order=ranked.order)


def _check(command: ScoreCommand) -> None:
    if command.by == "margin" and command.cost is None:
        raise UsageError("score.margin_needs_cost")
    if command.time_format is not None:
        check_time_format(command.time_format)


def _checked_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError("score.bad_zone", zone=zone[:60]) from error
    return zone


def _text_columns(source: Source, mapping: Mapping) -> frozenset[str]:
    """Return which id columns are kept as texts."""
    names = [name for name in (mapping.customer, mapping.order, mapping.product) if name is not None]
    return frozenset(name for name in names if not are_integers(source.types(name)))


def _aggregate(
    session: Session, command: ScoreCommand, source: Source, mapping: Mapping, reader: LineReader, rules: Rules
) -> CustomerAggregates:
    """Read, judge and add up all rows."""
    threads = threads_for(command.threads, session.settings)
    text_ids = mapping.customer in _text_columns(source, mapping)
    # The pool ends first, so that no thread writes to a temporary folder that is being taken away.
    with ExitStack() as stack, ThreadPoolExecutor(threads, thread_name_prefix="patron-score") as pool:
        if compiled_pays(source.rows_estimate):
            Thread(target=_warm_up, args=(text_ids,), daemon=True).start()
        aggregation = Aggregation(
            rules,
            text_ids=text_ids,
            plain_integers=may_become_integers(source.types(mapping.customer)),
            rows_expected=source.rows_estimate,
            memory=memory_for(command.memory, session.settings),
            stack=stack,
        )
        progress = stack.enter_context(session.reporter.progress(session.t("score.reading"), source.rows_estimate or None))

        def work(task: Task) -> None:
            for piece in task.pieces(PIECE_ROWS):
                aggregation.update(reader.prepare(piece))
                progress.advance(piece.rows)

        _in_parallel(pool, threads + 1, source.tasks(mapping.columns, also=mapping.currency), work)
        return aggregation.finish(pool)


def _warm_up(text_ids: bool) -> None:
    # Whatever is wrong with compiled code, the work itself will meet it and say so.
    with suppress(Exception):
        warm_up(text_ids=text_ids)


def _in_parallel(pool: Executor, most: int, tasks: Iterable[Task], work: Callable[[Task], None]) -> None:
    """Run the tasks, at most *most* begun at a time so that few batches are in memory; the first failure ends all."""
    begun: set[Future[None]] = set()
    try:
        for task in tasks:
            begun.add(pool.submit(work, task))
            if len(begun) >= most:
                done, begun = wait(begun, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
        for future in as_completed(begun):
            future.result()
    finally:
        for future in begun:
            future.cancel()


def _rules(command: ScoreCommand, as_of: date, months: int) -> Rules:
    """Return how lines count: the recent period ends with the day of the scores, the one before it where that begins."""
    return Rules(
        ignore_zero=command.ignore_zero,
        recent_from=_day(months_before(as_of, months)) + 1,
        recent_until=_day(as_of) + 1,
        previous_from=_day(months_before(as_of, 2 * months)) + 1,
    )


def _day(day: date) -> int:
    return day.toordinal() - EPOCH


def _parameters(command: ScoreCommand, plan: FactorPlan, settings: Settings) -> dict[str, Any]:
    """Return what was chosen and changes the result, for the record of the run."""
    left_out = {"inputs", "as_of", "zone", "memory", "threads"}
    chosen = attrs.asdict(command, filter=lambda field, _: field.name not in left_out)
    return {
        "recent_months": settings.score.recent_months,
        "top_percent": settings.score.top_percent,
        **chosen,
        "factors": plan.chosen(),
    }


def _skipped_rows(skipped: SkippedRows, source: Source) -> dict[str, Skipped]:
    """Return the rows that do not count, those without the right number of fields first."""
    wrong = source.wrong_fields(FIRST)
    return {**({} if wrong is None else {"wrong_fields": wrong}), **skipped.result(source.locate)}


def _nothing_usable(rows: RowCounts, source: Source, session: Session, where: Filter | None) -> InputError:
    if rows.read == 0:
        return InputError("score.no_rows", files=", ".join(source.files[:_NAMED]))
    t = session.t
    reasons = [
        t(
            "score.nothing_usable_reason",
            count=f"{each.count:,}",
            why=t(f"reason.{reason}"),
            places=", ".join(f"{place.file}:{place.line}" for place in each.first[:_NAMED]),
            example=f" {each.example}" if each.example else "",
        )
        for reason, each in rows.skipped.items()
    ]
    if where is not None and "where" in rows.skipped:
        reasons.extend(t("score.compared_as_text", column=column[:40], text=text[:40]) for column, text in where.words[:_NAMED])
    return InputError("score.nothing_usable", read=f"{rows.read:,}", reasons="\n".join(reasons))
