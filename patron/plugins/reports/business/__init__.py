"""
The reports over the database: metrics (`metrics.py`) laid out in sections (`sections.py`), both data; and the one that is
reckoned, how the histories of won and lost leads went (`histories.py`).
"""

from patron.plugins.reports.business.sections import SECTIONS

__all__ = ["SECTIONS"]
