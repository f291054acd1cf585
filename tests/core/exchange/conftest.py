"""
What tests of import and export have in common.
"""

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from patron.app import App
from patron.core.exchange import ImportCommand, ImportResult, Verdict, Wishes, import_file
from patron.core.nouns import Team, User


@pytest.fixture
def staff(patron: App) -> App:
    """Return an application with three departments, a rep and a manager of the sales department."""
    with patron.session() as session, session.write() as work:
        teams = work.add_many(
            [Team(code=code, name=code.title(), kind="department") for code in ("sales", "marketing", "service")]
        )
        work.add(User(login="wang", name="王芳", roles=("sales_rep",), team_id=teams[0].id))
        work.add(User(login="chen", name="陈静", roles=("sales_manager",), team_id=teams[0].id))
        work.commit()
    return patron


@attrs.frozen
class Imported:
    """What came of an import, and what became of each row."""

    result: ImportResult
    verdicts: list[Verdict]

    @property
    def outcomes(self) -> list[str]:
        return [verdict.outcome.value for verdict in self.verdicts]


@pytest.fixture
def bring(staff: App, tmp_path: Path) -> Callable[..., Imported]:
    """Return a function that imports text, or a file."""

    def bring(kind: str, text: str | bytes | Path, *, login: str | None = None, name: str = "in.csv", **about) -> Imported:
        path = text if isinstance(text, Path) else tmp_path / name
        if not isinstance(text, Path):
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        wishes = Wishes(columns=about.pop("columns", {}), constants=about.pop("constants", {}))
        verdicts: list[Verdict] = []
        with staff.session(login) as session:
            result = import_file(session, ImportCommand(kind=kind, path=path, wishes=wishes, **about), verdicts.append)
        return Imported(result, verdicts)

    return bring
