"""The meaning of the words."""

from patron.plugins.reports.definitions import TERMS, definitions


def test_every_term_has_a_meaning(shop_run, report_data, lang) -> None:
    table = definitions(report_data(shop_run, lang))[0]

    assert len(TERMS) == len({row[0] for row in table.rows}) == len({row[1] for row in table.rows})
    assert not [cell for row in table.rows for cell in row if cell.startswith("definitions.")]
