"""What house.toml says is complete, and speaks both languages."""

import pytest

from patron.core.nouns.vocabulary import core_codes
from patron.plugins.demo.dealership.contacts import CHANNELS, DECISIONS, MOODS, OCCASIONS, OUTCOMES, TOPICS
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import FATES
from patron.plugins.demo.dealership.orders import CHANNELS as ORDERED_BY
from patron.plugins.demo.dealership.progress import STAGES

HOUSE = read_house()


@pytest.mark.requirement("R002")
def test_leads_come_from_the_nine_sources():
    nine = {"email", "qq", "forum", "webshop", "phone", "sms", "store", "market_event", "showroom"}

    assert nine == set(HOUSE.sources.codes)


@pytest.mark.parametrize("shares", [HOUSE.sources.shares, HOUSE.model_shares, list(HOUSE.lost.values())])
def test_shares_are_of_a_whole(shares):
    assert 1.0 == pytest.approx(sum(shares))


@pytest.mark.parametrize(
    ("codes", "used"),
    [
        ("lost_reason", HOUSE.lost),
        ("spend_kind", HOUSE.spend),
        ("campaign_kind", [plan.kind for plan in HOUSE.campaigns]),
        ("role", [member.role for member in HOUSE.staff]),
        ("contact_channel", CHANNELS),
        ("topic", TOPICS),
        ("outcome", OUTCOMES),
        ("decision", DECISIONS),
        ("mood", MOODS),
        ("lead_status", FATES),
        ("lead_stage", STAGES),
        ("order_channel", ORDERED_BY),
    ],
)
def test_only_codes_of_the_core_are_used(codes, used):
    assert set(used) <= set(core_codes()[codes])


def test_everything_costs_less_than_it_is_sold_for():
    products = HOUSE.products

    assert (products.costs < products.prices).all()
    assert len(products.codes) == len(set(products.codes)) == products.services.stop


def test_words_are_there_in_two_languages():
    words = [*HOUSE.models, *HOUSE.regions, *HOUSE.occupations, *HOUSE.focus_points]
    words += [note for notes in HOUSE.notes.values() for note in notes]

    assert all(en.isascii() and not zh.isascii() for en, zh in words)
    assert set(OCCASIONS) == set(HOUSE.notes)
