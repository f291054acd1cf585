"""
A server in this process: the application of Litestar over a database, with connections that show a token, and one that can't.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Semaphore
from typing import Any

import attrs
import pytest
from litestar.testing import TestClient

from patron.app import App
from patron.core.crm import AddPerson, add_team
from patron.plugins.web.application import Parts, application, parts_of

PERSON = {"name": "张三", "tel": "13800138000", "note": "how much?"}
FIELDS = {name: name for name in ("native_id", "name", "tel", "note")}
SECRET = "s3cret-token"

Serving = Callable[..., AbstractContextManager["Server"]]


@attrs.frozen(kw_only=True)
class Server:
    """An application that runs, a client of it, and its parts."""

    client: TestClient[Any]
    parts: Parts
    read: Semaphore

    def await_read(self, count: int = 1) -> None:
        """Wait until so many further deliveries were read."""
        for _ in range(count):
            assert self.read.acquire(timeout=20)

    def post(self, row: Any = PERSON, to: str = "shop", token: str | None = SECRET, **about: Any) -> Any:
        """Post a row of JSON, or bytes."""
        body = row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()
        headers = {"authorization": f"Bearer {token}", **about.pop("headers", {})}
        return self.client.post(f"/intake/{to}", content=body, headers=headers, **about)

    def metric(self, line: str) -> float:
        """Return the value of a metric; 0 for one that was never counted."""
        lines = self.client.get("/metrics").text.splitlines()
        found = [float(one.rpartition(" ")[2]) for one in lines if one.startswith(f"{line} ")]
        return found[0] if found else 0.0


@pytest.fixture(name="secret_file")
def _secret_file(tmp_path: Path) -> str:
    """Return a file with the secret that connections show."""
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    path.write_text(SECRET)
    return str(path)


@pytest.fixture(name="installed")
def _installed(patron: App, secret_file: str) -> App:
    """Return an application with a connection `shop`, that shows a token, and `portal`, which nobody can tell from anybody."""
    with patron.session() as session:
        for code in ("sales", "marketing"):
            add_team(session, AddPerson(values={"code": code, "name": code.title(), "kind": "department"}))
    shop = {"channel": "webhook", "scheme": "token", "secret_file": secret_file, "fields": FIELDS}
    return patron._replace(settings=patron.settings._replace(intake={"shop": shop, "portal": {"channel": "adf"}}))


@pytest.fixture(name="serving")
def _serving(installed: App) -> Serving:
    """Return a function that serves, with settings of `[serve]` and further connections."""

    @contextmanager
    def serve(connections: dict[str, Any] | None = None, **settings: Any) -> Iterator[Server]:
        now = installed.settings
        changed = now._replace(
            intake={**now.intake, **(connections or {})}, serve=now.serve._replace(answer_seconds=30)._replace(**settings)
        )
        with installed._replace(settings=changed).session() as session:
            parts, read = parts_of(session), Semaphore(0)
            told = parts.desk.workers.settled
            parts.desk.workers.settled = lambda *about: (told(*about), read.release())
            made = application(parts)

            async def near(scope: Any, receive: Any, send: Any) -> None:
                scope["client"] = ("127.0.0.1", 50_000)
                await made(scope, receive, send)

            with TestClient(near) as client:
                yield Server(client=client, parts=parts, read=read)

    return serve
