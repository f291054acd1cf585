"""
Who is who among the records of a file: reading, normal forms, comparing, clusters.

The people are invented, and half of them are there more than once, as people type. The measured work begins with a CSV file and
ends with clusters; what it found is compared with the truth each time. There is no peer here: Splink wants a training of its own
first, so the work would not be equal.
"""

import csv
from itertools import combinations

import pytest

from patron.core.exchange import SourceOptions, Wishes
from patron.core.exchange.scanning import read_persons
from patron.core.matching import read_model
from patron.core.matching.scanning import scan
from patron.testing.people import COLUMNS, records_of_people

PERSONS = 0.49
"""People for each record."""


@pytest.fixture(scope="session", name="people_file")
def _people_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")

    def give(rows):
        path = folder / f"{rows}.csv"
        if not path.exists():
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, COLUMNS)
                writer.writeheader()
                writer.writerows(records_of_people(round(rows * PERSONS), seed=7))
        return path

    return give


def pairs(labels):
    groups = {}
    for place, label in enumerate(labels):
        groups.setdefault(label, []).append(place)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


@pytest.mark.sizes(quick=[50_000], full=[50_000, 500_000])
def test_who_is_who(contest, run_in_process, people_file, rows):
    path, wishes = people_file(rows), Wishes(columns={"suburb": "place"})
    found = {}

    def ours():
        persons, _ = read_persons(path, wishes, SourceOptions())
        found["persons"], found["scan"] = persons, scan(persons, read_model())

    assert contest(work="who is who", rows=rows, engine="patron", contestants={"patron": run_in_process(ours)}, absent={})
    truth = pairs([person.key.partition("-")[0] for person in found["persons"]])
    told = pairs(found["scan"].clusters)
    right = len(truth & told)
    assert 2 * right >= 0.99 * (len(truth) + len(told))
