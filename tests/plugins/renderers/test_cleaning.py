"""What no output may carry is taken out of a document."""

from decimal import Decimal

import pytest

from patron.core.records import Basis, Document, Figure, Figures, Format, Section
from patron.plugins.renderers.cleaning import cleaned


def document(text: str = "t", value=None) -> Document:
    figure = Figure(label=text, value=value, format=Format.NUMBER, basis=Basis(numerator=text))
    section = Section(code="s", title=text, blocks=(Figures(figures=(figure,)),))
    return Document(code="d", title=text, subtitle=text, lang="en", sections=(section,))


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\x00b", "ab"),
        ("\x1b[31mred", "[31mred"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("exe\u202efdp", "exefdp"),
        ("half \ud800 a pair", "half \ufffd a pair"),
        ("王芳 ✓ 😀", "王芳 ✓ 😀"),
    ],
)
def test_texts_are_cleaned_wherever_they_stand(dirty, clean) -> None:
    assert document(clean) == cleaned(document(dirty))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_becomes_none(value) -> None:
    assert document() == cleaned(document(value=value))


@pytest.mark.parametrize("value", [0, -1.5, Decimal("0.0001"), None])
def test_other_values_stay(value) -> None:
    assert document(value=value) == cleaned(document(value=value))
