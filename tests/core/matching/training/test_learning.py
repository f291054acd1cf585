"""What is learned from records alone is as good as what was reasoned, and the same however they come."""

import random

import attrs
import pytest

from patron.core.errors import InputError
from patron.core.matching import Model, Person, read_model
from patron.core.matching.model import Learning
from patron.core.matching.person import person_of
from patron.core.matching.training import Trained, evaluate, text_of, train
from patron.testing.chinese_people import records_of_households
from patron.testing.people import records_of_people

pytest.importorskip("splink", reason="learning needs the extra `matching`")

COLUMNS = {"record": "key", "suburb": "place", "state": "region", "id_number": "id"}


def persons_of(records) -> list[Person]:
    return [person_of({COLUMNS.get(name, name): [value] for name, value in row.items()}) for row in records]


def truth_of(persons) -> list[str]:
    return [person.key.partition("-")[0] for person in persons]


@pytest.fixture(name="model", scope="module")
def _model() -> Model:
    return read_model()


@pytest.fixture(name="western", scope="module")
def _western() -> list[Person]:
    return persons_of(records_of_people(700, seed=1))


@pytest.fixture(name="learned", scope="module")
def _learned(western, model) -> Trained:
    return train(western, model)


def test_a_model_learned_from_mistyped_records_is_as_good_as_the_reasoned_one(learned, model):
    """On people it was not learned from; precision and F1 reach the goal."""
    others = persons_of(records_of_people(700, seed=99))

    reasoned, found = (evaluate(others, truth_of(others), one).clusters for one in (model, learned.model))

    assert found.f1 >= reasoned.f1
    assert found.f1 >= 0.99
    assert found.precision >= 0.999


def test_a_model_learned_from_chinese_households_is_as_good_as_the_reasoned_one(model):
    people, others = (persons_of(records_of_households(400, seed=seed)) for seed in (1, 99))

    learned = train(people, model)

    reasoned, found = (evaluate(others, truth_of(others), one).clusters for one in (model, learned.model))
    assert found.f1 >= reasoned.f1
    assert found.f1 >= 0.99
    assert found.precision >= 0.999
    assert {"id", "place", "postcode", "region"} == set(learned.unlearned)
    assert all(model.fields[name] == learned.model.fields[name] for name in learned.unlearned)


def test_the_order_of_rows_changes_no_byte(western, model):
    few = attrs.evolve(model, blocks=model.blocks[:2], learning=Learning(pairs=20_000))
    shuffled = random.Random(5).sample(western, len(western))

    assert text_of(train(western, few)) == text_of(train(shuffled, few))


def test_a_better_agreement_never_weighs_less(learned):
    for name in learned.model.fields:
        weights = learned.model.weights(name)[:-1]
        if name == "name":  # neither a family name nor a given one is the better agreement
            weights[-3:-1] = sorted(weights[-3:-1], reverse=True)

        assert sorted(weights, reverse=True) == weights


def test_levels_that_no_record_shows_keep_their_share(learned, model):
    """The records are Western: that one character of a Chinese name differs is on none of them."""
    (close,) = (one for one in learned.evidence["name"] if one.level == "close")

    assert (0, 0, False, False) == (close.same, close.different, close.learned_m, close.learned_u)
    assert model.fields["name"]["close"].u == learned.model.fields["name"]["close"].u


def test_a_switchboard_makes_nobody_one_and_copies_teach_no_certainty(model):
    """Ten strangers share each phone; exact copies never differ, which is no proof that people never err."""
    few = attrs.evolve(model, blocks=(("tel",), ("email",)), learning=Learning(pairs=20_000))
    strangers = [
        {
            "name": "王李张刘陈杨赵黄周吴"[place % 10] + "伟芳娜敏静丽强磊军洋"[(place + place // 10) % 10],
            "tel": f"1380013{place // 10:04}",
            "born": f"{1950 + place % 50}-01-{place % 28 + 1:02}",
            "email": f"u{place}@example.com",
        }
        for place in range(100)
    ]
    calls = [person_of({name: [value] for name, value in row.items() if name != "email"}) for row in strangers]
    copies = [person_of({name: [value] for name, value in row.items()}) for row in strangers] * 2

    with pytest.raises(InputError):
        train(calls, few)
    learned = train(copies, few)
    assert all(-12 < weight / 1000 for name in ("tel", "email", "born") for weight in learned.model.weights(name))


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([], "no_strangers"),
        ([{"name": "张三", "tel": "13800138000"}] * 50, "no_strangers"),
        ([{"name": f"{family}伟"} for family in "王李张刘陈"], "too_few_fields"),
        ([{"name": f"{one}伟", "tel": "13800138000"} for one in "王李张刘陈"], "too_few_fields"),
        ([{"name": f"{one}伟", "tel": "13800138000", "born": "1980"} for one in "王李张刘陈"], "nothing_learned"),
    ],
    ids=["none", "all equal", "one field", "two fields", "too few"],
)
def test_records_that_teach_nothing_are_refused(rows, key, model):
    persons = [person_of({name: [value] for name, value in row.items()}) for row in rows]

    with pytest.raises(InputError) as refused:
        train(persons, model)

    assert f"matching.{key}" == refused.value.key
