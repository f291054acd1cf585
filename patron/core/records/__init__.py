"""
What passes between the stages: customer table, score run, document, and the records that plugins return from hooks.
"""

from patron.core.records.document import (
    Axis,
    Basis,
    Block,
    Cell,
    Chart,
    ChartKind,
    Document,
    Figure,
    Figures,
    Format,
    Level,
    Note,
    Point,
    Section,
    Table,
    TableColumn,
)
from patron.core.records.factor import FactorColumn, ScoreFactor
from patron.core.records.population import Population
from patron.core.records.report import Renderer, RenderOptions, ReportData, ReportSection, ScoredCustomers
from patron.core.records.run import (
    GroupRow,
    Place,
    PurchaseRow,
    RowCounts,
    ScoreRun,
    Skipped,
    Tally,
    TopShare,
    Totals,
)
from patron.core.records.table import Column, FeatureTable, Kind
from patron.core.records.view import ColumnKind, FactView, Function, ViewColumn, ViewTimes

__all__ = [
    "Axis",
    "Basis",
    "Block",
    "Cell",
    "Chart",
    "ChartKind",
    "Column",
    "ColumnKind",
    "Document",
    "FactView",
    "FactorColumn",
    "FeatureTable",
    "Figure",
    "Figures",
    "Format",
    "Function",
    "GroupRow",
    "Kind",
    "Level",
    "Note",
    "Place",
    "Point",
    "Population",
    "PurchaseRow",
    "RenderOptions",
    "Renderer",
    "ReportData",
    "ReportSection",
    "RowCounts",
    "ScoreFactor",
    "ScoreRun",
    "ScoredCustomers",
    "Section",
    "Skipped",
    "Table",
    "TableColumn",
    "Tally",
    "TopShare",
    "Totals",
    "ViewColumn",
    "ViewTimes",
]
