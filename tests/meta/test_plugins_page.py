"""docs/plugins.md says all that a plugin is given and returns: no record, kind or column can change without it."""

import re
from itertools import takewhile

import attrs
import pytest

from patron import (
    Answer,
    Basis,
    Channel,
    ChannelOption,
    Chart,
    ChartKind,
    Column,
    Connection,
    ConsentSaid,
    Contact,
    Delivery,
    Document,
    Envelope,
    FeatureTable,
    Fetched,
    Figure,
    Format,
    GroupRow,
    Kind,
    Level,
    Note,
    PurchaseRow,
    Renderer,
    RenderOptions,
    Reply,
    ReportData,
    RowCounts,
    ScoreRun,
    Section,
    Skipped,
    Table,
    TableColumn,
    Tally,
    Totals,
    testing,
)
from patron.core.config import Settings
from patron.core.scoring.factors import apply_factors, dtypes_of, plan_factors

RECORDS = (
    *(FeatureTable, Column, ReportData, ScoreRun, GroupRow, PurchaseRow, RowCounts, Skipped, Tally, Totals),
    *(Document, Section, Figure, Table, TableColumn, Chart, Note, Basis, Renderer, RenderOptions),
    *(Channel, ChannelOption, Connection, Delivery, Envelope, Contact, ConsentSaid, Reply, Answer, Fetched),
    testing.ChannelSample,
)


@pytest.fixture(name="page")
def _page(root):
    return (root / "docs" / "plugins.md").read_text("utf-8")


def rows(page, head):
    """Return the rows of the page's table that begins with this head, each as its cells."""
    lines = page.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {head} |"))
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    ]


def test_every_column_that_a_factor_can_read_is_listed(page):
    """With its kind, and when it is there."""
    optional = {"margin": "with `--cost`", "products": "with `--product`"}
    optional |= dict.fromkeys(("discount", "discount_share", "discounted_lines_share"), "with `--discount`")
    table = apply_factors(testing.sample_table(), plan_factors(testing.app().host, Settings()))
    without = testing.sample_table(with_cost=False, with_discount=False)

    listed = {
        name: (kind.strip("`"), there) for names, kind, there, _ in rows(page, "column") for name in re.findall(r"\w+", names)
    }
    assert {name: (column.kind.name, optional.get(name, "always")) for name, column in table.columns.items()} == listed
    assert set(optional) - {"products"} == set(testing.sample_table().columns) - set(without.columns)


def test_every_kind_is_listed_with_its_dtypes(page):
    listed = {kind.strip("`"): dtypes.split(", ") for kind, dtypes, _ in rows(page, "`Kind`")}

    assert {kind.name: [dtype.__name__ for dtype in dtypes_of(kind)] for kind in Kind} == listed


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_of_a_record_is_named(page, record):
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]+`", page))))

    assert set() == {field.name for field in attrs.fields(record)} - words


@pytest.mark.parametrize("enum", [Format, ChartKind, Level])
def test_every_member_is_named(page, enum):
    assert set() == {member.name for member in enum} - set(re.findall(rf"`(?:{enum.__name__}\.)?(\w+)`", page))


def test_every_check_of_the_kit_is_named(page):
    functions = {name for name in testing.__all__ if name.islower()}

    assert set() == {name for name in functions if f"`{name}(" not in page}
