"""
Conditions on leads that are not stored yet.
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from patron.core.assignment.conditions import ConditionReader
from patron.core.nouns import Vocabulary
from patron.core.records import NewLead

NEW = NewLead(
    lead={
        "source": "store",
        "interests": ("GT", "X5"),
        "quoted_price": Decimal(200_000),
        "filed_at": datetime(2026, 1, 1, 16, tzinfo=UTC),
    },
    customer={"name": "张三", "region": "北京", "birth_year": 1990},
    source_family="walk_in",
    campaign="spring",
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("source == 'store' and region == '北京'", True),
        ("来源 == '店面' and 地区 == '北京'", True),
        ("source in ('qq', 'phone')", False),
        ("interests == 'X5' and interests != 'Z4'", True),
        ("interests contains 'GT'", True),
        ("quoted_price >= 150000.5 and birth_year < 1991", True),
        ("filed_at >= '2026-01-02'", True),
        ("customer.name contains '张' and campaign == 'spring'", True),
        ("客户.姓名 contains '张' and customer.地区 == '北京' and 客户.region == '北京'", True),
        ("source_family == 'walk_in'", True),
        ("level is missing and likelihood != 50", True),
        ("likelihood < 50 or not (level == 'x')", True),
        ("likelihood < 50", False),
    ],
)
def test_a_condition_holds_as_in_lists(text: str, holds: bool) -> None:
    vocabulary = Vocabulary(codes={**Vocabulary().codes, "lead_level": {"x": {}}})

    assert holds is ConditionReader(vocabulary, "Asia/Shanghai").test(text)(NEW)
