"""
Importing the packages of the extra `report`, or saying that it is missing; and this plugin's words.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from patron import Document, OutputError, Translator
from patron.core.i18n import CORE, Catalogue

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)


def needed(module: str, form: str) -> Any:
    """
    Return the module, which the format *form* is written with.

    Raises:
        OutputError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise OutputError("reports.missing_package", catalogue=WORDS, form=form, module=module.partition(".")[0]) from error


def words_for(document: Document) -> Translator:
    """Return the translator to the language of *document*."""
    return Translator(document.lang, WORDS)
