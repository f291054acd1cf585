"""Who recommended us: a customer whom a file names by phone number, name or our number; else a line that a person reads."""

from pathlib import Path

from patron.app import App
from patron.core.exchange import ExportCommand, ImportCommand, export_records, import_file, writing_to
from patron.core.nouns import Customer, Interaction, Lead

ROWS = """姓名,手机,来源,介绍人,推广媒介,gclid
李四,13900139000,store,13800138000,cpc,Cj0K
王五,13700137000,store,张三,,
赵六,13600136000,store,谁也不是,,
"""


def take(app: App, path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    with app.session() as session:
        report = import_file(session, ImportCommand(kind="leads", path=path))
    assert report.rejected == 0


def test_a_referrer_is_a_customer_or_a_remark_and_goes_out_as_it_came_in(staff: App, tmp_path: Path) -> None:
    """Imported twice it is the same, and what is exported names the customer."""
    take(staff, tmp_path / "first.csv", "姓名,手机,来源\n张三,13800138000,store\n")
    take(staff, tmp_path / "leads.csv", ROWS)
    take(staff, tmp_path / "again.csv", ROWS + "\n")
    out = tmp_path / "out.csv"
    with staff.session() as session:
        with writing_to(out, "utf-8-sig") as writer:
            export_records(session, ExportCommand(kind="leads", columns=("name", "referrer", "medium", "click_id")), writer)
        with session.read() as reader:
            names = {one.id: one.name for one in reader.find(Customer)}
            found = {
                names[one.customer_id]: (names.get(one.referrer_id or 0), one.medium, one.click_id) for one in reader.find(Lead)
            }
            told = [(names[one.customer_id], one.note) for one in reader.find(Interaction)]

    assert found == {
        "张三": (None, None, None),
        "李四": ("张三", "cpc", "Cj0K"),
        "王五": ("张三", None, None),
        "赵六": (None, None, None),
    }
    assert told == [("赵六", "recommended by: 谁也不是")]
    assert "李四,张三,cpc,Cj0K" in out.read_text("utf-8-sig")
