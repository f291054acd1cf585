"""
The metrics of calls, as data. Their words stand in `locale/*/metric.toml`.
"""

from patron import Amount, Criterion, Format, Function, Joined, Metric, Operator, equal

_CALLS = Amount(view="calls", at="at")
_SPOKEN = Amount(view="calls", at="at", where=equal("effective", value=True))
_IN = Amount(view="calls", at="at", where=equal("direction", "in"))
_COACHED = Joined(True, (equal("coached", value=True), equal("direction", "out")))

CALLS = Metric(code="calls", numerator=_CALLS, group="experience")
RECORDED = Metric(
    code="calls_recorded",
    numerator=Amount(view="calls", at="at", where=Joined(True, (equal("effective", value=True), equal("recorded", value=True)))),
    denominator=_SPOKEN,
    format=Format.SHARE,
    group="experience",
)
REVIEWS = Metric(code="calls_reviewed", numerator=Amount(view="call_reviews", at="at"), group="experience")
SCORE = Metric(
    code="calls_score",
    numerator=Amount(view="call_reviews", function=Function.SUM, column="score", at="at"),
    denominator=REVIEWS.numerator,
    format=Format.NUMBER,
    group="experience",
)
COACHED = Metric(code="calls_coached", numerator=Amount(view="calls", at="at", where=_COACHED), group="experience")
VIOLATIONS = Metric(
    code="calls_off_record",
    numerator=Amount(view="calls", at="at", where=Criterion("violation", Operator.MISSING, value=False)),
    group="experience",
)
VIOLATION_SHARE = Metric(
    code="calls_off_record_share",
    numerator=VIOLATIONS.numerator,
    denominator=COACHED.numerator,
    format=Format.SHARE,
    group="experience",
)
CALLS_IN = Metric(code="calls_in", numerator=_IN, group="acquisition")
OPPORTUNITIES = Metric(
    code="calls_opportunities",
    numerator=Amount(view="calls", at="at", where=equal("opportunity", value=True)),
    group="acquisition",
)
OPPORTUNITY_RATE = Metric(
    code="calls_opportunity_rate",
    numerator=OPPORTUNITIES.numerator,
    denominator=_IN,
    format=Format.SHARE,
    group="acquisition",
)
