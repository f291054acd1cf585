"""
Exchange: records come in from files, and go out to them.
"""

from patron.core.exchange.column import KINDS
from patron.core.exchange.exporting import EXPORTED, ExportCommand, export_records
from patron.core.exchange.importing import import_file
from patron.core.exchange.mapping import Wishes, read_map_file
from patron.core.exchange.meeting import AssignSheet, SheetResult, Wrong, assign_by_sheet
from patron.core.exchange.refusals import Reason, reasons_of
from patron.core.exchange.result import ImportCommand, ImportResult, Verdict
from patron.core.exchange.reverting import RevertResult, revert_import
from patron.core.exchange.sheet import CsvWriter, writing_to
from patron.core.exchange.source import SourceOptions
from patron.core.exchange.tabular import read_table

__all__ = [
    "EXPORTED",
    "KINDS",
    "AssignSheet",
    "CsvWriter",
    "ExportCommand",
    "ImportCommand",
    "ImportResult",
    "Reason",
    "RevertResult",
    "SheetResult",
    "SourceOptions",
    "Verdict",
    "Wishes",
    "Wrong",
    "assign_by_sheet",
    "export_records",
    "import_file",
    "read_map_file",
    "read_table",
    "reasons_of",
    "revert_import",
    "writing_to",
]
