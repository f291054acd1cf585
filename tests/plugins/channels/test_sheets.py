"""The channels `csv` and `xlsx`: lists that reach us, row by row the same as an import would bring in."""

import gzip
import io
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from patron import Connection, Contact, Delivery, EnvelopeKind, Unreadable, testing
from patron.core.config import Settings
from patron.core.exchange import ImportCommand, import_file
from patron.core.intake import NEW, receive, replay
from patron.core.nouns import Customer, Interaction, Lead, Receipt
from patron.core.nouns.criterion import equal
from patron.core.records.reason import details_of
from patron.plugins.channels import sheets
from patron.plugins.channels.sheets.channel import CHANNELS

CSV, XLSX = CHANNELS
WIFE = "李芳,13800138000,店面,2025-03-09,,,杭州,\n"
HEAD = "姓名,手机,渠道,来店日期,意向车型,级别,城市,颜色\n"
ROWS = (
    "张三,138-0013-8000,店面,2025/3/2,Model A；Model B,,杭州,red\n"
    "李四,010-62345678转801,forum,2025年3月3日,Model A,,,\n"
    "张三先生,13800138000,电话,2025-05-04,,,,\n"
    "张三,13800138000,店面,2025-03-02,Model A；Model B,,杭州,red\n"
    "王五,,email,2025-03-04,,,,\n"
    ",,,,合计,,,\n"
)


def read(body, channel=CSV, content_type="", **options):
    delivery = Delivery(body=body, received_at=testing.NOW, content_type=content_type, name="list")
    return channel.parse(delivery, Connection(name="list", zone="Asia/Shanghai", options=options))


def workbook(text):
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(text.splitlines()):
            sheet.write_row(number, 0, line.split(","))
    return out.getvalue()


@pytest.mark.parametrize("code", ["csv", "xlsx"])
def test_hook_channels_of_sheets_keeps_its_promises(code):
    """Text of any usual encoding, a workbook; what is no list, and a list of something else."""
    bodies = {"csv": (HEAD + ROWS).encode("gb18030"), "xlsx": workbook(HEAD + ROWS)}
    samples = [
        testing.ChannelSample(body=bodies[code], envelopes=6, broken=1),
        testing.ChannelSample(body=b"a,b\n1,2\n", readable=False),
        testing.ChannelSample(body=b"%PDF-1.7", readable=False),
    ]
    testing.check_channel(sheets, code, samples)


def test_a_row_is_understood_as_an_import_understands_it():
    one, *_ = read((HEAD + ROWS).encode())

    assert one.at == datetime(2025, 3, 1, 16, tzinfo=UTC)
    assert one.contacts == (Contact(scheme="tel", written="138-0013-8000"),)
    assert one.customer == {"name": "张三", "region": "杭州"}
    assert one.lead == {"source": "store", "interests": ("Model A", "Model B"), "颜色": "red"}


def test_a_connection_says_what_columns_are_and_whose_numbers_a_list_has():
    body = b"Gast;Handy;Nr;Datum\nWei;13800138000;17;2025-12-30\n"
    options = {"columns": {"Gast": "name", "Handy": "tel", "Nr": "source_key", "Datum": "-", "Fax": "tel"}}
    (one,) = read(body, set={"source": "forum"}, system="portal", **options)

    assert (one.native_id, one.system) == ("17", "portal")
    assert (one.customer, one.lead) == ({"name": "Wei"}, {"source": "forum"})


def test_what_a_row_says_of_its_system_reaches_no_leads_of_others():
    one, two = read(b"name,tel,source_key,system\nWei,13800138000,17,bank\nBo,13900139000,18,\n", system="portal")

    assert [(row.native_id, row.system) for row in (one, two)] == [("bank:17", ""), ("18", "portal")]


def test_whose_key_a_row_has_is_believed_of_our_own_question_alone():
    """What an import asks about says it in a header; of a request, or of another connection, that is anybody's word."""
    heard = []
    for method, name in (("", "csv"), ("POST", "csv"), ("", "list")):
        headers = {"patron-keys-of": "forum"}
        body = b"name,source_key\nAda,17\n"
        delivery = Delivery(body=body, received_at=testing.NOW, headers=headers, method=method)
        (envelope,) = CSV.parse(delivery, Connection(name=name))
        heard.append((envelope.native_id, envelope.system))
    assert [("17", "forum"), ("17", ""), ("17", "")] == heard


def test_a_lead_with_a_number_is_one_by_whatever_way_it_comes(tmp_path: Path):
    (tmp_path / "list.csv").write_bytes(body := b"source,name,tel,filed_at,source_key\nstore,Wei,13800138000,2025-12-30,17\n")
    ways = {name: {"channel": "csv", "system": "portal"} for name in ("morning", "evening")}
    app = testing.app_with_database(tmp_path, sheets, settings=Settings(intake=ways))
    with app.session() as session:
        for way in ways:
            receive(session, way, Delivery(body=body, received_at=testing.NOW, name="list.csv"))
        import_file(session, ImportCommand(kind="leads", path=tmp_path / "list.csv", system="portal"))

    assert len(told(app)[1]) == 1


NAMES = (
    "姓名,手机,渠道,来店日期,意向车型,备注\n"
    "张三,13800138000,店面,2025-03-02,Model A,看了两次\n"
    "张先生,,店面,2025-03-02,,\n"
    "张先生,,店面,2025-03-02,,\n"
    "王五,138****8000,forum,,Model B；Model A,\n"
    "李四,13900139000,电话,,,\n"
)
MOVED = "渠道,姓名,手机,备注,意向车型,来店日期\n" + "".join(
    ",".join((cells := line.split(","))[place] for place in (2, 0, 1, 5, 4, 3)) + "\n"
    for line in NAMES.replace("店面", "store").replace("2025-03-02", "2025/3/2").splitlines()[1:]
)
"""The same rows, with the columns in another order, codes and days written in another way."""


@pytest.mark.requirement("R250")
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1)])
def test_a_list_without_numbers_is_one_by_whatever_way_it_comes(tmp_path: Path, order):
    """Two connections, a workbook, an import: as many leads as it has rows that are meant, and nothing told twice."""
    (tmp_path / "list.csv").write_text(MOVED, "utf-8")
    tables = {"mail": {"channel": "csv"}, "desk": {"channel": "xlsx"}}
    app = testing.app_with_database(tmp_path, sheets, settings=Settings(intake=tables))

    def take(session, way):
        if way == 0:
            import_file(session, ImportCommand(kind="leads", path=tmp_path / "list.csv"))
            return
        name, body = {1: ("mail", NAMES.encode()), 2: ("desk", workbook(NAMES)), 3: ("csv", MOVED.encode("gb18030"))}[way]
        receive(session, name, Delivery(body=body, received_at=testing.NOW, name="list"))

    seen = []
    with app.session() as session:
        for way in order:
            take(session, way)
            seen.append(told(app))

    assert all(one == seen[0] for one in seen)
    assert ["张三", "张先生", "张先生", "李四", "王五"] == sorted(name for name, *_ in seen[0][1])


CALLS = (
    "手机,日期,方式,内容,姓名,线索\n13800138000,2025-12-30 10:00,电话,想试驾,张三,17\n13700137000,2025-12-30 11:00,短信,,王五,\n"
)


def test_a_list_of_contacts_is_about_customers_who_are_known(tmp_path: Path):
    """By either way: a contact hangs on the customer and the lead that it names, comes once, and begins nobody."""
    (tmp_path / "leads.csv").write_text("name,tel,source,source_key\n张三,13800138000,store,17\n", "utf-8")
    (tmp_path / "calls.csv").write_text(CALLS, "utf-8")
    for order in ("door first", "import first"):
        (tmp_path / order).mkdir()
        tables = {"calls": {"channel": "csv", "rows": "interactions"}}
        app = testing.app_with_database(tmp_path / order, sheets, settings=Settings(intake=tables))
        with app.session() as session:
            import_file(session, ImportCommand(kind="leads", path=tmp_path / "leads.csv"))
            for way in ("door", "import") if order == "door first" else ("import", "door"):
                if way == "door":
                    done = receive(session, "calls", Delivery(body=CALLS.encode(), received_at=testing.NOW, name="calls.csv"))
                else:
                    found = import_file(session, ImportCommand(kind="interactions", path=tmp_path / "calls.csv"))
            with session.read() as reader:
                (contact,), leads, customers = reader.find(Interaction), reader.find(Lead), reader.find(Customer)

        assert [one.value for one in done.outcomes] == ["accepted", "quarantined"]
        assert (str(done.receipts[1].reason), found.rejected) == (str(found.reasons[0].why), 1)
        assert (contact.lead_id, contact.channel, contact.direction, contact.note) == (1, "phone", "out", "想试驾")
        assert (len(leads), len(customers)) == (1, 1)


@pytest.mark.parametrize("decided", [1, NEW])
def test_who_a_contact_was_with_a_person_may_say(tmp_path: Path, decided: int):
    """It waits, and is somebody who is known, or somebody new with a lead."""
    tables = {"calls": {"channel": "csv", "rows": "interactions"}}
    app = testing.app_with_database(tmp_path, sheets, settings=Settings(intake=tables))
    with app.session() as session:
        receive(session, "csv", Delivery(body=b"name,tel\nAda,13900139000\n", received_at=testing.NOW))
        receive(session, "calls", Delivery(body=CALLS.encode(), received_at=testing.NOW))
        (done,) = replay(session, [2], decided)
        with session.read() as reader:
            contacts, leads = reader.find(Interaction), reader.find(Lead)

    assert done.outcomes[0].value == "accepted"
    assert [one.customer_id for one in contacts] == [1 if decided else 2]
    assert len(leads) == (1 if decided else 2)


def test_rows_may_be_contacts_with_customers():
    (one,) = read("手机,日期,方式,内容\n13800138000,2025-12-30 10:00,电话,想试驾\n".encode(), rows="interactions")

    assert (one.kind, one.at) == (EnvelopeKind.MESSAGE, datetime(2025, 12, 30, 2, tzinfo=UTC))
    assert one.interaction == {"channel": "phone", "note": "想试驾"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("短,13800138009", "exchange.ragged"),
        ("多,13800138009,x,y", "exchange.ragged"),
        ('引,"13800138009,x', "exchange.unclosed_quote"),
        ('号,"13800138009" x,y', "exchange.bad_quote"),
        (f"长,13800138009,{'x' * 200_000}", "exchange.long_cell"),
        ("空,1380013\x008009,x", "exchange.control"),
    ],
)
def test_a_damaged_row_waits_alone_with_its_line_and_the_others_come_in(row, why):
    good, broken = read(f"姓名,手机,备注\n{row}\n好,13900139000,y\n".encode())

    assert good.customer == {"name": "好"}
    assert ((), {}) == (broken.contacts, broken.customer)
    details = details_of(broken.broken)
    assert (details["line"], details["reason"].key) == (2, why)


@pytest.mark.parametrize("rows", ["leads", "interactions"])
def test_the_receipt_of_a_damaged_row_says_where_it_is_and_what_is_wrong(tmp_path: Path, rows):
    """It is known when it comes again, in whatever list; a list of which no row can be read waits as a whole."""
    app = testing.app_with_database(tmp_path, sheets, settings=Settings(intake={"list": {"channel": "csv", "rows": rows}}))
    with app.session() as session:
        body = "姓名,手机,日期\n短,13800138009\n好,13900139000,2025-12-30\n".encode()
        receive(session, "list", Delivery(body=body, received_at=testing.NOW))
        receive(session, "list", Delivery(body=body + b"Ada,13700137000,2025-12-30\n", received_at=testing.NOW))
        receive(session, "list", Delivery(body="姓名,手机,日期\n短\n".encode(), received_at=testing.NOW))
        with session.read() as reader:
            reasons = [one.reason for one in reader.find(Receipt) if one.reason is not None]
            customers = [one.name for one in reader.find(Customer)]

    damaged = [one for one in reasons if "line 2" in one.told("en")]
    assert "has 2 cells, the header 3" in damaged[0].told("en")
    assert "第 2 行：该行有 2 个单元格，表头有 3 个" in damaged[0].told("zh")
    assert 2 == len(damaged)
    assert [] == [one for one in customers if one not in {"好", "Ada"}]


def test_a_list_that_is_too_long_is_to_be_imported(tmp_path: Path):
    table = {"channel": "csv", "most_envelopes": 2}
    app = testing.app_with_database(tmp_path, sheets, settings=Settings(intake={"few": table}))
    with app.session() as session:
        received = receive(session, "few", Delivery(body=b"name\nAda\nBea\nCyd\n", received_at=testing.NOW))

    assert "patron import leads FILE, or raise most_envelopes of the connection few" in str(received.receipts[0].reason)


def test_a_list_may_be_packed_or_attached_to_a_mail():
    mail = EmailMessage()
    mail["Subject"] = "leads"
    mail.set_content("see the list")
    packed = gzip.compress((HEAD + ROWS).encode())
    mail.add_attachment(packed, maintype="application", subtype="gzip", filename="list.csv.gz")
    bare = EmailMessage()
    bare.set_content("nothing")

    assert 6 == len(read(mail.as_bytes(), content_type="message/rfc822")) == len(read(packed))
    with pytest.raises(Unreadable, match="no_list"):
        read(bare.as_bytes(), content_type="message/rfc822")


def test_a_bomb_is_refused_as_foreign():
    with pytest.raises(Unreadable) as refused:
        read(gzip.compress(HEAD.encode() + b"0" * 105_000_000))
    assert refused.value.foreign


def told(app):
    """Return what the database tells of whom, without numbers that depend on the way in."""
    with app.session() as session, session.read() as reader:
        customers = {one.id: one for one in reader.find(Customer)}
        leads = [
            (customers[one.customer_id].name, one.source, one.filed_at, one.interests, one.owner_team_id, one.owner_user_id)
            for one in reader.find(Lead)
        ]
        who = [(one.name, one.region, one.owner_team_id) for one in customers.values()]
        return (
            sorted(who, key=str),
            sorted(leads, key=str),
            len(reader.find(Interaction)),
            [str(one.reason) for one in reader.find(Receipt, [equal("outcome", "quarantined")])],
        )


@pytest.mark.requirement("R001")
def test_a_list_comes_to_the_same_by_the_door_and_by_import(tmp_path: Path):
    """Customers, leads, interactions, and the question about 李芳, who has the phone of 张三."""
    rows = [*ROWS.replace("张三先生", "张三").splitlines()[:-1], WIFE]
    text = HEAD.replace(",颜色", "") + "".join(line.strip().rpartition(",")[0] + "\n" for line in rows)
    (tmp_path / "list.csv").write_text(text, "utf-8")
    found = []
    for way in ("door", "import"):
        (tmp_path / way).mkdir()
        app = testing.app_with_database(tmp_path / way, sheets, settings=Settings(intake={"list": {"channel": "csv"}}))
        with app.session() as session:
            if way == "door":
                receive(session, "list", Delivery(body=text.encode(), received_at=testing.NOW, name="list.csv"))
            else:
                import_file(session, ImportCommand(kind="leads", path=tmp_path / "list.csv"))
        found.append(told(app))

    assert found[0] == found[1]


def test_the_same_list_again_is_a_duplicate(tmp_path: Path):
    """Byte for byte, and row by row where the file was written anew."""
    app = testing.app_with_database(tmp_path, sheets)
    with app.session() as session:
        bodies = [(HEAD + ROWS).encode(), (HEAD + ROWS).encode(), (HEAD + ROWS).encode("utf-8-sig")]
        outcomes = [
            {one.value for one in receive(session, "csv", Delivery(body=body, received_at=testing.NOW)).outcomes}
            for body in bodies
        ]
    assert outcomes[1] == {"duplicate"}
    assert outcomes[2] <= {"duplicate", "quarantined"}
    assert len(told(app)[1]) == 4


@pytest.mark.parametrize(("channel", "other"), [(CSV, "a_workbook"), (XLSX, "a_text")])
def test_a_list_of_the_other_kind_is_sent_back(channel, other):
    """It says by which channel it is handed in; attached beside one of its own kind it is read, and the same rows once."""
    bodies = {"list.csv": (HEAD + ROWS).encode(), "list.xlsx": workbook(HEAD + ROWS)}
    own, others = bodies.values() if channel is CSV else reversed(bodies.values())
    both = EmailMessage()
    for name, body in bodies.items():
        both.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)

    with pytest.raises(Unreadable, match=other) as caught:
        read(others, channel=channel)
    assert caught.value.foreign
    assert 6 == len(read(own, channel=channel)) == len(read(both.as_bytes(), channel=channel, content_type="message/rfc822"))
    both.add_attachment(workbook("name,tel\nB,13900139000\n"), maintype="application", subtype="x", filename="more.xlsx")
    both.add_attachment(b"name,tel\nC,13900139001\n", maintype="application", subtype="x", filename="more.csv")
    assert 8 == len(read(both.as_bytes(), channel=channel, content_type="message/rfc822"))


@pytest.mark.parametrize("make", [str.encode, workbook])
def test_what_is_about_nobody_is_told_and_nobody_has_to_look_at_it(make):
    """A title, a sum, who signs, a row without anybody: rejected each, and the same list again says nothing new."""
    text = "展会登记,,,\n姓名,手机,渠道,备注\n张三,13800138000,店面,\n,,店面,\n合计,1人,,\n制表人：李娜,,,\n"
    told = read(make(text), CSV if make is str.encode else XLSX)

    assert ["", *["payloads." + key for key in ("above_headings", "names_nobody", "aside_total", "aside_note")]] == [
        str(one.aside) for one in told
    ]
    assert [one.key for one in told] == [one.key for one in read(make(text), CSV if make is str.encode else XLSX)]


def test_a_list_with_a_sum_below_it_brings_in_the_others(tmp_path: Path):
    text = "展会登记,,\n姓名,手机,备注\n张三,13800138000,\n合计,1人,\n"
    with testing.app_with_database(tmp_path, sheets).session() as session:
        first, second = (receive(session, "csv", Delivery(body=text.encode(), received_at=testing.NOW)) for _ in range(2))

    assert ["accepted", "rejected", "rejected"] == [one.value for one in first.outcomes]
    assert {"duplicate"} == {one.value for one in second.outcomes}


def test_a_connection_says_by_which_words_sums_are_known():
    text = "姓名,手机\n张三,13800138000\nSomme,12\n".encode()

    assert [0, 1] == [sum(bool(one.aside) for one in read(text, **words)) for words in ({}, {"total_words": ["somme"]})]


def test_sheets_that_are_not_read_are_told():
    """Of the list as it was handed in; a connection that names the sheet means no other."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("Jan", "Feb"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["姓名", "手机"])
            sheet.write_row(1, 0, ["张三", "13800138000"])
    found, named = read(out.getvalue(), XLSX), read(out.getvalue(), XLSX, sheet="Feb")

    assert ([str(one.aside) for one in found], len(named)) == (["", "payloads.one_sheet"], 1)
    assert (found[1].aside.details["sheet"], str(found[1].aside.details["others"])) == ("Jan", "Feb (1)")
