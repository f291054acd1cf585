"""Who came to visit of those who called or wrote (R063), reckoned by hand."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from patron import testing
from patron.app import App
from patron.core.crm import AddInteraction, AddLead, AddRecord, add_interaction, add_lead, add_record
from patron.plugins.reports.commands import report

LEADS = (
    ("phone", "2025-12-01", "2025-12-05"),
    ("phone", "2025-12-02", None),
    ("qq", "2025-12-03", "2026-01-02"),
    ("qq", "2025-12-04", "2025-12-01"),
    ("store", "2025-12-05", "2025-12-05"),
)
"""Source, when it was filed, and when the customer came."""


@pytest.fixture(name="visited")
def _visited(tmp_path: Any) -> App:
    app = testing.app_with_database(tmp_path)
    with app.session() as session:
        for number, (source, filed, came) in enumerate(LEADS):
            values = {"source": source, "filed_at": filed}
            lead = add_lead(session, AddLead(values=values, customer={"name": f"客户{number}"})).lead
            # What we do there ourselves, and what is said by phone, is no visit of theirs.
            for about in ({"channel": "visit", "direction": "out"}, {"channel": "phone", "direction": "in"}):
                add_interaction(session, AddInteraction(values={"lead_id": f"#{lead.id}", "at": filed, **about}))
            for day in (came, "2026-01-20") if came else ():
                values = {"customer_id": f"#{lead.customer_id}", "channel": "visit", "direction": "in", "at": day}
                add_interaction(session, AddInteraction(values=values))
        for source, amount in (("phone", "300"), ("qq", "100"), ("store", "999")):
            values = {"on": "2025-12-10", "kind": "advertising", "source": source, "amount": amount}
            add_record(session, AddRecord(noun="spend", values=values))
    return app


@pytest.mark.requirement("R063")
def test_who_came_of_those_who_called_or_wrote_and_what_a_visit_cost(visited: App) -> None:
    """Of two by phone one came; of two by QQ one in the next month, one in the month behind: who was here before came again."""
    words = ["show", "acquisition", "--from", "2025-12-01", "--to", "2025-12-31", "--as-of", "2026-01-31", "--format", "json"]
    shown = CliRunner().invoke(report, words, obj=visited, catch_exceptions=False)
    blocks = [block for section in json.loads(shown.stdout_bytes)["sections"] for block in section["blocks"]]
    (table,) = (block for block in blocks if block.get("code") == "visits_by_source")

    assert {"phone": [2, 0.5, 1, "300.0000"], "QQ": [2, 1, 0, None], "all": [4, 0.75, 1, "400.0000"]} == {
        row[0]: row[1:] for row in table["rows"]
    }
