"""
Campaigns, products, users and spends from files.
"""

from decimal import Decimal

import pytest

from patron.app import App
from patron.core.nouns import Campaign, Product, Spend, Team, User


def everything(app: App, noun: type):
    with app.session() as session, session.read() as reader:
        return reader.find(noun)


def test_campaigns_are_known_by_their_code(staff: App, bring) -> None:
    head = "活动代码,活动名称,活动类型,开始日期,预算,活动负责人\n"
    assert ["create"] == bring("campaigns", head + 'spring,春季车展,exhibition,2026/3/1,"10,000",wang\n').outcomes
    assert ["update"] == bring("campaigns", head + "spring,,,,12000,\n", name="two.csv").outcomes
    (campaign,) = everything(staff, Campaign)
    assert ("春季车展", "exhibition", Decimal(12000), 1) == (
        campaign.name,
        campaign.kind,
        campaign.budget,
        campaign.owner_user_id,
    )


@pytest.mark.requirement("R245")
def test_products_are_known_by_their_code(staff: App, bring) -> None:
    assert ["create", "update"] == bring("products", "sku,品名,价格\nt1,Tea,9.9\nt1,Green tea,\n").outcomes
    assert [("Green tea", Decimal("9.9"))] == [(one.name, one.list_price) for one in everything(staff, Product)]


@pytest.mark.requirement("R245")
def test_users_are_known_by_their_login(staff: App, bring) -> None:
    found = bring("users", "登录名,姓名,角色,团队\nLi,李雷,sales_rep;assistant,sales\nwang,王小芳,,\nzhou,,,\n")
    assert ["create", "update", "reject"] == found.outcomes
    users = {user.login: user for user in everything(staff, User)}
    assert (("sales_rep", "assistant"), 1) == (users["li"].roles, users["li"].team_id)
    assert ("王小芳", ("sales_rep",)) == (users["wang"].name, users["wang"].roles)


def test_equal_spends_come_in_as_often_as_they_are_there(staff: App, bring) -> None:
    rows = "2026-03-01,100,advertising,forum\n" * 2 + "2026-03-01,200,advertising,forum\n"
    assert ["create"] * 3 == bring("spends", "on,amount,kind,source\n" + rows).outcomes
    assert ["unchanged"] * 3 == bring("spends", "on,amount,kind,source\n" + rows + "\n", name="two.csv").outcomes
    assert Decimal(400) == sum(one.amount for one in everything(staff, Spend))


@pytest.mark.parametrize(
    ("kind", "row"), [("campaigns", "name\nx\n"), ("products", "code\nx\n"), ("spends", "on,amount\n2026-03-01,1\n")]
)
def test_what_lacks_something_is_refused(bring, kind: str, row: str) -> None:
    found = bring(kind, row)
    assert (["reject"], "exchange.required") == (found.outcomes, found.result.reasons[0].code)


@pytest.mark.requirement("R245")
def test_teams_are_known_by_their_code(staff: App, bring) -> None:
    """The whole organisation in one file: a row may belong to the one above it."""
    rows = "code,name,kind,parent\nhq,Head office,department,\neast,East,team,hq\nsh,Shanghai,team,east\n"
    assert ["create", "create", "create"] == bring("teams", rows).outcomes
    assert ["update", "reject"] == bring("teams", "code,name,parent\neast,East China,\nx,X,nowhere\n", name="two.csv").outcomes
    teams = {one.code: one for one in everything(staff, Team)}
    assert (teams["sh"].parent_id, teams["east"].parent_id) == (teams["east"].id, teams["hq"].id)
    assert "East China" == teams["east"].name
