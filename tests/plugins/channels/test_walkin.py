"""The channel `walkin`: who came to the show room."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Unreadable, testing
from patron.plugins.channels import walkin
from patron.plugins.channels.walkin.channel import CHANNEL

ZONE, TIMES = ZoneInfo("Asia/Shanghai"), ("form_filled_at", "entered_at")
HEAD = "登记编号,来店时间,姓名,手机,性别,来访类型,意向车型,人数,备注,宠物\n"
SHEET = (
    f"{HEAD}"
    "R1,2025-12-30 10:00,张三,13800138000,男,首次,Model A,3,想试驾,猫\n"
    "R2,2025-12-30 11:00,李四,13900139000,,再次来店,,,,\n"
    "R3,2025-12-30 12:00,,,,首次,,2,,\n"
    "R4,2025-12-30 12:30,王五,13700137000,,售后,,,,\n"
)


def read(text, **options):
    body = text if isinstance(text, bytes) else text.encode()
    connection = Connection(name="walkin", zone="Asia/Shanghai", options=options)
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), connection)


def test_hook_channels_of_walkin_keeps_its_promises():
    """A sheet as a spreadsheet writes it, an object as a program does; one with headings of something else."""
    one = {"customer_name": "赵六", "phone": 13600136000, "arrived_at": "2025-12-30T10:00:00+08:00", "interest": ["A", "B"]}
    samples = [
        testing.ChannelSample(body=SHEET.encode("gb18030"), envelopes=2),
        testing.ChannelSample(body=json.dumps(one).encode()),
        testing.ChannelSample(body=("姓名,手机\n张三,13800138000\n李四,13900139000,多,多\n").encode(), envelopes=2, broken=1),
        testing.ChannelSample(body=b"a,b\n1,2\n", readable=False),
    ]
    testing.check_channel(walkin, "walkin", samples)


def test_who_left_a_name_or_a_number_is_pursued():
    """A further visit is an entry; traffic and the workshop's customers are no leads."""
    first, again, others = read(SHEET)

    assert (others.aside, others.aside.details) == ("payloads.of_nobody", {"n": 2})
    assert (first.native_id, first.kind, again.kind) == ("2025-12-30 R1", EnvelopeKind.LEAD, EnvelopeKind.MESSAGE)
    assert first.at == datetime(2025, 12, 30, 2, tzinfo=UTC)
    assert first.contacts == (Contact(scheme="tel", written="13800138000"),)
    assert (first.customer, first.lead) == ({"name": "张三", "gender": "男"}, {"interests": "Model A"})
    assert first.interaction == {"note": "想试驾", "effective": True, "entered_at": "2026-01-01T17:00:00+08:00"}
    assert first.remarks == ("首次", "人数: 3", "宠物: 猫")


def test_the_same_person_on_the_same_day_is_one_visit():
    """Where no number tells visits apart."""
    rows = ["2025-12-30 10:00,张三,13800138000", "2025-12-30 15:00,张三,13800138000", "2025-12-31 10:00,张三,13800138000"]

    assert len(read("到店时间,姓名,手机\n" + "\n".join(rows))) == 2


def test_a_reception_that_numbers_from_one_each_day_loses_nobody(tmp_path):
    """The number is of the day of the visit, at whatever hour, else of that of the sheet; the same again is no other visit."""
    from patron import Customer
    from patron.core.intake import receive

    sheets = ["1,2025-12-30 10:00,张三,13800138000", "1,2025-12-31 10:00,李四,13900139000", "1,2025/12/31,李四,13900139000"]
    app = testing.app_with_database(tmp_path, walkin)
    with app.session() as session:
        done = [
            receive(session, "walkin", Delivery(body=f"编号,来店时间,姓名,手机\n{row}\n".encode(), received_at=testing.NOW))
            for row in (*sheets, "1,,王五,13700137000")
        ]
        with session.read() as reader:
            names = [one.name for one in reader.find(Customer, order=["id"])]

    assert [one.value for each in done for one in each.outcomes] == ["accepted", "accepted", "duplicate", "accepted"]
    assert names == ["张三", "李四", "王五"]


def test_who_recommended_us_is_a_customer_or_a_line_of_the_note(tmp_path):
    """By name or number; who is nobody that we know is told."""
    from patron import Interaction, Lead
    from patron.core.intake import receive

    rows = ["张三,13800138000,", "李四,13900139000,13800138000", "王五,13700137000,张三", "赵六,13600136000,老王"]
    with testing.app_with_database(tmp_path, walkin).session() as session:
        for row in rows:
            receive(session, "walkin", Delivery(body=f"姓名,手机,介绍人\n{row}\n".encode(), received_at=testing.NOW))
        with session.read() as reader:
            referrers = [one.referrer_id for one in reader.find(Lead, order=["id"])]
            notes = [one.note for one in reader.find(Interaction, order=["id"])]

    assert referrers == [None, 1, 1, None]
    assert notes == [None, None, None, "recommended by: 老王"]


def test_only_what_says_the_same_is_the_same_visit(tmp_path):
    """Another name with the number, about which a person is asked, and a second visit on the day are read."""
    from patron import Interaction
    from patron.core.intake import receive

    said = {"姓名": "店客1", "手机": "13810000001", "来访类型": "首次"}
    others = ({}, {"姓名": "店客1的爱人"}, {"来访类型": "二次", "备注": "又来看车"}, {"录入人": "li"})
    app = testing.app_with_database(tmp_path, walkin)
    with app.session() as session:
        bodies = [json.dumps(said | other).encode() for other in others]
        done = [receive(session, "walkin", Delivery(body=body, received_at=testing.NOW)) for body in bodies]
        with session.read() as reader:
            notes = [one.note for one in reader.find(Interaction, order=["id"])]

    assert [one.value for each in done for one in each.outcomes] == ["accepted", "quarantined", "accepted", "duplicate"]
    assert [done[2].receipts[0].customer_id] == [done[0].receipts[0].customer_id]
    assert "又来看车" in notes[-1]


def test_a_connection_adds_headings_of_its_own():
    """To those that are known, which go on; a heading that it gives to a field means no other any more."""
    fields = {"name": "Gast", "tel": "Handy|Rückruf", "note": "日期"}
    (one,) = read("Gast;Rückruf;日期\nWei;13800138000;so\n", fields=fields)
    (usual,) = read("姓名;手机\nWei;13800138000\n", fields=fields)

    assert (one.customer, one.contacts, one.interaction["note"], one.at) == (usual.customer, usual.contacts, "so", None)


@pytest.mark.parametrize("text", ["", "x", "[1]", "姓名\n张三,x\n", '姓名\n"张三'])
def test_what_is_no_sheet_is_unreadable(text):
    with pytest.raises(Unreadable):
        read(text)


def test_a_sheet_without_days_is_of_the_day_on_which_it_came():
    """A form that was filled in a month ago is another visit."""
    body = "name,tel\n张三,13800138000\n".encode()
    days = [testing.NOW, testing.NOW + timedelta(hours=1), testing.NOW + timedelta(days=30)]
    keys = [CHANNEL.parse(Delivery(body=body, received_at=at), Connection(name="walkin"))[0].key for at in days]

    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("arrived", "filled", "typed", "found"),
    [
        ("2025-12-30 10:00", "10:30", "16:00", ("2025-12-30T10:30:00+08:00", "2025-12-30T16:00:00+08:00")),
        ("2025-12-30", "20:55", "09:05", ("2025-12-30T20:55:00+08:00", "2025-12-31T09:05:00+08:00")),
        ("2025-12-30 10:00", "09:58", "16:00", ("2025-12-30T09:58:00+08:00", "2025-12-30T16:00:00+08:00")),
        ("2026-01-01 10:00", "18:00", "16:00", ("2025-12-31T18:00:00+08:00", "2026-01-01T16:00:00+08:00")),
        ("", "10:30", "16:00", ("2026-01-01T10:30:00+08:00", "2026-01-01T16:00:00+08:00")),
    ],
    ids=["same day", "typed in the next morning", "a watch that is slow", "never later than the sheet", "no day"],
)
def test_what_a_clock_shows_is_of_the_day_of_the_visit(arrived, filled, typed, found):
    """The sheet comes on 2026-01-01 at 17:00."""
    (one,) = read(f"来店时间,姓名,手机,填表时间,录入时间\n{arrived},张三,13800138000,{filled},{typed}\n")

    assert found == tuple(datetime.fromisoformat(str(one.interaction[name])).astimezone(ZONE).isoformat() for name in TIMES)


def test_a_form_comes_back_as_a_workbook(tmp_path):
    """What was known finds the customer, and what was asked by hand fills the gaps."""
    import openpyxl

    from patron import Customer
    from patron.cli.filling import write_form
    from patron.core.crm import AddCustomer, Reach, add_customer, fill_form
    from patron.core.intake import receive

    app = testing.app_with_database(tmp_path, walkin)
    with app.session() as session:
        add_customer(session, AddCustomer(values={"name": "张三"}, reaches=(Reach("tel", "13800138000"),)))
        write_form(session, fill_form(session, 1, "reception"), path := tmp_path / "form.xlsx")
        book = openpyxl.load_workbook(path)
        (place,) = (cell.column for cell in book.active[1] if cell.value == "occupation")
        book.active.cell(2, place, "教师")
        book.save(path)
        done = receive(session, "walkin", Delivery(body=path.read_bytes(), received_at=testing.NOW, name=path.name))
        with session.read() as reader:
            (customer,) = reader.find(Customer)

    assert [outcome.value for outcome in done.outcomes] == ["accepted"]
    assert (customer.id, customer.occupation) == (done.receipts[0].customer_id, "教师")


def test_what_of_a_workbook_is_about_nobody_is_told(tmp_path):
    """Which sheet was read and which were not, and how many rows came to nothing, 无 for a name among them."""
    import openpyxl

    from patron.core.intake import receive

    book = openpyxl.Workbook()
    book.active.title = "一月"
    for row in (["姓名", "手机", "来访类型"], ["张三", "13800138000", "首次"], ["李四", "", "售后"], ["无", "-", "首次"]):
        book.active.append(row)
    for name, rows in (("二月", [["姓名"], ["王五"], ["赵六"]]), ("空", [])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path := tmp_path / "days.xlsx")
    app = testing.app_with_database(tmp_path, walkin)
    with app.session() as session:
        done = receive(session, "walkin", Delivery(body=path.read_bytes(), received_at=testing.NOW))
        (told,) = CHANNEL.parse(Delivery(body=path.read_bytes(), received_at=testing.NOW, method="POST"), Connection(name="x"))[
            1:
        ]

    sheets = "the sheet '一月' was read, the first that has rows; not read were, with their rows: 二月 (2)"
    said = [f"It is about nobody, and nothing came of it: {one}" for one in (sheets, "2 rows tell of nobody to pursue")]
    assert [one.value for one in done.outcomes] == ["accepted", "rejected", "rejected"]
    assert [one.reason.told("en") for one in done.receipts[1:]] == said
    assert told.aside == "payloads.one_sheet"
