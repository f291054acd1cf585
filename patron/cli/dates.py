"""
Days on the command line.
"""

import re
from datetime import date
from typing import Any

import click

from patron.cli.wording import WORDS
from patron.core.i18n import Translator

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        if isinstance(value, date):
            return value
        try:
            # Python also reads 20251231 and 2025-W01-1, which are more likely to be slips than days.
            return date.fromisoformat(str(value) if _DAY.fullmatch(str(value)) else "")
        except ValueError:
            self.fail(_words(ctx)("score_command.bad_day", value=str(value)[:40]), param, ctx)


def _words(ctx: click.Context | None) -> Translator:
    app = None if ctx is None else ctx.find_root().obj
    return Translator(getattr(app, "lang", "en"), WORDS)
