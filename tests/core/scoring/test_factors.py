"""Score factors: their order, what each is given, and every way in which one can break its promise."""

from datetime import date

import attrs
import numpy as np
import pytest

from patron.core.config import Settings
from patron.core.errors import ConfigurationError, PluginError, UsageError
from patron.core.host import Host, Manifest, Owned, Plugin
from patron.core.i18n import CORE
from patron.core.records import Column, FactorColumn, FeatureTable, Kind, ScoreFactor
from patron.core.scoring.factors import FactorPlan, PlannedFactor, apply_factors, plan_factors

CUSTOMERS = 3


def counts(*values):
    return Column(np.array(values, np.int64), Kind.COUNT)


def table(**columns):
    return FeatureTable(np.arange(CUSTOMERS), {"orders": counts(1, 2, 3), **columns}, date(2025, 12, 31))


def factor(code, *, kind=Kind.COUNT, labels=(), compute=None, **keys):
    """Return a factor of one column of its name, which counts nothing unless it computes something else."""
    column = FactorColumn(name=code, kind=kind, labels=labels)
    zeros = Column(np.zeros(CUSTOMERS, np.int64), Kind.COUNT)
    return ScoreFactor(code=code, columns=(column,), compute=compute or (lambda *_: {code: zeros}), **keys)


def host(*factors, version="1.0"):
    """Return a host of one plugin that brings these factors."""

    class Module:
        pass

    from patron import hookimpl

    def score_factors():
        return factors

    Module.score_factors = staticmethod(hookimpl(score_factors))
    manifest = Manifest(api=(1, 1), hooks=("score_factors",), title={"en": "One", "zh": "一"})
    return Host([Plugin("one", "patron_one", "patron-one", version, manifest, load=lambda _: Module)])


def plan(*factors, settings=None):
    return plan_factors(host(*factors), settings or Settings())


def codes(found):
    return [planned.owned.item.code for planned in found.factors]


def refusal(compute, **promised):
    """Return the complaint about a factor that computes in this way."""
    with pytest.raises(PluginError) as caught:
        apply_factors(table(), plan(factor("f", compute=compute, **promised)))
    assert caught.value.details["plugin"] == "one"
    assert "Traceback" not in caught.value.message("en")
    return caught.value


def test_a_factor_runs_after_those_whose_columns_it_reads():
    """Needed and used columns come first; the rest stays in the order in which it was returned."""
    found = plan(factor("a", needs=("c",)), factor("b"), factor("c", uses=("d",)), factor("d"), factor("e", uses=("orders", "x")))

    assert codes(found) == ["b", "d", "c", "a", "e"]


def test_columns_stand_in_the_order_of_the_factors():
    scored = apply_factors(table(), plan(factor("a", needs=("b",)), factor("b")))

    assert list(scored.columns) == ["orders", "b", "a"]


def test_columns_of_one_factor_stand_as_promised():
    """Not as they were computed."""
    both = tuple(FactorColumn(name=name, kind=Kind.COUNT) for name in ("x", "y"))
    one = ScoreFactor(code="f", columns=both, compute=lambda *_: {"y": counts(1, 1, 1), "x": counts(2, 2, 2)})

    assert list(apply_factors(table(), plan(one)).columns) == ["orders", "x", "y"]


@pytest.mark.parametrize(
    "factors",
    [
        (factor("a", needs=("b",)), factor("b", uses=("a",))),
        (factor("a", needs=("a",)),),
        (factor("a", needs=("b",)), factor("b", needs=("c",)), factor("c", needs=("a",))),
    ],
)
def test_a_circle_is_refused(factors):
    """The message names the factors and a plugin that can be switched off."""
    with pytest.raises(PluginError) as caught:
        plan(*factors)

    assert caught.value.key == "score.factor_circle"
    assert caught.value.details == {"plugin": "one", "factors": ", ".join(each.code for each in factors)}


def test_a_factor_reads_what_an_earlier_one_added():
    def double(found, _):
        return {"b": Column(found["a"].integers() * 2, Kind.COUNT)}

    scored = apply_factors(
        table(), plan(factor("b", compute=double, needs=("a",)), factor("a", compute=lambda *_: {"a": counts(1, 2, 3)}))
    )

    assert scored["b"].values.tolist() == [2, 4, 6]


@pytest.mark.parametrize("present", [{}, {"cost": Column.nothing(CUSTOMERS, Kind.MONEY)}])
def test_needs_that_are_not_met_give_columns_without_values(present):
    """Where a needed column is not there, or has no value at all, the factor is not called and its labels stay known."""
    called = []
    scored = apply_factors(
        table(**present),
        plan(factor("f", kind=Kind.LABEL, labels=("x", "y"), needs=("cost",), compute=lambda *_: called.append(1))),
    )

    assert called == []
    assert scored["f"].missing.tolist() == [True] * CUSTOMERS
    assert scored["f"].labels == ("x", "y")


def test_uses_that_are_not_met_are_no_matter():
    assert "f" in apply_factors(table(), plan(factor("f", uses=("cost",))))


def score(values, kind=Kind.SCORE, labels=()):
    return {"f": Column(np.asarray(values), kind, None, labels)}


BROKEN = {
    "nothing": (lambda *_: None, {}, "NoneType"),
    "a list": (lambda *_: [counts(1, 2, 3)], {}, "list"),
    "no column": (lambda *_: {}, {}, "–"),
    "another column": (lambda *_: {"g": counts(1, 2, 3)}, {}, "g"),
    "a column too many": (lambda *_: {"f": counts(1, 2, 3), "g": counts(1, 2, 3)}, {}, "f, g"),
    "a name that is no text": (lambda *_: {1: counts(1, 2, 3)}, {}, "1"),
    "an array": (lambda *_: {"f": np.arange(CUSTOMERS)}, {}, "f: ndarray"),
    "too short": (lambda *_: {"f": counts(1, 2)}, {}, "f: count, int64 × 2"),
    "two columns in one": (lambda *_: score(np.zeros((CUSTOMERS, 2), np.int64), Kind.COUNT), {}, "f: count, int64 × 3 × 2"),
    "another kind": (lambda *_: {"f": counts(1, 2, 3)}, {"kind": Kind.MONEY}, "f: count, int64 × 3"),
    "floats for counts": (lambda *_: score([0.5, 1.0, 2.0], Kind.COUNT), {}, "f: count, float64 × 3"),
    "half the width": (lambda *_: score(np.zeros(CUSTOMERS, np.int32), Kind.COUNT), {}, "f: count, int32 × 3"),
    "signed scores": (lambda *_: score(np.zeros(CUSTOMERS, np.int64)), {"kind": Kind.SCORE}, "f: score, int64 × 3"),
    "half floats": (lambda *_: score(np.zeros(CUSTOMERS, np.float32), Kind.SHARE), {"kind": Kind.SHARE}, "f: share, float32 × 3"),
    "no number": (lambda *_: score([1.0, np.nan, 1.0], Kind.SHARE), {"kind": Kind.SHARE}, "f: share, NaN | inf"),
    "endless": (lambda *_: score([1.0, np.inf, 1.0], Kind.NUMBER), {"kind": Kind.NUMBER}, "f: number, NaN | inf"),
    "labels in another order": (
        lambda *_: score(np.zeros(CUSTOMERS, np.uint8), Kind.LABEL, ("y", "x")),
        {"kind": Kind.LABEL, "labels": ("x", "y")},
        "f: labels[0:] y, x",
    ),
    "a label too few": (
        lambda *_: score(np.zeros(CUSTOMERS, np.uint8), Kind.LABEL, ("x",)),
        {"kind": Kind.LABEL, "labels": ("x", "y")},
        "f: labels[1:] –",
    ),
    "another byte order": (lambda *_: score(np.zeros(CUSTOMERS, ">i8"), Kind.COUNT), {}, "f: count, >i8 × 3"),
    "other labels": (
        lambda *_: score(np.zeros(CUSTOMERS, np.uint8), Kind.LABEL, ("x", "z")),
        {"kind": Kind.LABEL, "labels": ("x", "y")},
        "f: labels[1:] z",
    ),
    "a label that is not there": (
        lambda *_: score(np.array([0, 1, 2], np.uint8), Kind.LABEL, ("x", "y")),
        {"kind": Kind.LABEL, "labels": ("x", "y")},
        "f: label, 2",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_promise_names_plugin_and_factor(case):
    """What was promised, and what came instead."""
    compute, promised, got = BROKEN[case]
    error = refusal(compute, **promised)

    assert error.key == "score.factor_broken"
    assert error.details["factor"] == "f"
    assert error.details["got"] == got
    assert error.details["expected"].startswith("f")
    assert error.details["expected"] != got


def test_values_that_are_missing_promise_nothing():
    """Where there is no value, NaN and an index beyond the labels may stand."""
    gap = np.array([False, True, False])
    for kind, values, labels in (
        (Kind.SHARE, np.array([0.5, np.nan, 1.0]), ()),
        (Kind.LABEL, np.array([0, 9, 1], np.uint8), ("x", "y")),
    ):
        answer = {"f": Column(values, kind, gap, labels)}
        found = plan(factor("f", kind=kind, labels=labels, compute=lambda *_, answer=answer: answer))
        assert apply_factors(table(), found)["f"].missing.tolist() == gap.tolist()


def test_endless_answers_make_no_endless_messages():
    error = refusal(lambda *_: {f"column{number}": None for number in range(1000)})

    assert len(error.message("en")) < 600
    assert len(error.message("zh")) < 600


@pytest.mark.parametrize("name", ["orders", "customer"])
def test_a_column_that_is_there_already_is_refused(name):
    """Before any factor has worked."""
    called = []
    with pytest.raises(PluginError) as caught:
        apply_factors(table(), plan(factor("a", compute=lambda *_: called.append(1)), factor(name)))

    assert caught.value.key == "score.factor_column_taken"
    assert caught.value.details == {"plugin": "one", "factor": name, "column": name}
    assert called == []


def exits(*_):
    raise SystemExit(3)


def fails(*_):
    raise ZeroDivisionError("by nothing")


def overwrites(found, _):
    found["orders"].values[0] = 9


def overwrites_missing(found, _):
    found["gap"].missing[0] = False


def adds_itself(found, _):
    found.columns["f"] = counts(1, 2, 3)
    return {"f": counts(1, 2, 3)}


@pytest.mark.parametrize(
    ("compute", "said"),
    [
        (adds_itself, "mappingproxy"),
        (exits, "SystemExit: 3"),
        (fails, "ZeroDivisionError: by nothing"),
        (overwrites, "read-only"),
        (overwrites_missing, "read-only"),
    ],
)
def test_a_factor_that_fails_is_named(compute, said):
    """Whatever it raises, and also where it would change what it was given."""
    gap = Column(np.zeros(CUSTOMERS, np.int64), Kind.DAYS, np.array([True, False, False]))
    with pytest.raises(PluginError) as caught:
        apply_factors(table(gap=gap), plan(factor("f", compute=compute)))

    assert caught.value.key == "host.failed"
    assert caught.value.details["what"] == 'ScoreFactor(code="f").compute'
    assert said in caught.value.details["error"]


def test_the_place_is_the_line_of_the_factor():
    """Also where a record of ours raised: what was asked of it is the factor's mistake."""
    with pytest.raises(PluginError, match=r"KeyError: 'nothing' \(at .*test_factors\.py:\d+\)"):
        apply_factors(table(), plan(factor("f", compute=lambda found, _: found["nothing"])))


@attrs.frozen(kw_only=True)
class Limit:
    """Parameters of a factor."""

    most: int = 5


def test_parameters_of_the_configuration_reach_the_factor():
    """The table of patron.toml, else the defaults."""
    given = []
    one = factor("f", parameters=Limit, compute=lambda _, parameters: given.append(parameters.most) or {"f": counts(1, 2, 3)})
    for settings in (Settings(), Settings(scoring={"f": {"most": 9}})):
        apply_factors(table(), plan(one, settings=settings))

    assert given == [5, 9]


def test_parameters_that_no_factor_has_are_refused():
    with pytest.raises(ConfigurationError):
        plan(factor("f", parameters=Limit), settings=Settings(scoring={"f": {"moost": 9}}))


def test_the_record_of_a_run_names_every_factor():
    """Whose it is and in which version, with and without parameters: another factor is another run."""
    factors = (factor("z", parameters=Limit), factor("a"))

    assert plan(*factors).chosen() == {
        "a": {"plugin": "one", "version": "1.0", "parameters": {}},
        "z": {"plugin": "one", "version": "1.0", "parameters": {"most": 5}},
    }
    newer = plan_factors(host(*factors, version="1.1"), Settings()).chosen()
    assert newer["a"] == {"plugin": "one", "version": "1.1", "parameters": {}}


def test_no_factors_change_nothing():
    assert list(apply_factors(table(), FactorPlan(factors=())).columns) == ["orders"]


def test_no_customers_are_no_matter():
    """A factor may be called for nobody."""
    empty = FeatureTable(np.arange(0), {}, date(2025, 12, 31))
    nobody = Column(np.zeros(0, np.uint8), Kind.LABEL, None, ("x",))
    planned = PlannedFactor(
        owned=Owned("one", factor("f", kind=Kind.LABEL, labels=("x",), compute=lambda *_: {"f": nobody}), CORE),
        version="1.0",
        parameters=None,
    )

    assert len(apply_factors(empty, FactorPlan(factors=(planned,)))["f"]) == 0


def test_optional_factors_run_where_they_are_asked_for():
    """Others that are asked for run as they would without."""
    some = host(factor("a"), factor("b", optional=True), factor("c", optional=True, needs=("b",)))

    assert ["a"] == codes(plan_factors(some, Settings()))
    assert ["a", "c"] == codes(plan_factors(some, Settings(), ("c", "a")))
    assert ["a", "b", "c"] == codes(plan_factors(some, Settings(), ("c", "b")))


def test_a_factor_that_nobody_brings_can_not_be_asked_for():
    with pytest.raises(UsageError, match="nearest is value"):
        plan_factors(host(factor("value", optional=True)), Settings(), ("valeu",))
    with pytest.raises(UsageError, match="there are: value"):
        plan_factors(host(factor("value", optional=True)), Settings(), ("something",))


def test_a_plan_knows_what_its_factors_read():
    found = plan(factor("a", needs=("x",), uses=("y",)), factor("b", optional=True, needs=("z",)))

    assert found.reads(("y", "other"))
    assert found.reads(("x",))
    assert not found.reads(("z", "a"))
