"""The files that speak of leads: each lead on one form, in the words of whoever fills it in."""

import numpy as np

from patron.core.nouns.vocabulary import core_codes
from patron.plugins.demo.dealership.cells import label
from patron.plugins.demo.dealership.files import Drawn, files_of
from patron.plugins.demo.dealership.forms import reached_by
from patron.plugins.demo.dealership.leads import WON
from patron.plugins.demo.dealership.plan import Dealership

PLAN = Dealership(leads=600)
DRAWN = Drawn(PLAN)
COLUMNS = {file.name: file.columns() for file in files_of(PLAN) if file.kind == "leads"}


def values(columns, header):
    return [value for value in columns[header].to_pylist() if value is not None]


def test_leads_are_on_one_form_each():
    keys = [*values(COLUMNS["leads-desk.csv"], "lead id"), *values(COLUMNS["leads-reception.csv"], "线索编号")]
    events = next(columns for name, columns in COLUMNS.items() if name.startswith("leads-events"))
    keys += values(events, "Lead no")

    assert 600 == len(keys) == len(set(keys))
    assert {"D", "R", "E"} == {key[0] for key in keys}


def test_whoever_signs_leaves_a_number():
    won = np.flatnonzero(DRAWN.leads.fates == WON)
    phone, _, _ = reached_by(PLAN, DRAWN.leads, np.arange(600))

    assert phone[won].all()
    assert 0.7 < phone.mean() < 0.98


def test_chinese_words_are_labels_of_codes():
    labels = {label("source", code) for code in core_codes()["source"]}

    assert set(values(COLUMNS["leads-reception.csv"], "渠道")) <= labels
