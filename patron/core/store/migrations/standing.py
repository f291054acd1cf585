"""
How far a database is, told by its version tables; asked at every opening, therefore in two small questions and without Alembic.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import attrs
from sqlalchemy import Connection, Select, String, column, inspect, literal, select, table, union_all

from patron.core.errors import PluginError
from patron.core.store.database import Database
from patron.core.store.failures import StoreError
from patron.core.store.migrations.series import CORE, VERSION_TABLE, Series


class Place(StrEnum):
    """Where a database stands in a series."""

    ABSENT = "absent"
    """It has none of the tables."""
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    """At a revision that the program doesn't know."""
    ORPHANED = "orphaned"
    """The plugin of the tables is not installed, or switched off."""


@attrs.frozen(kw_only=True)
class Standing:
    """
    How far a database is in one series.

    Attributes:
        name: the owner of the tables.
        revision: the last revision that was run; None for none.
        head: the last revision that the program knows; None where it knows none.
        place: both compared.
    """

    name: str
    revision: str | None
    head: str | None
    place: Place


def versions_in(connection: Connection) -> Mapping[str, str]:
    """Return the revision that each version table of a database names, by the table's name."""
    names = [name for name in inspect(connection).get_table_names() if name == VERSION_TABLE or _of_plugin(name)]
    if not names:
        return {}
    return {row[0]: row[1] for row in connection.execute(union_all(*map(_version, names)))}


def standings(versions: Mapping[str, str], series: Iterable[Series]) -> tuple[Standing, ...]:
    """Return how far a database with these versions is in each series, and in those of plugins that are not there."""
    known = {one.version_table: one for one in series}
    ours = [_standing(one, versions.get(name)) for name, one in known.items()]
    orphans = [
        Standing(name=name.removeprefix(f"{VERSION_TABLE}_"), revision=versions[name], head=None, place=Place.ORPHANED)
        for name in sorted(versions.keys() - known.keys())
    ]
    return (*ours, *orphans)


def require_current(database: Database, plugins: Sequence[Series] = ()) -> None:
    """
    Refuse a database whose tables are not those of this program.

    Raises:
        StoreError: it has no tables of ours, or older or newer ones; the message says what to do.
    """
    with database.reading() as connection:
        versions = versions_in(connection)
    for standing in standings(versions, (CORE, *plugins)):
        if standing.place not in (Place.CURRENT, Place.ORPHANED):
            raise refusal(standing, database.where, plugin=standing.name if standing.name != CORE.name else None)


def refusal(standing: Standing, where: str, *, plugin: str | None) -> StoreError | PluginError:
    """Return the complaint about a database that is not where the program is."""
    has, head = standing.revision, standing.head
    if plugin is None:
        return StoreError(f"migrations.{standing.place}", where=where, has=has, head=head)
    return PluginError(f"migrations.plugin_{standing.place}", plugin=plugin, where=where, has=has, head=head)


def _standing(series: Series, revision: str | None) -> Standing:
    if revision is None:
        place = Place.ABSENT
    elif revision not in series.revisions:
        place = Place.NEWER
    else:
        place = Place.CURRENT if revision == series.head else Place.OLDER
    return Standing(name=series.name, revision=revision, head=series.head, place=place)


def _version(name: str) -> Select[str, str]:
    number = column("version_num", String)
    return select(literal(name), number).select_from(table(name, number))


def _of_plugin(name: str) -> bool:
    return name.startswith(f"{VERSION_TABLE}_")
