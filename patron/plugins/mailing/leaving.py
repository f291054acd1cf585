"""
The way out of letters: who gets one is told where to say that they want no more.
"""

from collections.abc import Sequence

import attrs

from patron import Contact, UsageError
from patron.core.intake import WayOut, way_out
from patron.core.outreach import Ask
from patron.core.outreach.rules import rules_of
from patron.core.session import Session
from patron.plugins.mailing.recipients import Recipient
from patron.plugins.mailing.template import Template
from patron.plugins.mailing.words import WORDS

_PLACE = "unsubscribe"
_MAIL = "email"


def way_out_of(session: Session, templates: Sequence[Template], ask: Ask) -> WayOut | None:
    """
    Return by what letters say where to unsubscribe; None for what we owe, unless a template asks for it.

    Raises:
        UsageError: a template asks for it, and it is not set up.
        ConfigurationError: it is set up wrongly; see `way_out()`.
    """
    asking = [template for template in templates if _PLACE in template.names()]
    if not asking and rules_of(session).is_owed(ask.purpose):
        return None
    way = way_out(session)
    if asking and way is None:
        raise UsageError("mailing.no_way_out", catalogue=WORDS, path=asking[0].path)
    return way


def with_link(one: Recipient, way: WayOut | None, ask: Ask) -> Recipient:
    """Return a recipient with where they unsubscribe, as far as they are written to by what can tell who they are."""
    if way is None or not one.scheme:
        return one
    contact = Contact(scheme=one.scheme, written=one.address)
    return attrs.evolve(one, unsubscribe=way.link(contact, ask.channel, ask.purpose))


def lacks_way_out(session: Session, ask: Ask, links: Sequence[str]) -> bool:
    """Say whether there are mails that nobody is owed, and that have no link by which to unsubscribe."""
    return ask.channel == _MAIL and not rules_of(session).is_owed(ask.purpose) and not all(links)
