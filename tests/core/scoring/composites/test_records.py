"""Records of the database scored by what is declared, within the rights of who asks."""

import tomllib

import pytest

from patron.core.access import DeniedError
from patron.core.nouns import Customer, Lead, User
from patron.core.scoring.composites import find_composite, records
from patron.core.scoring.composites.records import RecordsCommand, score_records
from patron.testing import app


@pytest.fixture(name="staffed")
def _staffed(patron):
    with patron.session() as session, session.write() as work:
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
        li = work.add(User(login="li", name="李雷", roles=("sales_rep",)))
        mine, other = work.add_many(
            [
                Customer(name="A", owner_user_id=wang.id, income_band="high", buying_motives=("price", "quality")),
                Customer(name="B", income_band="low", birth_year=1960),
            ]
        )
        for customer, likelihood, owner in ((mine, 90, wang.id), (other, 10, li.id)):
            work.add(
                Lead(
                    customer_id=customer.id,
                    source="store",
                    filed_at=session.clock.now(),
                    likelihood=likelihood,
                    owner_user_id=owner,
                )
            )
        work.commit()
    return patron


@pytest.mark.requirement("R167")
def test_records_of_the_database_are_scored_within_rights(staffed):
    """Leads are graded by willingness, customers by what they are worth; a sales rep's are their own."""

    def scored(name, login=None, **options):
        with staffed.session(login) as session:
            composite = find_composite(session.host, session.settings, name)
            return score_records(session, RecordsCommand(composite=composite, **options)).table.to_pylist()

    assert [(1, "A"), (2, "C")] == [(row["id"], row["willingness_class"]) for row in scored("willingness")]
    assert [100, 0] == [int(row["spending_power"]) // 100 * 100 for row in scored("spending_power")]
    assert [1] == [row["id"] for row in scored("potential_value", "wang")]
    assert [2] == [row["id"] for row in scored("potential_value", where="birth_year < 1970")]
    with pytest.raises(DeniedError):
        scored("potential_value", "nobody")


def test_bounds_and_scores_are_of_one_state_of_the_database(patron, monkeypatch):
    """Whoever is entered between the two readings is in neither."""
    worth = tomllib.loads("[youth]\nof = 'customer'\nen = 'Youth'\n[youth.factors.birth_year]\n")
    configured = app(settings=patron.settings._replace(composites=worth))

    def enter(*born):
        with configured.session() as session, session.write() as work:
            work.add_many([Customer(name=f"born {year}", birth_year=year) for year in born])
            work.commit()

    fit = records.fit

    def fitting(*args):
        card = fit(*args)
        enter(2000)
        return card

    enter(1960, 1970, 1980)
    monkeypatch.setattr(records, "fit", fitting)
    with configured.session() as session:
        composite = find_composite(session.host, session.settings, "youth")
        found = score_records(session, RecordsCommand(composite=composite)).table.to_pylist()

    assert [(1, 0), (2, 50), (3, 100)] == [(row["id"], int(row["youth"])) for row in found]
