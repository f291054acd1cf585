"""
Reports over a whole database: from the question to the document, counted by the database or read as columns, in this process.

A lead has seven changes of its history, two contacts and ten order lines; so 100,000 leads stand beside a million lines.
"""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from patron.core.report.asking import ReportQuery, ask
from patron.core.store import Database
from patron.core.store.tables import CHANGES, TABLES
from patron.testing import app_with_database

REPORTS = ("conversion", "losses", "topics", "histories", "freshness", "sales", "ordering")
LINES, CHANGES_EACH, ORDERS, CONTACTS = 10, 7, 3, 2
DAY = 86_400_000_000
BEGIN = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_CHUNK = 50_000
FEW = 20_000
"""Rows of a benchmark that runs as a test; a fortieth of them as leads."""


@pytest.fixture(scope="session", name="filled")
def _filled(tmp_path_factory):
    """Return a function that gives an application whose database has that many leads; each is filled once."""
    made = {}

    def give(leads):
        if leads not in made:
            made[leads] = app_with_database(tmp_path_factory.mktemp("reports"))
            fill(made[leads], leads)
        return made[leads]

    return give


def fill(app, leads):
    database = Database.at(str(app.settings.store.database), Path())
    random = np.random.default_rng(30)
    filed = BEGIN + random.integers(0, 300, leads) * DAY
    ended = filed + random.integers(1, 90, leads) * DAY
    fate = random.integers(0, 3, leads)
    owner, band = 1 + random.integers(0, 20, leads), random.integers(0, 6, leads)
    bands, topics = ("under_25", "from_25", "from_35", "from_45", "from_55", "from_65"), ('["price"]', '["product","delivery"]')
    numbers = range(leads)

    def put(connection, table, rows):
        waiting = []
        for row in rows:
            waiting.append(row)
            if len(waiting) == _CHUNK:
                connection.connection.executemany(statement(table, row), waiting)
                waiting = []
        if waiting:
            connection.connection.executemany(statement(table, waiting[0]), waiting)

    def statement(table, row):
        return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"

    def changes():
        sequence = 0
        for lead in numbers:
            for place in range(CHANGES_EACH):
                sequence += 1
                field = ("owner_user_id", "likelihood", "quoted_price", "focus_point", "likelihood", "quoted_price", "status")[
                    place
                ]
                new = {"quoted_price": f'{{"number":"{1000 - place}"}}', "focus_point": '"price"', "status": '"won"'}
                value = new.get(field, str(int(owner[lead]) if place == 0 else 10 * place))
                at = int(filed[lead]) + place * DAY
                row = {"sequence": sequence, "noun": "lead", "subject_id": lead + 1, "field": field, "new": value}
                yield row | {
                    "old": None if place < 4 else "1",
                    "effective_at": at,
                    "recorded_at": at,
                    "actor_kind": "user",
                    "cause": "import",
                    "commitment": b"-",
                    "digest": b"-",
                }

    with database.writing() as connection:
        put(
            connection,
            "users",
            ({"id": 1 + n, "login": f"u{n}", "name": f"User {n}", "seniority": 0, "on_duty": 1, "active": 1} for n in range(20)),
        )
        put(
            connection,
            TABLES["customer"].name,
            (
                {"id": n + 1, "kind": "person", "name": f"C{n}", "age_band": bands[band[n]], "owner_user_id": int(owner[n])}
                for n in numbers
            ),
        )
        put(
            connection,
            TABLES["lead"].name,
            (
                {
                    "id": n + 1,
                    "customer_id": n + 1,
                    "source": ("phone", "showroom", "qq")[n % 3],
                    "filed_at": int(filed[n]),
                    "owner_user_id": int(owner[n]),
                    "status": ("open", "won", "lost")[fate[n]],
                    "stage": "new",
                    "won_at": int(ended[n]) if fate[n] == 1 else None,
                    "lost_at": int(ended[n]) if fate[n] == 2 else None,
                    "lost_reason": "price" if fate[n] == 2 else None,
                }
                for n in numbers
            ),
        )
        put(
            connection,
            TABLES["interaction"].name,
            (
                {
                    "customer_id": n + 1,
                    "lead_id": n + 1,
                    "at": int(filed[n]) + place * DAY,
                    "channel": "phone",
                    "direction": "out",
                    "purpose": "sales",
                    "effective": 1,
                    "topics": topics[(n + place) % 2],
                }
                for n in numbers
                for place in range(CONTACTS)
            ),
        )
        put(
            connection,
            TABLES["order"].name,
            (
                {
                    "id": n * ORDERS + place + 1,
                    "customer_id": n + 1,
                    "system": "main",
                    "number": f"{n}-{place}",
                    "ordered_at": int(ended[n]),
                    "channel": ("field", "phone", "email")[place],
                    "user_id": int(owner[n]),
                    "status": "placed",
                }
                for n in numbers
                for place in range(ORDERS)
            ),
        )
        put(
            connection,
            TABLES["order_line"].name,
            (
                {
                    "order_id": n * ORDERS + place % ORDERS + 1,
                    "customer_id": n + 1,
                    "at": int(ended[n]),
                    "key": str(place),
                    "product_code": f"M{(n + place) % 40}",
                    "quantity": 10_000,
                    "amount": 1_000_000 + n,
                }
                for n in numbers
                for place in range(LINES)
            ),
        )
        put(connection, CHANGES.name, changes())
    database.close()


@pytest.mark.sizes(quick=[100_000], full=[100_000])
@pytest.mark.parametrize("name", REPORTS)
def test_report(benchmark, filled, name, rows):
    app = filled(rows // 40 if rows == FEW else rows)

    def show():
        with app.session() as session:
            return ask(session, ReportQuery(name=name, period="2025"), {})

    document = benchmark.pedantic(show, rounds=3, warmup_rounds=1)

    benchmark.extra_info |= {"work": f"report {name}", "engine": "patron", "rows": rows}
    assert document.sections
