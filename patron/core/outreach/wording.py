"""
Verdicts in the reader's words.
"""

from datetime import datetime, timedelta
from functools import reduce

from patron.core.clock import wall_time
from patron.core.outreach.verdict import Answer, Objection, Verdict
from patron.core.session import Session


def objections_said(session: Session, verdict: Verdict) -> str:
    """Return what speaks against contacting a customer, in one line; empty where nothing does."""
    parts = [_said(session, one, verdict) for one in verdict.objections]
    return reduce(lambda first, second: session.t("outreach.both", first=first, second=second), parts) if parts else ""


def verdict_said(session: Session, verdict: Verdict) -> str:
    """Return a verdict as a sentence: whether, why not, and what would do instead."""
    channel, why = _code(session, "contact_channel", verdict.ask.channel), objections_said(session, verdict)
    about = {"channel": channel, "purpose": _code(session, "purpose", verdict.ask.purpose), "why": why}
    if verdict.answer is Answer.YES:
        return session.t("outreach.yes_but" if why else "outreach.yes", **about)
    if verdict.answer is Answer.LATER:
        until = "–" if verdict.not_before is None else wall_time(_next_minute(verdict.not_before), session.settings.timezone)
        return session.t("outreach.later", until=until, **about)
    if verdict.instead is None:
        return session.t("outreach.no", **about)
    return session.t("outreach.instead", instead=_code(session, "contact_channel", verdict.instead), **about)


def _next_minute(at: datetime) -> datetime:
    return (at + timedelta(minutes=1, microseconds=-1)).replace(second=0, microsecond=0)


def _said(session: Session, objection: Objection, verdict: Verdict) -> str:
    consent, zone = objection.consent, session.settings.timezone
    about: dict[str, object] = {"limit": objection.limit, "days": objection.days}
    about["channel"] = _code(session, "contact_channel", verdict.ask.channel)
    about["purpose"] = _code(session, "purpose", verdict.ask.purpose)
    about["until"] = "" if objection.not_before is None else wall_time(objection.not_before, zone)
    if consent is not None:
        about["decision"] = _code(session, "consent_decision", consent.decision)
        about["at"] = wall_time(consent.at.replace(second=0, microsecond=0), zone)
        about["form"] = _code(session, "consent_form", consent.given_by)
    return session.t(f"outreach.objection_{objection.code}", **about)


def _code(session: Session, codes: str, code: str) -> str:
    return session.records.vocabulary.code_label(codes, code, session.t.lang)
