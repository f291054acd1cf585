"""
Customers from files.
"""

from pathlib import Path

import openpyxl
import pytest

from patron.app import App
from patron.core.exchange import CsvWriter, ExportCommand, ImportCommand, export_records, import_file, revert_import
from patron.core.nouns import Customer, Identity, IdentityLink, Team, User


def everything(app: App, noun: type):
    with app.session() as session, session.read() as reader:
        return reader.find(noun)


def test_a_customer_is_known_by_id_then_by_phone_then_by_mail(staff: App, bring) -> None:
    head = "客户编号,姓名,电话,邮箱,地区\n"
    bring("customers", head + "17,张三,13800138000,a@example.org,北京\n")
    for number, row in enumerate(["17,张三丰,,,", ",张三丰,13800138000,,上海", ",张三丰,,a@EXAMPLE.org,广州"]):
        assert ["update"] == bring("customers", f"{head}{row}\n", name=f"{number}.csv").outcomes
    (customer,) = everything(staff, Customer)
    assert ("张三丰", "广州") == (customer.name, customer.region)


def test_contacts_find_their_organisation(staff: App, bring, tmp_path: Path) -> None:
    """By its id in the file's system, its name or our number; of the file itself, before or behind, or of the database."""
    head = "external_id,name,kind,company\n"
    rows = "1,Ada,,Acme\n2,Acme,organisation,\n3,Bo,,2\n4,Cy,,#2\n5,Dan,,Nobody\n6,Eve,,#99999999999999999999\n"
    found = bring("customers", head + rows)
    later = bring("customers", head + "6,Eve,,Acme\n", name="later.csv")
    names = {one.id: (one.name, one.organisation_id) for one in everything(staff, Customer)}
    acme = next(number for number, (name, _) in names.items() if name == "Acme")

    assert ["create", "create", "create", "reject", "reject", "reject"] == found.outcomes
    assert ["create"] == later.outcomes
    assert "exchange.nobody_called" == found.result.reasons[0].code
    assert {("Ada", acme), ("Acme", None), ("Bo", acme), ("Eve", acme)} == set(names.values())
    assert ["unchanged"] * 3 == bring("customers", head + "".join(rows.splitlines(True)[:3]), name="again.csv").outcomes
    path = tmp_path / "out.csv"
    with staff.session() as session, path.open("wb") as stream:
        writer = CsvWriter(stream, "utf-8")
        export_records(session, ExportCommand(kind="customers", columns=("name", "organisation")), writer)
        writer.close()
    assert {"Ada,Acme", "Acme,", "Bo,Acme", "Eve,Acme"} == set(path.read_text("utf-8").splitlines()[1:])
    with staff.session() as session:
        revert_import(session, later.result.batch_id)
        revert_import(session, found.result.batch_id)


def test_the_first_number_is_the_preferred_one(staff: App, bring) -> None:
    bring("customers", "name,tel\nAda,13800138000;13900139000\n")
    assert [True, False] == [link.preferred for link in everything(staff, IdentityLink)]


def test_numbers_that_a_spreadsheet_took_for_numbers_come_out_right(staff: App, bring, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "手机", "客户编号"])
    book.active.append(["张三", 13800138000, 1001])
    path = tmp_path / "in.xlsx"
    book.save(path)
    assert ["create"] == bring("customers", path).outcomes
    assert {("tel", "+8613800138000"), ("external", "1001")} == {(one.scheme, one.value) for one in everything(staff, Identity)}


def test_owners_are_called_by_login_name_or_team(staff: App, bring) -> None:
    bring("customers", "name,tel,owner\nAda,13800138000,wang\nBob,13900139000,王芳\nCid,13700137000,Service\n")
    sales, _, service = everything(staff, Team)
    wang, _ = everything(staff, User)
    owners = [(one.owner_user_id, one.owner_team_id) for one in everything(staff, Customer)]
    assert [(wang.id, None), (wang.id, None), (None, service.id)] == owners
    assert ["reject"] == bring("customers", "name,tel,owner\nDan,13600136000,nobody\n", name="two.csv").outcomes
    assert ["update"] == bring("customers", "name,tel,owner\nAda,13800138000,sales\n", name="three.csv").outcomes
    assert (None, sales.id) == (everything(staff, Customer)[0].owner_user_id, everything(staff, Customer)[0].owner_team_id)


def test_what_a_manager_brings_in_belongs_to_the_managers_team(staff: App, bring) -> None:
    assert ["create"] == bring("customers", "name,tel\nAda,13800138000\n", login="chen").outcomes
    assert [1] == [customer.owner_team_id for customer in everything(staff, Customer)]


def test_our_number_counts_where_the_rest_agrees(staff: App, bring) -> None:
    """A file of another database has other numbers: it must not overwrite whom they belong to here."""
    head = "patron_id,name,tel,region\n"
    bring("customers", "name,region\nAda,North\nBob,North\n")
    assert ["update"] == bring("customers", head + "1,Ada,,South\n", name="own.csv").outcomes
    assert ["create"] == bring("customers", head + "2,Cid,13800138000,South\n", name="foreign.csv").outcomes
    assert [("Ada", "South"), ("Bob", "North"), ("Cid", "South")] == [
        (one.name, one.region) for one in everything(staff, Customer)
    ]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (",,", "exchange.no_person"),
        ("Ada,12,", "identity.no_tel"),
        ("Ada,,ada", "identity.no_email"),
        (f"{'x' * 201},,", "field.too_long"),
    ],
)
def test_what_is_no_customer_is_refused(bring, row: str, key: str) -> None:
    found = bring("customers", f"name,tel,email,region\n{row},here\n")
    assert (["reject"], key) == (found.outcomes, found.result.reasons[0].code)


def test_extension_fields_come_in_by_name_and_by_label(staff: App, tmp_path: Path) -> None:
    declared = {"customer": {"auto.plate": {"kind": "text", "en": "Plate", "zh": "车牌"}, "auto.doors": {"kind": "integer"}}}
    app = staff._replace(settings=staff.settings._replace(fields=declared))
    path = tmp_path / "in.csv"
    path.write_text("name,tel,车牌,auto.doors\nAda,13800138000,京A12345,4\n", "utf-8")
    with app.session() as session:
        assert 1 == import_file(session, ImportCommand(kind="customers", path=path)).created
        path.write_text("name,tel,plate,auto.doors\nAda,13800138000,,5\n", "utf-8")
        second = import_file(session, ImportCommand(kind="customers", path=path))
        assert 1 == second.updated
        with session.read() as reader:
            (customer,) = reader.find(Customer)
        assert {"auto.plate": "京A12345", "auto.doors": 5} == dict(customer.ext)
        revert_import(session, second.batch_id)
        with session.read() as reader:
            (customer,) = reader.find(Customer)
        assert {"auto.plate": "京A12345", "auto.doors": 4} == dict(customer.ext)


HOME = "浙江省杭州市西湖区文三路90号2栋301室"
NEAR = HOME.replace("2栋301室", "3栋302室")


def test_who_is_alike_is_no_second_customer(staff: App, bring) -> None:
    """Without a phone: the same name at the same address is the same customer; near it a person has to say."""
    bring("leads", f"name,tel,source,address\n濮阳慧琳,13800138000,store,{HOME}\n")
    head = "name,address,occupation,patron_id\n"
    sure = bring("customers", f"{head}濮阳慧琳,{HOME},教师,\n", name="sure.csv")
    asked = bring("customers", f"{head}濮阳慧琳,{NEAR},,\n", name="near.csv")
    number = everything(staff, Customer)[0].id
    said = bring("customers", f"{head}濮阳慧琳,{NEAR},医生,{number}\n", name="said.csv")

    assert (["update"], ["reject"], ["update"]) == (sure.outcomes, asked.outcomes, said.outcomes)
    assert "exchange.alike_customer" == asked.result.reasons[0].code
    assert f"{number} 濮阳慧琳 (" in asked.result.reasons[0].why.told("en")
    assert ["医生"] == [one.occupation for one in everything(staff, Customer)]


def test_who_is_alike_and_told_nothing_new_is_unchanged(staff: App, bring) -> None:
    """That the row is known from now on is no change of the customer."""
    bring("leads", f"name,tel,source,address\n濮阳慧琳,13800138000,store,{HOME}\n")
    before = everything(staff, Customer)
    same = bring("customers", f"name,address\n濮阳慧琳,{HOME}\n", name="same.csv")

    assert (["unchanged"], before) == (same.outcomes, everything(staff, Customer))


def test_rows_that_set_back_what_others_change_change_nothing(staff: App, bring) -> None:
    """A file that says two things of somebody says the later one, however often it is brought."""
    rows = "name,tel,region\nBo,13800138000,Rome\nBo,13800138000,Oslo\nAnn,13800138001,Rome\n"
    assert ["create", "update", "create"] == bring("customers", rows).outcomes
    assert ["unchanged"] * 3 == bring("customers", rows + "\n").outcomes
    assert ["Oslo", "Rome"] == [one.region for one in everything(staff, Customer)]


@pytest.mark.parametrize(("head", "row"), [("name,address\n", ""), ("name,address,external_id\n", ",7")])
def test_whom_a_file_tells_apart_are_two(staff: App, bring, head: str, row: str) -> None:
    """Rows of one file, in one chunk or two; one with a number of its own system; and whatever is moved as it was."""
    rows = f"濮阳慧琳,{HOME}{row}\n"
    assert ["create", "create"] == bring("customers", head + rows + rows.replace(",7", ",8"), chunk=1).outcomes
    moved = bring("customers", head + rows.replace(",7", ",9") * 3, likeness=False, name="moved.csv")

    assert (
        ["unchanged", "unchanged", "create"] == moved.outcomes
        if not row
        else ["create", "unchanged", "unchanged"] == moved.outcomes
    )


def test_the_phone_of_somebody_of_another_name_renames_nobody(staff: App, bring) -> None:
    """A wife, or a name misspelt: somebody says which; what is moved as it was is another customer, once."""
    bring("leads", f"name,tel,source,address\n王伟,13800138000,store,{HOME}\n")
    (one,) = everything(staff, Customer)
    head, wife = "name,tel,patron_id\n", "李芳,13800138000,"
    asked = bring("customers", f"{head}{wife}\n{wife}\n", name="asked.csv")
    moved = bring("customers", f"{head}{wife}\n{wife}\n", name="moved.csv", likeness=False)
    again = bring("customers", f"{head}{wife}\n王伟,13800138000,\n", name="again.csv")
    renamed = bring("customers", f"{head}王维,13800138000,{one.id}\n", name="renamed.csv")

    assert ["reject", "reject"] == asked.outcomes
    assert "exchange.alike_customer" == asked.result.reasons[0].code
    assert f"{one.id} 王伟 (" in asked.result.reasons[0].why.told("en")
    assert [["create", "unchanged"], ["unchanged", "unchanged"], ["update"]] == [
        found.outcomes for found in (moved, again, renamed)
    ]
    assert ["李芳", "王维"] == sorted(customer.name for customer in everything(staff, Customer))
