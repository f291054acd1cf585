"""
Rows that are wrong on purpose, so that the door can be seen refusing: what people do mistype in real files.
"""

from collections.abc import Mapping

import attrs
import numpy as np
import pyarrow as pa


@attrs.frozen(kw_only=True)
class Fault:
    """
    A row with a mistake in it: a copy of a sound row, but for some cells.

    Attributes:
        after: part of the file that stands before it.
        cells: header → what stands there instead.
    """

    after: float
    cells: Mapping[str, str]


FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "desk": (
        Fault(after=0.1, cells={"lead id": "D-X1", "mobile": "1380013"}),
        Fault(after=0.3, cells={"lead id": "D-X2", "source": "billboard"}),
        Fault(after=0.5, cells={"lead id": "D-X3", "created at": "31/12/24"}),
        Fault(after=0.8, cells={"lead id": "D-X4", "sales rep": "nobody"}),
    ),
    "reception": (
        Fault(after=0.2, cells={"线索编号": "R-X1", "手机": "没带手机"}),
        Fault(after=0.6, cells={"线索编号": "R-X2", "渠道": "路牌"}),
    ),
    "contacts": (Fault(after=0.4, cells={"lead": "D-X9"}),),
    "orders": (
        Fault(after=0.3, cells={"order no": "S-X1", "lead": "", "amount": "to be agreed"}),
        Fault(after=0.7, cells={"order no": "S-X2", "lead": "", "order date": "yesterday"}),
    ),
}
"""Table → its mistakes; each row has one, in the last of its cells here."""


def spoil(table: pa.Table, faults: tuple[Fault, ...]) -> pa.Table:
    """Return a table of texts with the rows of the faults between its own; one without rows stays as it is."""
    if not table.num_rows:
        return table
    places = np.array([int(fault.after * table.num_rows) for fault in faults], dtype=np.int64)
    extra = table.take(pa.array(places))
    for header in {header for fault in faults for header in fault.cells}:
        column = extra[header].to_pylist()
        cells = [fault.cells.get(header, cell) for fault, cell in zip(faults, column, strict=True)]
        extra = extra.set_column(extra.schema.get_field_index(header), header, pa.array(cells, pa.string()))
    order = np.argsort(np.concatenate([np.arange(table.num_rows), places + 0.5]), kind="stable")
    return pa.concat_tables([table, extra]).take(pa.array(order))
