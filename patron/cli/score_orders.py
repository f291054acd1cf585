"""
What `patron score` does without INPUT: which options it takes then, where the lines come from, and what becomes of the run.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from patron.cli.wording import WORDS
from patron.core.errors import UsageError
from patron.core.session import Session

if TYPE_CHECKING:
    from patron.core.scoring import Scores
    from patron.core.scoring.history import PreviousScores

_NEEDED = ("customer", "time", "amount")
_OF_FILES = (
    *(*_NEEDED, "order", "cost", "discount", "product", "currency", "time_format", "encoding", "delimiter", "decimal"),
    "previous",
)
"""Options that say how a file is read; the order lines of the database have columns of their own."""


def check_options(ctx: click.Context, session: Session, inputs: tuple[Path, ...]) -> None:
    """
    Refuse options that say how a file is read where none is named, and files without the options that they need.

    Raises:
        UsageError: there is an option too many, or nothing to score.
        click.MissingParameter: there is an option too few.
    """
    given = {name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if inputs:
        _check_file_options(ctx, given)
    elif session.settings.store.database is None:
        raise UsageError("score.no_input")
    else:
        wrong = [parameter.opts[0] for parameter in ctx.command.params if parameter.name in given.intersection(_OF_FILES)]
        if wrong:
            raise UsageError("score_run.file_options", options=", ".join(wrong))


def _check_file_options(ctx: click.Context, given: set[str]) -> None:
    missing = next((each for each in ctx.command.params if each.name in _NEEDED and each.name not in given), None)
    if missing is not None:
        raise click.MissingParameter(ctx=ctx, param=missing)
    if "no_keep" in given:
        raise UsageError("score.nothing_to_keep")


def scored(session: Session, options: dict[str, Any], previous: Path | None) -> "Scores":
    """
    Score the files that the options name, or the order lines of the database.

    Args:
        session: the database, the settings.
        options: of the command.
        previous: the scores file of the run before; for the database the published run is it.
    """
    from patron.core.scoring import ScoreCommand, score

    if options["inputs"]:
        return score(session, ScoreCommand(**options), None if previous is None else _previous(session, previous))
    from patron.core.scoring.orders import score_orders

    return score_orders(session, ScoreCommand(**{**options, **dict.fromkeys(_NEEDED, "")}))


def _previous(session: Session, path: Path) -> "PreviousScores":
    from patron.core.report.stored import open_scores
    from patron.core.scoring.history import ID, RANK, PreviousScores
    from patron.core.scoring.tiers import tiers_of

    found = open_scores(path)
    wanted = PreviousScores.wanted(tuple(tiers_of(session.host, session.settings)), found.columns())
    return PreviousScores(run=found.run.id, scores=found.read(tuple(dict.fromkeys((ID, RANK, *wanted)))))


def require_export(session: Session) -> None:
    """
    Refuse to write what the database knows of customers to a file, where the actor may not take customers out.

    Raises:
        DeniedError: the actor may not.
    """
    from patron.core.access import Action

    with session.read() as reader:
        reader.policy.require(reader.actor, Action.EXPORT, "customer")


def keep(session: Session, scores: "Scores") -> None:
    """Write the scores back into the database and publish them, where the actor may, and say which it was."""
    from patron.core.scoring.keeping import keep_scores, may_keep

    t = session.t.within(WORDS)
    if not may_keep(session):
        session.reporter.notice(t("score_command.not_kept"))
        return
    run = keep_scores(session, scores)
    session.reporter.notice(t("score_command.kept", code=run.code, customers=f"{run.customers:,}"))
