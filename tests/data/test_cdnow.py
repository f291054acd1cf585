"""
The CDNOW sample: the parameters that were published for it come out of its order lines.

The file is `CDNOW_sample.txt` (B. Hardie; 2,357 customers, January 1997 to June 1998) in the folder that `PATRON_DATA` names: two
ids of a customer, day, number of discs, dollars. Published are BG/NBD and Pareto/NBD in Fader, Hardie, Lee 2005, and
Gamma-Gamma in Fader, Hardie 2013.
"""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from patron import testing
from patron.plugins.mining.commands import analyse

pytestmark = pytest.mark.data

PUBLISHED = {
    "bgnbd": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "paretonbd": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
}
LIKELIHOOD = {"bgnbd": -9582.4, "paretonbd": -9595.0}
AMOUNTS = {"p": 6.25, "q": 3.74, "v": 15.44}


@pytest.fixture(name="lines")
def _lines(data_folder, tmp_path):
    source = data_folder / "CDNOW_sample.txt"
    if not source.is_file():
        pytest.skip(f"{source} is not there")
    fields = [line.split() for line in source.read_text("ascii").splitlines()]
    rows = [f"{one[1]},{date.fromisoformat(one[2])},{one[4]}" for one in fields if len(one) == 5 and one[0].isdigit()]
    path = tmp_path / "cdnow.csv"
    path.write_text("\n".join(["customer,day,dollars", *rows]))
    return path


@pytest.mark.parametrize("model", PUBLISHED)
def test_published_parameters_come_out(lines, model):
    words = ["value", str(lines), "--customer", "customer", "--time", "day", "--amount", "dollars", "--format", "json"]
    words += ["--model", model, "--calibrate-until", "1997-09-30", "--horizon", "39"]
    printed = json.loads(CliRunner().invoke(analyse, words, obj=testing.app(), catch_exceptions=False).stdout)["value_model"]

    assert PUBLISHED[model] == {name: round(printed[model][name], 3) for name in PUBLISHED[model]}
    assert LIKELIHOOD[model] == round(printed[model]["log_likelihood"], 1)
    assert AMOUNTS == {name: round(printed["gamma_gamma"][name], 2) for name in AMOUNTS}
    assert (2357, 946) == (printed["customers"], printed["gamma_gamma"]["customers"])
    assert 1882 == printed["holdout"]["actual"]
