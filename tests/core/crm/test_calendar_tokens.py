"""The addresses of users' calendars: nobody guesses one, and each opens what its user may see."""

from pathlib import Path

import pytest

from patron.app import App
from patron.core.access import DeniedError
from patron.core.crm import (
    AddPerson,
    AddTask,
    CalendarQuery,
    ChangeRecord,
    add_task,
    add_team,
    add_user,
    calendar_address,
    calendar_of_token,
    calendar_secret,
    change_user,
    task_calendar,
)
from patron.core.errors import ConfigurationError, UsageError

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)

SECRET = "0123456789abcdef" * 2


@pytest.fixture(name="office")
def _office(patron: App, tmp_path: Path) -> App:
    """Return an application with two users, each with a task, whose calendars are served."""
    with patron.session() as session:
        add_team(session, AddPerson(values={"code": "sales", "name": "Sales", "kind": "department"}))
        for login in ("wang", "李四"):
            add_user(session, AddPerson(values={"login": login, "name": login, "roles": "sales_rep", "team_id": "sales"}))
    for login in ("wang", "李四"):
        with patron.session(login) as session:
            add_task(session, AddTask(values={"subject": f"Call by {login}"}))
    return served(patron, tmp_path, SECRET)


def served(app: App, folder: Path, secret: str) -> App:
    path = folder / "secret"
    path.touch(mode=0o600)
    path.write_text(f"{secret}\n")
    serve = app.settings.serve._replace(url="https://crm.example/", calendar_secret_file=str(path))
    return app._replace(settings=app.settings._replace(serve=serve))


def token(office: App, login: str) -> str:
    with office.session(login) as session:
        return calendar_address(session, CalendarQuery()).removeprefix("https://crm.example/calendar/").removesuffix(".ics")


def opened(office: App, token: str, secret: str = SECRET) -> bytes | None:
    with office.session() as session:
        return calendar_of_token(session, secret, token, CalendarQuery())


@pytest.mark.parametrize("login", ["wang", "李四"])
def test_an_address_opens_the_calendar_of_its_user(office: App, login: str) -> None:
    """The same that the user is given, in bytes that are the same again."""
    with office.session(login) as session:
        own = task_calendar(session, CalendarQuery())

    assert opened(office, token(office, login)) == own == opened(office, token(office, login))
    assert f"Call by {login}".encode() in own


def test_no_other_token_opens_one(office: App) -> None:
    """Not that of another with one's own signature, nor one written otherwise, nor one by another secret."""
    mine, others = token(office, "wang"), token(office, "李四")
    name, _, signature = mine.partition(".")
    forged = [
        f"{others.partition('.')[0]}.{signature}",
        f"{name}=.{signature}",
        f"{name}.{signature[:-1]}",
        f"{name}.",
        f".{signature}",
        name,
        "",
        ".",
        "é.é",
        "\udcff",
        "_w.x",
    ]

    assert [opened(office, one) for one in forged] == [None] * len(forged)
    assert opened(office, mine, SECRET[::-1]) is None


def test_who_left_has_no_calendar(office: App) -> None:
    mine = token(office, "wang")
    with office.session() as session:
        change_user(session, ChangeRecord(noun="user", id=1, values={"active": "no"}))

        assert calendar_of_token(session, SECRET, mine, CalendarQuery()) is None
        with pytest.raises(UsageError) as refused:
            calendar_address(session, CalendarQuery(user="wang"))
    assert refused.value.key == "crm.calendar_of_who_left"


def test_the_address_of_another_is_told_to_who_administers_users(office: App) -> None:
    """It opens what that user sees; and it says what is to be seen."""
    with office.session() as session:
        told = calendar_address(session, CalendarQuery(user="wang", events=True, closed=True))
    with office.session("李四") as session, pytest.raises(DeniedError):
        calendar_address(session, CalendarQuery(user="wang"))

    assert told == f"https://crm.example/calendar/{token(office, 'wang')}.ics?closed=1&events=1"


def test_what_an_address_needs_is_said(office: App, patron: App, tmp_path: Path) -> None:
    """A secret, one that nobody finds out; how the world calls the server; and a user."""
    nowhere = office.settings._replace(serve=office.settings.serve._replace(url=None))
    refused = {}
    for name, app in {"secret": patron, "url": office._replace(settings=nowhere), "user": office}.items():
        with app.session() as session, pytest.raises(UsageError) as error:
            calendar_address(session, CalendarQuery())
        refused[name] = error.value.key
    with served(patron, tmp_path, SECRET[:31]).session() as session, pytest.raises(ConfigurationError) as short:
        calendar_secret(session)

    assert refused == {"secret": "crm.no_calendar_secret", "url": "crm.no_calendar_url", "user": "crm.calendar_of_nobody"}
    assert short.value.key == "crm.short_calendar_secret"


def test_a_secret_stands_in_a_variable_too(patron: App) -> None:
    serve = patron.settings.serve._replace(calendar_secret_env="CALENDARS")
    with patron._replace(settings=patron.settings._replace(serve=serve)).session() as session:
        assert calendar_secret(session, {"CALENDARS": SECRET}) == SECRET
        with pytest.raises(ConfigurationError) as refused:
            calendar_secret(session, {})
    assert refused.value.key == "intake.no_variable"
