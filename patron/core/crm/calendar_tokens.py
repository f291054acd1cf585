"""
The addresses at which users' calendars are served: whoever has the address of a user's has the calendar.

A token is the login and a signature of it by the secret of the settings, so nobody can guess one and none has to be kept. All
end where the secret is changed; that of one user, where the user is no longer active.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from importlib.util import find_spec

import attrs

from patron.core.access import Action, DeniedError
from patron.core.config.secret import read_secret
from patron.core.crm.calendar import CalendarQuery, task_calendar
from patron.core.crm.records import find_id
from patron.core.errors import ConfigurationError, InputError, UsageError
from patron.core.nouns import User
from patron.core.session import Session
from patron.core.store import NotFoundError

PATH = "/calendar/"
_NAME = "calendar_secret"
_PURPOSE = b"patron calendar 1\0"
"""Goes before what is signed, so that no signature by the same secret for anything else opens a calendar."""
_LEAST = 32
"""Characters of the secret; whoever has one address could find out a shorter one, and with it all others."""


def calendar_secret(session: Session, environ: Mapping[str, str] | None = None) -> str | None:
    """
    Return the secret by which addresses are signed; None where calendars are not served.

    Raises:
        ConfigurationError: there is none where the settings say, others may read it, or it is short.
        InputError: the library for calendars is not installed.
    """
    source, said = session.settings.source, session.settings.serve._asdict()
    found, where = read_secret(_NAME, said, os.environ if environ is None else environ, lambda key: source.place("serve", key))
    if found is not None and len(found) < _LEAST:
        raise ConfigurationError("crm.short_calendar_secret", where=where, size=len(found), least=_LEAST)
    if found is not None and find_spec("icalendar") is None:
        raise InputError("crm.no_icalendar")
    return found


def calendar_address(session: Session, query: CalendarQuery) -> str:
    """
    Return the address of a user's calendar, which opens it with the rights of that user.

    Raises:
        UsageError: no address can be told for what the settings lack; nobody is named, or somebody who left.
        ConfigurationError, InputError: as `calendar_secret()`.
        DeniedError: it is another's, and the actor may not administer users.
    """
    secret, url = calendar_secret(session), session.settings.serve.url
    if secret is None:
        raise UsageError("crm.no_calendar_secret")
    if url is None:
        raise UsageError("crm.no_calendar_url")
    with session.read() as reader:
        own, actor = reader.actor.user_id, reader.actor
    if query.user is None and own is None:
        raise UsageError("crm.calendar_of_nobody")
    number = own if query.user is None else find_id(session, "user", query.user)
    if number != own:
        session.records.policy.require(actor, Action.ADMINISTER, "user")
    with session.read() as reader:
        user = reader.get(User, number or 0)
    if not user.active:
        raise UsageError("crm.calendar_of_who_left", user=user.name)
    asked = "&".join(f"{name}=1" for name in ("closed", "events") if getattr(query, name))
    return f"{url.rstrip('/')}{PATH}{_token(secret, user.login)}.ics{'?' if asked else ''}{asked}"


def calendar_of_token(session: Session, secret: str, token: str, query: CalendarQuery) -> bytes | None:
    """
    Return the calendar that a token opens, made with the rights of its user; None where it opens none.

    Args:
        session: of whomever; nothing is read on that actor's behalf.
        secret: by which it has to be signed.
        token: as it came.
        query: how; its user is that of the token.

    Raises:
        StoreError: the database can't be read.
    """
    login = _signed_login(secret, token)
    if login is None:
        return None
    try:
        return task_calendar(attrs.evolve(session, login=login, actor=None), attrs.evolve(query, user=None))
    except (DeniedError, NotFoundError):  # an active user no more, or without the right to see tasks
        return None


def _token(secret: str, login: str) -> str:
    name = login.encode()
    return f"{_written(name)}.{_written(hmac.digest(secret.encode(), _PURPOSE + name, 'sha256'))}"


def _signed_login(secret: str, token: str) -> str | None:
    """Return whose a token is; None where it is signed otherwise, or written otherwise than we write it."""
    written = token.partition(".")[0].encode("utf-8", "replace")
    try:
        login = urlsafe_b64decode(written + b"=" * (-len(written) % 4)).decode()
    except ValueError:
        return None
    right = _token(secret, login).encode()
    return login if login and hmac.compare_digest(right, token.encode("utf-8", "replace")) else None


def _written(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
