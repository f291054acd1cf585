"""
Which column means what.
"""

from pathlib import Path

import pytest

from patron.core.errors import UsageError
from patron.core.exchange.column import KINDS, PLACES, columns_of
from patron.core.exchange.mapping import Wishes, labels_of, map_columns, read_map_file
from patron.core.nouns import Field, FieldKind, Vocabulary

VOCABULARY = Vocabulary(
    extensions={"lead": {"auto.model": Field(name="auto.model", kind=FieldKind.TEXT, words={"en": "Model of car", "zh": "车款"})}}
)


def mapped(noun: str, *header: str, **wishes) -> dict[str, str]:
    found = map_columns("in.csv", header, noun, VOCABULARY, Wishes(**wishes))
    return {header[place]: column.name for place, column in found.places}


@pytest.mark.parametrize(
    ("noun", "header", "name"),
    [
        ("lead", "客户姓名", "name"),
        ("lead", "手 机：", "tel"),
        ("lead", "Mobile Phone", "tel"),
        ("lead", "渠道", "source"),
        ("lead", "来店日期", "filed_at"),
        ("lead", "进店时间", "filed_at"),
        ("lead", "手机/电话", "tel"),
        ("lead", "接待人", "owner"),
        ("lead", "意向车型", "interests"),
        ("lead", "Interested Model", "interests"),
        ("lead", "级别", "level"),
        ("lead", "销售顾问", "owner"),
        ("lead", "filed_at", "filed_at"),
        ("lead", "FILED AT", "filed_at"),
        ("lead", "产品看中点", "focus_point"),
        ("lead", "auto.model", "auto.model"),
        ("lead", "车款", "auto.model"),
        ("lead", "Model of car", "auto.model"),
        ("interaction", "渠道", None),
        ("interaction", "跟进方式", "channel"),
        ("order", "InvoiceNo", "number"),
        ("order", "订单号", "number"),
        ("order", "CustomerID", "external_id"),
        ("order", "UnitPrice", "list_price"),
        ("campaign", "活动名称", "name"),
        ("spend", "费用", "amount"),
        ("product", "商品编号", "code"),
        ("user", "登录名", "login"),
    ],
)
def test_headers_of_both_languages_are_known(noun: str, header: str, name: str | None) -> None:
    assert name == mapped(noun, header).get(header)


@pytest.mark.parametrize("noun", KINDS.values())
def test_every_column_is_known_by_its_name_and_its_labels(noun: str) -> None:
    """What an export writes as header, in either language, is read as the same column."""
    columns = {name: column for name, column in columns_of(noun, VOCABULARY).items() if name not in PLACES}
    for name in columns:
        assert {name: name} == mapped(noun, name)
    for lang in (0, 1):
        labels = [labels_of(column, VOCABULARY)[lang] for column in columns.values()]
        assert len(set(labels)) == len(labels), sorted(label for label in labels if labels.count(label) > 1)
        assert dict(zip(labels, columns, strict=True)) == mapped(noun, *labels)


def test_places_in_an_earlier_file_count_together_alone() -> None:
    """A column `row` or `batch` of the user's own means nothing to us."""
    assert {} == mapped("lead", "batch", "row")
    assert {"batch": "batch", "row": "row", "reasons": "reasons"} == mapped("lead", "batch", "row", "reasons")


def test_wishes_come_first() -> None:
    assert {"Foo": "tel"} == mapped("lead", "Foo", "手机", columns={"foo": "tel", "手机": "-"})


def test_unknown_headers_are_told() -> None:
    assert ("Foo", "Bar") == map_columns("in.csv", ["Foo", "姓名", "Bar", ""], "lead", VOCABULARY, Wishes()).unknown


def test_constants_stand_in_for_columns_that_are_not_there() -> None:
    found = map_columns("in.csv", ["来源"], "lead", VOCABULARY, Wishes(constants={"source": "qq", "stage": "new"}))
    assert [("stage", "new")] == [(column.name, cell) for column, cell in found.constants]


def test_several_phones_are_welcome_and_other_twins_are_not() -> None:
    assert {"手机": "tel", "电话": "tel"} == mapped("lead", "手机", "电话")
    with pytest.raises(UsageError) as refused:
        mapped("lead", "来源", "渠道")
    assert "exchange.two_columns" == refused.value.key


@pytest.mark.parametrize(
    ("wishes", "key"),
    [
        ({"columns": {"Nothing": "tel"}}, "exchange.no_column"),
        ({"columns": {"姓名": "nothing"}}, "exchange.no_field"),
        ({"constants": {"nothing": "1"}}, "exchange.no_field"),
    ],
)
def test_wishes_for_what_is_not_there_are_refused(wishes, key: str) -> None:
    with pytest.raises(UsageError) as refused:
        mapped("lead", "姓名", **wishes)
    assert key == refused.value.key


def test_a_map_file_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('[columns]\n"Foo" = "tel"\n[set]\nsource = "qq"\n', "utf-8")
    assert Wishes(columns={"Foo": "tel"}, constants={"source": "qq"}) == read_map_file(path)
    for text in ("[columns", '[other]\na = "b"\n', "[columns]\na = [1]\n"):
        path.write_text(text, "utf-8")
        with pytest.raises(UsageError):
            read_map_file(path)
    with pytest.raises(UsageError):
        read_map_file(tmp_path / "missing.toml")
