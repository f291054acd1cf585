"""
The kit for authors of plugins: a small shop to try things on, an application of the plugin at hand, and conformance checks.

A plugin's own tests need no more than this::

    import patron_mine
    from patron import testing


    def test_sections_conform():
        testing.check_sections(patron_mine)

Nothing here reads the configuration, the clock or the plugins of others that happen to be installed.
"""

from patron.testing.application import NOW, app
from patron.testing.channel_sample import ChannelSample
from patron.testing.channels import check_channel
from patron.testing.checks import check_plugin, check_report, check_sections
from patron.testing.dealer import sample_dealer
from patron.testing.documents import check_renderers, sample_document
from patron.testing.factors import check_factors
from patron.testing.networks import ScriptedNetwork
from patron.testing.samples import AS_OF, empty_run, sample_report_data, sample_run, sample_scores
from patron.testing.table import sample_table
from patron.testing.tables import app_with_database, check_tables

__all__ = [
    "AS_OF",
    "NOW",
    "ChannelSample",
    "ScriptedNetwork",
    "app",
    "app_with_database",
    "check_channel",
    "check_factors",
    "check_plugin",
    "check_renderers",
    "check_report",
    "check_sections",
    "check_tables",
    "empty_run",
    "sample_dealer",
    "sample_document",
    "sample_report_data",
    "sample_run",
    "sample_scores",
    "sample_table",
]
