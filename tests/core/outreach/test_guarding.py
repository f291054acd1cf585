"""The guard: what a customer refused is not told of as if it were nothing."""

from collections.abc import Callable

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import AddConsent, AddedInteraction, AddInteraction, add_consent, add_interaction
from patron.core.nouns import Customer
from patron.core.outreach import RefusedError


@pytest.fixture(name="stopped")
def _stopped(house: App, zhang: Customer) -> Customer:
    """Return a customer who wants no calls."""
    with house.session() as session:
        add_consent(
            session, AddConsent(values={"customer_id": zhang.id, "decision": "refused", "channel": "phone", "at": "2025-12-31"})
        )
    return zhang


def call(house: App, customer: Customer, login: str, **about: object) -> AddedInteraction:
    with house.session(login) as session:
        return add_interaction(session, AddInteraction(values={"customer_id": customer.id, "note": "–", **about}))


def test_a_contact_that_was_refused_is_refused(house: App, stopped: Customer) -> None:
    with pytest.raises(RefusedError) as caught:
        call(house, stopped, "wang")

    said = caught.value.message("en")
    assert said.startswith("张三 (#1) may not be contacted so: they do not want it (refused 2025-12-31")
    assert "They accept email. Where it has to be all the same, somebody with the right `exemption`" in said


def test_what_came_from_the_customer_and_other_channels_are_free(house: App, stopped: Customer) -> None:
    assert call(house, stopped, "wang", direction="in").verdict is None
    assert not call(house, stopped, "wang", channel="email").warns


def test_what_happened_before_they_refused_was_right(house: App, stopped: Customer) -> None:
    assert not call(house, stopped, "wang", at="2025-12-30").warns


def test_who_may_gives_the_reason(house: App, stopped: Customer) -> None:
    with pytest.raises(DeniedError, match="takes the right `exemption`, which your roles"):
        call(house, stopped, "wang", exemption="he asked for it")

    assert call(house, stopped, "zhao", exemption="he asked for it").interaction.exemption == "he asked for it"
    assert call(house, stopped, "wang", channel="email", exemption="no need").interaction.exemption is None


def test_a_house_may_only_warn(house_with: Callable[..., App], stopped: Customer) -> None:
    assert call(house_with(breaches="warn"), stopped, "wang").warns
