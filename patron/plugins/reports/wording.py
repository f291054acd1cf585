"""
What the sections share in saying what a number is and is made of.
"""

from decimal import Decimal

from patron import Basis, Note, ReportData, describe_period, to_decimal


def basis(data: ReportData, numerator: str, denominator: str = "", /, **params: object) -> Basis:
    """Return what a number is made of, from the message keys of its numerator and denominator, over the period of the run."""
    return Basis(
        numerator=data.t(numerator, **params),
        denominator=data.t(denominator, **params) if denominator else "",
        period=describe_period(data.run, data.t),
    )


def measure(data: ReportData, name: str) -> str:
    """Return the name of what customers can be ranked by: `monetary`, `margin` or `orders`."""
    return data.t(f"measure.{name}")


def ranked_otherwise(data: ReportData) -> list[Note]:
    """Say that the section ranks by what it adds up, where the groups of the report are ranked by something else."""
    by = data.run.by
    return [] if by == "monetary" else [Note(text=data.t("measure.otherwise", measure=measure(data, by)))]


def money(count: int | None) -> Decimal | None:
    """Return counts of 1/10,000 as a decimal; None where there is none."""
    return None if count is None else to_decimal(count)


def percent(share: float | None) -> str:
    """Return a share as it stands in a sentence: "74.3%", or a dash where there is none."""
    return "–" if share is None else f"{share:.1%}"


def part(whole: int, total: int) -> float | None:
    """Return *whole* ÷ *total*; None for an empty total."""
    return whole / total if total > 0 else None
