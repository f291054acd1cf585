"""Records of one person come together, those of two stay apart, and whoever is in doubt is shown."""

import random
from itertools import combinations

import pytest

from patron.core.matching import Person, read_model
from patron.core.matching.model import Model
from patron.core.matching.person import person_of
from patron.core.matching.scanning import Scan, compare, scan
from patron.core.matching.scoring import Verdict
from patron.testing.people import records_of_people

COLUMNS = {"record": "key", "suburb": "place", "state": "region", "id_number": "id"}


@pytest.fixture(name="model", scope="module")
def _model() -> Model:
    return read_model()


def people(*rows: dict[str, str]) -> list[Person]:
    return [person_of({name: [value] for name, value in row.items()}) for row in rows]


def generated(count: int, seed: int) -> list[Person]:
    return [
        person_of({COLUMNS.get(name, name): [value] for name, value in row.items()})
        for row in records_of_people(count, seed=seed)
    ]


def groups(persons: list[Person], found: Scan) -> set[frozenset[str]]:
    of: dict[int, set[str]] = {}
    for person, number in zip(persons, found.clusters, strict=True):
        of.setdefault(number, set()).add(person.key)
    return {frozenset(one) for one in of.values()}


def pairs(parts: set[frozenset[str]]) -> set[tuple[str, str]]:
    return {pair for part in parts for pair in combinations(sorted(part), 2)}


@pytest.mark.parametrize("seed", [1, 2])
def test_mistyped_records_come_together(model: Model, seed: int) -> None:
    """On invented people with up to five doubles: as good as the goal, and next to nobody joined wrongly."""
    persons = generated(600, seed)
    truth: dict[str, set[str]] = {}
    for person in persons:
        truth.setdefault(person.key.partition("-")[0], set()).add(person.key)
    expected = pairs({frozenset(one) for one in truth.values()})

    found = pairs(groups(persons, scan(persons, model)))

    precision, recall = len(found & expected) / len(found), len(found & expected) / len(expected)
    assert precision >= 0.999
    assert 2 * precision * recall / (precision + recall) >= 0.99


def test_the_order_of_rows_changes_nothing(model: Model) -> None:
    persons = generated(150, 3)
    shuffled = random.Random(4).sample(persons, len(persons))

    one, other = scan(persons, model), scan(shuffled, model)

    assert groups(persons, one) == groups(shuffled, other)
    asked = [
        {frozenset((rows[pair.one].key, rows[pair.other].key)) for pair in found.asked}
        for rows, found in ((persons, one), (shuffled, other))
    ]
    assert asked[0] == asked[1]


def test_a_household_shares_a_phone_and_is_asked_about(model: Model) -> None:
    home = {"tel": "13800138000", "address": "杭州市西湖区文三路90号"}
    persons = people({"name": "张三"} | home, {"name": "李芳"} | home, {"name": "张三先生"} | home, {"name": "张小三"} | home)

    found = scan(persons, model)

    assert (0, 1, 0, 3) == found.clusters
    assert {(0, 1), (1, 2), (0, 3), (2, 3), (1, 3)} == {(pair.one, pair.other) for pair in found.asked}


def test_an_equal_phone_is_enough_where_no_name_speaks_against_it(model: Model) -> None:
    """People move, and some leave no name."""
    one = {"name": "张三", "tel": "13800138000", "address": "杭州市西湖区文三路90号", "region": "浙江"}
    away = {"tel": "13800138000", "address": "北京市海淀区中关村大街1号", "region": "北京"}
    person, *others = people(one, *[away | {"name": name} for name in ("", "未留姓名", "13800138000", "张先生", "李芳")])

    assert [Verdict.JOIN] * 4 + [Verdict.NEW] == [pair.verdict for pair in compare(model, person, others)]


def test_a_name_and_a_year_of_birth_join_nobody(model: Model) -> None:
    one, other = people(*[{"name": "濮阳慧琳", "born": "1980"}] * 2)

    assert [Verdict.NEW] == [pair.verdict for pair in compare(model, one, [other])]


def test_twins_are_two_persons(model: Model) -> None:
    home = {"family": "Miller", "born": "1990-02-03", "address": "12 Main St", "postcode": "90210", "tel": "+14155550100"}
    one, other = people(home | {"given": "Ann"}, home | {"given": "Robert"})
    (pair,) = compare(model, one, [other])

    assert Verdict.ASK == pair.verdict


def test_a_name_and_a_masked_number_join_nobody(model: Model) -> None:
    persons = people({"name": "王小明", "tel": "138****8000"}, {"name": "王小明", "tel": "138****8000"})

    found = scan(persons, model)

    assert (0, 1) == found.clusters
    assert () == found.asked


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"tel": "13800138000"}, {"tel": "13800138001"}, Verdict.ASK),
        ({"tel": "13800138000"}, {"tel": "13800138012"}, Verdict.ASK),
        ({"tel": "13800138000", "address": "文三路90号"}, {"tel": "13800138001", "address": "文三路90号"}, Verdict.ASK),
        ({"tel": "13800138000", "born": "1980-02-03"}, {"tel": "13800138001", "born": "1980-02-03"}, Verdict.JOIN),
        ({"tel": "138****8000", "email": "wang@a.cn"}, {"tel": "13900139000", "email": "wnag@a.cn"}, Verdict.ASK),
        ({"tel": "138****8000", "email": "wang@a.cn"}, {"tel": "13800138000", "email": "wnag@a.cn"}, Verdict.JOIN),
        ({"tel": "13900139000", "address": "文三路90号"}, {"tel": "13800138000", "address": "文三路90号"}, Verdict.JOIN),
    ],
    ids=["neighbours", "a dozen on", "of a company", "and birth", "a mask against", "a mask that fits", "a new number"],
)
def test_numbers_in_series_and_masks_against_join_nobody(
    model: Model, one: dict[str, str], other: dict[str, str], expected: Verdict
):
    """Two of a common name in one company have neighbouring numbers: a person is asked."""
    first, second = people({"name": "王伟"} | one, {"name": "王伟"} | other)

    assert [expected] == [pair.verdict for pair in compare(model, first, [second])]


def test_a_shortened_name_makes_no_bridge_between_two_persons(model: Model) -> None:
    """J. Smith may be John or Jane, who share a phone: he is joined with one of them at most."""
    home = {"tel": "+14155550100", "address": "12 Main St"}
    persons = people({"name": "John Smith"} | home, {"name": "J Smith"} | home, {"name": "Jane Smith"} | home)

    found = scan(persons, model)

    assert found.clusters[0] != found.clusters[2]


def test_nobody_is_nobody(model: Model) -> None:
    found = scan([], model)

    assert ((), (), 0) == (found.clusters, found.asked, found.compared)


def test_a_key_that_too_many_share_is_cut_or_said(model: Model) -> None:
    persons = people(*({"name": "王伟", "born": f"19{number % 90 + 10}-01-{number // 90 + 1:02}"} for number in range(200)))
    same = people(*({"name": "王伟", "key": str(number)} for number in range(80)))

    assert 0 == scan(persons, model).left_out
    found = scan(same, model)
    assert (1, 80, 0) == (found.left_out, found.left_out_records, found.compared)


def test_a_pair_says_what_speaks_for_it(model: Model) -> None:
    one, other = people({"name": "John Smith", "tel": "+14155550100"}, {"name": "Smith, John", "email": "j@example.org"})
    (pair,) = compare(model, one, [other])

    assert ("name", "equal") == (pair.reasons[0].field, pair.reasons[0].level)
    assert pair.bits == pytest.approx(sum(why.bits for why in pair.reasons))
    assert {"missing"} == {why.level for why in pair.reasons[1:]}


def test_a_common_name_says_less_than_a_rare_one(model: Model) -> None:
    common, rare = people({"name": "王伟"}, {"name": "濮阳慧琳"})

    assert compare(model, common, [common])[0].bits < compare(model, rare, [rare])[0].bits
