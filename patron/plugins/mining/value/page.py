"""
An analysis of lifetime value as a document: the models, what they expect, and how far they can be trusted.
"""

import math
from collections.abc import Iterator

from patron import Basis, Block, Document, Figure, Figures, Format, Level, Note, Section, Session, Table, TableColumn, Translator
from patron.kernel.lifetime.fit import Fit
from patron.plugins.mining.value.analysis import Holdout, ValueAnalysis
from patron.plugins.mining.value.totals import totals_of
from patron.plugins.mining.value.words import WORDS


def value_page(session: Session, analysis: ValueAnalysis) -> Document:
    """Return the analysis in the reader's language."""
    t = session.t.within(WORDS)
    command = analysis.command
    sections = [
        Section(code="expected", title=t("lifetime.expected"), blocks=(_figures(t, analysis),)),
        Section(code="models", title=t("lifetime.models"), blocks=tuple(_models(t, analysis))),
    ]
    if analysis.holdout is not None:
        sections.append(
            Section(code="holdout", title=t("lifetime.holdout"), blocks=(_holdout(t, analysis.holdout, t(_counted(analysis))),))
        )
    return Document(
        code="lifetime_value",
        title=t("lifetime.title"),
        subtitle=t(
            "lifetime.subtitle",
            until=analysis.until.isoformat(),
            horizon=command.horizon,
            unit=t(f"lifetime.units_{command.time_unit}"),
            discount=f"{100 * command.discount:.4g} %",
        ),
        lang=session.t.lang,
        sections=tuple(sections),
    )


def _figures(t: Translator, analysis: ValueAnalysis) -> Figures:
    totals = totals_of(analysis)
    counted = _counted(analysis)
    values = {
        "customers": (len(analysis.observed.rows), Format.COUNT),
        "alive": (totals.alive, Format.NUMBER),
        "purchases": (totals.purchases, Format.NUMBER),
        "value": (totals.value, Format.MONEY),
    }
    return Figures(
        figures=tuple(
            Figure(
                label=t(f"lifetime.{name}"),
                value=value,
                format=form,
                basis=Basis(numerator=t(f"lifetime.{name}_of", days=t(counted))),
            )
            for name, (value, form) in values.items()
        )
    )


def _models(t: Translator, analysis: ValueAnalysis) -> Iterator[Block]:
    prediction = analysis.prediction
    yield _model(t, prediction.purchases, t(f"lifetime.units_{analysis.command.time_unit}"))
    yield from _doubts(t, prediction.purchases)
    if prediction.amounts is None:
        yield Note(text=t("lifetime.no_amounts"), level=Level.WARNING)
        return
    yield _model(t, prediction.amounts, analysis.currency)
    yield from _doubts(t, prediction.amounts)
    if prediction.correlation is not None:
        yield Note(text=t("lifetime.correlated", correlation=f"{prediction.correlation:.3f}"))
    unknown = int(prediction.unknown.sum())
    if unknown:
        yield Note(text=t("lifetime.without_value", count=f"{unknown:,}"), level=Level.WARNING)


def _model(t: Translator, fit: Fit, unit: str) -> Table:
    columns = (
        TableColumn(key="parameter", title=t("lifetime.parameter"), format=Format.TEXT),
        TableColumn(key="value", title=t("lifetime.estimate"), format=Format.TEXT),
        TableColumn(key="error", title=t("lifetime.error"), format=Format.TEXT),
    )
    rows = [
        (name, _digits(value), _digits(error) if math.isfinite(error) else None)
        for name, value, error in zip(fit.names, fit.parameters.tolist(), fit.errors.tolist(), strict=True)
    ]
    return Table(
        code=fit.model,
        title=t(f"lifetime.model_{fit.model}"),
        columns=columns,
        rows=(*rows, (t("lifetime.log_likelihood"), f"{fit.log_likelihood:,.4f}", None)),
        basis=Basis(numerator=t("lifetime.fitted_in" if unit else "lifetime.fitted", customers=f"{fit.customers:,}", unit=unit)),
    )


def _doubts(t: Translator, fit: Fit) -> Iterator[Note]:
    """Say what speaks against believing the fit."""
    if not fit.converged:
        yield Note(text=t("lifetime.not_converged"), level=Level.WARNING)
    if fit.at_bound:
        yield Note(text=t("lifetime.at_bound", names=", ".join(fit.at_bound)), level=Level.WARNING)
    if fit.undetermined:
        yield Note(text=t("lifetime.undetermined", names=", ".join(fit.undetermined)), level=Level.WARNING)


def _holdout(t: Translator, holdout: Holdout, days: str) -> Figures:
    period = f"{holdout.first.isoformat()} – {holdout.last.isoformat()}"
    values = {
        "actual": (holdout.actual, Format.COUNT),
        "predicted": (holdout.predicted, Format.NUMBER),
        "correlation": (holdout.correlation, Format.NUMBER),
        "mae": (holdout.mae, Format.NUMBER),
    }
    return Figures(
        figures=tuple(
            Figure(
                label=t(f"lifetime.{name}"),
                value=value,
                format=form,
                basis=Basis(numerator=t(f"lifetime.{name}_of", days=days), period=period),
            )
            for name, (value, form) in values.items()
        )
    )


def _counted(analysis: ValueAnalysis) -> str:
    """Return the key of what is counted as one purchase."""
    return "lifetime.counted_periods" if analysis.command.model == "bgbb" else "lifetime.counted_days"


def _digits(value: float) -> str:
    return f"{value:.6g}"
