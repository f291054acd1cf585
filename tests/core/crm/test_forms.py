"""Forms: filled in with what is known by whatever channel, and read back as what they are."""

import json
from pathlib import Path

import pytest

from patron import Connection, Delivery, testing
from patron.app import App
from patron.cli.filling import write_form
from patron.core.config import Settings
from patron.core.crm import AddCustomer, AddPerson, FilledForm, Reach, add_customer, add_user, fill_form
from patron.core.errors import UsageError
from patron.plugins.channels.walkin.channel import CHANNEL
from patron.testing import app_with_database


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> App:
    codes = {"form": {"trade_in": {"en": "Trade-in", "zh": "置换登记", "fields": ["name", "auto.model"]}}}
    fields = {"customer": {"auto.model": {"kind": "text", "en": "Model", "zh": "车型"}}}
    house = app_with_database(tmp_path, settings=Settings(codes=codes, fields=fields))
    with house.session() as session:
        values = {"name": "张三", "gender": "male", "auto.model": "Model A"}
        add_customer(session, AddCustomer(values=values, reaches=(Reach("tel", "13800138000"),)))
    return house


def filled(house: App, form: str) -> FilledForm:
    with house.session() as session:
        return fill_form(session, 1, form)


@pytest.mark.requirement("R278", "R233")
def test_a_form_has_what_is_known_and_asks_for_the_rest(house: App) -> None:
    found = filled(house, "接待登记表")

    assert {one.name: one.text for one in found.entries if one.known} == {
        "name": "张三",
        "gender": "male",
        "tel": "+8613800138000",
    }
    assert [one.name for one in found.to_ask] == ["age_band", "wechat", "email", "occupation", "address", "region"]


def test_a_form_of_our_own_asks_for_fields_of_our_own(house: App) -> None:
    assert [(one.label, one.text) for one in filled(house, "trade_in").entries] == [("name", "张三"), ("Model", "Model A")]


def test_there_are_forms_to_choose_from(house: App) -> None:
    with pytest.raises(UsageError, match=r"There is no form 'tax'\. Known: reception form"):
        filled(house, "tax")


@pytest.mark.requirement("R233")
@pytest.mark.parametrize("name", ["form.json", "form.csv", "form.xlsx"])
def test_a_filled_form_comes_back_by_the_reception(house: App, tmp_path: Path, name: str) -> None:
    with house.session() as session:
        write_form(session, fill_form(session, 1, "reception"), tmp_path / name)
    body = (tmp_path / name).read_bytes()
    (envelope,) = CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="walkin"))

    assert [(one.scheme, one.written) for one in envelope.contacts] == [("tel", "+8613800138000")]
    assert dict(envelope.customer) == {"name": "张三", "gender": "male"}
    assert name != "form.json" or json.loads(body)["wechat"] is None


@pytest.mark.requirement("R278")
@pytest.mark.parametrize("name", ["form.json", "form.csv"])
def test_nobody_is_asked_again_by_who_may_not_see_the_answer(house: App, tmp_path: Path, name: str) -> None:
    """Marketing sees no numbers of sales' customers; they are not asked for, nor written into what comes back."""
    with house.session() as session:
        add_user(session, AddPerson(values={"login": "liu", "name": "刘洋", "roles": "marketing"}))
    with house.session("liu") as session:
        found = fill_form(session, 1, "reception")
        write_form(session, found, tmp_path / name)
    (tel,) = (one for one in found.entries if one.name == "tel")

    assert (tel.known, tel.text, tel.value) == (True, "known, though not shown to you", None)
    assert "email" in [one.name for one in found.to_ask]
    written = (tmp_path / name).read_text("utf-8-sig")
    assert "138" not in written
    assert "known" not in written
