"""
Writes the files: as different as those of a real house, and each as its program would write it.

CSV in UTF-8 with a byte order mark, as Excel saves it; CSV in GB18030 with Chinese headers, as older programs do; and a workbook,
where XlsxWriter is installed. The same plan gives the same bytes.
"""

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.csv

from patron.core.files import atomic_target
from patron.plugins.demo.chances import Ints
from patron.plugins.demo.dealership import forms, tables
from patron.plugins.demo.dealership.cells import Columns
from patron.plugins.demo.dealership.contacts import draw_contacts
from patron.plugins.demo.dealership.faults import FAULTS, spoil
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import Leads, draw_leads
from patron.plugins.demo.dealership.orders import Orders, draw_orders
from patron.plugins.demo.dealership.plan import FIRST_LEADS, Dealership, seconds_of
from patron.plugins.demo.dealership.progress import CHECKPOINTS, moving

BOM, CHINESE, WORKBOOK = "utf-8-sig", "gb18030", "xlsx"
_MADE = datetime(2025, 12, 31, 18, 0)  # noqa: DTZ001 - what the workbook says of itself, by the clock on the wall
_BATCH = 65_536
_EVENING, _MEETING = 20 * 3_600 + 1_800, "20:30"
"""When the lists of a sales meeting are drawn up: in seconds of the day, and as a clock shows it."""


@attrs.frozen(kw_only=True)
class DealershipFile:
    """
    One file.

    Attributes:
        kind: as what it is imported.
        name: what it is called.
        form: `BOM`, `CHINESE` or `WORKBOOK`.
        columns: makes what stands in it.
        faults: which mistakes go in.
        options: what the import of it is told.
    """

    kind: str
    name: str
    form: str
    columns: Callable[[], Columns]
    faults: str = ""
    options: tuple[str, ...] = ()


@attrs.define(eq=False)
class Drawn:
    """
    What is drawn of a dealership, each part once, when it is first asked for.

    Attributes:
        plan: which dealership.
    """

    plan: Dealership

    @cached_property
    def leads(self) -> Leads:
        """The leads."""
        return draw_leads(self.plan)

    @cached_property
    def orders(self) -> Orders:
        """The orders."""
        return draw_orders(self.plan, self.leads)

    def on_form(self, form: str) -> Ints:
        """Return the index of the leads that are written down on a form."""
        forms = np.array(read_house().sources.forms)
        return np.flatnonzero(forms[self.leads.sources] == form)

    def contacts(self) -> Columns:
        """Return what happened."""
        return tables.contacts_table(self.plan, self.leads, self.orders, draw_contacts(self.plan, self.leads, self.orders))


def files_of(plan: Dealership) -> tuple[DealershipFile, ...]:
    """Return the files of a dealership in the order in which they are to be imported: what others refer to comes first."""
    drawn = Drawn(plan)
    table, form = ("xlsx", WORKBOOK) if find_spec("xlsxwriter") and find_spec("python_calamine") else ("csv", BOM)
    return (
        DealershipFile(kind="users", name="staff.csv", form=BOM, columns=lambda: tables.staff_table(plan)),
        DealershipFile(kind="products", name="products.csv", form=BOM, columns=tables.products_table),
        DealershipFile(kind="campaigns", name="campaigns.csv", form=CHINESE, columns=lambda: tables.campaigns_table(plan)),
        DealershipFile(kind="spends", name=f"spend.{table}", form=form, columns=lambda: tables.spend_table(plan)),
        DealershipFile(kind="customers", name="customers.csv", form=CHINESE, columns=lambda: tables.customers_table(plan)),
        DealershipFile(
            kind="leads",
            name="leads-desk.csv",
            form=BOM,
            columns=lambda: forms.desk_table(plan, drawn.leads, drawn.on_form("desk")),
            faults="desk",
        ),
        DealershipFile(
            kind="leads",
            name="leads-reception.csv",
            form=CHINESE,
            columns=lambda: forms.reception_table(plan, drawn.leads, drawn.on_form("reception")),
            faults="reception",
        ),
        DealershipFile(
            kind="leads",
            name=f"leads-events.{table}",
            form=form,
            columns=lambda: forms.event_table(plan, drawn.leads, drawn.on_form("event")),
        ),
        *_meetings(plan, drawn),
        DealershipFile(
            kind="orders",
            name="orders.csv",
            form=BOM,
            columns=lambda: tables.orders_table(plan, drawn.leads, drawn.orders),
            faults="orders",
        ),
        DealershipFile(kind="interactions", name="interactions.csv", form=BOM, columns=drawn.contacts, faults="contacts"),
    )


def write_file(file: DealershipFile, folder: Path) -> int:
    """
    Write one file and return how many rows it has.

    Raises:
        OutputError: it can't be written.
    """
    columns = file.columns()
    with atomic_target(folder / file.name) as draft:
        if file.form == WORKBOOK:
            return _write_workbook(draft, columns)
        table = spoil(pa.table({header: _text(column) for header, column in columns.items()}), FAULTS.get(file.faults, ()))
        _write_csv(draft, table, file.form)
        return len(table)


def _meetings(plan: Dealership, drawn: Drawn) -> Sequence[DealershipFile]:
    """Return the lists of the sales meetings, which tell how the leads went on."""
    days = (FIRST_LEADS, *CHECKPOINTS)
    found = []
    for since, until in zip(days, CHECKPOINTS, strict=False):
        begin, end = seconds_of(since) + _EVENING, seconds_of(until) + _EVENING

        def columns(begin: int = begin, end: int = end) -> Columns:
            return forms.progress_table(plan, drawn.leads, moving(drawn.leads, begin, end), end)

        name, then = f"meeting-{until:%Y-%m}.csv", ("--since", f"{until}T{_MEETING}")
        found.append(DealershipFile(kind="leads", name=name, form=BOM, columns=columns, options=then))
    return found


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    return column.cast(pa.string())


def _write_csv(path: Path, table: pa.Table, encoding: str) -> None:
    options = pa.csv.WriteOptions(quoting_style="needed")
    with path.open("wb") as stream:
        if encoding == BOM:
            stream.write(b"\xef\xbb\xbf")
            pa.csv.write_csv(table, stream, options)
            return
        for number, start in enumerate(range(0, max(table.num_rows, 1), _BATCH)):
            piece = io.BytesIO()
            pa.csv.write_csv(
                table.slice(start, _BATCH), piece, pa.csv.WriteOptions(quoting_style="needed", include_header=not number)
            )
            stream.write(piece.getvalue().decode().encode(encoding))


def _write_workbook(path: Path, columns: Columns) -> int:
    """Write a sheet: numbers as numbers, times as times, nothing where nothing is known."""
    import xlsxwriter  # an extra; whoever lacks it gets CSV

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, list(columns))
    rows = zip(*(column.to_pylist() for column in columns.values()), strict=True)
    count = 0
    for count, row in enumerate(rows, 1):
        sheet.write_row(count, 0, row)
    book.close()
    return count
