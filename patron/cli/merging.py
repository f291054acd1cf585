"""
The commands that make one record of several and two again, of customers and of leads.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from patron.cli.options import REASON
from patron.cli.wording import WORDS
from patron.core.errors import UsageError
from patron.core.session import Session, SessionFactory

if TYPE_CHECKING:
    from patron.cli.printing import Printer
    from patron.core.crm.merging import Choice, Merged, MergePreview, Unmerged

_FORMAT = click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="db.format"
)
_WIDEST = 30


def merge_command(noun: str) -> click.Command:
    """Return the command that merges records of a noun."""

    @click.command("merge", help=f"merging.{noun}_merge", epilog=f"merging.{noun}_merge_example")
    @click.argument("keep", metavar="KEEP")
    @click.argument("others", metavar="OTHER...", nargs=-1, required=True)
    @click.option("--preview", "--dry-run", is_flag=True, help="merging.preview")
    @click.option("--prefer", multiple=True, metavar="FIELD=ID", help="merging.prefer")
    @click.option("--yes", "certain", is_flag=True, help="merging.yes")
    @REASON
    @_FORMAT
    @click.pass_obj
    def command(
        app: SessionFactory,
        /,
        keep: str,
        others: tuple[str, ...],
        preview: bool,
        prefer: tuple[str, ...],
        certain: bool,
        reason: str | None,
        style: str,
    ) -> None:
        from patron.cli.printing import Printer
        from patron.core.crm import find_id
        from patron.core.crm.merging import Merge, merge, preview_merge

        with app.session() as session:

            def found(written: str) -> int:
                return find_id(session, noun, written, merged=True)

            wished = {field: found(written) for field, written in (_pair(one) for one in prefer)}
            ids = tuple(dict.fromkeys(map(found, others)))
            asked = Merge(noun=noun, keep=found(keep), others=ids, prefer=wished, certain=certain, reason=reason)
            if preview:
                _show(session, Printer(session, style), preview_merge(session, asked))
            else:
                _tell(Printer(session, style), merge(session, asked))

    return command


def unmerge_command(noun: str) -> click.Command:
    """Return the command that undoes a merge of records of a noun."""

    @click.command("unmerge", help=f"merging.{noun}_unmerge", epilog=f"merging.{noun}_unmerge_example")
    @click.argument("record", metavar="[ID]", required=False)
    @click.option("--batch", type=click.IntRange(min=1), metavar="N", help="merging.batch")
    @REASON
    @_FORMAT
    @click.pass_obj
    def command(app: SessionFactory, /, record: str | None, batch: int | None, reason: str | None, style: str) -> None:
        from patron.cli.printing import Printer
        from patron.core.crm import find_id
        from patron.core.crm.merging import Unmerge, unmerge

        if (record is None) == (batch is None):
            raise UsageError("merging.one_of", catalogue=WORDS)
        with app.session() as session:
            number = None if record is None else find_id(session, noun, record, merged=True)
            done = unmerge(session, Unmerge(noun=noun, id=number, batch_id=batch, reason=reason))
            _tell_undone(Printer(session, style), noun, done)

    return command


def _pair(written: str) -> tuple[str, str]:
    field, sign, number = written.rpartition("=")
    if not sign or not field.strip() or not number.strip():
        raise UsageError("merging.no_pair", catalogue=WORDS, got=written[:60])
    return field.strip(), number.strip()


def _show(session: Session, printer: "Printer", preview: "MergePreview") -> None:
    """Print what a merge would do."""
    from patron.cli.printing import print_json
    from patron.cli.tables import print_table
    from patron.core.crm.merging.wording import doubt_said

    if printer.style == "json":
        print_json(_as_json(preview))
        return
    t, records = printer.t, preview.records
    click.echo(" ← ".join([_called(printer, records[0]), ", ".join(_called(printer, one) for one in records[1:])]))
    if preview.fields:
        head = [t("merging.field"), *(f"#{one.id}" for one in records), t("merging.stands"), t("merging.why")]
        print_table([head, *(_row(printer, preview, one) for one in preview.fields)], widest=_WIDEST)
    else:
        click.echo(t("merging.alike"))
    click.echo(t("merging.would_move", keep=records[0].id, rows=_counts(printer, preview.moving)))
    for like in preview.likeness:
        from patron.core.matching.wording import said

        verdict = t(f"match.verdict_{like.verdict}")
        click.echo(f"{records[0].id} – {like.id}  {like.bits:.1f}  {verdict}: {said(like.reasons, session.t)}")
    for doubt in preview.doubts:
        click.echo(f"! {doubt_said(doubt, t)}")


def _called(printer: "Printer", record: Any) -> str:
    heading = printer.heading(record)
    return f"{heading} ({record.name})" if hasattr(record, "name") else heading


def _row(printer: "Printer", preview: "MergePreview", choice: "Choice") -> list[str]:
    field = choice.field
    values = [printer.value(field, value, preview.names) or "–" for value in choice.values.values()]
    if choice.rule is None:
        why = printer.t("merging.rule_preferred", id=choice.chosen)
    else:
        own = choice.stands == choice.values[preview.records[0].id]
        why = printer.t(f"merging.rule_{'survivor' if own and choice.rule == 'kept' else choice.rule}")
    stands = printer.value(field, choice.stands, preview.names) or "–"
    return [printer.labels.field(field.noun, field.name), *values, stands, why]


def _counts(printer: "Printer", counts: Mapping[str, int]) -> str:
    from patron.cli.counting import counted

    return counted(printer.t, counts) or "–"


def _tell(printer: "Printer", done: "Merged") -> None:
    from patron.cli.printing import plain, print_json

    others = ", ".join(map(str, done.others))
    if printer.style == "json":
        told = {"batch": done.batch_id, "keep": plain(done.keep), "others": list(done.others), "changed": list(done.changed)}
        print_json(told | {"moved": dict(done.moved)})
        return
    t = printer.t
    click.echo(t("merging.merged", what=_called(printer, done.keep), others=others, rows=_counts(printer, done.moved)))
    noun = "customer" if hasattr(done.keep, "merged_into_id") else "lead"
    click.echo(t("merging.undo_by", command=f"patron {noun} unmerge --batch {done.batch_id}"))


def _tell_undone(printer: "Printer", noun: str, done: "Unmerged") -> None:
    from patron.cli.printing import plain_all, print_json

    if printer.style == "json":
        print_json(plain_all(done))
        return
    t, labels = printer.t, printer.labels
    restored = ", ".join(map(str, done.restored))
    click.echo(t("merging.unmerged", what=labels.noun(noun), ids=restored, rows=_counts(printer, done.back)))
    if done.stayed:
        shown = ", ".join(f"{labels.noun(whose)} {number}: {labels.field(whose, name)}" for whose, number, name in done.stayed)
        click.echo(t("merging.stayed", fields=shown))
    if done.later:
        click.echo(t("merging.later", rows=_counts(printer, done.later)))


def _as_json(preview: "MergePreview") -> dict[str, Any]:
    from patron.cli.printing import plain, plain_all

    return {
        "keep": plain(preview.records[0]),
        "others": [plain(one) for one in preview.records[1:]],
        "fields": [
            {
                "field": one.field.name,
                "values": {str(number): plain_all(value) for number, value in one.values.items()},
                "stands": plain_all(one.stands),
                "rule": "preferred" if one.rule is None else str(one.rule),
            }
            for one in preview.fields
        ],
        "moving": dict(preview.moving),
        "likeness": [
            {
                "id": one.id,
                "bits": one.bits,
                "verdict": one.verdict,
                "reasons": [{"field": why.field, "level": why.level, "bits": why.bits} for why in one.reasons],
            }
            for one in preview.likeness
        ],
        "doubts": [{"doubt": one.key, **one.details} for one in preview.doubts],
    }
