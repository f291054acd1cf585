"""
The views on what is sold and on what is spent.
"""

from typing import Any

from sqlalchemy import Select, String, cast, func, select

from patron.core.nouns import COUNTED_ORDERS
from patron.core.records.view import ColumnKind, FactView, ViewColumn
from patron.core.store.criteria import compare
from patron.core.store.views.leads import by_attribute
from patron.core.store.views.market import COMPANY_COLUMNS, company_of, surveyed, surveyed_part
from patron.core.store.views.source import ViewSource


def _order(name: str, kind: ColumnKind, **about: str) -> ViewColumn:
    return ViewColumn(name=name, kind=kind, noun="order", **about)


def _line(name: str, kind: ColumnKind, **about: str) -> ViewColumn:
    return ViewColumn(name=name, kind=kind, noun="order_line", **about)


def _orders(source: ViewSource) -> Select[Any]:
    order = source("order")
    return select(
        order.c.id,
        order.c.ordered_at.label("at"),
        order.c.customer_id.label("customer"),
        order.c.channel,
        order.c.user_id.label("rep"),
        order.c.status,
        order.c.lead_id.label("lead"),
    )


ORDERS = FactView(
    name="orders",
    noun="order",
    records=True,
    only=COUNTED_ORDERS,
    relation=_orders,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="order", noun="order"),
        _order("at", ColumnKind.INSTANT, field="ordered_at"),
        _order("customer", ColumnKind.REFERENCE, target="customer", field="customer_id"),
        _order("channel", ColumnKind.CODE, codes="order_channel"),
        ViewColumn(name="rep", kind=ColumnKind.REFERENCE, target="user", noun="order", field="user_id"),
        _order("status", ColumnKind.CODE, codes="order_status"),
        _order("lead", ColumnKind.REFERENCE, target="lead", field="lead_id"),
    ),
)


def _lines(source: ViewSource) -> Select[Any]:
    line, order, product = source("order_line"), source("order"), source("product")
    counts = compare(order.c[COUNTED_ORDERS.field], COUNTED_ORDERS.operator, COUNTED_ORDERS.value)
    company, region, industry = company_of(source, line)
    joined = line.join(order, order.c.id == line.c.order_id).outerjoin(product, product.c.id == line.c.product_id)
    return (
        select(
            line.c.id,
            line.c.at,
            line.c.order_id.label("order"),
            line.c.customer_id.label("customer"),
            order.c.channel,
            order.c.user_id.label("rep"),
            func.coalesce(product.c.name, line.c.product_code, cast(line.c.product_id, String)).label("model"),
            product.c.kind.label("product_kind"),
            line.c.quantity.label("units"),
            line.c.amount,
            line.c.discount,
            line.c.cost,
            company,
            region,
            industry,
            surveyed(source, line).label("surveyed"),
            surveyed_part(source, "region", region.element).label("region_surveyed"),
            surveyed_part(source, "industry", industry.element).label("industry_surveyed"),
        )
        .select_from(joined)
        .where(counts)
    )


ORDER_LINES = FactView(
    name="order_lines",
    noun="order_line",
    records=True,
    relation=_lines,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="order_line", noun="order_line"),
        _line("at", ColumnKind.INSTANT),
        _line("order", ColumnKind.REFERENCE, target="order", field="order_id"),
        _line("customer", ColumnKind.REFERENCE, target="customer", field="customer_id"),
        _order("channel", ColumnKind.CODE, codes="order_channel"),
        ViewColumn(name="rep", kind=ColumnKind.REFERENCE, target="user", noun="order", field="user_id"),
        ViewColumn(name="model", kind=ColumnKind.TEXT),
        ViewColumn(name="product_kind", kind=ColumnKind.TEXT, noun="product", field="kind"),
        _line("units", ColumnKind.QUANTITY, field="quantity"),
        _line("amount", ColumnKind.MONEY),
        _line("discount", ColumnKind.MONEY),
        _line("cost", ColumnKind.MONEY),
        *COMPANY_COLUMNS,
        ViewColumn(name="surveyed", kind=ColumnKind.TRUTH),
        ViewColumn(name="region_surveyed", kind=ColumnKind.TRUTH),
        ViewColumn(name="industry_surveyed", kind=ColumnKind.TRUTH),
    ),
)


def _spends(source: ViewSource) -> Select[Any]:
    spend = source("spend")
    return select(
        spend.c.id,
        spend.c.on,
        spend.c.kind,
        spend.c.source,
        by_attribute(spend.c.source, "source", "family", source.vocabulary).label("source_family"),
        spend.c.campaign_id.label("campaign"),
        spend.c.amount,
    )


SPENDS = FactView(
    name="spends",
    noun="spend",
    records=True,
    relation=_spends,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="spend", noun="spend"),
        ViewColumn(name="on", kind=ColumnKind.DAY, noun="spend"),
        ViewColumn(name="kind", kind=ColumnKind.CODE, codes="spend_kind", noun="spend"),
        ViewColumn(name="source", kind=ColumnKind.CODE, codes="source", noun="spend"),
        ViewColumn(name="source_family", kind=ColumnKind.CODE, codes="source_family"),
        ViewColumn(name="campaign", kind=ColumnKind.REFERENCE, target="campaign", noun="spend", field="campaign_id"),
        ViewColumn(name="amount", kind=ColumnKind.MONEY, noun="spend"),
    ),
)
