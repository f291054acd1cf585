"""
Rows whose columns are there already, as conditions and transforms read them: of the database, or of the customers of a run.
"""

from collections.abc import Mapping

import attrs
import pyarrow as pa

from patron.core.scoring.decimals import Decimals, read_decimals


@attrs.frozen
class Records:
    """One batch of records."""

    rows: int
    columns: Mapping[str, pa.Array]

    def decimals(self, name: str) -> Decimals:
        """Return a column as exact decimals."""
        return read_decimals(self.columns[name])
