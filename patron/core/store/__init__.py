"""
The database of the CRM.
"""

from patron.core.store.database import Database
from patron.core.store.failures import ConflictError, DuplicateError, NotFoundError, StoreError
from patron.core.store.history import Anchor, Verdict
from patron.core.store.reader import Reader
from patron.core.store.work import UnitOfWork

__all__ = [
    "Anchor",
    "ConflictError",
    "Database",
    "DuplicateError",
    "NotFoundError",
    "Reader",
    "StoreError",
    "UnitOfWork",
    "Verdict",
]
