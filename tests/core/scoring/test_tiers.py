"""Tiers from rules, and what a run knows of the one before it."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from patron.core.config import Settings, read_settings
from patron.core.config.source import Source
from patron.core.errors import ConfigurationError
from patron.core.records import Kind
from patron.core.scoring import ScoreCommand, score
from patron.core.scoring.factors import apply_factors, plan_factors
from patron.core.scoring.history import PreviousScores, history_columns
from patron.testing import app, sample_table

RULES = """
[tiers.member]
en = "Member tier"
[[tiers.member.rules]]
tier = "platinum"
where = "monetary >= 500 and orders > 2"
[[tiers.member.rules]]
tier = "gold"
where = "monetary >= 200 or abc == 'A'"
[[tiers.member.rules]]
tier = "lost"
where = "recency is missing"
[[tiers.member.rules]]
tier = "basic"
where = "promise >= 0"
[composites.promise.factors]
monetary = { low = 0, high = 100 }
"""


def settings(text=RULES):
    tree = tomllib.loads(text, parse_float=Decimal)
    return Settings(tiers=tree.get("tiers", {}), composites=tree.get("composites", {}), source=Source(text=text, tree=tree))


def tiered(text=RULES, **options):
    plan = plan_factors(app().host, settings(text))
    return plan, apply_factors(sample_table(**options), plan)


def labels(column):
    missing = [False] * len(column) if column.missing is None else column.missing.tolist()
    return [None if none else column.labels[place] for place, none in zip(column.values.tolist(), missing, strict=True)]


@pytest.mark.requirement("R160")
def test_the_first_rule_that_holds_decides():
    """Whatever the later ones say; rules read columns of factors and composite scores, which come before them."""
    _, table = tiered()
    assert Kind.LABEL is table["member"].kind
    money, orders, never = table["monetary"].integers() / 10_000, table["orders"].integers(), table["recency"].missing
    expected = [
        "platinum" if net >= 500 and count > 2 else "gold" if net >= 200 or abc == "A" else "lost" if none else "basic"
        for net, count, none, abc in zip(money, orders, never, labels(table["abc"]), strict=True)
    ]
    assert expected == labels(table["member"])
    assert {"lost", "basic"} < set(expected)


def test_columns_that_the_input_does_not_give_are_empty():
    """Nobody has a margin here: neither rule about it holds, and who meets none has no tier."""
    both = (("a", "margin > 0"), ("b", "margin <= 0"))
    rules = "".join(f'[[tiers.t.rules]]\ntier = "{tier}"\nwhere = "{where}"\n' for tier, where in both)
    assert {None} == set(labels(tiered(rules, with_cost=False)[1]["t"]))
    assert {"a", "b", None} >= set(labels(tiered(rules)[1]["t"])) > {None}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[tiers.t]\nrules = 3", "declared.no_rules"),
        ("[tiers.t]\nruels = []", "config.unknown_key_near"),
        ('[[tiers.t.rules]]\nwhere = "orders > 1"', "declared.no_tier"),
        ('[[tiers.t.rules]]\ntier = "a"\nwhere = "ordres > 1"', "declared.bad_condition"),
        ('[[tiers.t.rules]]\ntier = "a"\nwhere = "orders > \'many\'"', "declared.bad_condition"),
        ('[[tiers.t.rules]]\ntier = "a"\n[[tiers.t.rules]]\ntier = "b"', "declared.never_reached"),
        ('[[tiers.abc.rules]]\ntier = "a"', "declared.name_taken"),
        ('[[tiers."A B".rules]]\ntier = "a"', "declared.bad_name"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_wrong_is_told(text, key, lang):
    with pytest.raises(ConfigurationError) as refused:
        tiered(text)
    assert key == refused.value.key
    assert "patron.toml" in refused.value.message(lang)


def test_the_line_of_the_rule_is_told(tmp_path):
    """Not that of the table."""
    text = '[[tiers.t.rules]]\ntier = "a"\nwhere = "orders > 1"\n[[tiers.t.rules]]\ntier = "b"\n\nwhere = "ordres > 1"\n'
    (tmp_path / "patron.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=r"patron\.toml:7: "):
        plan_factors(app().host, read_settings(environ={}, start=tmp_path))


LINES = "c,at,amount\na,2025-01-01,300\nb,2025-02-01,100\nc,2025-03-01,10\n"
MORE = LINES + "b,2025-06-01,900\nb,2025-06-02,1\nd,2025-06-01,250\n"
SIMPLE = """
[[tiers.member.rules]]
tier = "gold"
where = "monetary >= 250"
[[tiers.member.rules]]
tier = "basic"
"""


def run(tmp_path, text, as_of, previous=None):
    (tmp_path / "lines.csv").write_text(text, "utf-8")
    with app(settings=settings(SIMPLE)).session() as session:
        command = ScoreCommand(inputs=(tmp_path / "lines.csv",), customer="c", time="at", amount="amount", as_of=as_of)
        found = score(session, command, previous)
    return found, PreviousScores(run=found.run.id, scores=found.table())


@pytest.mark.requirement("R099")
@pytest.mark.requirement("R160")
def test_a_run_tells_what_changed_since_the_one_before(tmp_path):
    """Ranks then, places risen, since when somebody has a tier, and which one before: carried on from run to run."""
    first, one = run(tmp_path, LINES, date(2025, 4, 1))
    _, two = run(tmp_path, MORE, date(2025, 7, 1), one)
    third, _ = run(tmp_path, MORE, date(2025, 8, 1), two)

    def told(scores, *names):
        return {row["customer"]: tuple(row[name] for name in names) for row in scores.to_pylist()}

    assert "rank_before" not in first.customers
    ranks = told(two.scores, "rank", "rank_before", "rank_change")
    assert {"a": (2, 1, -1), "b": (1, 2, 1), "c": (4, 3, -1), "d": (3, None, None)} == ranks
    history = ("member", "member_since", "member_before")
    april, july = date(2025, 4, 1), date(2025, 7, 1)
    assert {
        "a": ("gold", april, None),
        "b": ("gold", july, "basic"),
        "c": ("basic", april, None),
        "d": ("gold", july, None),
    } == told(two.scores, *history)
    assert told(two.scores, *history) == told(third.table(), *history)
    assert first.run.id != third.run.id


def test_a_run_before_may_know_less():
    """Without the tiers, with labels that are no more, with ids of another type: what is not known begins now."""
    plan, table = tiered()
    today = table.as_of
    names = [str(name) for name in table.ids.to_pylist()]
    old = pa.table({"customer": names[::-1], "rank": list(range(len(names)))[::-1], "member": ["gone"] * len(names)})
    found = history_columns(table, plan.tiers(), PreviousScores(run="x", scores=old))
    assert list(range(len(names))) == found["rank_before"].values.tolist()
    assert {(today - date(1970, 1, 1)).days} == set(found["member_since"].values.tolist())
    assert {None} == set(labels(found["member_before"]))

    numbered = pa.table({"customer": [1, 2], "rank": [1, 2]})
    none = history_columns(table, plan.tiers(), PreviousScores(run="x", scores=numbered))
    assert none["rank_before"].missing.all()


def test_the_day_of_a_tier_is_kept_while_it_lasts():
    plan, table = tiered()
    names = table.ids.to_pylist()
    began = table.as_of - timedelta(days=90)
    days, ranks = [began] * len(names), [1] * len(names)
    old = pa.table({"customer": names, "rank": ranks, "member": labels(table["member"]), "member_since": days})
    found = history_columns(table, plan.tiers(), PreviousScores(run="x", scores=old))
    assert {(began - date(1970, 1, 1)).days} == set(found["member_since"].values.tolist())
