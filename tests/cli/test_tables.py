"""Tables of text: columns are as wide as people see them."""

import sys

import pytest

from patron.cli.tables import fitted, print_table


def test_columns_line_up_whatever_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([("name", "amount", "note"), ("张三", "1,000.00", "x"), ("Ada", "9.90", "")], right=[1])

    assert ["name    amount  note", "张三  1,000.00  x", "Ada       9.90"] == capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(("room", "shown"), [(15, 10), (20, 12), (200, 50), (None, 50)])
def test_a_long_cell_takes_the_room_that_is_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, room: int | None, shown: int
) -> None:
    """Ten columns at least, the width of the terminal at best; into a pipe it is whole."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: room is not None)
    monkeypatch.setenv("COLUMNS", str(room))
    print_table([("name", "why"), ("张三12", "x" * 50)], widest=10)

    assert ["name    why", "张三12  " + "x" * (shown - (shown < 50)) + "…" * (shown < 50)] == capsys.readouterr().out.splitlines()


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
