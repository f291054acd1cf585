"""Scoring by parts gives the very bits that one process gives: scores, their order, and all that is told of the run."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patron import testing
from patron.core.config import Settings
from patron.core.config.source import Source
from patron.core.errors import CapacityError, InputError, OutputError, PluginError, UsageError
from patron.core.scoring.cluster.dataset import open_dataset
from patron.core.scoring.cluster.run import Sizes, check_plan, score_on_cluster
from patron.core.scoring.cluster.storage import Storage
from patron.core.scoring.factors import plan_factors
from patron.core.session import Session
from patron.plugins import mining, scores

SMALL = Sizes(group_rows=120, part_customers=15, range_customers=20)


@pytest.fixture(name="session")
def _session() -> Iterator[Session]:
    with testing.app(scores, mining).session() as session:
        yield session


@pytest.mark.parametrize(
    ("seed", "ids", "hands", "chosen"),
    [
        (1, "integers", 1, {}),
        (2, "digits", 3, {"by": "orders", "ties": "together"}),
        (3, "texts", 2, {"by": "margin", "groups": 7, "order": None}),
        (4, "texts", 5, {"by": "margin", "ties": "together", "groups": 300, "discount": None}),
        (5, "integers", 2, {"cost": None, "product": "o", "ignore_zero": True, "where": "a > -5", "extras": ("value",)}),
        (6, "digits", 3, {"extras": ("value", "rhythm"), "order": None}),
        (7, "texts", 4, {"extras": ("value",), "by": "margin"}),
    ],
)
def test_the_same_bits_as_one_process(
    seed: int,
    ids: str,
    hands: int,
    chosen: dict[str, Any],
    session: Session,
    dataset_of: Any,
    command_of: Any,
    crew_of: Any,
    same_as_local: Any,
    tmp_path: Path,
) -> None:
    """Any parts and workers, in any order, some of whom forget what they held: rows, ranks, deciles, factors, summary."""
    dataset, output = dataset_of(ids=ids, seed=seed, files=1 + seed), tmp_path / "scores"
    command = command_of(dataset, **chosen)
    crew = crew_of(hands, seed, losses=0.03)
    run = score_on_cluster(session, command, open_dataset([dataset]), Storage.of(output), crew, SMALL)
    same_as_local(session, command, run, output)
    assert len(list(output.iterdir())) > hands


DECLARED = """
[composites.promise.factors]
monetary = { low = 0, high = 100 }
orders = {}
recency = { transform = "quantile", reverse = true }
[tiers.member]
en = "Member tier"
[[tiers.member.rules]]
tier = "gold"
where = "promise >= 50 or abc == 'A'"
[[tiers.member.rules]]
tier = "basic"
where = "orders >= 0"
"""


def test_what_is_declared_is_scored_as_by_one_process(
    dataset_of: Any, command_of: Any, crew_of: Any, same_as_local: Any, tmp_path: Path
) -> None:
    """Composite scores, fitted to all customers, with their scorecards; tiers by rules, which read them."""
    tree = tomllib.loads(DECLARED, parse_float=Decimal)
    chosen = Settings(tiers=tree["tiers"], composites=tree["composites"], source=Source(text=DECLARED, tree=tree))
    dataset = dataset_of()
    with testing.app(settings=chosen).session() as session:
        crew = crew_of(3, losses=0.03)
        run = score_on_cluster(
            session, command_of(dataset), open_dataset([dataset]), Storage.of(tmp_path / "scores"), crew, SMALL
        )
        same_as_local(session, command_of(dataset), run, tmp_path / "scores")
    assert set(run.composites) == {"promise"}


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_very_few_lines(
    rows: int, session: Session, dataset_of: Any, command_of: Any, crew_of: Any, same_as_local: Any, tmp_path: Path
) -> None:
    """More workers, groups and parts than customers: some have nothing to do."""
    dataset = dataset_of(rows=rows, customers=3, files=1, seed=rows)
    run = score_on_cluster(
        session, command_of(dataset), open_dataset([dataset]), Storage.of(tmp_path / "scores"), crew_of(4), SMALL
    )
    same_as_local(session, command_of(dataset), run, tmp_path / "scores")


def test_what_goes_over_the_wire_does_not_grow_with_customers(
    session: Session, dataset_of: Any, command_of: Any, crew_of: Any, tmp_path: Path
) -> None:
    """Ten times the customers are told of by about as many marks and counts."""
    sent = []
    for customers in (300, 3000):
        crew = crew_of(2)
        dataset = dataset_of(rows=4 * customers, customers=customers, seed=customers)
        score_on_cluster(session, command_of(dataset), open_dataset([dataset]), Storage.of(tmp_path / "scores"), crew)
        sent.append(crew.sent + crew.received)
    assert sent[1] < 3 * sent[0] < 2**21


def test_scores_before_are_replaced_whole(
    session: Session, dataset_of: Any, command_of: Any, crew_of: Any, same_as_local: Any, tmp_path: Path
) -> None:
    """A run with fewer files leaves none of the files of the one before."""
    output = Storage.of(tmp_path / "scores")
    large, small = dataset_of(seed=1), dataset_of(rows=30, seed=2)
    score_on_cluster(session, command_of(large), open_dataset([large]), output, crew_of(3), SMALL)
    run = score_on_cluster(session, command_of(small), open_dataset([small]), output, crew_of(2), SMALL)
    same_as_local(session, command_of(small), run, tmp_path / "scores")


def test_rows_that_do_not_count_are_told_as_by_one_process(
    session: Session, command_of: Any, crew_of: Any, same_as_local: Any, tmp_path: Path
) -> None:
    """Reasons, counts, and the first places over all files in their order."""
    for number in range(3):
        table = pa.table({"c": ["a", None, "b"], "t": ["2025-01-01", "2025-01-01", "soon"], "a": ["1", "2", "3"]})
        (tmp_path / "lines").mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / "lines" / f"{number}.parquet")
    command = command_of(tmp_path / "lines", order=None, cost=None, discount=None)
    run = score_on_cluster(session, command, open_dataset(command.inputs), Storage.of(tmp_path / "scores"), crew_of(3))
    same_as_local(session, command, run, tmp_path / "scores")
    assert {reason: each.count for reason, each in run.rows.skipped.items()} == {"missing_customer": 3, "bad_time": 3}


@pytest.mark.parametrize(
    ("table", "error", "key"),
    [
        ({"c": [1], "t": ["never"], "a": [1.0]}, InputError, "score.nothing_usable"),
        ({"c": [1, 2], "t": ["2025-01-01"] * 2, "a": ["5 EUR", "5 USD"]}, InputError, "score.mixed_currencies"),
        (
            {"c": [1, 2], "t": ["2025-01-01"] * 2, "a": ["900000000000000", "900000000000000"]},
            CapacityError,
            "score.too_much_money",
        ),
    ],
)
def test_what_ends_a_run_ends_it_here(
    table: dict[str, list[Any]],
    error: type[Exception],
    key: str,
    session: Session,
    command_of: Any,
    crew_of: Any,
    tmp_path: Path,
) -> None:
    """The same errors as in one process, also where only all workers together know; nothing is left behind."""
    whole = pa.table(table)
    for row in range(len(whole)):
        (tmp_path / "lines").mkdir(exist_ok=True)
        pq.write_table(whole[row : row + 1], tmp_path / "lines" / f"{row}.parquet")
    command = command_of(tmp_path / "lines", order=None, cost=None, discount=None)
    with pytest.raises(error) as caught:
        score_on_cluster(session, command, open_dataset(command.inputs), Storage.of(tmp_path / "scores"), crew_of(2))
    assert caught.value.key == key
    assert not (tmp_path / "scores").exists()


def test_a_disk_that_fills_up_ends_a_run(
    session: Session, dataset_of: Any, command_of: Any, crew_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the place and who could not write there."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("patron.core.scoring.cluster.images.save_arrays", full)
    dataset = dataset_of()
    with pytest.raises(OutputError) as caught:
        score_on_cluster(session, command_of(dataset), open_dataset([dataset]), Storage.of(tmp_path / "scores"), crew_of(1))
    assert caught.value.key == "cluster.disk_full"


def test_a_factor_that_needs_everybody_is_refused(session: Session) -> None:
    """Before anything is read, with the names of factor and plugin."""
    plan = plan_factors(session.host, session.settings, ("value",))
    check_plan(plan)
    value = next(planned for planned in plan.factors if planned.owned.item.code == "value")
    owned = value.owned._replace(item=attrs.evolve(value.owned.item, in_parts=False))
    with pytest.raises(UsageError) as caught:
        check_plan(attrs.evolve(plan, factors=(*plan.factors, attrs.evolve(value, owned=owned))))
    assert (caught.value.key, caught.value.details["factor"]) == ("cluster.whole_extra", "value")


def test_what_fails_while_a_model_is_fitted_is_blamed_on_its_plugin(
    session: Session, dataset_of: Any, command_of: Any, crew_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models are fitted where no factor is called; the error names the factor all the same."""
    monkeypatch.setattr("patron.plugins.mining.value.prediction.count_histories", lambda *_: 1 / 0)
    dataset = dataset_of()
    command = command_of(dataset, extras=("value",))
    with pytest.raises(PluginError) as caught:
        score_on_cluster(session, command, open_dataset([dataset]), Storage.of(tmp_path / "scores"), crew_of(2), SMALL)
    assert caught.value.details["plugin"] == "mining"
    assert "value" in str(caught.value.details["what"])
