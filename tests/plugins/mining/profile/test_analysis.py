"""`patron analyse profile`: what a target has in common, who resembles it, and what is said when nothing can be compared."""

import json

import attrs
import pytest

from patron.core.access import DeniedError
from patron.core.errors import ExpressionError, InputError, UsageError
from patron.core.nouns import Customer, Lead, User
from patron.plugins.mining.profile.analysis import ProfileCommand, analyse_profile
from patron.plugins.mining.profile.forms import resembling_table, value_table


@pytest.fixture(name="people")
def _people(text_file):
    """Ninety persons: the good ones are mostly from the north and rich; one in ten says nothing of the region."""
    rows = [
        (place, "good" if good else "poor", region, 1000 * (place % 10) + (40_000 if good else 0))
        for place, (good, region) in enumerate(
            [(True, "north")] * 24 + [(True, "south")] * 6 + [(False, "north")] * 16 + [(False, "south")] * 40 + [(False, "")] * 4
        )
    ]
    text = "no,class,region,income\n" + "".join(f"{no},{kind},{region},{income}\n" for no, kind, region, income in rows)
    return text_file(text, "people.csv")


@pytest.mark.requirement("R299")
def test_what_good_customers_have_in_common(printed, people, tmp_path):
    """Counts, rates and lifts by value from their definitions; the poor of the north resemble the good most."""
    out = tmp_path / "alike.csv"
    shown = printed(
        "profile", people, "--target", "class == 'good'", "--id", "no", "--format", "json", "--min-group", 10, "--resembling", out
    )
    found = json.loads(shown.stdout)
    north = next(row for row in found["values"] if row["value"] == "north")

    assert (90, 30) == (found["rows"], found["of_target"])
    assert ("region", 40, 24) == tuple(north[key] for key in ("field", "rows", "target"))
    assert {"support": 40 / 86, "of_target": 24 / 30, "rate": 24 / 40, "lift": (24 / 40) / (30 / 90)} == pytest.approx(
        {key: north[key] for key in ("support", "of_target", "rate", "lift")}
    )
    evidence = [row["evidence"] for row in found["values"]]
    assert sorted(evidence, reverse=True) == evidence
    head, first, *rest = out.read_text("utf-8").splitlines()
    assert '"no","resemblance","because"' == head
    assert 59 == len(rest)
    assert first.endswith('|region = north"')


def test_a_value_that_too_few_have_says_nothing(printed, people):
    found = json.loads(
        printed(
            "profile", people, "--target", "class == 'good'", "--fields", "region", "--format", "json", "--min-group", 41
        ).stdout
    )
    assert ["south"] == [row["value"] for row in found["values"]]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page(printed, people, lang):
    page = printed("profile", people, "--target", "class == 'good'", lang=lang).stdout
    assert ("Speaks for the target" if lang == "en" else "支持目标的特征") in page
    assert "profile." not in page


@pytest.mark.parametrize(
    ("error", "args"),
    [
        (InputError, ("--target", "class == 'best'")),
        (InputError, ("--target", "no >= 0")),
        (ExpressionError, ("--target", "clas == 'good'")),
        (UsageError, ("--target", "class == 'good'", "--fields", "regoin")),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_refused(refused, people, error, args, lang):
    assert refused(error, "profile", people, *args, lang=lang)


def test_without_a_file_fields_must_be_named(refused):
    assert "--fields" in refused(UsageError, "profile", "--target", "region == 'north'")


@pytest.fixture(name="filled")
def _filled(patron):
    with patron.session() as session, session.write() as work:
        wang = work.add(User(login="wang", name="王芳", roles=("sales_rep",)))
        work.add(User(login="tom", name="Tom", roles=()))
        regions = ["south" if place % 3 else "north" for place in range(12)]
        named = [Customer(name=f"C{place}", owner_user_id=wang.id, region=region) for place, region in enumerate(regions)]
        buyers = work.add_many(named)
        for place, buyer in enumerate(buyers):
            work.add(
                Lead(
                    customer_id=buyer.id,
                    source="phone" if place < 6 or place == 9 else "store",
                    filed_at=session.clock.now(),
                    owner_user_id=wang.id,
                    status="lost" if place < 8 else "open",
                    lost_reason=None if place >= 8 else "competitor" if place < 5 else "price",
                )
            )
        work.commit()
    return patron


@pytest.mark.requirement("R300")
def test_what_those_lost_to_competitors_have_in_common(filled):
    """Leads of the database that were lost: five of six who called went to a competitor; who may see nothing learns nothing."""
    command = ProfileCommand(
        target="lost_reason == 'competitor'", noun="lead", where="status == 'lost'", fields=("source",), least=2
    )
    with filled.session("wang") as session:
        found = analyse_profile(session, command)
        phone, *_ = value_table(found).to_pylist()
        alike = resembling_table(found).to_pylist()

    assert ("phone", 6, 5) == tuple(phone[key] for key in ("value", "rows", "target"))
    assert (5 / 6) / (5 / 8) == pytest.approx(phone["lift"])
    assert ["source = phone"] == alike[0]["because"]
    at_risk = attrs.evolve(command, where="status == 'open' or lost_reason == 'competitor'")
    with filled.session("wang") as session:
        named = resembling_table(analyse_profile(session, at_risk)).to_pylist()
    assert [10] == [one["id"] for one in named if one["because"] == ["source = phone"]]
    assert 10 == named[0]["id"]
    with filled.session("tom") as session, pytest.raises(DeniedError):
        analyse_profile(session, command)
    with filled.session() as session, pytest.raises(UsageError):
        analyse_profile(session, ProfileCommand(target="region == 'north'", fields=("regoin",)))
