"""
Why something was not taken, as it is told and kept: in words of whoever is asked, and without the secrets of the connection.
"""

from typing import Any

from patron.core.errors import PatronError
from patron.core.intake.connections import Opened
from patron.core.intake.redacting import secrets_of
from patron.core.message import Message
from patron.core.names import blotted
from patron.core.records.reason import Reason, details_of


def reason_of(opened: Opened, said: str) -> Message:
    """
    Return why a channel does not take a delivery: by a key of its plugin's words; any other text is quoted.

    What a reason names may be reasons, too, and tuples of them.
    """
    secrets = secrets_of(opened)
    named = {name: _named(opened, value) for name, value in details_of(said).items()}
    return Message.of_plugin(opened.plugin, opened.catalogue, str(said), named, blotted=lambda one: blotted(one, secrets))


def _named(opened: Opened, value: Any) -> Any:
    if isinstance(value, Reason):
        return reason_of(opened, value)
    return tuple(_named(opened, one) for one in value) if isinstance(value, tuple) else value


def kept_problem(opened: Opened, problem: PatronError) -> Message:
    """Return what speaks against something, as its receipt keeps it."""
    secrets = secrets_of(opened)
    return Message.of(problem).without(lambda one: blotted(one, secrets))
