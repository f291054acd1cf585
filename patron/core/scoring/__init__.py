"""
Scoring: from the rows of files to every customer scored.

`score(session, command)` is the use case. `source` reads files, `lines` judges their rows with `days`, `decimals` and
`expression`, `aggregate` adds them up in the kernel, `features` makes the customer table, `ranking` and `factors` score it,
`summary` makes the record of the run, `result` holds both, `output` writes the scores. `read_purchase_days(session, command)`
reads the same files and gives the days on which customers bought. This is the only bridge from the core to `patron.kernel`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patron.core.scoring.command import ScoreCommand
    from patron.core.scoring.output import write_scores
    from patron.core.scoring.purchase_days import PurchaseDays, ReadPurchases, read_purchase_days
    from patron.core.scoring.result import Scores
    from patron.core.scoring.run import score

__all__ = ["PurchaseDays", "ReadPurchases", "ScoreCommand", "Scores", "read_purchase_days", "score", "write_scores"]

_HOMES = {
    "PurchaseDays": "purchase_days",
    "ReadPurchases": "purchase_days",
    "ScoreCommand": "command",
    "Scores": "result",
    "read_purchase_days": "purchase_days",
    "score": "run",
    "write_scores": "output",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
