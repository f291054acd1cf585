"""
What is wrong with a policy is said with its place.
"""

from pathlib import Path

import pytest

from patron.core.assignment import read_policy
from patron.core.config import read_settings
from patron.core.errors import ConfigurationError
from patron.core.nouns import Vocabulary

FLOOR = "[assignment.rotations.floor]\nmembers = ['an']\n"


def policy(tmp_path: Path, text: str) -> object:
    path = tmp_path / "patron.toml"
    path.write_text(text, "utf-8")
    return read_policy(read_settings(path, environ={}), Vocabulary())


def test_rules_stand_in_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    found = policy(
        tmp_path,
        f"{FLOOR}[assignment.rules.b]\nwhere = \"来源 == '店面'\"\nrotation = 'floor'\n[assignment.rules.a]\nteam = 'x'\n",
    )

    assert ["b", "a"] == [rule.name for rule in found.rules]  # type: ignore[attr-defined]  # a policy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[assignment.rules.a]\nrota = 'floor'\n",
            r"toml:2: there is no key assignment.rules.a.rota. The nearest is .*rotation",
        ),
        ("[assignment.rules.a]\nwhere = \"source == 'store'\"\n", "sends leads nowhere"),
        (f"{FLOOR}[assignment.rules.a]\nrotation = 'flor'\n", "nearest is floor"),
        ("[assignment.rules.a]\nteam = 'x'\nwhere = \"colour == 'red'\"\n", "patron.toml:3: the condition .* is not understood"),
        ("[assignment.rules.a]\nteam = 'x'\nwhere = \"source == 'moon'\"\n", "is not understood"),
        ("[assignment.rotations.floor]\n", "no members"),
        (f"{FLOOR}kind = 'lottery'\n", "queue"),
        (f"{FLOOR}given_back = ['whim']\n", "no reason of absence 'whim'"),
        (f"{FLOOR}weights = {{ an = 0 }}\n", "from 1 to 1,000"),
        (f"{FLOOR}quota = -1\n", "Give 0 or more"),
        ("[assignment]\nfirst_response_minutes = 0\n", "first_response_minutes"),
        ("[assignment]\nreturning = 'never'\n", "always"),
        (f"{FLOOR}outside_hours = 'free'\n", r"toml:3: assignment.rotations.floor.outside_hours goes by working hours"),
        ("[assignment]\nclaim_by = 'work'\n", "claim_by goes by working hours"),
        ("[assignment]\nclaim_days = 91\n", "claim_days"),
        ("[assignment.working]\ndays = []\n", "never be work"),
        ("[assignment.working]\nopens = '18:00'\n", "never be work"),
        ("[assignment.working]\nopens = 'nine'\n", r"toml:2: assignment.working.opens is 'nine'. Give an hour"),
        ("[assignment.working]\nclosed_on = ['1st May']\n", "closed_on has '1st May'. Give days"),
        ("[assignment.working]\nday = ['mon']\n", "The nearest is assignment.working.days"),
        ("[assignment.working]\ndays = ['monday']\n", "fri"),
        ("[assignment]\nrules = 3\n", "must be a table"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        policy(tmp_path, text)
