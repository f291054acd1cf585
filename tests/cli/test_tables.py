"""Tables of text: columns are as wide as people see them."""

import pytest

from patron.cli.tables import fitted, print_table


def test_columns_line_up_whatever_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([("name", "amount", "note"), ("张三", "1,000.00", "x"), ("Ada", "9.90", "")], right=[1])

    assert ["name    amount  note", "张三  1,000.00  x", "Ada       9.90"] == capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("text", "widest", "shown"),
    [
        ("two\nlines\tand  spaces", None, "two lines and spaces"),
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("张三李四", 6, "张三…"),
        ("pay\u202e001", None, "pay001"),
        ("", 6, ""),
    ],
)
def test_a_cell_is_one_line_and_no_wider_than_it_may(text: str, widest: int | None, shown: str) -> None:
    assert shown == fitted(text, widest)
