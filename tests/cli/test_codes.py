"""Printed codes: pictures that a telephone reads."""

from pathlib import Path

import pytest

from patron.cli.codes import write_code
from patron.core.errors import OutputError

ADDRESS = "https://www.dealer.example/fair?campaign=MAY26&token=" + "0" * 64


@pytest.mark.parametrize(("name", "begin"), [("code.svg", b"<?xml"), ("code.PNG", b"\x89PNG")])
def test_a_code_is_written_as_its_name_says(tmp_path: Path, name: str, begin: bytes) -> None:
    """The same address gives the same picture."""
    write_code(ADDRESS, tmp_path / name)
    first = (tmp_path / name).read_bytes()
    write_code(ADDRESS, tmp_path / name)

    assert first.startswith(begin)
    assert first == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("name", ["code", "code.doc", "nowhere/code.svg"])
def test_what_can_not_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="code"):
        write_code(ADDRESS, tmp_path / name)
