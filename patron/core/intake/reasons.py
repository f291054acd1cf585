"""
Why something was not taken, as it is told and kept: in words of whoever is asked, and without the secrets of the connection.
"""

from patron.core.errors import PatronError
from patron.core.intake.connections import Opened
from patron.core.intake.redacting import secrets_of
from patron.core.message import Message
from patron.core.names import blotted
from patron.core.records.reason import details_of


def reason_of(opened: Opened, said: str) -> Message:
    """Return why a channel does not take a delivery: by a key of its plugin's words; any other text is quoted."""
    secrets = secrets_of(opened)
    return Message.of_plugin(
        opened.plugin, opened.catalogue, str(said), details_of(said), blotted=lambda one: blotted(one, secrets)
    )


def kept_problem(opened: Opened, problem: PatronError) -> Message:
    """Return what speaks against something, as its receipt keeps it."""
    secrets = secrets_of(opened)
    return Message.of(problem).without(lambda one: blotted(one, secrets))
