"""
The words of calls.
"""

from pathlib import Path

from patron.core.i18n import CORE, Catalogue

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)
