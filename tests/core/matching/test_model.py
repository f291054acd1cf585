"""A model is data: what can't be one is refused with the reason, and the settings choose it and its thresholds."""

import pytest

from patron.core.config import read_settings
from patron.core.errors import ConfigurationError
from patron.core.matching import read_model
from patron.core.matching.configured import model_of_settings
from patron.core.matching.model import FIELDS


def test_the_model_of_the_program_weighs_every_field():
    model = read_model()

    assert set(FIELDS) == set(model.fields)
    assert all(model.weights(name)[0] > 0 > model.weights(name)[-2] for name in FIELDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[fields.tel]", "[fields.fax]"),
        ("equal = [0.70, 0.0000003]", "equal = [0.70, 0]"),
        ('["tel"], ["email"]', '["tall"], ["email"]'),
        ('levels = ["given"]', 'levels = ["never"]'),
        ("join = 20.0", 'join = "much"'),
        ("[fields.name]", "[fields.name"),
    ],
)
def test_what_is_no_model_is_refused(root, tmp_path, old, new):
    text = (root / "patron/core/matching/person.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "model.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(ConfigurationError) as refused:
        read_model(path)
    assert str(path) in refused.value.message()


def test_settings_choose_model_and_thresholds(root, tmp_path):
    text = (root / "patron/core/matching/person.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(text.replace('name = "person"', 'name = "own"'), "utf-8")
    (tmp_path / "patron.toml").write_text('[matching]\nmodel = "own.toml"\njoin = 30\n', "utf-8")

    model = model_of_settings(read_settings(environ={"PATRON_MATCHING_ASK": "12"}, start=tmp_path))

    assert ("own", 30, 12) == (model.name, model.join, model.ask)


def test_thresholds_that_contradict_each_other_are_refused(tmp_path):
    settings = read_settings(environ={}, start=tmp_path)
    wrong = settings._replace(matching=settings.matching._replace(join=5, ask=6))

    with pytest.raises(ConfigurationError) as refused:
        model_of_settings(wrong)
    assert "matching.thresholds" == refused.value.key
    assert 5 == model_of_settings(settings._replace(matching=settings.matching._replace(join=5))).ask
