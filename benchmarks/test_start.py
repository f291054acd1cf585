"""
The start of the command line: `patron --help` beside the least that click with a scan of entry points can cost.
"""

from pathlib import Path
from statistics import median

import pytest

PEER = Path(__file__).parent / "peers" / "start_click.py"
ENGINES = ("patron", "click")
LIMIT = 1.5
"""How many times the least the help may cost."""


@pytest.mark.sizes(quick=[1], full=[1])
@pytest.mark.parametrize("engine", ENGINES)
def test_help(contest, contests, run_process, engine, rows):
    """The help comes about as fast as click can draw one."""
    contestants = {"patron": run_process("-m", "patron", "--help"), "click": run_process(PEER, "--help")}
    laps = contest(work="show the help", rows=rows, engine=engine, contestants=contestants)

    if len(laps) > 1:
        ours, least = (median(lap.seconds for lap in contests["show the help", rows][name]) for name in ENGINES)
        assert ours <= LIMIT * least
