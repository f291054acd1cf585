"""
The sections of the reports over the database, as data: which metrics, cut by what. Their words stand in `locale/*/table.toml`.
"""

from patron import Breakdown, Headline, ReportSection
from patron.plugins.reports.business import entries
from patron.plugins.reports.business import metrics as m
from patron.plugins.reports.business.histories import histories
from patron.plugins.reports.business.responses import medians

_WHO = ("age_band", "occupation", "family_status", "income_band")


def _section(report: str, code: str, *parts: Headline | Breakdown, order: int = 100) -> ReportSection:
    return ReportSection(report=report, code=code, title=f"business.{report}_{code}", parts=parts, order=order)


_LOSSES = (m.LEADS_LOST, m.LOST_SHARE, m.LOST_OF_ENDED)
_ANSWERS = (m.IN_TIME, m.TIME_TO_CONTACT, m.HANDED_IN_TIME)
_ENTRIES = (m.ENTRIES, m.ENTRIES_LATE, m.ENTERED_IN_TIME)
_SALES = (m.UNITS, m.SALES, m.SALES_SHARE, m.BUYERS, m.SALES_PER_ORDER)

SECTIONS = (
    _section(
        "spend",
        "by_month",
        Headline(metrics=(m.SPEND, m.SPEND_ADVERTS, m.SPEND_EVENTS, m.SPEND_OTHER)),
        Breakdown(
            code="spend",
            by=("month",),
            metrics=(m.SPEND_ADVERTS, m.SPEND_EVENTS, m.SPEND_OTHER, m.SPEND),
            bars="spend",
            free=True,
        ),
        order=10,
    ),
    _section(
        "spend",
        "by_channel",
        Breakdown(code="spend_by_source", by=("source",), metrics=(m.SPEND, m.SPEND_SHARE, m.SPEND_ADVERTS, m.SPEND_EVENTS)),
        Breakdown(code="spend_by_campaign", by=("campaign",), metrics=(m.SPEND, m.SPEND_ADVERTS, m.SPEND_EVENTS), most=20),
        Breakdown(code="spend_by_kind", by=("kind",), metrics=(m.SPEND, m.SPEND_SHARE), bars="spend_share"),
        order=20,
    ),
    _section(
        "acquisition",
        "leads",
        Headline(metrics=(m.LEADS_NEW, m.SPEND, m.COST_PER_LEAD)),
        Breakdown(
            code="leads_by_source", by=("source",), metrics=(m.LEADS_NEW, m.LEADS_SHARE), bars="leads_new", whole=True, free=True
        ),
        Breakdown(code="leads_by_month", by=("month",), across="source_family", metrics=(m.LEADS_NEW,)),
        order=10,
    ),
    _section(
        "acquisition",
        "cost",
        Breakdown(code="cost_by_source", by=("source",), metrics=(m.SPEND, m.LEADS_NEW, m.COST_PER_LEAD), whole=True),
        Breakdown(code="cost_by_campaign", by=("campaign",), metrics=(m.SPEND, m.LEADS_NEW, m.COST_PER_LEAD), most=20),
        order=20,
    ),
    _section(
        "acquisition",
        "visits",
        Headline(metrics=(m.REMOTE_LEADS, m.VISITED, m.VISITS, m.COST_PER_VISIT)),
        Breakdown(
            code="visits_by_source",
            by=("source",),
            metrics=(m.REMOTE_LEADS, m.VISITED, m.VISITS, m.COST_PER_VISIT),
            bars="visited_share",
        ),
        order=30,
    ),
    _section(
        "conversion",
        "all",
        Headline(metrics=(m.LEADS_NEW, m.LEADS_WON, m.CONVERSION, m.COHORT_CONVERSION, m.DAYS_TO_WON)),
        Breakdown(
            code="conversion",
            by=("month",),
            metrics=(m.LEADS_NEW, m.LEADS_WON, m.CONVERSION, m.COHORT_CONVERSION),
            bars="conversion_rate",
            free=True,
        ),
        Breakdown(
            code="conversion_by_source",
            by=("source",),
            metrics=(m.LEADS_NEW, m.LEADS_WON, m.CONVERSION, m.COHORT_CONVERSION, m.DAYS_TO_WON),
            whole=True,
        ),
        order=10,
    ),
    _section(
        "conversion",
        "people",
        Breakdown(
            code="conversion_by_rep",
            by=("rep",),
            metrics=(m.REP_ASSIGNED, m.REP_WON, m.REP_CONVERSION),
            bars="rep_conversion_rate",
        ),
        order=20,
    ),
    _section(
        "losses",
        "why",
        Headline(metrics=(m.LEADS_LOST, m.LOST_OF_ENDED, m.DAYS_TO_LOST)),
        Breakdown(code="losses_by_reason", by=("lost_reason",), metrics=_LOSSES[:2], bars="lost_share", free=True),
        Breakdown(code="losses_by_month", by=("month",), metrics=(m.LEADS_LOST, m.LOST_OF_ENDED, m.DAYS_TO_LOST)),
        Breakdown(code="losses_by_source", by=("source",), metrics=_LOSSES),
        order=10,
    ),
    _section(
        "losses",
        "who",
        Breakdown(code="losses_by_age", by=("age_band",), metrics=_LOSSES),
        Breakdown(code="losses_by_occupation", by=("occupation",), metrics=_LOSSES, most=15),
        Breakdown(code="losses_by_family", by=("family_status",), metrics=_LOSSES),
        Breakdown(code="losses_by_income", by=("income_band",), metrics=_LOSSES),
        Breakdown(code="losses_by_class", by=_WHO, metrics=_LOSSES, most=15),
        order=20,
    ),
    _section(
        "trends",
        "figures",
        Breakdown(
            code="trends",
            by=("month",),
            metrics=(m.LEADS_NEW, m.LEADS_WON, m.LEADS_LOST, m.CONVERSION, m.LOST_OF_ENDED),
            bars="leads_new",
            free=True,
        ),
        order=10,
    ),
    _section(
        "trends",
        "money",
        Breakdown(code="trends_of_spend", by=("month",), metrics=(m.SPEND, m.COST_PER_LEAD, m.COST_PER_WON)),
        Breakdown(code="trends_of_sales", by=("month",), metrics=(m.UNITS, m.SALES, m.BUYERS), bars="sales"),
        order=20,
    ),
    _section(
        "topics",
        "shares",
        Breakdown(code="topics", by=("topic",), across="status", metrics=(m.TOPIC_SHARE,), total=False, free=True),
        Breakdown(code="contacts_by_channel", by=("channel",), across="status", metrics=(m.CONTACTS,)),
        order=10,
    ),
    ReportSection(
        report="histories", code="moves", title="business.histories_moves", build=histories, facts=("lead_moves", "leads")
    ),
    _section(
        "freshness",
        "news",
        Headline(metrics=(m.LEADS_OPEN, m.LEADS_FRESH, m.FRESHNESS)),
        Breakdown(
            code="freshness", by=("owner",), metrics=(m.LEADS_OPEN, m.LEADS_FRESH, m.FRESHNESS), bars="freshness", free=True
        ),
        Breakdown(code="freshness_by_level", by=("level",), metrics=(m.LEADS_OPEN, m.LEADS_FRESH, m.FRESHNESS)),
    ),
    _section(
        "responses",
        "in_time",
        Headline(metrics=_ANSWERS),
        Breakdown(code="responses_by_source", by=("source",), metrics=_ANSWERS, bars="reached_in_time", free=True),
        Breakdown(code="responses_by_team", by=("handling_team",), metrics=_ANSWERS, bars="reached_in_time"),
        order=10,
    ),
    ReportSection(
        report="responses", code="medians", title="business.responses_medians", build=medians, facts=("responses",), order=20
    ),
    _section(
        "entries",
        "in_time",
        Headline(metrics=(*_ENTRIES, m.ENTRIES_JUDGED)),
        Breakdown(code="entries_by_assistant", by=("assistant",), metrics=_ENTRIES, bars="entered_in_time", free=True),
        Breakdown(code="entries_by_host", by=("host",), metrics=_ENTRIES),
        order=10,
    ),
    ReportSection(
        report="entries", code="medians", title="business.entries_medians", build=entries.medians, facts=("entries",), order=20
    ),
    ReportSection(report="entries", code="late", title="business.entries_late", build=entries.late, facts=("entries",), order=30),
    _section(
        "sales",
        "figures",
        Headline(metrics=(m.UNITS, m.SALES, m.BUYERS, m.SALES_PER_ORDER)),
        Breakdown(code="sales", by=("month",), metrics=_SALES, bars="sales", free=True),
        Breakdown(code="sales_by_rep", by=("rep",), metrics=_SALES, bars="sales"),
        Breakdown(code="sales_by_model", by=("model",), metrics=_SALES, most=20),
    ),
    _section(
        "ordering",
        "channels",
        Headline(metrics=(m.ORDERS, m.ORDERING_CUSTOMERS)),
        Breakdown(
            code="orders_by_channel",
            by=("channel",),
            metrics=(m.ORDERS, m.ORDERS_SHARE, m.ORDERING_CUSTOMERS, m.SALES, m.SALES_PER_ORDER),
            bars="orders_share",
            whole=True,
        ),
        Breakdown(code="orders_by_month", by=("month",), across="channel", metrics=(m.ORDERS,)),
        Breakdown(code="orders_by_customer", by=("customer",), across="channel", metrics=(m.ORDERS,), most=20, free=True),
    ),
    _section(
        "market",
        "total",
        Headline(metrics=(m.SALES, m.WALLET, m.WALLET_SHARE, m.STRANGERS)),
        Breakdown(
            code="market_by_industry",
            by=("industry",),
            metrics=(m.SALES, m.INDUSTRY, m.INDUSTRY_SHARE, m.WALLET, m.WALLET_SHARE),
            bars="industry_share",
        ),
        Breakdown(
            code="market_by_region",
            by=("region",),
            metrics=(m.SALES, m.REGION, m.REGION_SHARE, m.WALLET, m.WALLET_SHARE),
            bars="region_share",
            free=True,
        ),
        order=10,
    ),
    _section(
        "market",
        "companies",
        Breakdown(code="market_by_company", by=("company",), metrics=(m.SALES, m.WALLET, m.WALLET_SHARE), most=20),
        order=20,
    ),
)
"""All of them, report by report."""
