"""What managers are told below the list of whom to call (R061, R093)."""

from pathlib import Path

import pytest

from patron import Delivery, testing
from patron.app import App
from patron.core.crm import AddPerson, add_user
from patron.core.intake import receive
from patron.core.report.alerting import alerts_raised
from patron.plugins.channels import walkin

SHEET = (
    "登记编号,来店时间,姓名,手机,销售顾问,填表时间,录入时间\n"
    "R1,2025-12-30 10:00,张三,13800138000,wang,2025-12-30 10:30,2025-12-30 12:50\n"
    "R2,2025-12-30 11:00,李四,13900139000,wang,2025-12-30 11:30,2025-12-30 11:50\n"
    "R3,2025-12-20 11:00,王五,13700137000,wang,2025-12-20 11:30,2025-12-20 18:50\n"
)


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> App:
    app = testing.app_with_database(tmp_path, walkin)
    with app.session() as session:
        for login, role in (("chen", "sales_manager"), ("wang", "sales_rep"), ("gao", "service")):
            add_user(session, AddPerson(values={"login": login, "name": login, "roles": role, "team_id": "sales"}))
        receive(session, "walkin", Delivery(body=SHEET.encode(), received_at=testing.NOW))
    return app


def told(app: App, login: str | None, lang: str = "en") -> tuple[str, ...]:
    with app._replace(login=login, lang=lang).session() as session:
        return alerts_raised(session)


@pytest.mark.requirement("R061")
def test_hook_alerts_tell_managers_of_late_forms(desk: App) -> None:
    """Of those of the last seven days; a sales person is told of nothing."""
    said = "In the last 7 days 1 form was typed in later than they should have been: patron report show entries --last 7d"

    assert (said,) == told(desk, "chen") == told(desk, None)
    assert ("最近7天有1张表单录入过晚：patron report show entries --last 7d",) == told(desk, "chen", "zh")
    assert () == told(desk, "wang")
