"""
Samples of deliveries, as the providers of channels send them.
"""

import attrs

from patron.core.records.intake import Delivery
from patron.testing.application import NOW


@attrs.frozen(kw_only=True)
class ChannelSample:
    """
    A delivery as the provider sends it, and what it tells. It arrives at `patron.testing.NOW`: sign a time that is near it.

    Attributes:
        body: the bytes.
        envelopes: how many it tells of; 0 for one that tells of nobody.
        broken: how many of these can't be read, or are about nobody (`aside`), while the others come in.
        headers: of the request, by lower-case name.
        query: of the request's address.
        method: of the request.
        url: the address that was called.
        content_type: what the bytes are said to be.
        authentic: whether `verify` is to take it; a channel with secrets needs a sample that it refuses.
        readable: whether `parse` is to read it, or to raise `Unreadable`.
        parts: bodies that tell the same one by one, for one that tells of several.
        tolerance: by how many seconds it may be late or early, tried to the second; None where its signature has no time.
        timeless: whether what looks like a time in its head is none of its sending, so that no clock is asked.
        signed: whether its signature covers every byte, and all the headers are needed: each is changed or left out in turn.
    """

    body: bytes
    envelopes: int = 1
    broken: int = 0
    headers: dict[str, str] = attrs.field(factory=dict)
    query: dict[str, str] = attrs.field(factory=dict)
    method: str = "POST"
    url: str = "https://crm.example/intake"
    content_type: str = ""
    authentic: bool = True
    readable: bool = True
    parts: tuple[bytes, ...] = ()
    tolerance: int | None = None
    timeless: bool = False
    signed: bool = False

    def delivery(self, connection: str) -> Delivery:
        """Return the sample as a delivery that came in at `patron.testing.NOW`."""
        return Delivery(
            body=self.body,
            received_at=NOW,
            connection=connection,
            headers=self.headers,
            query=self.query,
            method=self.method,
            url=self.url,
            content_type=self.content_type,
            name="sample",
        )
