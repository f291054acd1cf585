"""
What was chosen for a run, as the words of a report need it.

A run that was read back from a file has its decimals as texts, and one that was made without a factor has no parameters of it:
what is not there is not spoken of.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from patron import ScoreRun

_TEN = 10


def parameters_of(run: ScoreRun, factor: str) -> Mapping[str, Any] | None:
    """Return the parameters that a built-in score factor ran with; None where it did not run."""
    found: Mapping[str, Any] = run.parameters.get("factors", {}).get(factor, {})
    return found["parameters"] if found.get("plugin") == "scores" else None


def grades(run: ScoreRun) -> int:
    """Return the highest score for recency and frequency; scores that nobody has count as well."""
    chosen = parameters_of(run, "rfm")
    return len(run.grid) if chosen is None else int(chosen["groups"])


def in_tens(run: ScoreRun) -> bool:
    """Say whether the groups are deciles."""
    return len(run.groups) == _TEN


def shown_of(run: ScoreRun) -> str:
    """Return of what the groups' shares are drawn: of margin where they are ranked by it and it adds up, else of net sales."""
    return "margin" if run.by == "margin" and (run.totals.margin or 0) > 0 else "monetary"


def percentage(part: object) -> str:
    """Return a chosen part as it is said: "5%", "12.5%"."""
    return f"{(Decimal(str(part)) * 100).normalize():f}%"
