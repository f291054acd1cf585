"""
The metrics of the reports over the database, as data. Their words stand in `locale/*/metric.toml`.

What is counted by a time belongs to the period in which that time lies; what has no time is as things stand at the end.
"""

from patron import ALL_CUTS, Amount, Condition, Criterion, Format, Function, Joined, Metric, Negated, Operator, among, equal

REMOTE = ("phone", "web")
"""The families of sources whose people have still to come to us."""

WON, LOST = equal("status", "won"), equal("status", "lost")
OPEN = among("status", ("open", "revived"))
_DAY = 86_400

_NEW = Amount(view="leads", at="filed_at")
_WON = Amount(view="leads", at="won_at", where=WON)
_LOST = Amount(view="leads", at="lost_at", where=LOST)
_ENDED = Amount(view="leads", at="ended_at")


def _spent(*kinds: str) -> Amount:
    where: Condition | None = among("kind", kinds) if kinds else None
    return Amount(view="spends", function=Function.SUM, column="amount", at="on", where=where)


def _share(code: str, amount: Amount, over: tuple[str, ...] = ALL_CUTS, *, group: str) -> Metric:
    """Return the metric of which part of the whole something is."""
    whole = Amount(view=amount.view, function=amount.function, column=amount.column, at=amount.at, where=amount.where, over=over)
    return Metric(code=code, numerator=amount, denominator=whole, format=Format.SHARE, group=group)


SPEND = Metric(code="spend", numerator=_spent(), format=Format.MONEY, group="acquisition")
SPEND_ADVERTS = Metric(code="spend_adverts", numerator=_spent("advertising"), format=Format.MONEY, group="acquisition")
SPEND_EVENTS = Metric(code="spend_events", numerator=_spent("event"), format=Format.MONEY, group="acquisition")
SPEND_OTHER = Metric(
    code="spend_other",
    numerator=Amount(
        view="spends",
        function=Function.SUM,
        column="amount",
        at="on",
        where=Negated(among("kind", ("advertising", "event"))),
    ),
    format=Format.MONEY,
    group="acquisition",
)
SPEND_SHARE = _share("spend_share", _spent(), group="acquisition")

LEADS_NEW = Metric(code="leads_new", numerator=_NEW, group="acquisition")
LEADS_SHARE = _share("leads_share", _NEW, group="acquisition")
COST_PER_LEAD = Metric(code="cost_per_lead", numerator=_spent(), denominator=_NEW, format=Format.MONEY, group="acquisition")
COST_PER_WON = Metric(code="cost_per_won", numerator=_spent(), denominator=_WON, format=Format.MONEY, group="conversion")

_CAME = Negated(Criterion("visited_at", Operator.MISSING))
_REMOTE = Amount(view="arrivals", at="filed_at")
_VISITS = Amount(view="arrivals", at="visited_at", where=_CAME)
REMOTE_LEADS = Metric(code="remote_leads", numerator=_REMOTE, group="acquisition")
VISITS = Metric(code="visits", numerator=_VISITS, group="acquisition")
VISITED = Metric(
    code="visited_share",
    numerator=Amount(view="arrivals", at="filed_at", where=_CAME),
    denominator=_REMOTE,
    format=Format.SHARE,
    group="acquisition",
)
COST_PER_VISIT = Metric(
    code="cost_per_visit",
    numerator=Amount(view="spends", function=Function.SUM, column="amount", at="on", where=among("source_family", REMOTE)),
    denominator=_VISITS,
    format=Format.MONEY,
    group="acquisition",
)

LEADS_WON = Metric(code="leads_won", numerator=_WON, group="conversion")
CONVERSION = Metric(code="conversion_rate", numerator=_WON, denominator=_NEW, format=Format.SHARE, group="conversion")
COHORT_CONVERSION = Metric(
    code="cohort_conversion_rate",
    numerator=Amount(view="leads", at="filed_at", where=WON),
    denominator=_NEW,
    format=Format.SHARE,
    group="conversion",
)
DAYS_TO_WON = Metric(
    code="days_to_won",
    numerator=Amount(view="leads", function=Function.SUM, column="seconds_to_won", at="won_at", where=WON),
    denominator=_WON,
    format=Format.NUMBER,
    unit=_DAY,
    group="conversion",
)
REP_WON = Metric(code="rep_won", numerator=Amount(view="wins", at="at"), group="conversion")
REP_ASSIGNED = Metric(
    code="rep_assigned",
    numerator=Amount(view="assignments", function=Function.DISTINCT, column="lead", at="at"),
    group="conversion",
)
REP_CONVERSION = Metric(
    code="rep_conversion_rate",
    numerator=REP_WON.numerator,
    denominator=REP_ASSIGNED.numerator,
    format=Format.SHARE,
    group="conversion",
)

LEADS_LOST = Metric(code="leads_lost", numerator=_LOST, group="churn")
LOST_SHARE = _share("lost_share", _LOST, group="churn")
LOST_OF_ENDED = Metric(
    code="lost_of_ended",
    numerator=Amount(view="leads", at="ended_at", where=LOST),
    denominator=_ENDED,
    format=Format.SHARE,
    group="churn",
)
DAYS_TO_LOST = Metric(
    code="days_to_lost",
    numerator=Amount(view="leads", function=Function.SUM, column="seconds_to_lost", at="lost_at", where=LOST),
    denominator=_LOST,
    format=Format.NUMBER,
    unit=_DAY,
    group="churn",
)

_IN_OUTCOME = among("status", ("won", "lost"))
CONTACTS = Metric(code="contacts", numerator=Amount(view="contacts", at="at", where=_IN_OUTCOME), group="experience")
TOPIC_SHARE = Metric(
    code="topic_share",
    numerator=Amount(view="contact_topics", at="at", where=_IN_OUTCOME),
    denominator=Amount(view="contacts", at="at", where=_IN_OUTCOME, over=("topic",)),
    format=Format.SHARE,
    group="experience",
)

LEADS_OPEN = Metric(code="leads_open", numerator=Amount(view="leads", where=OPEN), group="stickiness")
LEADS_FRESH = Metric(
    code="leads_fresh",
    numerator=Amount(view="leads", function=Function.SUM, column="fresh", where=OPEN),
    group="stickiness",
)
FRESHNESS = Metric(
    code="freshness",
    numerator=LEADS_FRESH.numerator,
    denominator=LEADS_OPEN.numerator,
    format=Format.SHARE,
    group="stickiness",
)

IN_TIME = Metric(
    code="reached_in_time",
    numerator=Amount(view="responses", function=Function.SUM, column="reached_in_time", at="filed_at"),
    denominator=Amount(view="responses", function=Function.SUM, column="response_judged", at="filed_at"),
    format=Format.SHARE,
    group="experience",
)
HANDED_IN_TIME = Metric(
    code="handed_in_time",
    numerator=Amount(view="responses", function=Function.SUM, column="handed_in_time", at="filed_at"),
    denominator=Amount(view="responses", function=Function.SUM, column="handover_judged", at="filed_at"),
    format=Format.SHARE,
    group="experience",
)
TIME_TO_CONTACT = Metric(
    code="time_to_contact",
    numerator=Amount(view="responses", function=Function.SUM, column="seconds_to_contact", at="filed_at"),
    denominator=Amount(view="responses", column="seconds_to_contact", at="filed_at"),
    format=Format.MINUTES,
    unit=60,
    group="experience",
)

_ENTERED = Amount(view="entries", at="entered_at")
_JUDGED_ENTRIES = Amount(view="entries", function=Function.SUM, column="entry_judged", at="entered_at")
ENTRIES = Metric(code="entries", numerator=_ENTERED, group="experience")
ENTRIES_LATE = Metric(
    code="entries_late",
    numerator=Amount(view="entries", function=Function.SUM, column="entered_late", at="entered_at"),
    group="experience",
)
ENTERED_IN_TIME = Metric(
    code="entered_in_time",
    numerator=Amount(view="entries", function=Function.SUM, column="entered_in_time", at="entered_at"),
    denominator=_JUDGED_ENTRIES,
    format=Format.SHARE,
    group="experience",
)
ENTRIES_JUDGED = Metric(
    code="entries_judged", numerator=_JUDGED_ENTRIES, denominator=_ENTERED, format=Format.SHARE, group="experience"
)

_SOLD = Amount(view="order_lines", function=Function.SUM, column="amount", at="at")
_ORDERED = Amount(view="order_lines", function=Function.DISTINCT, column="order", at="at")
UNITS = Metric(
    code="units",
    numerator=Amount(view="order_lines", function=Function.SUM, column="units", at="at"),
    format=Format.NUMBER,
    group="retention",
)
SALES = Metric(code="sales", numerator=_SOLD, format=Format.MONEY, group="retention")
SALES_SHARE = _share("sales_share", _SOLD, group="retention")
BUYERS = Metric(
    code="buyers",
    numerator=Amount(view="order_lines", function=Function.DISTINCT, column="customer", at="at"),
    group="retention",
)
ORDERS = Metric(code="orders", numerator=Amount(view="orders", at="at"), group="retention")
ORDERS_SHARE = _share("orders_share", ORDERS.numerator, group="retention")
ORDERING_CUSTOMERS = Metric(
    code="ordering_customers",
    numerator=Amount(view="orders", function=Function.DISTINCT, column="customer", at="at"),
    group="retention",
)
SALES_PER_ORDER = Metric(code="sales_per_order", numerator=_SOLD, denominator=_ORDERED, format=Format.MONEY, group="retention")

_COMPANY = Criterion("name", Operator.MISSING, False)
_OURS = Criterion("company", Operator.MISSING, False)


def _known(column: str) -> Amount:
    """Return the sales of which a study says how much is bought in all: no others are a part of that."""
    return Amount(view="order_lines", function=Function.SUM, column="amount", at="at", where=equal(column, True))


def _market(*where: Condition) -> Amount:
    return Amount(view="market", function=Function.SUM, column="amount", at="on", where=Joined(True, where))


WALLET = Metric(code="wallet", numerator=_market(_COMPANY, _OURS), format=Format.MONEY, group="retention")
WALLET_SHARE = Metric(
    code="wallet_share", numerator=_known("surveyed"), denominator=WALLET.numerator, format=Format.SHARE, group="retention"
)
STRANGERS = Metric(
    code="strangers",
    numerator=_market(_COMPANY, Criterion("company", Operator.MISSING)),
    format=Format.MONEY,
    group="acquisition",
)
REGION = Metric(
    code="region_volume",
    numerator=_market(Negated(_COMPANY), Criterion("region", Operator.MISSING, False)),
    format=Format.MONEY,
    group="acquisition",
)
REGION_SHARE = Metric(
    code="region_share",
    numerator=_known("region_surveyed"),
    denominator=REGION.numerator,
    format=Format.SHARE,
    group="acquisition",
)
INDUSTRY = Metric(
    code="industry_volume",
    numerator=_market(Negated(_COMPANY), Criterion("industry", Operator.MISSING, False)),
    format=Format.MONEY,
    group="acquisition",
)
INDUSTRY_SHARE = Metric(
    code="industry_share",
    numerator=_known("industry_surveyed"),
    denominator=INDUSTRY.numerator,
    format=Format.SHARE,
    group="acquisition",
)
