"""The tables of calls, and what the host says of the plugin."""

import patron.plugins.calls
from patron import testing
from patron.app import App
from patron.core.nouns import Interaction


def test_the_migrations_make_what_is_declared() -> None:
    testing.check_plugin(patron.plugins.calls)
    testing.check_tables(patron.plugins.calls)


def test_who_may_not_know_where_recordings_are_sees_the_call_without(house: App, call: object) -> None:
    """An assistant keeps calls, and listens to none."""
    from patron.core.crm import AddPerson, add_user

    number = call("wang")  # type: ignore[operator]
    with house.session() as session:
        add_user(session, AddPerson(values={"login": "li", "name": "Li", "roles": "assistant", "team_id": "sales"}))
    with house._replace(login="li").session() as session, session.read() as reader:
        assert (reader.get(Interaction, number).phone_line, reader.get(Interaction, number).recording) == ("8001", None)
