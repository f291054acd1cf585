"""
The view on what market research says, and what joins sales to it: the company, region and industry of a customer.
"""

from typing import Any

from sqlalchemy import FromClause, Select, func, select

from patron.core.records.view import ColumnKind, FactView, ViewColumn
from patron.core.store.views.source import ViewSource

COMPANY_COLUMNS = (
    ViewColumn(name="company", kind=ColumnKind.REFERENCE, target="customer"),
    ViewColumn(name="region", kind=ColumnKind.TEXT, noun="customer"),
    ViewColumn(name="industry", kind=ColumnKind.TEXT, noun="customer"),
)
"""Columns that sales and market have in common; a contact's company, region and industry are those of the organisation."""


def company_of(source: ViewSource, rows: FromClause) -> tuple[Any, ...]:
    """
    Return the expressions of `COMPANY_COLUMNS`, each a query of its own, which costs only those who ask for it.

    Args:
        source: hands out the customers.
        rows: what has a `customer_id`.
    """

    def found(name: str) -> Any:
        customer, organisation = source("customer"), source("customer")
        joined = customer.outerjoin(organisation, organisation.c.id == customer.c.organisation_id)
        value = func.coalesce(organisation.c[name], customer.c[name])
        query = select(value).select_from(joined).where(customer.c.id == rows.c.customer_id)
        return query.correlate(rows).scalar_subquery()

    return found("id").label("company"), found("region").label("region"), found("industry").label("industry")


def surveyed(source: ViewSource, rows: FromClause) -> Any:
    """Return the expression of whether a study says how much the company of a row's customer buys."""
    customer, figure = source("customer"), source("market_figure")
    its_company = func.coalesce(customer.c.organisation_id, customer.c.id)
    joined = customer.join(figure, figure.c.customer_id == its_company)
    query = select(customer.c.id).select_from(joined).where(customer.c.id == rows.c.customer_id)
    return query.correlate(rows).exists()


def surveyed_part(source: ViewSource, part: str, value: Any) -> Any:
    """Return the expression of whether a study says how much a region or an industry buys: *part* is which, *value* its name."""
    figure = source("market_figure")
    return select(figure.c.id).where(figure.c.company.is_(None), figure.c[part] == value).exists()


def _figures(source: ViewSource) -> Select[Any]:
    figure = source("market_figure")
    company, region, industry = company_of(source, figure)
    return select(
        figure.c.id,
        figure.c.on,
        company,
        figure.c.company.label("name"),
        func.coalesce(figure.c.region, region).label("region"),
        func.coalesce(figure.c.industry, industry).label("industry"),
        figure.c.study,
        figure.c.amount,
    )


MARKET = FactView(
    name="market",
    noun="market_figure",
    records=True,
    relation=_figures,
    columns=(
        ViewColumn(name="id", kind=ColumnKind.REFERENCE, target="market_figure", noun="market_figure"),
        ViewColumn(name="on", kind=ColumnKind.DAY, noun="market_figure"),
        *COMPANY_COLUMNS,
        ViewColumn(name="name", kind=ColumnKind.TEXT, noun="market_figure", field="company"),
        ViewColumn(name="study", kind=ColumnKind.TEXT, noun="market_figure"),
        ViewColumn(name="amount", kind=ColumnKind.MONEY, noun="market_figure"),
    ),
)
