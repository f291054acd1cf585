"""
The import itself: once, resumable at any point, dry, told.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import Connection

from patron.app import App, SilentTask
from patron.core.errors import OutputError, PatronError, UsageError
from patron.core.exchange import EXPORTED, ImportCommand, Verdict, import_file, importing, rehearsal
from patron.core.exchange.importing import place_of_rejects
from patron.core.nouns import Batch, Change, Customer, Identity, Interaction, Lead, Order, OrderLine
from patron.core.store import ConflictError, Database, StoreError
from patron.core.store.batches import hold_import
from patron.core.store.migrations.upgrade import upgrade
from patron.core.store.private_tables import private_tables
from patron.core.store.tables import TABLES
from patron.testing.postgresql import Cluster

HEADER = "姓名,手机,渠道,来店日期\n"
ROWS = [f"客户{number},1380013{number:04d},店面,2026-03-02" for number in range(10)]
TEXT = HEADER + "\n".join(ROWS) + "\n"


def count(app: App, noun: type) -> int:
    with app.session() as session, session.read() as reader:
        return reader.count(noun)


def tables(database: Database) -> list[object]:
    from sqlalchemy import select

    from patron.core.store.tables import METADATA

    with database.reading() as connection:
        return [sorted(map(repr, connection.execute(select(table)))) for table in METADATA.sorted_tables]


def test_the_same_file_comes_in_once(staff: App, bring) -> None:
    first, second = bring("leads", TEXT), bring("leads", TEXT)

    assert (10, False) == (first.result.created, first.result.already)
    assert (True, first.result.batch_id, []) == (second.result.already, second.result.batch_id, second.verdicts)
    assert 10 == count(staff, Lead)


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_row_is_counted_under_one_word(bring, dry_run: bool) -> None:
    """Created, updated, unchanged, refused, waiting for somebody to decide; rows that say nothing are counted beside them."""
    bring("leads", HEADER + ROWS[0] + "\n" + ROWS[1] + "\n", name="before.csv")
    rows = [ROWS[0], ",,,", "新人,13900139000,店面,2026-03-02", "  ", "坏,12,店面,2026-03-02", ",,店面,2026-03-02"]
    rows += ["别人,13800130000,店面,2026-03-02", "客户1,+8613800130001,店面,2026-03-02", "无渠道,,,", ",,,"]
    found = bring("leads", HEADER + "\n".join(rows) + "\n", dry_run=dry_run)

    result = found.result
    assert (2, 7) == (result.blank, result.rows) == (2, len(found.verdicts))
    assert (1, 0, 2, 3, 1) == (result.created, result.updated, result.unchanged, result.rejected, result.asked)


def test_a_file_read_in_another_way_is_another_import(bring) -> None:
    bring("leads", TEXT)
    again = bring("leads", TEXT, constants={"stage": "contacted"})
    assert (False, 10) == (again.result.already, again.result.updated)


def test_a_dry_run_says_the_same_and_changes_nothing(staff: App, database: Database, bring, tmp_path: Path) -> None:
    bring("leads", HEADER + ROWS[0] + "\n", name="before.csv")
    text = TEXT + "坏行,12,店面,2026-03-02\n" + ROWS[3] + "\n"
    before = tables(database)
    dry = bring("leads", text, dry_run=True, chunk=3)

    assert before == tables(database)
    assert [tmp_path / "before.csv", tmp_path / "in.csv"] == sorted(tmp_path.glob("*.csv"))
    real = bring("leads", text, chunk=3)
    assert dry.verdicts == real.verdicts
    assert ["unchanged", *["create"] * 9, "reject", "unchanged"] == dry.outcomes
    assert (None, True) == (dry.result.batch_id, dry.result.dry_run)
    assert (12, 9, 0, 2, 1) == tuple(
        getattr(dry.result, name) for name in ("rows", "created", "updated", "unchanged", "rejected")
    )


def test_nobody_waits_for_a_dry_run(
    staff: App, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """A long file is rehearsed in a copy of SQLite's file or PostgreSQL's tables: not even the same phone is in anybody's way."""
    monkeypatch.setattr(rehearsal, "SHORT", 0)
    path = tmp_path / "in.csv"
    path.write_text(TEXT, "utf-8")

    def write(verdict: Verdict) -> None:
        with staff.session() as other, other.write() as work:
            work.add(Customer(name=f"{verdict.row} {verdict.outcome}"))
            work.hold_identities([Identity(scheme="tel", value=f"+861380013{verdict.row - 2:04d}")])
            work.commit()

    with staff.session() as session:
        found = import_file(session, ImportCommand(kind="leads", path=path, dry_run=True, chunk=3), write)
    assert (10, 10, 0) == (found.created, count(staff, Customer), count(staff, Lead))


FILES = {
    "leads": "source,name,tel,filed_at,source_key,status,won_at\nstore,Bo,13900139000,2025-12-02,K2,won,2025-12-04\n",
    "customers": "name,tel,organisation\nAcme,,\nBo,13900139000,Ada\nAda,13800138000,\n",
    "interactions": "tel,at,channel,lead,next_action,next_action_at\n13800138000,2026-03-03,phone,K1,call,2036-03-04\n",
    "consents": "tel,decision,channel,at\n13800138000,refused,phone,2025-12-03\n",
    "orders": "number,product,quantity,ordered_at,list_price,tel,name\nA1,tea,1,2026-02-02,2.5,13800138000,Ada\n"
    "A2,tea,1,2026-02-02,2.5,13700137000,Cy\n",
}


@pytest.mark.parametrize("kind", EXPORTED)
def test_a_dry_run_of_a_long_file_writes_nothing(
    staff: App, bring, kind: str, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """Whatever an import of this kind writes, to records that are there and new ones, it writes to copies."""
    monkeypatch.setattr(rehearsal, "SHORT", 0)
    bring("leads", "source,name,tel,filed_at,source_key\nstore,Ada,13800138000,2026-03-02,K1\n", name="before.csv")
    before = tables(database)
    dry = bring(kind, FILES[kind], dry_run=True)

    assert before == tables(database)
    assert "create" in dry.outcomes
    assert dry.verdicts == bring(kind, FILES[kind]).verdicts


def test_a_table_without_a_copy_is_not_written_to(cluster: Cluster, tmp_path: Path) -> None:
    database = Database.at(cluster.new_database(), tmp_path)
    upgrade(database)
    with private_tables(database, ["customer"]) as connection:
        connection.execute(TABLES["customer"].update().values(name="x"))
        for statement in (
            TABLES["team"].insert().values(code="x", name="x"),
            TABLES["team"].update().values(name="x"),
            TABLES["team"].delete(),
        ):
            with pytest.raises(RuntimeError, match="teams"):
                connection.execute(statement)


class StoppedError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("kind", ["leads", "orders"])
@pytest.mark.parametrize("stop", [0, 1, 3, 9])
def test_an_interrupted_import_goes_on_where_it_was(
    staff: App, bring, tmp_path: Path, kind: str, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row once, rows and checkpoint together, whatever chunk it was."""
    same = "A1,tea,1,2026-03-02,2.5,17\n"
    orders = "number,product,quantity,ordered_at,list_price,external_id\n" + same * 6 + "A1,cup,x,2026-03-02,1,17\n" + same * 3
    text, noun = (TEXT, Lead) if kind == "leads" else (orders, OrderLine)
    path = tmp_path / "in.csv"
    path.write_text(text, "utf-8")
    seen = 0

    def stopping(verdict: object) -> None:
        nonlocal seen
        if seen == stop:
            raise StoppedError
        seen += 1

    with staff.session() as session, pytest.raises(StoppedError):
        import_file(session, ImportCommand(kind=kind, path=path, chunk=2), stopping)
    with staff.session() as session, session.read() as reader:
        (batch,) = reader.find(Batch)
        assert ("running", stop // 2 * 2) == (batch.status, batch.checkpoint)
        assert batch.checkpoint == reader.count(noun) + batch.rejected
    found = bring(kind, path, chunk=2)
    rejected = 0 if kind == "leads" else 1
    assert (batch.id, batch.checkpoint, 10) == (found.result.batch_id, found.result.resumed_at, found.result.rows)
    assert (10 - rejected, rejected) == (found.result.created, found.result.rejected)
    assert 10 - rejected == count(staff, noun)
    if rejected:
        assert 2 == len(place_of_rejects(path, batch.id).read_text("utf-8-sig").splitlines())
    assert bring(kind, path, chunk=2).result.already


class Noting:
    """A reporter that keeps what it is told."""

    def __init__(self) -> None:
        self.notices: list[str] = []

    def progress(self, description: str, total: int | None) -> AbstractContextManager[SilentTask]:
        return nullcontext(SilentTask())

    def notice(self, message: str) -> None:
        self.notices.append(message)


@pytest.mark.parametrize("stop", [0, 5])
def test_an_interrupt_says_what_stays_and_the_next_run_counts_everything(staff: App, tmp_path: Path, stop: int) -> None:
    """Reasons of rows that were refused before the interrupt are counted with those behind it."""
    path, reporter = tmp_path / "in.csv", Noting()
    rows = [f"客户{number},{'12' if number % 2 else f'1380013{number:04d}'},店面,2026-03-02" for number in range(8)]
    path.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    verdicts: list[Verdict] = []

    def interrupt(verdict: Verdict) -> None:
        if len(verdicts) == stop:
            raise KeyboardInterrupt
        verdicts.append(verdict)

    command = ImportCommand(kind="leads", path=path, chunk=2)
    with staff._replace(reporter=reporter).session() as session, pytest.raises(KeyboardInterrupt):
        import_file(session, command, interrupt)
    said = "Batch 1: no row is in yet." if stop == 0 else "Batch 1: up to row 5 the file is settled, and 2 of its rows are in."
    assert reporter.notices[-1].startswith(said)
    with staff.session() as session:
        found = import_file(session, command, verdicts.append)
        again = import_file(session, command)
    assert (8, 4, 4, 4) == (found.rows, found.created, found.rejected, found.reasons[0].count)
    assert (3, found.reasons) == (found.reasons[0].row, again.reasons)


def test_rows_are_counted_as_people_see_them(staff: App, bring, tmp_path: Path) -> None:
    """Verdict, summary and file of refused rows name the line in which a row begins, with blank ones and those within cells."""
    text = '备注,姓名,手机,渠道,来店日期\n"one\ntwo",张三,13800138000,店面,2026-03-02\n\n,坏行,12,店面,2026-03-02\n'
    dry, found = bring("leads", text, dry_run=True), bring("leads", text)

    assert [2, 5] == [verdict.row for verdict in dry.verdicts] == [verdict.row for verdict in found.verdicts]
    assert 5 == found.result.reasons[0].row == dry.result.reasons[0].row
    refused = (tmp_path / "in.rejects.csv").read_text("utf-8-sig").splitlines()[1]
    assert [str(found.result.batch_id), "5"] == refused.split(",")[:2]


@pytest.mark.parametrize(
    "row", ["#N/A,13800138000,店面,", "张三,#N/A,店面,", "张三,13800138000,#REF!,", "张三,13800138000,店面,#NAME?"]
)
def test_the_error_of_a_formula_is_no_value(bring, row: str) -> None:
    """It would be somebody's name, or nothing at all."""
    found = bring("leads", f"姓名,手机,渠道,负责人\n{row}\n")

    assert ["reject"] == found.outcomes
    assert "field.error_cell" in {reason.code for reason in found.result.reasons}


def test_sheets_that_are_left_alone_are_told(staff: App, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("五月")):
        for row in (["姓名", "手机", "渠道"], ["张三", "13800138000", "店面"]):
            sheet.append(row)
    book.save(path := tmp_path / "in.xlsx")
    reporter = Noting()
    with staff._replace(reporter=reporter).session() as session:
        import_file(session, ImportCommand(kind="leads", path=path))
    assert ["The sheet '五月' (1 row) was not imported; --sheet names the one that is meant."] == reporter.notices


def test_what_was_refused_as_a_whole_may_come_in_when_the_rest_is_there(staff: App, bring) -> None:
    calls = "tel,at,channel\n13800000000,2025-03-02,phone\n"
    assert ["reject"] == bring("interactions", calls, name="calls.csv").outcomes
    bring("leads", TEXT.replace("13800130000", "13800000000"))
    assert ["create"] == bring("interactions", calls, name="calls.csv").outcomes
    assert bring("interactions", calls, name="calls.csv").result.already


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (HEADER, "exchange.header_alone"),
        (HEADER + ",,,\n", "exchange.header_alone"),
        ("13800138000,店面X\n13900139000,店面X\n", "exchange.no_known_column"),
    ],
)
def test_a_file_of_which_nothing_could_come_in_makes_no_batch(staff: App, bring, text: str, key: str) -> None:
    with pytest.raises(PatronError) as refused:
        bring("leads", text)
    assert (key, 0) == (refused.value.key, count(staff, Batch))


class Racing:
    """A reporter that lets another process settle the whole file behind the first chunk of ours."""

    def __init__(self, settle: Callable[[], object]) -> None:
        self._settle: Callable[[], object] | None = settle

    def progress(self, description: str, total: int | None) -> AbstractContextManager["Racing"]:
        return nullcontext(self)

    def advance(self, amount: int) -> None:
        settle, self._settle = self._settle, None
        if settle is not None:
            settle()

    def notice(self, message: str) -> None: ...


def test_two_processes_do_not_import_one_file_together(staff: App, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(TEXT, "utf-8")
    command = ImportCommand(kind="leads", path=path, chunk=5)

    def settle() -> None:
        with staff.session() as session:
            import_file(session, command)

    with staff._replace(reporter=Racing(settle)).session() as session, pytest.raises(ConflictError) as refused:
        import_file(session, command)
    assert "exchange.other_process" == refused.value.key
    assert 10 == count(staff, Lead)
    with staff.session() as session:
        assert import_file(session, command).already


def test_one_file_is_begun_by_one_at_a_time(
    address: str, tmp_path: Path, staff: App, bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second waits until the first one's batch is there, and would go on with that."""
    others = Database.at(address, tmp_path, busy_seconds=0.05)
    tried = []

    def trying(connection: Connection, kind: str, digest: str) -> None:
        hold_import(connection, kind, digest)
        with pytest.raises(StoreError) as refused, others.writing() as other:
            hold_import(other, kind, digest)
        tried.append(refused.value.key)

    monkeypatch.setattr(importing, "hold_import", trying)
    bring("leads", TEXT)
    others.close()
    assert ["store.busy"] == tried


def test_refused_rows_can_be_mended_and_imported(staff: App, bring, tmp_path: Path) -> None:
    rows = ("=1+1,张三,12,店面,2026-03-02", ",李四,13900139000,店面,2026-03-02", ",王五,13700137000,,2026-03-02")
    text = "\n".join(["备注,姓名,手机,渠道,来店日期", *rows, ""])
    found = bring("leads", text)
    rejects = tmp_path / "in.rejects.csv"
    assert (1, 2, str(rejects)) == (found.result.created, found.result.rejected, found.result.rejects)
    lines = rejects.read_text("utf-8-sig").splitlines()
    assert "batch,row,reasons,备注,姓名,手机,渠道,来店日期" == lines[0]
    assert lines[1].startswith(f"{found.result.batch_id},2,")
    assert ",'=1+1,张三,12," in lines[1]
    mended = rejects.read_text("utf-8-sig").replace(",12,", ",13800138000,").replace("13700137000,,", "13700137000,店面,")
    second = bring("leads", mended, name="mended.csv")
    assert ["create", "create"] == second.outcomes
    assert () == second.result.unknown
    assert ["unchanged", "unchanged"] == bring("leads", mended + "\n", name="mended2.csv").outcomes
    with staff.session() as session, session.read() as reader:
        assert ["=1+1"] == [one.note for one in reader.find(Interaction)]


def test_a_mended_line_is_not_taken_for_an_equal_one_that_came_in(staff: App, bring, tmp_path: Path) -> None:
    head = "number,product,quantity,ordered_at,list_price,external_id\n"
    bring("orders", head + "A1,tea,1,2026-03-02,2.5,17\nA1,tea,one,2026-03-02,2.5,17\n")
    mended = (tmp_path / "in.rejects.csv").read_text("utf-8-sig").replace("one", "1")

    assert ["create"] == bring("orders", mended, name="mended.csv").outcomes
    assert ["unchanged"] == bring("orders", mended + "\n", name="mended2.csv").outcomes
    assert 2 == count(staff, OrderLine)
    whole = head + "A1,tea,1,2026-03-02,2.5,17\n" * 2
    assert ["unchanged", "unchanged"] == bring("orders", whole, name="whole.csv").outcomes


def test_the_history_names_the_import(staff: App, bring) -> None:
    found = bring("leads", TEXT)
    with staff.session() as session, session.read() as reader:
        changes: list[Change] = [change for lead in reader.find(Lead) for change in reader.history(lead)]
    assert {("import", found.result.batch_id)} == {(change.cause, change.batch_id) for change in changes}


def test_what_is_not_known_is_refused(staff: App, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(TEXT, "utf-8")
    with staff.session() as session, pytest.raises(UsageError):
        import_file(session, ImportCommand(kind="dragons", path=path))
    with staff.session() as session, pytest.raises(PatronError):
        import_file(session, ImportCommand(kind="leads", path=tmp_path / "missing.csv"))
    assert 0 == count(staff, Order)


def test_a_file_of_refused_rows_that_somebody_may_be_mending_stays(bring, tmp_path: Path) -> None:
    bad = HEADER + "坏行,12,店面,2026-03-02\n"
    first = bring("leads", bad)
    second = bring("leads", bad + bad.splitlines()[1] + "\n")
    assert [str(tmp_path / "in.rejects.csv"), str(tmp_path / "in.rejects-2.csv")] == [first.result.rejects, second.result.rejects]


def test_refused_rows_never_go_into_the_input(staff: App, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(TEXT, "utf-8")
    with staff.session() as session, pytest.raises(UsageError):
        import_file(session, ImportCommand(kind="leads", path=path, rejects=path))
    with staff.session() as session, pytest.raises(OutputError):
        import_file(session, ImportCommand(kind="leads", path=path, rejects=tmp_path / "no" / "folder.csv"))
    assert 0 == count(staff, Lead)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.csv", "a.rejects.csv"), ("a.csv.gz", "a.rejects.csv"), ("a.b.xlsx", "a.b.rejects.csv"), ("a", "a.rejects.csv")],
)
def test_refused_rows_go_beside_the_input(tmp_path: Path, name: str, expected: str) -> None:
    assert tmp_path / expected == place_of_rejects(tmp_path / name, 1)


def test_a_sheet_as_people_keep_it_comes_in_and_what_is_left_out_is_told(bring) -> None:
    """A title above the headings, a sum and who signs below: each row has its number in the file and is told of."""
    text = f"登记表,,,\n,,,\n{HEADER}{ROWS[0]}\n合计,1人,,\n{HEADER}制表人：李娜,,,审核：王\n合计,13900139000,店面,2026-03-02\n"
    found, dry = bring("leads", text, name="sheet.csv"), bring("leads", text, name="sheet.csv", dry_run=True)

    left = [(5, "total"), (6, "headings"), (7, "note")]
    for one in (found, dry):
        assert [(4, "create"), (5, "leave"), (6, "leave"), (7, "leave"), (8, "create")] == [
            (verdict.row, "leave" if verdict.outcome == "leave" else "create") for verdict in one.verdicts
        ]
        assert (2, left) == (one.result.rows, [(aside.row, aside.kind) for aside in one.result.asides])


def test_a_refused_row_keeps_the_cells_that_are_too_many(bring, tmp_path: Path) -> None:
    """Mended, it comes in; before that it is refused again for the same, and its neighbours are not."""
    bring("leads", HEADER + "新人,13900139000,店面,2026-03-02,多,余\n坏,12,店面,2026-03-02\n")
    rejects = (tmp_path / "in.rejects.csv").read_text("utf-8-sig")
    assert ",多,余\n" in rejects.replace("\r", "")

    again = bring("leads", rejects.replace(",12,", ",13900139001,"), name="again.csv")
    mended = bring("leads", (tmp_path / "again.rejects.csv").read_text("utf-8-sig").replace(",多,余", ""), name="mended.csv")
    assert [(1, 1), (1, 0)] == [(one.result.created, one.result.rejected) for one in (again, mended)]


def test_days_that_are_still_to_come_are_told(bring) -> None:
    """It is the first of January: what comes today may be later than our clock, what comes tomorrow is told."""
    days = ["2025-12-31", "2026-01-01 23:00", "2026-01-02", "2027-01-01"]
    found = bring("leads", HEADER + "".join(f"客{place},1380013800{place},店面,{day}\n" for place, day in enumerate(days)))

    assert (4, 2, 4) == (found.result.created, found.result.later, found.result.later_row)
