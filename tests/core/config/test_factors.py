"""The tables of score factors become the factors' own records."""

from decimal import Decimal

import attrs
import pytest

from patron.core.config import check_factor_codes, factor_parameters, plugin_parameters, read_settings
from patron.core.errors import ConfigurationError


def not_both(record, attribute, value):
    if record.top + record.low > 1:
        raise ValueError("top and low add up to more than 1")


@attrs.frozen(kw_only=True)
class Parameters:
    top: float = attrs.field(default=0.8, validator=attrs.validators.gt(0))
    low: float = attrs.field(default=0.1, validator=not_both)
    share: Decimal = Decimal("0.2")
    days: tuple[int, ...] = (30, 90)
    strict: bool = False
    name: str = "x"


@pytest.fixture(name="settings")
def _settings(tmp_path):
    def settings(text, **variables):
        (tmp_path / "patron.toml").write_text(text, "utf-8")
        return read_settings(environ=variables, start=tmp_path)

    return settings


def test_defaults(settings):
    assert Parameters() == factor_parameters("abc", Parameters, settings(""))


def test_values_and_variables(settings):
    found = factor_parameters(
        "abc",
        Parameters,
        settings(
            '[scoring.abc]\ntop = 0.7\nshare = 0.30\nname = "y"\n', PATRON_SCORING_ABC_TOP="0.5", PATRON_SCORING_ABC_DAYS="7,9"
        ),
    )

    assert Parameters(top=0.5, share=Decimal("0.30"), name="y", days=(7, 9)) == found


@pytest.mark.parametrize(
    ("text", "key", "parts"),
    [
        ("[scoring.abc]\n\ntpo = 1\n", "config.unknown_key_near", (":3", "scoring.abc.tpo", "scoring.abc.top")),
        ("[scoring.abc]\ntop = '1'\n", "config.expected_number", (":2", "scoring.abc.top", '"1"')),
        ("[scoring.abc]\nstrict = 1\n", "config.expected_truth", (":2", "scoring.abc.strict")),
        ("[scoring.abc]\nname = 'y'\ntop = 0\n", "config.refused_value", (":3", "scoring.abc.top", "'top' must be > 0")),
        (
            "[scoring.abc]\ntop = 0.85\nlow = 0.16\n",
            "config.refused_value",
            (":1", "scoring.abc = {top = 0.85, low = 0.16}", "more than 1"),
        ),
    ],
)
def test_refusals(settings, text, key, parts):
    with pytest.raises(ConfigurationError) as caught:
        factor_parameters("abc", Parameters, settings(text))

    assert key == caught.value.key
    assert [] == [part for part in parts if part not in str(caught.value)]


def test_unknown_factor_names_the_nearest(settings):
    with pytest.raises(ConfigurationError, match=r":1: there is no score factor abd\. The nearest is abc"):
        check_factor_codes({"abc": Parameters, "rfm": None}, settings("[scoring.abd]\n"))


def test_factor_without_parameters_takes_no_keys(settings):
    check_factor_codes({"rfm": None}, settings("[scoring.rfm]\n"))

    with pytest.raises(ConfigurationError, match="nothing to set"):
        check_factor_codes({"rfm": None}, settings("[scoring.rfm]\na = 1\n"))


def test_a_factor_that_does_not_run_is_checked_too(settings):
    """Mistakes in its table are told at once, not when somebody asks for it at last."""
    with pytest.raises(ConfigurationError, match=r":2: there is no key scoring\.abc\.tpo"):
        check_factor_codes({"abc": Parameters}, settings("[scoring.abc]\ntpo = 1\n"))


def test_unknown_variable_names_the_nearest(settings):
    with pytest.raises(ConfigurationError, match=r"PATRON_SCORING_ABC_TPO sets nothing\. The nearest is PATRON_SCORING_ABC_TOP"):
        check_factor_codes({"abc": Parameters}, settings("", PATRON_SCORING_ABC_TPO="1"))


def test_variables_of_a_longer_code_are_told_apart(settings):
    """PATRON_SCORING_ABC_MARGIN_TOP belongs to the factor abc_margin, not to abc."""
    known = {"abc": Parameters, "abc_margin": Parameters}
    found = settings("", PATRON_SCORING_ABC_MARGIN_TOP="0.3")
    check_factor_codes(known, found)

    assert (0.8, 0.3) == tuple(factor_parameters(code, Parameters, found).top for code in known)


def test_a_plugin_is_set_by_its_table(settings):
    """As a factor is, but for variables."""
    found = plugin_parameters("mine", Parameters, settings('[options.mine]\nname = "y"\n'))

    assert Parameters(name="y") == found
    assert Parameters() == plugin_parameters("other", Parameters, settings('[options.mine]\nname = "y"\n'))
    with pytest.raises(ConfigurationError, match=r"patron.toml:2: there is no key options.mine.nmae. The nearest is"):
        plugin_parameters("mine", Parameters, settings("[options.mine]\nnmae = 'y'\n"))
