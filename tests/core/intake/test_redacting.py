"""What is kept of a delivery, and shown of a connection, has no secret in it."""

from patron.core.i18n import CORE
from patron.core.intake.connections import Opened
from patron.core.intake.redacting import redacted
from patron.core.names import BLOT
from patron.core.records.intake import Channel, ChannelOption, Connection, Delivery, OptionKind
from patron.testing.application import NOW


def test_each_of_two_secrets_is_blotted_while_they_change() -> None:
    """They stand with a blank between them in one variable, and a request shows one of them."""
    secret = ChannelOption(name="secret", kind=OptionKind.SECRET, several=True)
    channel = Channel(code="own", source="webshop", contact="web", parse=lambda *_: [], options=(secret,))
    connection = Connection(name="own", options={"secret": "old-s3cret new-s3cret"}, bearer="b3arer")
    opened = Opened(connection=connection, channel=channel, plugin="own", catalogue=CORE)
    query = {"token": "new-s3cret"}
    delivery = Delivery(
        body=b"", received_at=NOW, headers={"x-key": "old-s3cret"}, query=query, url="https://crm?token=new%2ds3cret"
    )

    kept = redacted(opened, delivery)

    assert (kept.headers, kept.query, kept.url) == ({"x-key": BLOT}, {"token": BLOT}, f"https://crm?token={BLOT}")
    for shown in (repr(opened), repr(connection), repr(delivery)):
        assert "s3cret" not in shown
        assert "b3arer" not in shown
