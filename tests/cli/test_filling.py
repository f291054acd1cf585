"""Forms about customers as sheets."""

import csv
from pathlib import Path


def test_a_form_of_a_chinese_reader_is_read_back(patron, tmp_path: Path) -> None:
    """Its columns are headed in Chinese; what was filled in fills the gaps, and the number finds the customer again."""
    for words in (("init",), ("customer", "add", "--name", "张三", "--tel", "13800138000")):
        assert 0 == patron(*words).code
    path = tmp_path / "form.csv"
    assert 0 == patron("--lang", "zh", "customer", "form", "1", "-o", str(path)).code
    head, row = csv.reader(path.read_text("utf-8-sig").splitlines())
    assert "姓名,性别,年龄段,电话号码,微信,电子邮箱,职业,地址,地区" == ",".join(head)
    row[1], row[6], row[8] = "女", "教师", "北方"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, row])

    assert 0 == patron("intake", "receive", "walkin", str(path)).code
    known = patron("customer", "known", "1").out.partition("Still to ask")[0]
    assert all(said in known for said in ("gender: female", "occupation: 教师", "+8613800138000")), known
