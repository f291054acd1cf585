"""
From the files to a database that is used: its configuration, what has to be there first, who the best customers are.

The steps themselves are commands that anyone could type; this module says which, and what lies between them.
"""

from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import attrs
import pyarrow.compute as pc
import pyarrow.parquet as pq

from patron import Batch, Customer, Session, Team, UsageError, among, equal
from patron.core.files import write_bytes
from patron.core.i18n import Catalogue
from patron.plugins.demo.dealership.files import DealershipFile
from patron.plugins.demo.dealership.plan import LAST_DAY, ZONE, Dealership
from patron.plugins.demo.dealership.staff import TEAMS

CONFIGURATION = "patron.toml"
SCORES = "scores.parquet"
REPORT = "conversion.html"
_DRAWN_BY = ("jinja2", "vl_convert")
"""What a page needs; without it the demo leaves the report out."""

_LEVELS = """
# How soon a customer means to buy; `patron plugins list` shows packs that bring levels with the rules for them.
[codes.lead_level.near_buy]
en = "near buy"
zh = "准购买"
intention = true

[codes.lead_level.intent]
en = "intent"
zh = "意向"
intention = true

[codes.lead_level.potential]
en = "potential"
zh = "潜在"
"""


@attrs.frozen(kw_only=True)
class BestCustomer:
    """
    One of the best customers.

    Attributes:
        id: number of the customer.
        name: what the customer is called.
        value: net sales.
    """

    id: int
    name: str
    value: Decimal


@attrs.frozen(kw_only=True)
class BestTenth:
    """
    The first decile.

    Attributes:
        count: how many customers.
        share: part of all net sales.
        first: the best of them, the best first.
    """

    count: int
    share: float
    first: tuple[BestCustomer, ...]


def write_configuration(folder: Path, plan: Dealership, words: Catalogue) -> Path:
    """
    Write the configuration of the dealership, unless it is there.

    Raises:
        UsageError: that of something else is there.
        OutputError: it can't be written.
    """
    path = folder / CONFIGURATION
    mark = f"# An example dealership by `patron demo dealership`: {plan.leads} leads, {plan.lines} lines, seed {plan.seed}."
    if not path.exists():
        write_bytes(path, f'{mark}\ntimezone = "{ZONE}"\n{_LEVELS}'.encode())
    elif not path.read_text("utf-8", errors="replace").startswith(f"{mark}\n"):
        raise UsageError("demo.other_configuration", catalogue=words, path=path)
    return path


def refuse_strange(session: Session, words: Catalogue) -> None:
    """
    Refuse a database that somebody works with: the people of the demo are not to get among real ones.

    Raises:
        UsageError: it has customers, and the demo's own files were never imported into it.
    """
    own = [equal("kind", "user"), equal("file", "staff.csv")]
    with session.read() as reader:
        if reader.first(Batch, *own) is None and reader.first(Customer) is not None:
            raise UsageError("demo.strange_database", catalogue=words)


def commands(session: Session, files: tuple[DealershipFile, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what is to be typed when the database is made, word by word, in the folder of the files."""
    with session.read() as reader:
        missing = [code for code in TEAMS if reader.first(Team, equal("code", code)) is None]
    for code in missing:
        yield ("team", "add", "--code", code, "--name", TEAMS[code][session.t.lang == "zh"], "--parent", "sales")
    for file in files:
        yield ("import", file.kind, file.name, *file.options)
    yield ("score", "--as-of", LAST_DAY.isoformat(), "-o", SCORES)
    if all(find_spec(module) for module in _DRAWN_BY):
        yield ("report", "show", "conversion", "--period", f"{LAST_DAY:%Y}", "-o", REPORT)


def find_best(session: Session, scores: Path, count: int) -> BestTenth:
    """
    Return the first decile of the scores that were just written.

    Args:
        session: the database.
        scores: the scores file.
        count: how many of the best to name.
    """
    table = pq.read_table(scores, columns=["customer", "monetary", "decile"])
    best = table.filter(pc.equal(table["decile"], 1))
    first = best.slice(0, count).to_pylist()
    with session.read() as reader:
        found = reader.find(Customer, [among("id", tuple(row["customer"] for row in first))], limit=count)
    names = {customer.id: customer.name for customer in found}
    whole, part = (pc.sum(each["monetary"]).as_py() or Decimal(0) for each in (table, best))
    return BestTenth(
        count=len(best),
        share=float(part / whole) if whole else 0.0,
        first=tuple(BestCustomer(id=row["customer"], name=names[row["customer"]], value=row["monetary"]) for row in first),
    )


def find_batch(session: Session) -> int:
    """Return the number of the import of the contacts, which can be taken back: nothing hangs on them."""
    with session.read() as reader:
        batch = reader.first(Batch, equal("kind", "interaction"), equal("status", "done"))
    return batch.id if batch is not None else 0
