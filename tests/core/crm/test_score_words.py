"""
What columns of scores are called.
"""

import pytest

from patron.core.crm.score_words import column_words
from patron.testing import app


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", ["Net sales", "ABC tier", "wealth"]), ("zh", ["净销售额", "ABC 等级", "wealth"])]
)
def test_columns_have_the_words_of_whoever_brings_them(lang, expected):
    """Those of the core, those of a plugin, and the bare name where there are none."""
    with app(lang=lang).session() as session:
        assert expected == list(map(column_words(session), ("monetary", "abc", "wealth")))


def test_every_built_in_column_has_words():
    with app(lang="zh").session() as session:
        names = [column.name for owned in session.host.score_factors() for column in owned.item.columns]
        words = column_words(session)

    assert [] == [name for name in names if words(name) == name]
