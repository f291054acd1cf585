"""
The configuration: one `patron.toml`, overridden by `PATRON_*` variables, read once and checked before anything runs.

`read_settings()` finds and checks it. The tables `[scoring.CODE]` belong to score factors, which plugins bring: they are kept
as written until the factors are known, then `check_factor_codes()` refuses strangers and `factor_parameters()` makes the
factor's own record of them, as `plugin_parameters()` does of the table `[options.NAME]` of a plugin. Every complaint names the
file and line, or the variable, and the nearest known name.

The records here and in `patron.core.host` are named tuples: every start needs them, `patron --help` too, and attrs takes
longer to load than all the rest of it.
"""

from patron.core.config.factors import check_factor_codes, factor_parameters, plugin_parameters
from patron.core.config.settings import PluginSettings, ScoreSettings, Settings, read_settings, wished_language
from patron.core.config.sizes import LEAST_MEMORY, parse_size, size_text
from patron.core.config.source import FILE_NAME, Source

__all__ = [
    "FILE_NAME",
    "LEAST_MEMORY",
    "PluginSettings",
    "ScoreSettings",
    "Settings",
    "Source",
    "check_factor_codes",
    "factor_parameters",
    "parse_size",
    "plugin_parameters",
    "read_settings",
    "size_text",
    "wished_language",
]
