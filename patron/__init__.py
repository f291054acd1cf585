"""
Patron: a CRM framework. The public door for plugins: the hook marker, the records that hooks return, and what these are given.

A name is loaded when it is first asked for, so that `import patron` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patron.core.access import Action, DeniedError
    from patron.core.errors import InputError, OutputError, PatronError, UsageError
    from patron.core.hookspecs import hookimpl
    from patron.core.i18n import Translator
    from patron.core.money import to_decimal, to_text
    from patron.core.nouns import (
        Batch,
        Campaign,
        Change,
        Customer,
        Field,
        FieldError,
        FieldKind,
        Identity,
        IdentityLink,
        Interaction,
        Labels,
        Lead,
        Need,
        Order,
        OrderLine,
        Product,
        Spend,
        Task,
        Team,
        User,
        Vocabulary,
    )
    from patron.core.nouns.criterion import Condition, Criterion, Having, Joined, Negated, Operator, among, equal
    from patron.core.records import (
        Axis,
        Basis,
        Block,
        Cell,
        Chart,
        ChartKind,
        Column,
        ColumnKind,
        Document,
        FactorColumn,
        FactView,
        FeatureTable,
        Figure,
        Figures,
        Format,
        Function,
        GroupRow,
        Kind,
        Level,
        Note,
        Place,
        Point,
        Population,
        PurchaseRow,
        Renderer,
        RenderOptions,
        ReportData,
        ReportSection,
        RowCounts,
        ScoredCustomers,
        ScoreFactor,
        ScoreRun,
        Section,
        Skipped,
        Table,
        TableColumn,
        Tally,
        TopShare,
        Totals,
        ViewColumn,
        ViewTimes,
    )
    from patron.core.report.metrics import ALL_CUTS, Amount, Breakdown, Headline, Metric
    from patron.core.report.period import describe_period
    from patron.core.session import Session, SessionFactory
    from patron.core.store import ConflictError, DuplicateError, NotFoundError, Reader, StoreError, UnitOfWork

__version__ = "0.1.0"
__all__ = [
    "ALL_CUTS",
    "Action",
    "Amount",
    "Axis",
    "Basis",
    "Batch",
    "Block",
    "Breakdown",
    "Campaign",
    "Cell",
    "Change",
    "Chart",
    "ChartKind",
    "Column",
    "ColumnKind",
    "Condition",
    "ConflictError",
    "Criterion",
    "Customer",
    "DeniedError",
    "Document",
    "DuplicateError",
    "FactView",
    "FactorColumn",
    "FeatureTable",
    "Field",
    "FieldError",
    "FieldKind",
    "Figure",
    "Figures",
    "Format",
    "Function",
    "GroupRow",
    "Having",
    "Headline",
    "Identity",
    "IdentityLink",
    "InputError",
    "Interaction",
    "Joined",
    "Kind",
    "Labels",
    "Lead",
    "Level",
    "Metric",
    "Need",
    "Negated",
    "NotFoundError",
    "Note",
    "Operator",
    "Order",
    "OrderLine",
    "OutputError",
    "PatronError",
    "Place",
    "Point",
    "Population",
    "Product",
    "PurchaseRow",
    "Reader",
    "RenderOptions",
    "Renderer",
    "ReportData",
    "ReportSection",
    "RowCounts",
    "ScoreFactor",
    "ScoreRun",
    "ScoredCustomers",
    "Section",
    "Session",
    "SessionFactory",
    "Skipped",
    "Spend",
    "StoreError",
    "Table",
    "TableColumn",
    "Tally",
    "Task",
    "Team",
    "TopShare",
    "Totals",
    "Translator",
    "UnitOfWork",
    "UsageError",
    "User",
    "ViewColumn",
    "ViewTimes",
    "Vocabulary",
    "__version__",
    "among",
    "describe_period",
    "equal",
    "hookimpl",
    "to_decimal",
    "to_text",
]

_RECORDS = "patron.core.records"
_NOUNS = (
    "Batch",
    "Campaign",
    "Change",
    "Customer",
    "Field",
    "FieldError",
    "FieldKind",
    "Identity",
    "IdentityLink",
    "Interaction",
    "Labels",
    "Lead",
    "Need",
    "Order",
    "OrderLine",
    "Product",
    "Spend",
    "Task",
    "Team",
    "User",
    "Vocabulary",
)
_CRITERIA = ("Condition", "Criterion", "Having", "Joined", "Negated", "Operator", "among", "equal")
_STORE = ("ConflictError", "DuplicateError", "NotFoundError", "Reader", "StoreError", "UnitOfWork")
_METRICS = ("ALL_CUTS", "Amount", "Breakdown", "Headline", "Metric")
_ELSEWHERE = {
    **dict.fromkeys(_NOUNS, "patron.core.nouns"),
    **dict.fromkeys(_CRITERIA, "patron.core.nouns.criterion"),
    **dict.fromkeys(_STORE, "patron.core.store"),
    **dict.fromkeys(_METRICS, "patron.core.report.metrics"),
    "Action": "patron.core.access",
    "DeniedError": "patron.core.access",
    "InputError": "patron.core.errors",
    "OutputError": "patron.core.errors",
    "PatronError": "patron.core.errors",
    "Session": "patron.core.session",
    "SessionFactory": "patron.core.session",
    "Translator": "patron.core.i18n",
    "UsageError": "patron.core.errors",
    "describe_period": "patron.core.report.period",
    "hookimpl": "patron.core.hookspecs",
    "to_decimal": "patron.core.money",
    "to_text": "patron.core.money",
}
"""Where the names that are no records come from."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'patron' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_ELSEWHERE.get(name, _RECORDS)), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
