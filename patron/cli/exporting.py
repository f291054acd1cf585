"""
`patron export`: records to files.
"""

import re
import sys
from pathlib import Path
from typing import Any

import click

from patron.cli.wording import WORDS
from patron.core.session import SessionFactory

_KINDS = ("leads", "customers", "interactions", "orders", "consents")


@click.group("export", help="exporting.help", epilog="exporting.examples")
def command() -> None:
    """Hold a command for each kind of record."""


def _command(kind: str) -> click.Command:
    @click.command(kind, help=f"exporting.{kind}_help", epilog=f"exporting.{kind}_example")
    @click.option("--where", metavar="CONDITION", help="exporting.where")
    @click.option("--columns", metavar="A,B,…", help="exporting.columns")
    @click.option(
        "--header", type=click.Choice(["labels", "names"]), default="labels", show_default=True, help="exporting.header"
    )
    @click.option("--purpose", "purpose", metavar="PURPOSE", help="exporting.purpose")
    @click.option("--channel", metavar="CHANNEL", help="exporting.channel")
    @click.option("--system", default="main", show_default=True, metavar="NAME", help="importing.system")
    @click.option("--tz", "zone", metavar="ZONE", help="importing.tz")
    @click.option("--encoding", default="utf-8-sig", show_default=True, metavar="E", help="exporting.encoding")
    @click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.csv|xlsx", help="exporting.output")
    @click.pass_obj
    def run(app: SessionFactory, /, columns: str | None, header: str, encoding: str, output: Path | None, **options: Any) -> None:
        from patron.core.exchange import CsvWriter, ExportCommand, export_records, writing_to

        names = tuple(part.strip() for part in re.split("[,，]", columns or "") if part.strip())
        asked = ExportCommand(kind=kind, columns=names, labels=header == "labels", **options)
        with app.session() as session:
            if output is None:
                # A mark at the beginning is for spreadsheets; a pipe has no use for it.
                writer = CsvWriter(sys.stdout.buffer, "utf-8" if encoding == "utf-8-sig" else encoding)
                export_records(session, asked, writer)
                writer.close()
                return
            with writing_to(output, encoding, kind) as target:
                rows = export_records(session, asked, target)
            session.reporter.notice(session.t.within(WORDS)("exporting.wrote", rows=f"{rows:,}", path=output))

    return run


for _kind in _KINDS:
    command.add_command(_command(_kind))
