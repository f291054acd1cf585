"""What a model says is compared with what is known; records of which nothing is known are left out."""

import pytest

from patron.core.matching import read_model
from patron.core.matching.person import person_of
from patron.core.matching.training import evaluate


def test_pairs_are_counted_by_what_is_known():
    rows = [
        ("张三", "13800138000"),
        ("张三", "13800138000"),
        ("李芳", "13900139000"),
        ("李方", "13700137000"),
        ("王强", "13600136000"),
    ]
    persons = [person_of({"name": [name], "tel": [tel]}) for name, tel in rows]

    found = evaluate(persons, ["1", "1", "2", "2", ""], read_model())

    assert (4, 2) == (found.records, found.persons)
    assert (1.0, 0.5, pytest.approx(2 / 3)) == (found.clusters.precision, found.clusters.recall, found.clusters.f1)
    assert (14.0, 20.0, 26.0) == (min(found.thresholds), sorted(found.thresholds)[3], max(found.thresholds))
    assert 1 == found.thresholds[20.0].right
