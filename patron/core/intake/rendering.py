"""
Leads on their way out: written as a channel would receive them, for whoever takes them over.
"""

from collections.abc import Sequence

from patron.core.access import Action
from patron.core.crm.identities import identities_of
from patron.core.errors import UsageError
from patron.core.intake.connections import open_connection
from patron.core.nouns import Customer, Interaction, Lead
from patron.core.nouns.criterion import among, equal
from patron.core.records.intake import Contact, Envelope
from patron.core.session import Session
from patron.core.store import NotFoundError, Reader

_CUSTOMER = ("name", "address", "position")
_LEAD = ("interests", "subject", "expected_on", "medium")


def render_leads(session: Session, name: str, numbers: Sequence[int]) -> bytes:
    """
    Return leads as the channel of a connection writes them, of those that the actor may export.

    Args:
        session: the session.
        name: a connection, or a channel's code.
        numbers: the leads.

    Raises:
        UsageError, ConfigurationError: there is no such connection, or its channel only reads.
        NotFoundError: there is no such lead, or none that the actor may export.
        PluginError: the channel failed.
    """
    opened = open_connection(session, name)
    if opened.channel.render is None:
        raise UsageError("intake.only_reads", name=name, channel=opened.channel.code)
    with session.read() as reader:
        found = {lead.id: lead for lead in reader.find(Lead, [among("id", tuple(numbers))], action=Action.EXPORT)}
        for number in numbers:
            if number not in found:
                raise NotFoundError("store.not_found", noun="lead", id=number)
        envelopes = [_envelope(reader, found[number], opened.connection.name) for number in numbers]
    with session.host.blame(opened.plugin, f"channel {opened.channel.code}, render"):
        return opened.channel.render(envelopes, opened.connection)


def _envelope(reader: Reader, lead: Lead, connection: str) -> Envelope:
    customer = reader.get(Customer, lead.customer_id)
    said = reader.find(Interaction, [equal("lead_id", lead.id), equal("direction", "in")], order=["at", "id"], limit=1)
    note = said[0].note if said else None
    return Envelope(
        native_id=_number(lead, connection),
        at=lead.filed_at,
        contacts=tuple(Contact(scheme=one.scheme, written=one.value) for one in identities_of(reader, customer.id)),
        customer={name: value for name in _CUSTOMER if (value := getattr(customer, name))},
        lead={name: value for name in _LEAD if (value := getattr(lead, name))},
        interaction={"note": note} if note else {},
    )


def _number(lead: Lead, connection: str) -> str:
    """Return the number of a lead: as the connection itself calls it, else with whose number it is."""
    if lead.source_key and lead.system == connection:
        return lead.source_key
    return f"{lead.system or 'patron'}:{lead.source_key or lead.id}"
