"""
`patron serve`: what is reached over HTTP.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from patron import UsageError
from patron.core.i18n import CORE, Catalogue

if TYPE_CHECKING:
    from patron import SessionFactory

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)
_NEEDED = ("litestar", "prometheus_client", "uvicorn")


@click.command("serve", help="serve.help", epilog="serve.examples")
@click.option("--intake", is_flag=True, help="serve.intake")
@click.option("--host", metavar="ADDRESS", help="serve.host")
@click.option("--port", type=click.IntRange(0, 65_535), metavar="N", help="serve.port")
@click.option("--workers", type=click.IntRange(0, 12), metavar="N", help="serve.workers")
@click.option("--public", is_flag=True, help="serve.public")
@click.pass_obj
def serve(app: SessionFactory, /, intake: bool, host: str | None, port: int | None, workers: int | None, public: bool) -> None:
    """Serve until told to end."""
    for name in _NEEDED:
        if find_spec(name) is None:
            raise UsageError("serve.no_extra", catalogue=WORDS, missing=name)
    from patron.plugins.web.serving import serve as run

    asked: dict[str, Any] = {"host": host, "port": port, "workers": workers, "public": public or None}
    said = {name: value for name, value in asked.items() if value is not None}
    with app.session() as session:
        settings = session.settings._replace(serve=session.settings.serve._replace(**said))
        run(attrs.evolve(session, settings=settings), lambda line: click.echo(line, err=True))
