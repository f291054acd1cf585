"""
What report sections and renderers are: the records behind the hooks `report_sections` and `document_renderers`.

A section speaks about *facts*: things that are known by a name, whoever brings them. It names those that it needs, and is given
these alone; so a report never has to know where they come from.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import pyarrow as pa

from patron.core.i18n import Translator
from patron.core.records.document import Block, Document
from patron.core.records.run import ScoreRun

SCORE_RUN = "score_run"
"""The name of the fact that customers were scored; a `ScoredCustomers`."""


@attrs.frozen(kw_only=True, eq=False)
class ScoredCustomers:
    """
    The fact `score_run`: customers that were scored.

    Attributes:
        run: the score run.
        scores: reads the scores, one row a customer, best first; with names, only these columns. Costs time and memory in
            proportion to the customers: sections that can should speak from the run alone.
        called: a language → what a column is called in it, by who brings or declares it; else its name.
    """

    run: ScoreRun
    scores: Callable[[Sequence[str] | None], pa.Table]
    called: Callable[[str], Callable[[str], str]] = lambda _: str


@attrs.frozen(kw_only=True, eq=False)
class ReportData:
    """
    What a section is given to speak about.

    Attributes:
        facts: name → fact, of those that the section named. A view on what is stored is a `BoundView`.
        t: the translator of the section's own plugin, which falls back to the words of the core.
        scope: of a report over the database: the period, as of when; a `ReportScope`. None for one of a scores file.
    """

    facts: Mapping[str, Any]
    t: Translator
    scope: Any = None

    @property
    def run(self) -> ScoreRun:
        """The score run, of the fact `score_run`."""
        return self._scored.run

    @property
    def scores(self) -> Callable[[Sequence[str] | None], pa.Table]:
        """What reads the scores of the run, of the fact `score_run`."""
        return self._scored.scores

    def called(self, column: str) -> str:
        """Return what a column of the scores is called in the language of the report."""
        return self._scored.called(self.t.lang)(column)

    @property
    def _scored(self) -> ScoredCustomers:
        scored: ScoredCustomers = self.facts[SCORE_RUN]
        return scored


@attrs.frozen(kw_only=True)
class ReportSection:
    """
    A part of a report.

    Attributes:
        code: unique in its report.
        report: the code of the report it belongs to. The first section of a new code makes a new report; its title is the
            message `report.CODE` of the plugin that brings the first section.
        order: place in the report; smaller comes first, equal ones in the order of plugins.
        title: the message key of its heading in the plugin's catalogue.
        build: returns its blocks; an empty list leaves the section out. None for a section that is all declared in `parts`.
        facts: the names of the facts that it speaks about. Without one of them it is not called; the report says what is missing.
        parts: what stands in it, as data, before the blocks of `build`: `Headline`s and `Breakdown`s of metrics over views. The
            views that they count over are facts of the section, named or not.
    """

    code: str
    report: str
    title: str
    build: Callable[[ReportData], Sequence[Block]] | None = None
    order: int = 100
    facts: tuple[str, ...] = (SCORE_RUN,)
    parts: tuple[Any, ...] = ()


@attrs.frozen(kw_only=True)
class Alert:
    """
    A number that should be nought, and is told to who looks after others where it is not.

    Attributes:
        code: unique over all plugins. The message `alert.CODE` of its plugin says it, with `count`, `days` and `command`.
        amount: what is counted, an `Amount` over a fact view.
        report: the report that shows more; `command` is how it is asked for.
        days: of how many days up to now.
    """

    code: str
    amount: Any
    report: str
    days: int = 7


@attrs.frozen(kw_only=True)
class RenderOptions:
    """
    What a renderer may need to know of where its output goes.

    Attributes:
        width: columns of the terminal.
        colour: whether the terminal shows colours and styles.
    """

    width: int = 100
    colour: bool = False


@attrs.frozen(kw_only=True)
class Renderer:
    """
    Turns a document into bytes.

    Attributes:
        code: the value of `--format` that asks for it, unique over all plugins.
        suffixes: file endings that ask for it, with the dot; none for the terminal.
        media_type: what the bytes are.
        binary: whether the bytes are not text, and so never go to a terminal.
        render: returns the whole output. The same document gives the same bytes.
        needs: modules of packages that may not be installed; without one the format is refused before there is any work. The
            message `reports.missing_package` of the plugin's own words may say how to install them.
    """

    code: str
    suffixes: tuple[str, ...]
    media_type: str
    binary: bool
    render: Callable[[Document, RenderOptions], bytes]
    needs: tuple[str, ...] = ()
