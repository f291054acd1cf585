"""What columns are made of."""

import numpy as np
import pyarrow as pa

from patron.plugins.demo.dealership.cells import customer_ids, label, lead_keys, texts, to_times, where
from patron.plugins.demo.dealership.house import read_house
from patron.plugins.demo.dealership.leads import draw_leads
from patron.plugins.demo.dealership.plan import Dealership

PLAN = Dealership(leads=50)


def test_keys_tell_form_and_number():
    leads = draw_leads(PLAN)
    forms = [read_house().sources.forms[source] for source in leads.sources[[0, 49]]]

    assert [f"{form[0].upper()}{number:06}" for form, number in zip(forms, (1, 50), strict=True)] == lead_keys(
        leads, np.array([0, 49])
    ).to_pylist()
    assert ["C000007"] == customer_ids(PLAN, np.array([7])).to_pylist()


def test_times_are_those_of_the_wall():
    assert ["1970-01-02 00:01:40"] == to_times(np.array([86_500])).to_pylist()
    assert ["1970/01/02 00:01"] == to_times(np.array([86_500]), "%Y/%m/%d %H:%M").to_pylist()


def test_gaps_stay_empty():
    assert ["a", None] == where(np.array([True, False]), texts(["a", "b"])).to_pylist()
    assert pa.string() == texts([None]).type


def test_codes_have_chinese_words():
    assert "展示场" == label("source", "showroom")
