"""
Exports: what goes out comes in again and changes nothing, and no spreadsheet runs any of it.
"""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from patron.app import App
from patron.core.access import DeniedError
from patron.core.errors import UsageError
from patron.core.exchange import (
    CsvWriter,
    ExportCommand,
    ImportCommand,
    export_records,
    import_file,
    writing_to,
)
from patron.core.nouns import Customer, Identity, IdentityLink, Interaction, Lead, Order, OrderLine
from patron.testing.application import NOW

NAUGHTY = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''",
    "'tis",
    "a\nb",
    '"',
    "x,y",
    "-",
    "欧阳",
]


def exported(app: App, kind: str, path: Path, **about) -> Path:
    with app.session(about.pop("login", None)) as session, writing_to(path, about.pop("encoding", "utf-8-sig")) as writer:
        export_records(session, ExportCommand(kind=kind, **about), writer)
    return path


def cells(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def fill(app: App, texts: Sequence[str], moment: datetime = NOW, amount: Decimal = Decimal(-5)) -> None:
    with app.session() as session, session.write() as work:
        for number, text in enumerate(texts):
            customer = work.add(
                Customer(name=text.strip().replace("\n", " ") or "x", note=text, region="北京", since=date(2020, 2, 29))
            )
            for scheme, value in (
                ("tel", f"+1415{moment.hour + 200}{number:04d}"),
                ("email", f"a{moment:%H}{number}@example.org"),
                ("external", f"C{moment:%H}{number}"),
                ("external", f"C;{moment:%H}\\{number}"),
                ("wechat", f"a{moment:%H}{number}"),
                ("wechat", f"b{moment:%H}{number}"),
            ):
                if number % 4:
                    identity = work.identity(Identity(scheme=scheme, value=value))
                    work.add(IdentityLink(identity_id=identity.id, customer_id=customer.id))
            lead = work.add(
                Lead(
                    customer_id=customer.id,
                    source="market_event",
                    filed_at=moment,
                    owner_user_id=1,
                    interests=("A", "B 2", "C;D、E|F\\", "\\", *filter(None, [text.strip().replace("\n", " ")])),
                    quoted_price=abs(amount),
                    subject=text.strip().replace("\n", " ") or None,
                    likelihood=0,
                )
            )
            work.add(
                Interaction(
                    customer_id=customer.id,
                    lead_id=lead.id,
                    at=moment,
                    channel="phone",
                    topics=("price",),
                    note=text,
                    effective=False,
                )
            )
            order = work.add(Order(customer_id=customer.id, number=f"N{moment:%H}{number}", ordered_at=moment))
            line = OrderLine(order_id=order.id, customer_id=customer.id, at=moment, key="1", amount=amount, product_code="-x")
            later = moment + timedelta(days=3)
            work.add_many([line, OrderLine(order_id=order.id, customer_id=customer.id, at=later, key="2", amount=amount)])
        work.commit()


def test_a_workbook_shows_times_to_the_second_and_comes_in_unchanged(staff: App, tmp_path: Path) -> None:
    """Typed as times, so that they can be sorted; what is known more exactly stays so, whatever hangs on its order."""
    moment = NOW + timedelta(microseconds=675_609)
    fill(staff, ["x", "y"], moment)
    with staff.session() as session, session.write() as work:
        for lead in work.find(Lead):
            work.update(lead, status="won", won_at=moment, effective_at=moment)
        work.commit()
    for kind in ("leads", "customers", "interactions", "orders"):
        path = exported(staff, kind, tmp_path / f"{kind}.xlsx", columns=("all",))
        times = [cell for row in cells(path) for cell in row if str(NOW.year) in str(cell)[:4] and ":" in str(cell)]
        assert {datetime} >= set(map(type, times))
        assert (kind == "customers") == (times == [])
        result = again(staff, kind, path)
        assert result.rows == result.unchanged, (kind, result.reasons)
    with staff.session() as session, session.read() as reader:
        assert {moment} == {lead.filed_at for lead in reader.find(Lead)} == {order.ordered_at for order in reader.find(Order)}


def test_an_order_without_lines_comes_in_unchanged(staff: App, tmp_path: Path) -> None:
    with staff.session() as session, session.write() as work:
        ada = work.add(Customer(name="Ada"))
        work.add(Order(customer_id=ada.id, number="N", ordered_at=NOW))
        work.commit()
    path = exported(staff, "orders", tmp_path / "orders.csv", labels=False)
    assert (1, 1) == ((found := again(staff, "orders", path)).rows, found.unchanged)
    path.write_text(path.read_text("utf-8-sig").replace("placed", "delivered"), "utf-8")
    assert 1 == again(staff, "orders", path).updated
    path.write_text(path.read_text("utf-8").replace(",N,", ",M,"), "utf-8")
    assert 1 == again(staff, "orders", path).rejected


def again(app: App, kind: str, path: Path):
    with app.session() as session:
        return import_file(session, ImportCommand(kind=kind, path=path))


@pytest.mark.requirement("R060")
@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_everything_that_goes_out_comes_in_unchanged(staff: App, tmp_path: Path, ending: str, labels: bool) -> None:
    fill(staff, NAUGHTY)
    for kind in ("leads", "customers", "interactions", "orders"):
        path = exported(staff._replace(lang="zh"), kind, tmp_path / f"{kind}.{ending}", labels=labels, columns=("all",))
        result = again(staff, kind, path)
        rows = len(NAUGHTY) * (2 if kind == "orders" else 1)
        assert (rows, rows, 0, ()) == (result.rows, result.unchanged, result.rejected, result.unknown), (kind, result.reasons)


@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd"), min_size=1, max_size=40
    ),
    moment=st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    amount=st.decimals(-(10**9), 10**9, places=4),
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_there_is_comes_in_unchanged(staff: App, tmp_path: Path, text: str, moment: datetime, amount: Decimal) -> None:
    fill(staff, [text], moment, amount) if not _is_filled(staff) else _refill(staff, text, moment, amount)
    for kind in ("leads", "customers", "interactions", "orders"):
        result = again(staff, kind, exported(staff, kind, tmp_path / f"{kind}.csv", columns=("all",)))
        assert result.rows == result.unchanged, (kind, result.reasons)


def _is_filled(app: App) -> bool:
    with app.session() as session, session.read() as reader:
        return reader.count(Customer) > 0


def _refill(app: App, text: str, moment: datetime, amount: Decimal) -> None:
    with app.session() as session, session.write() as work:
        for customer in work.find(Customer):
            work.update(customer, name=text.strip().replace("\n", " ") or "x", note=text)
        for lead in work.find(Lead):
            work.update(lead, filed_at=moment, quoted_price=abs(amount), interests=(text, ";", "\\;"))
        for line in work.find(OrderLine):
            work.update(line, amount=amount, at=moment + timedelta(days=line.id % 3))
        for order in work.find(Order):
            work.update(order, ordered_at=moment)
        work.commit()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_cell_begins_as_a_formula(staff: App, tmp_path: Path, ending: str) -> None:
    """Numbers below zero, and in a workbook phone numbers typed as text, are none."""
    fill(staff, NAUGHTY)
    for kind in ("leads", "customers", "interactions", "orders"):
        for row in cells(exported(staff, kind, tmp_path / f"{kind}.{ending}", columns=("all",))):
            for cell in row:
                text = str(cell)
                harmless = text.lstrip("-").replace(".", "").isdigit() or (ending == "xlsx" and text.removeprefix("+").isdigit())
                assert harmless or text[:1] not in set("=+-@\t\r\n\0＝＋－＠"), (kind, text)


def test_headers_speak_the_readers_language_or_stay_the_same(staff: App, tmp_path: Path) -> None:
    fill(staff, ["Ada"])
    chinese = cells(exported(staff._replace(lang="zh"), "leads", tmp_path / "a.csv", columns=("name", "source", "filed_at")))
    names = cells(exported(staff, "leads", tmp_path / "b.csv", columns=("name", "source", "filed_at"), labels=False))
    assert [["姓名", "来源", "建档时间"], ["Ada", "市场活动", "2026-01-01 09:00"]] == chinese
    assert [["name", "source", "filed_at"], ["Ada", "market_event", "2026-01-01 09:00"]] == names


def test_a_condition_chooses(staff: App, tmp_path: Path) -> None:
    fill(staff, ["Ada", "Bob"])
    rows = cells(exported(staff, "customers", tmp_path / "a.csv", where="name == 'Bob'", columns=("name",)))
    assert [["name"], ["Bob"]] == rows


def test_exports_hold_what_the_actor_may_export(staff: App, tmp_path: Path) -> None:
    fill(staff, ["Ada"])
    assert 2 == len(cells(exported(staff, "leads", tmp_path / "a.csv", login="chen")))
    with staff.session() as session, session.write() as work:
        (lead,) = work.find(Lead)
        (customer,) = work.find(Customer)
        work.update(lead, owner_user_id=None, owner_team_id=2)
        work.update(customer, owner_team_id=2)
        work.commit()
    assert 1 == len(cells(exported(staff, "leads", tmp_path / "b.csv", login="chen")))
    with pytest.raises(DeniedError):
        exported(staff, "leads", tmp_path / "c.csv", login="wang")
    assert not (tmp_path / "c.csv").exists()


def test_the_hour_that_comes_twice_is_told_apart(staff: App, tmp_path: Path) -> None:
    moment = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    fill(staff, ["Ada"], moment)
    fill(staff, ["Bob"], moment + timedelta(hours=1))
    rows = cells(exported(staff, "leads", tmp_path / "a.csv", columns=("filed_at",), zone="Europe/Berlin"))
    assert [["2026-10-25 02:30"], ["2026-10-25 02:30:00+01:00"]] == rows[1:]


def test_other_encodings(staff: App, tmp_path: Path) -> None:
    fill(staff, ["欧阳"])
    path = exported(staff, "customers", tmp_path / "a.csv", encoding="gb18030", columns=("name",))
    assert "欧阳" in path.read_text("gb18030")
    with pytest.raises(UsageError) as refused:
        exported(staff, "customers", tmp_path / "b.csv", encoding="ascii", columns=("name",))
    assert "exchange.not_encodable" == refused.value.key
    with pytest.raises(UsageError):
        exported(staff, "customers", tmp_path / "c.csv", encoding="klingon")
    assert [path] == list(tmp_path.glob("*.csv"))


def test_what_is_not_there_is_refused(staff: App, tmp_path: Path) -> None:
    for about in ({"kind": "dragons"}, {"kind": "leads", "columns": ("nothing",)}):
        with staff.session() as session, pytest.raises(UsageError):
            export_records(session, ExportCommand(**about), CsvWriter(io.BytesIO(), "utf-8"))
    with pytest.raises(UsageError):
        exported(staff, "leads", tmp_path / "a.pdf")


def test_orders_of_a_real_shop_come_back_line_by_line(staff: App, bring, tmp_path: Path) -> None:
    """As Online Retail has them: lines of one order entered minutes apart, equal lines, cancellations, prices of nothing."""
    lines = [
        "536365,85123A,6,2010-12-01 08:26,2.55,17850",
        "536365,85123A,6,2010-12-01 08:26,2.55,17850",
        "536365,22752,2,2010-12-01 08:27,7.65,17850",
        "C536379,D,-1,2010-12-01 09:41,27.5,14527",
        "536414,22139,56,2010-12-01 11:52,0.0,17850",
        "541431,23166,74215,2011-01-18 10:01,1.04,12346",
        "C541433,23166,-74215,2011-01-18 10:17,1.04,12346",
    ]
    bring("orders", "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n" + "\n".join(lines) + "\n")
    for number, labels in enumerate((True, False)):
        back = bring("orders", exported(staff, "orders", tmp_path / f"{number}.csv", labels=labels))
        assert ["unchanged"] * len(lines) == back.outcomes


@pytest.mark.parametrize("columns", [("姓名", "电子邮箱"), ("Name", "E-Mail"), ("客户姓名", "email"), ("name", "邮箱")])
def test_columns_are_asked_for_by_what_an_import_would_know_them_by(staff: App, tmp_path: Path, columns: tuple[str, ...]) -> None:
    path = exported(staff, "customers", tmp_path / "a.csv", columns=columns, labels=False)

    assert [["name", "email"]] == cells(path)


def test_the_columns_that_there_are_are_told_once_each(staff: App, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        exported(staff, "customers", tmp_path / "a.csv", columns=("nothing",))
    told = caught.value.message("zh").split("：", 1)[1].split("、")

    assert len(told) == len(set(told)) <= 41
