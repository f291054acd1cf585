"""
Patron: a CRM framework. The public door for plugins: the hook marker and the records that hooks return.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patron.core.hookspecs import hookimpl as hookimpl

__version__ = "0.1.0"
__all__ = ["__version__", "hookimpl"]


def __getattr__(name: str) -> object:
    if name == "hookimpl":
        return import_module("patron.core.hookspecs").hookimpl
    raise AttributeError(f"module 'patron' has no attribute {name!r}")
