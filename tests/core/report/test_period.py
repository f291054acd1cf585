"""The days a report speaks about."""

import attrs

from patron import testing
from patron.core.i18n import CORE, Translator
from patron.core.report.period import describe_period


def test_first_and_last_purchase_and_the_day_of_the_run() -> None:
    assert "2023-02-01 to 2025-12-30, as of 2025-12-31 (UTC)" == describe_period(testing.sample_run(), Translator("en", CORE))


def test_without_purchases_only_the_day_of_the_run() -> None:
    run = attrs.evolve(testing.sample_run(), first_day=None, last_day=None)

    assert "截至 2025-12-31（UTC）" == describe_period(run, Translator("zh", CORE))
