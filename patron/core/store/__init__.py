"""
The database of the CRM.
"""

from patron.core.store.database import Database
from patron.core.store.failures import (
    BusyError,
    ConflictError,
    ContradictionError,
    DanglingError,
    DownError,
    DuplicateError,
    NotFoundError,
    RuleError,
    StoreError,
)
from patron.core.store.history import Anchor, Verdict
from patron.core.store.reader import Reader
from patron.core.store.work import UnitOfWork

__all__ = [
    "Anchor",
    "BusyError",
    "ConflictError",
    "ContradictionError",
    "DanglingError",
    "Database",
    "DownError",
    "DuplicateError",
    "NotFoundError",
    "Reader",
    "RuleError",
    "StoreError",
    "UnitOfWork",
    "Verdict",
]
