"""
The sections of the report `deciles`, in reading order.
"""

from patron import ReportSection
from patron.plugins.reports.declared import declared
from patron.plugins.reports.definitions import definitions
from patron.plugins.reports.figures import figures
from patron.plugins.reports.grid import grid
from patron.plugins.reports.groups import groups
from patron.plugins.reports.pareto import pareto
from patron.plugins.reports.purchases import purchases
from patron.plugins.reports.reading import reading
from patron.plugins.reports.tiers import tiers

REPORT = "deciles"

_BUILDERS = (figures, groups, pareto, purchases, grid, tiers, declared, reading, definitions)

SECTIONS = tuple(
    ReportSection(code=build.__name__, report=REPORT, title=f"{build.__name__}.heading", build=build, order=10 * place)
    for place, build in enumerate(_BUILDERS, start=1)
)
