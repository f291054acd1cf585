"""
What `patron match train` tells: what was learned of each level, what it was before, and what both are worth where that is known.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from patron.cli.tables import print_table

if TYPE_CHECKING:
    from patron.core.exchange.training import Training
    from patron.core.i18n import Translator
    from patron.core.matching.training import Evaluation, Trained
    from patron.core.matching.training.evaluating import Quality


def tell(t: "Translator", found: "Training", output: Path | None) -> None:
    """Print what was learned; *output* is where it was written."""
    from patron.core.matching.wording import field_called

    trained = found.trained
    origin = trained.model.origin
    any_two, with_key = origin["pairs_of_any"], origin["pairs_with_a_key"]
    click.echo(t("match.learned_from", records=trained.records, any_two=any_two, with_key=with_key))
    if found.unread:
        click.echo(t("match.unread", rows=found.unread))
    click.echo(t("match.prior", pairs=round(1 / trained.prior)))
    bits = {"join": trained.model.join, "ask": trained.model.ask}
    bits |= {"join_before": trained.before.join, "ask_before": trained.before.ask}
    click.echo(t("match.learned_thresholds", **{name: f"{one:g}" for name, one in bits.items()}))
    click.echo()
    print_table([[t(f"match.column_{name}") for name in _COLUMNS], *_rows(t, trained)], right={2, 3, 4, 5})
    if trained.unlearned:
        click.echo("\n" + t("match.unlearned", fields=", ".join(field_called(name, t) for name in trained.unlearned)))
    if found.before is not None and found.after is not None:
        _tell_worth(t, found.before, found.after)
    click.echo("\n" + (t("match.not_written") if output is None else t("match.written", path=output)))


_COLUMNS = ("field", "level", "bits", "before", "same", "different")


def _rows(t: "Translator", trained: "Trained") -> list[list[str]]:
    from patron.core.matching.wording import field_called, level_called

    kept = t("match.kept")
    return [
        [
            field_called(name, t),
            level_called(one.level, t),
            f"{trained.model.fields[name][one.level].weight / 1000:+.1f}",
            f"{trained.before.fields[name][one.level].weight / 1000:+.1f}",
            f"{one.same}" if one.learned_m else kept,
            f"{one.different}" if one.learned_u else kept,
        ]
        for name, levels in trained.evidence.items()
        if name not in trained.unlearned
        for one in levels
    ]


def _tell_worth(t: "Translator", before: "Evaluation", after: "Evaluation") -> None:
    click.echo("\n" + t("match.worth", records=after.records, persons=after.persons))
    click.echo()
    print_table(
        [
            [t(f"match.column_{name}") for name in ("model", "precision", "recall", "f1")],
            [t("match.model_before"), *_shares(before.clusters)],
            [t("match.model_learned"), *_shares(after.clusters)],
            *([t("match.pairs_from", bits=f"{bits:g}"), *_shares(one)] for bits, one in after.thresholds.items()),
        ],
        right={1, 2, 3},
    )


def _shares(quality: "Quality") -> list[str]:
    return [f"{share:.4f}" for share in (quality.precision, quality.recall, quality.f1)]


def as_json(found: "Training") -> dict[str, Any]:
    """Return what was learned as data."""
    trained = found.trained
    return {
        "name": trained.model.name,
        "origin": dict(trained.model.origin),
        "unread": found.unread,
        "join": trained.model.join,
        "ask": trained.model.ask,
        "unlearned": list(trained.unlearned),
        "fields": {
            name: [
                attrs.asdict(one)
                | {
                    "m": trained.model.fields[name][one.level].m,
                    "u": trained.model.fields[name][one.level].u,
                    "bits": trained.model.fields[name][one.level].weight / 1000,
                    "bits_before": trained.before.fields[name][one.level].weight / 1000,
                }
                for one in levels
            ]
            for name, levels in trained.evidence.items()
        },
        **{name: _worth(one) for name, one in (("before", found.before), ("after", found.after)) if one is not None},
    }


def _worth(found: "Evaluation") -> dict[str, Any]:
    return {
        "records": found.records,
        "persons": found.persons,
        **_as_data(found.clusters),
        "thresholds": [{"bits": bits} | _as_data(one) for bits, one in found.thresholds.items()],
    }


def _as_data(quality: "Quality") -> dict[str, float]:
    return {"precision": quality.precision, "recall": quality.recall, "f1": quality.f1}
