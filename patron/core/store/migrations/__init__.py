"""
How a database comes to the tables of this program, and how far it is; loads Alembic only where something is to be run.
"""

from patron.core.store.migrations.series import CORE, Series, series_of_plugins
from patron.core.store.migrations.standing import Standing, require_current, standings, versions_in

__all__ = ["CORE", "Series", "Standing", "require_current", "series_of_plugins", "standings", "versions_in"]
