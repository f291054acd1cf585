"""A learned model is a file that is read back as it was."""

import attrs

from patron.core.matching import read_model
from patron.core.matching.training.learning import Evidence, Trained
from patron.core.matching.training.writing import text_of


def test_a_model_is_read_back_as_it_was_written(tmp_path):
    model = attrs.evolve(
        read_model(),
        name='of "ours"\x7f',
        origin={"base": "person", "records": 2000, "prior": 2e-05, "splink": "5.0.0"},
        frequencies={"family": {"": 0.001, "o'neil \\ 王": 0.01}, "given": {"": 0.001}},
    )
    evidence = {
        name: [Evidence(level=level, same=3, different=4, learned_m=True, learned_u=False) for level in levels]
        for name, levels in model.fields.items()
    }
    path = tmp_path / "model.toml"
    path.write_text(text_of(Trained(model=model, before=model, evidence=evidence, records=2000, prior=2e-05)), "utf-8")

    assert model == read_model(path)
    assert "# +21.2; 3, kept" in path.read_text("utf-8")
