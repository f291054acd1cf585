"""
Whom somebody may write to: the customers that they may take out by the file, and with the lesser right `mailing` those who
agreed to be written to, by what they agreed to.

Who has that right takes out nobody else, and nothing but the address that the letter goes to: an address book stays a right of
its own. Nor do they count on a yes that they recorded themselves, unless the settings say so.
"""

from collections.abc import Sequence
from typing import Self

import attrs

from patron.core.access import Action, DeniedError, Policy, Scope, roles_of
from patron.core.access.policy import with_rights
from patron.core.names import listed
from patron.core.nouns import Identity
from patron.core.nouns.criterion import among
from patron.core.outreach.rules import rules_of
from patron.core.outreach.verdict import Ask
from patron.core.session import Session
from patron.core.store import Reader

RIGHT = "mailing"
"""The right to take out, for a letter, customers who agreed to get it."""

_CUSTOMER, _WHERE = "customer", ("identity", "identity_link")


@attrs.frozen(kw_only=True)
class Addressing:
    """
    What may be taken out to write to customers.

    Attributes:
        reader: reads the customers, by the right to take them out.
        schemes: of the identities by which they are written to, which it reads all; further ones as the actor may see them.
        own: reads as the actor does.
        ask: what is asked of each customer; None where they are not contacted.
    """

    reader: Reader
    schemes: frozenset[str]
    own: Reader
    ask: Ask | None = None

    @classmethod
    def plain(cls, reader: Reader, ask: Ask | None) -> Self:
        """Return what may be taken out by the right to the file itself."""
        return cls(reader=reader, schemes=frozenset(), own=reader, ask=ask)

    def identities(self, numbers: Sequence[int]) -> dict[int, Identity]:
        """Return id → the identity, of those that may be taken out."""
        if not numbers:
            return {}
        by_id = among("id", tuple(numbers))
        if self.own is self.reader:
            return {one.id: one for one in self.own.find(Identity, [by_id])}
        found = {one.id: one for one in self.reader.find(Identity, [by_id, among("scheme", tuple(self.schemes))])}
        if self.own.policy.scope(self.own.actor, Action.READ, "identity"):
            found |= {one.id: one for one in self.own.find(Identity, [by_id])}
        return found


def addressing(session: Session, reader: Reader, ask: Ask | None) -> Addressing:
    """
    Return what an actor may take out of customers; who of them wants to hear of it is the business of the `Sieve`.

    Args:
        session: the session.
        reader: the database.
        ask: by what means and for what they are to be contacted; None where they are not.

    Raises:
        DeniedError: nothing, but for who agreed to something; the message says to what.
    """
    policy, actor = reader.policy, reader.actor
    whole, lesser = (policy.scope(actor, Action.EXPORT, name) for name in (_CUSTOMER, RIGHT))
    plain = Addressing.plain(reader, ask)
    if lesser <= whole:
        return plain
    rules = rules_of(session)
    if ask is None or not rules.needs_consent(ask.purpose):
        if whole:
            return plain
        agreed = listed([rules.vocabulary.code_called("purpose", one) for one in rules.settings.needs_consent])
        raise DeniedError("outreach.mailing_alone", actor=actor.login, roles=roles_of(actor), purposes=agreed)
    rights = {Action.EXPORT: {_CUSTOMER: lesser}, Action.READ: dict.fromkeys(_WHERE, lesser)}
    wider = Policy(with_rights(policy.roles, {role: rights for role in actor.roles if _has(policy, role)}))
    found = Reader(reader.connection, actor=actor, policy=wider, vocabulary=reader.vocabulary)
    asked = ask if rules.settings.own_word else attrs.evolve(ask, but_by=actor.user_id)
    return Addressing(reader=found, schemes=frozenset(rules.schemes(ask.channel)), own=reader, ask=asked)


def _has(policy: Policy, role: str) -> bool:
    return policy.roles.get(role, {}).get(Action.EXPORT, {}).get(RIGHT, Scope.NONE) is not Scope.NONE
