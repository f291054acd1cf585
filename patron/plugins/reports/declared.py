"""
The tiers and the classes of composite scores that were declared: how many customers are in each, and what they bring.

A run tells its declarations among its parameters, without the words of people: who reads it declares what its columns are called;
those that nobody declares any more stand under their names.
"""

from collections.abc import Iterator, Sequence

from patron import Block, ReportData, ScoreRun
from patron.plugins.reports.tiers import tally_table


def declared(data: ReportData) -> Sequence[Block]:
    """Return one table for each declared column of labels."""
    run, t = data.run, data.t
    return [
        tally_table(data, column, data.called(column), [tally.value or t("declared.none") for tally in run.tallies[column]])
        for column in _columns(run)
        if column in run.tallies
    ]


def _columns(run: ScoreRun) -> Iterator[str]:
    for name, chosen in run.parameters.get("factors", {}).items():
        parameters = chosen.get("parameters", {})
        if "rules" in parameters:
            yield name
        elif parameters.get("classes"):
            yield f"{name}_class"
