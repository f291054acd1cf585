"""
Score runs in the database: one table of scores a run, published whole.
"""

from patron.core.store.scores.beside import PREFIX, score_field, scores_beside
from patron.core.store.scores.publishing import abandon, begin, complete, may_publish, prune, publish, superfluous
from patron.core.store.scores.reading import PublishedScores, find_run, published_run, runs_of, scorecards_of, scores_of
from patron.core.store.scores.record import Bounds, ScoreColumn, StoredRun
from patron.core.store.scores.tables import score_table

__all__ = [
    "PREFIX",
    "Bounds",
    "PublishedScores",
    "ScoreColumn",
    "StoredRun",
    "abandon",
    "begin",
    "complete",
    "find_run",
    "may_publish",
    "prune",
    "publish",
    "published_run",
    "runs_of",
    "score_field",
    "score_table",
    "scorecards_of",
    "scores_beside",
    "scores_of",
    "superfluous",
]
