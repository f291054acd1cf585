"""
What reports can speak about: facts by name, given to a report by the use case that builds it.

A scoring is one, `score_run`; every fact view on what is stored is another, under its own name (`patron.core.report.views`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import attrs
import pyarrow as pa

from patron.core.errors import PatronError
from patron.core.host import Host
from patron.core.i18n import Translator
from patron.core.names import shorten
from patron.core.records import ScoredCustomers, ScoreRun
from patron.core.records.report import SCORE_RUN
from patron.core.report.period import describe_period
from patron.core.session import Session


@attrs.frozen(kw_only=True, eq=False)
class Fact:
    """
    Something that a report can speak about.

    Attributes:
        value: what sections are given.
        about: returns what it covers, in words: for the subtitle of a document.
        origin: returns how it came about, in words: for the footer.
        denied: why the actor may not have it; None for all that the actor may.
    """

    value: object
    about: Callable[[Translator], str]
    origin: Callable[[Translator], str]
    denied: PatronError | None = None


Facts = Mapping[str, Fact]


def score_facts(session: Session, run: ScoreRun, scores: Callable[[Sequence[str] | None], pa.Table]) -> Facts:
    """
    Return the fact of a scoring.

    Args:
        session: knows what is declared, and how it is called.
        run: the score run.
        scores: reads the scores.
    """
    scored = ScoredCustomers(run=run, scores=scores, called=partial(_called, session))
    return {SCORE_RUN: Fact(value=scored, about=lambda t: _about(run, t), origin=lambda t: _origin(run, t))}


def _called(session: Session, lang: str) -> Callable[[str], str]:
    from patron.core.crm.score_words import column_words  # most reports name no declared column, and do without the database

    return column_words(session, lang)


def how_to_get(names: Collection[str], t: Translator, host: Host) -> str:
    """Return in words what to do for facts that are missing: which plugin to switch on, where an installed one brings them."""
    return " ".join(_way(name, t, host) for name in names)


def _way(name: str, t: Translator, host: Host) -> str:
    if name == SCORE_RUN:
        return t("reports.get_score_run")
    plugin = host.publisher_of(name)
    return t("reports.get_other", fact=shorten(name)) if plugin is None else t("reports.get_view", fact=name, plugin=plugin)


def _about(run: ScoreRun, t: Translator) -> str:
    parts = [t("reports.customers", count=f"{run.customers:,}"), describe_period(run, t)]
    if run.currency:
        parts.append(t("reports.currency", currency=run.currency))
    return " · ".join(parts)


def _origin(run: ScoreRun, t: Translator) -> str:
    return t("reports.footer", id=run.id, model=run.model, version=run.version, digest=run.input_digest)
