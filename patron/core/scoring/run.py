"""
The use case `score`: from files of order lines to every customer scored.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import date
from threading import Thread
from typing import Any

import attrs

from patron.core.config import Settings
from patron.core.errors import UsageError
from patron.core.scoring import ranking
from patron.core.scoring.aggregate import Aggregation
from patron.core.scoring.capacity import memory_for, threads_for
from patron.core.scoring.command import ScoreCommand
from patron.core.scoring.digest import part_digest
from patron.core.scoring.factors import FactorPlan, apply_factors, plan_factors, scorecards
from patron.core.scoring.features import DAY_COLUMNS, EPOCH, day_columns, feature_table, months_before
from patron.core.scoring.history import PreviousScores, history_columns
from patron.core.scoring.population import WholePopulation
from patron.core.scoring.prepared import CustomerAggregates, PreparedLines
from patron.core.scoring.purchase_days import DayCollection, PurchaseDays
from patron.core.scoring.reading import Reading
from patron.core.scoring.result import Scores
from patron.core.scoring.source import Source, SourceOptions, open_source
from patron.core.scoring.summary import part_summary, spread_columns, summarise
from patron.core.session import Session
from patron.kernel.aggregate import Rules, warm_up
from patron.kernel.layout import compiled_pays


def score(session: Session, command: ScoreCommand, previous: PreviousScores | None = None) -> Scores:
    """
    Score every customer of the files that the command names.

    Args:
        session: the clock, the settings, the plugins.
        command: what to read and how.
        previous: the scores of the run before, to tell what changed.

    Raises:
        UsageError: the command contradicts itself, or names what the input does not have.
        InputError: the input can't be read, or no row of it counts.
        CapacityError: there is more money or there are more customers than can be held.
        PluginError: a plugin failed.
    """
    if not command.inputs:
        raise UsageError("score.no_input")
    check_command(command)
    options = SourceOptions(encoding=command.encoding, delimiter=command.delimiter, decimal=command.decimal)
    return score_source(session, command, open_source(command.inputs, options), previous)


def score_source(session: Session, command: ScoreCommand, source: Source, previous: PreviousScores | None = None) -> Scores:
    """
    Score every customer of a source, whatever it reads from; the inputs of the command are not looked at.

    Raises:
        PatronError: as `score`.
    """
    started = session.clock.elapsed()
    check_command(command)
    plan = plan_factors(session.host, session.settings, command.extras)
    reading = Reading(session, command, source)
    as_of, zone = reading.as_of, reading.zone
    found, purchases = _aggregate(session, command, source, reading, with_days=plan.reads(DAY_COLUMNS))
    rows = reading.rows(without_order=found.without_order)
    features = feature_table(found, as_of, with_cost=command.cost is not None, with_discount=command.discount is not None)
    del found  # what went into the features as it is stays; the rest makes room
    with ThreadPoolExecutor(1) as aside:
        digest = aside.submit(part_digest, features)
        ranked = ranking.rank_customers(features, command.by, command.groups, together=command.ties == "together")
        columns = {**ranking.rank_columns(ranked), **({} if purchases is None else day_columns(purchases))}
        scored = apply_factors(features.with_columns(columns), plan)
        scored = scored.with_columns(history_columns(scored, plan.tiers(), previous))
        top = session.settings.score.top_percent
        everybody = WholePopulation(scored)
        run = summarise(
            part_summary(scored, ranked.measure, ranked.group, ranked.groups),
            *(everybody.concentration(column.integers(), top, column.missing) for column in spread_columns(scored)),
            by=command.by,
            top=top,
            rows=rows,
            parameters=run_parameters(command, plan, session.settings) | ({} if previous is None else {"previous": previous.run}),
            as_of=as_of,
            zone=zone,
            currency=reading.currency,
            digest=digest.result().finish(),
            composites={name: card.to_json() for name, card in scorecards(plan, scored, everybody).items()},
            seconds=round(session.clock.elapsed() - started, 3),
        )
    return Scores(run=run, customers=scored, order=ranked.order)


def check_command(command: ScoreCommand) -> None:
    """
    Refuse a command that contradicts itself.

    Raises:
        UsageError: it does.
    """
    if command.by == "margin" and command.cost is None:
        raise UsageError("score.margin_needs_cost")


def _aggregate(
    session: Session, command: ScoreCommand, source: Source, reading: Reading, *, with_days: bool
) -> tuple[CustomerAggregates, PurchaseDays | None]:
    """Read, judge and add up all rows; where asked for, collect the days of purchases on the way."""
    memory = memory_for(command.memory, session.settings)
    days = DayCollection(ignore_zero=command.ignore_zero, memory=memory // 2) if with_days else None
    threads = threads_for(command.threads, session.settings)
    # The pool ends first, so that no thread writes to a temporary folder that is being taken away.
    with ExitStack() as stack, ThreadPoolExecutor(threads, thread_name_prefix="patron-score") as pool:
        if compiled_pays(source.rows_estimate):
            Thread(target=_warm_up, args=(reading.text_ids,), daemon=True).start()
        aggregation = Aggregation(
            line_rules(command, reading.as_of, session.settings.score.recent_months),
            text_ids=reading.text_ids,
            plain_integers=reading.plain_integers,
            rows_expected=source.rows_estimate,
            memory=memory if days is None else memory // 2,
            stack=stack,
        )

        def use(prepared: PreparedLines) -> None:
            aggregation.update(prepared)
            if days is not None:
                days.update(prepared)

        reading.run(pool, threads, stack, use)
        purchases = None if days is None else days.finish(plain_integers=reading.text_ids and reading.plain_integers)
        return aggregation.finish(pool), purchases


def _warm_up(text_ids: bool) -> None:
    # Whatever is wrong with compiled code, the work itself will meet it and say so.
    with suppress(Exception):
        warm_up(text_ids=text_ids)


def line_rules(command: ScoreCommand, as_of: date, months: int) -> Rules:
    """Return how lines count: the recent period ends with the day of the scores, the one before it where that begins."""
    return Rules(
        ignore_zero=command.ignore_zero,
        recent_from=_day(months_before(as_of, months)) + 1,
        recent_until=_day(as_of) + 1,
        previous_from=_day(months_before(as_of, 2 * months)) + 1,
    )


def _day(day: date) -> int:
    return day.toordinal() - EPOCH


def run_parameters(command: ScoreCommand, plan: FactorPlan, settings: Settings) -> dict[str, Any]:
    """Return what was chosen and changes the result, for the record of the run."""
    left_out = {"inputs", "extras", "as_of", "zone", "memory", "threads"}
    chosen = attrs.asdict(command, filter=lambda field, _: field.name not in left_out)
    return {
        "recent_months": settings.score.recent_months,
        "top_percent": settings.score.top_percent,
        **chosen,
        "factors": plan.chosen(),
    }
